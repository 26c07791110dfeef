"""Markup: what members write, as the HTML that readers see.

Pure: the text and what its links lead to in, HTML out. Members write Markdown with
three additions: ``[[entry]]`` or ``[[entry|other words]]``, ``#12`` for a task and
``@handle`` for a member. HTML is text like any other; what the renderer makes is
sanitized once more. A reader's browser asks no other host for anything.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from repertoire import dialect
from repertoire.sanitizer import is_on_site, is_picture_of_this_site, sanitize
from repertoire.vocabulary import Reader, Vocabulary

#: A long chapter of a book; rendering it takes about a second.
LONGEST = 200_000


#: An address written out. Bounded, and begun nowhere inside a word, so that it is
#: found in one pass over any text.
_ADDRESS = re.compile(
    r"(?<![\w@])(?:https?://[^\s<>\"]{1,2000}"
    r"|[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})",
    re.IGNORECASE,
)

_CHECKBOX = re.compile(r"\[([ xX])\](?=\s)")


class TooLong(ValueError):
    """The text is longer than a page that people read."""

    def __init__(self, length: int) -> None:
        super().__init__(
            _(
                "This text has %(length)s characters; a text may have %(longest)s. "
                "Divide it into several entries that link to each other."
            )
            % {"length": f"{length:,}", "longest": f"{LONGEST:,}"}
        )


@dataclass(frozen=True, slots=True)
class EntryLink:
    """Where ``[[entry]]`` leads. A term's link explains itself on pointing at it.

    One that ``asks`` leads to the choice between several entries of that name.
    """

    slug: str
    title: str
    url: str
    is_term: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Where ``#12`` or ``@handle`` leads, and what it is called there."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text, for a table of contents."""

    level: int
    anchor: str
    text: str
    #: What its section is called in the text: the anchor, whatever page it is on.
    name: str
    #: Its section, from the heading to the next of the same or a higher level; none
    #: where it stands in a quote or a list.
    lines: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML, and what of the practice was met in it."""

    html: Markup
    entries: tuple[str, ...]
    wanted: tuple[str, ...]
    terms: tuple[str, ...]
    tasks: tuple[int, ...]
    members: tuple[str, ...]
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that a text may link to, so that it can be looked up in one go."""

    entries: frozenset[str]
    tasks: frozenset[int]
    members: frozenset[str]


def mentioned(*texts: str) -> Mentions:
    """Return what the texts may link to: a little too much (in code), never too little."""
    return Mentions(
        frozenset(m[1].strip() for text in texts for m in dialect.ENTRY.finditer(text)),
        frozenset(int(m[1]) for text in texts for m in dialect.TASK.finditer(text)),
        frozenset(
            m[1].lower() for text in texts for m in dialect.MEMBER.finditer(text)
        ),
    )


def render(
    text: str,
    *,
    anchor_prefix: str,
    resolve_entry: Callable[[str], EntryLink | None] = lambda name: None,
    wanted_url: Callable[[str], str] | None = None,
    resolve_task: Callable[[int], Link | None] = lambda number: None,
    resolve_member: Callable[[str], Link | None] = lambda handle: None,
    terms: Vocabulary | None = None,
    known: Iterable[str] = (),
    below_heading: int = 1,
    edit_url: Callable[[str], str] | None = None,
    only: tuple[int, int] | None = None,
) -> Rendered:
    """Render a member's Markdown.

    ``anchor_prefix`` begins every id in the text, so that none can be taken for an
    element of the page. ``below_heading`` is the level of the page's heading above the
    text: the text's own headings start one further down. ``known`` are terms the reader
    needs no explaining, such as the one the text itself is about. With ``edit_url``
    each section's heading has a link to where the section of that name is edited. Of
    the text, ``only`` these lines are written out, as they look within the whole.
    """
    if len(text) > LONGEST:
        raise TooLong(len(text))
    reading = _Reading(
        anchor_prefix=anchor_prefix,
        resolve_entry=resolve_entry,
        wanted_url=wanted_url,
        resolve_task=resolve_task,
        resolve_member=resolve_member,
        reader=(terms or Vocabulary(())).reader(known),
        below_heading=below_heading,
        edit_url=edit_url,
    )
    env = {"reading": reading, "anchor_prefix": anchor_prefix}
    tokens = _MARKDOWN.parse(text, env)
    if only:
        tokens = list(_within(tokens, *only))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env)
    return Rendered(
        html=Markup(sanitize(html, anchor_prefix=anchor_prefix)),  # noqa: S704
        entries=tuple(reading.entries),
        wanted=tuple(reading.wanted),
        terms=tuple(reading.reader.met),
        tasks=tuple(reading.tasks),
        members=tuple(reading.members),
        headings=tuple(reading.headings),
    )


def headings(text: str) -> list[Heading]:
    """Return the headings of a text, named as they are when it is rendered."""
    reading = _Reading(anchor_prefix="text")
    _MARKDOWN.parse(text, {"reading": reading, "anchor_prefix": "text"})
    return reading.headings


@dataclass(slots=True)
class _Reading:
    """One text on its way through the renderer. Dicts keep things once, in order."""

    anchor_prefix: str
    resolve_entry: Callable[[str], EntryLink | None] = lambda name: None
    wanted_url: Callable[[str], str] | None = None
    resolve_task: Callable[[int], Link | None] = lambda number: None
    resolve_member: Callable[[str], Link | None] = lambda handle: None
    reader: Reader = field(default_factory=Vocabulary(()).reader)
    below_heading: int = 1
    edit_url: Callable[[str], str] | None = None
    entries: dict[str, None] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)
    tasks: dict[int, None] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)

    def named(self, words: str) -> str:
        slug = slugify(words, allow_unicode=True)[:80] or "section"
        count = self.anchors[slug] = self.anchors.get(slug, 0) + 1
        # A colon cannot come from slugify, so a counted name meets no other.
        return slug + (f":{count}" if count > 1 else "")

    def entry_link(self, token: Token) -> Iterator[Token]:
        name, words = token.meta["name"], token.content
        entry = self.resolve_entry(name)
        if entry and entry.asks:
            to = {"class": "term asks", "href": entry.url}
            return _linked("a", words, to)
        if entry:
            self.entries[entry.slug] = None
            look = "term" if entry.is_term else "entry"
            if entry.is_term:
                self.reader.meet(entry.slug)
            return _linked("a", words, {"class": look, "href": entry.url})
        self.wanted[name] = None
        if self.wanted_url:
            to = {"class": "wanted", "href": self.wanted_url(name)}
            return _linked("a", words, to)
        return _linked("span", words, {"class": "wanted"})

    def task_link(self, token: Token) -> Iterator[Token]:
        link = self.resolve_task(token.meta["number"])
        if not link:
            return iter([_text(token.content)])
        self.tasks[token.meta["number"]] = None
        words = f"{token.content} {link.title}".strip()
        return _linked("a", words, {"class": "task", "href": link.url})

    def member_link(self, token: Token) -> Iterator[Token]:
        link = self.resolve_member(token.meta["handle"])
        if not link:
            return iter([_text(token.content)])
        self.members[token.meta["handle"]] = None
        words = link.title or token.content
        return _linked("a", words, {"class": "member", "href": link.url})

    def prose(self, words: str) -> Iterator[Token]:
        done = 0
        for found in _ADDRESS.finditer(words):
            address = _without_tail(found[0])
            yield from self.plain_prose(words[done : found.start()])
            yield from _linked("a", address, _written_out(_completed(address)))
            done = found.start() + len(address)
        yield from self.plain_prose(words[done:])

    def plain_prose(self, words: str) -> Iterator[Token]:
        for piece in self.reader.split(words):
            if isinstance(piece, str):
                yield _text(piece)
            else:
                to = {"class": piece.look, "href": piece.url}
                yield from _linked("a", piece.words, to)


def _without_tail(address: str) -> str:
    """The address without the punctuation of the sentence it stands in."""
    open_, close = address.count("("), address.count(")")
    while address[-1] in ".,;:!?'*_~)]":
        if address[-1] == ")":
            if close <= open_:
                break
            close -= 1
        address = address[:-1]
    return address


def _completed(address: str) -> str:
    is_mail = "://" not in address
    return _MARKDOWN.normalizeLink(f"mailto:{address}" if is_mail else address)


def _leading_to(address: str) -> dict[str, str | int | float]:
    """A link's attributes: what leads elsewhere is followed by readers, not engines."""
    if is_on_site(address):
        return {"href": address}
    return {"href": address, "rel": "nofollow ugc noopener"}


def _written_out(address: str) -> dict[str, str | int | float]:
    """The same of a link that says its address: nothing need be said of it on paper."""
    return {"class": "address", **_leading_to(address)}


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _linked(
    tag: str, words: str, attrs: Mapping[str, str | int | float]
) -> Iterator[Token]:
    yield Token("link_open", tag, 1, attrs={**attrs})
    yield _text(words)
    yield Token("link_close", tag, -1)


def _settle(state: StateCore) -> None:
    """Go through the parsed text once, in reading order, and settle every reference."""
    reading: _Reading = state.env["reading"]
    tokens, heading = state.tokens, None
    lists: list[Token] = []
    top = min((_depth(t) for t in tokens if t.type == "heading_open"), default=1) - 1
    level = reading.below_heading
    sections = _sections(tokens, state.src.count("\n") + 1)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            reading.reader.turn_to_next_section()
            # Members begin with whichever level they like, and skip some; whoever
            # listens to a page steps through its headings one level at a time.
            level += 1
            level = min(reading.below_heading + _depth(token) - top, level, 6)
            words = _words(tokens[index + 1].children or ())
            name, lines = reading.named(words), sections.get(index)
            anchor = f"{reading.anchor_prefix}-{name}"
            heading = Heading(level, anchor, words, name, lines)
            reading.headings.append(heading)
            if lines and reading.edit_url:
                token.meta["edited_at"] = reading.edit_url(name)
                tokens[index + 2].meta = {**token.meta, "words": words}
            token.attrs = {"id": heading.anchor}
            token.tag = tokens[index + 2].tag = f"h{level}"
        elif token.type == "heading_close":
            heading = None
        elif token.type == "th_open":
            token.attrs = {"scope": "col", **_alignment(token)}
        elif token.type == "td_open":
            token.attrs = _alignment(token)
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(token)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "inline":
            if lists:
                _settle_checkbox(tokens[index - 2], token, lists[-1])
            in_prose = heading is None
            children = token.children or []
            token.children = list(_settled(children, reading, in_prose=in_prose))


def _depth(heading: Token) -> int:
    return int(heading.tag[1])


def _sections(tokens: Sequence[Token], end: int) -> dict[int, tuple[int, int]]:
    """The lines of each section of a text that ends there, by its heading's index."""
    found: dict[int, tuple[int, int]] = {}
    open_: list[tuple[int, int, int]] = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            first = token.map[0]
            while open_ and open_[-1][0] >= _depth(token):
                _level, at, begun = open_.pop()
                found[at] = begun, first
            open_.append((_depth(token), index, first))
    return found | {at: (begun, end) for _level, at, begun in open_}


def _within(tokens: Sequence[Token], first: int, after: int) -> Iterator[Token]:
    """The blocks that begin in these lines, and the footnotes they lead to."""
    notes: set[int] = set()
    in_block = in_notes = in_note = False
    for token in tokens:
        if token.type == "footnote_block_open":
            in_notes = bool(notes)
        elif token.type == "footnote_open":
            in_note = token.meta["id"] in notes
        if in_notes or token.type.startswith("footnote"):
            if in_notes and (in_note or token.type.startswith("footnote_block")):
                yield token
            continue
        if token.level == 0 and token.map:
            in_block = first <= token.map[0] < after
        if in_block:
            notes |= {
                child.meta["id"]
                for child in token.children or ()
                if child.type == "footnote_ref"
            }
            yield token


def _settled(
    tokens: Iterable[Token], reading: _Reading, *, in_prose: bool
) -> Iterator[Token]:
    within, run = 0, ""
    for token in tokens:
        if in_prose and not within and token.type in {"text", "softbreak"}:
            # A term may be broken over two lines: read on before looking for it.
            run += "\n" if token.type == "softbreak" else token.content
            continue
        yield from reading.prose(run)
        run = ""
        match token.type:
            case "link_open":
                within += 1
                _settle_link(token, reading)
                yield token
            case "link_close":
                within -= 1
                yield token
            case "image":
                yield from _picture(token, linked=bool(within))
            case "entry":
                yield from reading.entry_link(token)
            case "task":
                yield from reading.task_link(token)
            case "member":
                yield from reading.member_link(token)
            case _:
                yield token
    yield from reading.prose(run)


def _settle_link(token: Token, reading: _Reading) -> None:
    href = str(token.attrs.get("href", ""))
    if href.startswith("#"):
        href = f"#{reading.anchor_prefix}-{href[1:]}"
    leads = _written_out(href) if token.info == "auto" else _leading_to(href)
    token.attrs = leads | _title_of(token)


def _title_of(token: Token) -> dict[str, str | int | float]:
    return {"title": token.attrs["title"]} if "title" in token.attrs else {}


def _picture(token: Token, *, linked: bool) -> Iterator[Token]:
    """A picture of this site; one from elsewhere becomes a link the reader may follow.

    Fetching it would tell another host who reads what, and when.
    """
    address, words = str(token.attrs.get("src", "")), _words(token.children or ())
    if is_picture_of_this_site(address):
        shown: dict[str, str | int | float] = {"src": address, "alt": ""}
        token.attrs = {**shown, **_title_of(token), "loading": "lazy"}
        token.children = [_text(words)]
        yield token
    elif linked:
        yield _text(words)
    else:
        to = _leading_to(address) | _title_of(token)
        yield from _linked("a", words or address, to)


def _settle_checkbox(item: Token, text: Token, checklist: Token) -> None:
    """Make ``- [x] washed`` an item of a checklist."""
    first = next(iter(text.children or ()), None)
    found = first and first.type == "text" and _CHECKBOX.match(first.content)
    if not (item.type == "list_item_open" and first and found):
        return
    first.content = first.content[found.end() :]
    done = found[1] != " "
    box = Token("checkbox", "input", 0, meta={"done": done})
    text.children = [box, *(text.children or ())]
    checklist.attrSet("class", "checklist")


def _alignment(token: Token) -> dict[str, str | int | float]:
    """The parser aligns cells by inline style, which the site's policy forbids."""
    style = str(token.attrs.get("style", ""))
    side = style.removeprefix("text-align:")
    return {"class": f"align-{side}"} if side else {}


def _words(tokens: Iterable[Token]) -> str:
    return "".join(
        " "
        if token.type in {"softbreak", "hardbreak"}
        else _words(token.children)
        if token.children
        else token.content
        for token in tokens
    ).strip()


#: Holds no state between texts, so every thread shares it.
_MARKDOWN = dialect.parser(_settle)
