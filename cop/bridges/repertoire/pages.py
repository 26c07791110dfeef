"""Pages: an entry as a Markdown file, what is known of it at the top. Pure.

The top ("front matter") is YAML that stays within what round-trips exactly whoever
reads it: one line a key, texts and lists as JSON, which YAML takes in unchanged, moments
in UTC. A library would read more than it could write back as it was: anchors, tags,
"no" as a truth and 1e3 as a number, and ten thousand files at a hundredth of the speed.
What people write by hand may leave out the quotes where no reader could be in doubt.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _

from repertoire import markup
from repertoire.models import Doing, Entry
from repertoire.text import Text

#: Above and below what is known of an entry.
FENCE: Final = "---"
SHELF_OF: Final = {kind: shelf for shelf, kind in Entry.SHELVES.items()}
#: Reserved for names that lead nowhere: nobody ever gets mail there.
NOWHERE: Final = ".invalid"

LONGEST_TITLE: Final = 120
LONGEST_MEANING: Final = 300
LONGEST_NAME: Final = 80
LONGEST_ADDRESS: Final = 100
LONGEST_AREA: Final = 60
LONGEST_TASK: Final = 200
LONGEST_PATH: Final = 200
LONGEST_SHELF: Final = max(map(len, Entry.SHELVES)) + 1

_KEY: Final = re.compile(r"([a-z_]+):(?: +(.*))?")
#: Words that YAML, whatever its version, reads as these words and nothing else.
_PLAIN: Final = re.compile(r"[^\W\d_](?:[^\n:#]|:(?=\S)|(?<=\S)#)*")
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)"
)
_PERSON: Final = re.compile(
    r"(?P<name>.*\S) <(?P<handle>[\w.-]+)@(?P<home>[\w-]+)" + re.escape(NOWHERE) + ">"
)
_SLUG: Final = re.compile(r"[\w-]{1,120}", re.ASCII)
#: What an address in a text stands between.
BEFORE: Final = r"(?<![^\s(<:])"
AFTER: Final = r"(?![^\s)>])"
_PICTURE_NAME: Final = r"[\w-]{1,120}\.(?i:png|jpe?g|webp)"
#: A picture as a text of the folder leads to it. What a member wrote that looks alike
#: and leads nowhere is set aside by "./", which changes nothing about where it leads.
PICTURE: Final = re.compile(
    rf"{BEFORE}(?P<aside>(?:\./)*)\.\./pictures/(?P<name>{_PICTURE_NAME}){AFTER}",
    re.ASCII,
)
_PICTURE_PATH: Final = re.compile(rf"pictures/({_PICTURE_NAME})", re.ASCII)
#: Allowed in JSON, and not as they are in YAML or in a line of its own.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
#: Halves of characters, and what PostgreSQL has no text for.
_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
_KINDS: Final = {kind.value: kind for kind in Entry.Kind}


class Unreadable(Exception):
    """A file says something that cannot be taken in: where, what, and what to do."""

    def __init__(self, line: int, sentence: str, opens: str = "") -> None:
        super().__init__(f"{sentence} {opens}".strip())
        self.line = line


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as files know them: a name, and an address that is nobody's mail."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def handle(self) -> str:
        return self.address.partition("@")[0]

    @property
    def home(self) -> str:
        """The community whose member this is, as it is called in addresses."""
        return self.address.partition("@")[2].removesuffix(NOWHERE)

    @classmethod
    def of(cls, words: str) -> "Person | None":
        found = _PERSON.fullmatch(words)
        if found is None:
            return None
        return cls(found["name"], f"{found['handle']}@{found['home']}{NOWHERE}")


@dataclass(frozen=True, slots=True)
class Grown:
    """What a version grew out of: whose words, said at what, and where.

    What was said in a review stays where it was said: whose it was is told, and no more.
    """

    said_by: Person
    doing: Doing
    task: str
    path: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """An entry as it stands, or one version of it."""

    kind: Entry.Kind
    text: Text
    aliases: tuple[str, ...] = ()
    area: str = ""
    former_slugs: tuple[str, ...] = ()
    written_at: datetime | None = None
    written_by: Person | None = None
    changed_at: datetime | None = None
    changed_by: Person | None = None
    confirmed_at: datetime | None = None
    confirmed_by: Person | None = None
    retired_at: datetime | None = None
    #: Where the entry lies that says it better, as "shelf/slug".
    overtaken_by: str = ""
    #: Of a story, since when others retell it.
    canonical_at: datetime | None = None
    grew_out_of: Grown | None = None

    @property
    def shelf(self) -> str:
        return SHELF_OF[self.kind]


def written(page: Page) -> str:
    """Return the page as a file says it; read again, it is the same page."""
    said: dict[str, object] = {
        "title": page.text.title,
        "kind": page.kind,
        "meaning": page.text.meaning,
        "aliases": page.aliases,
        "area": page.area,
        "former_slugs": page.former_slugs,
        "written_at": page.written_at,
        "written_by": page.written_by,
        "changed_at": page.changed_at,
        "changed_by": page.changed_by,
        "confirmed_at": page.confirmed_at,
        "confirmed_by": page.confirmed_by,
        "retired_at": page.retired_at,
        "overtaken_by": page.overtaken_by,
        "canonical_at": page.canonical_at,
        "grew_out_of": page.grew_out_of,
    }
    top = [f"{name}: {_value(value)}" for name, value in said.items() if value]
    body = f"\n{page.text.body}\n" if page.text.body else ""
    return "\n".join([FENCE, *top, FENCE, body])


def _value(said: object) -> str:
    match said:
        case datetime():
            return moment(said)
        case Entry.Kind():
            return str(said.value)
        case Person():
            said = str(said)
        case Grown():
            parts = {field.name: getattr(said, field.name) for field in fields(said)}
            parts["said_by"] = str(said.said_by)
            said = {name: part for name, part in parts.items() if part}
    told = json.dumps(said, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", told)


def moment(at: datetime) -> str:
    """Return a moment as files say it, to the last microsecond where there are any."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def read(content: bytes, *, first_line: int = 1) -> Page:
    """Return the page a file holds.

    Raises ``Unreadable`` with the line, counted from ``first_line``.
    """
    lines = _decoded(content, first_line).split("\n")
    if lines[0].rstrip() != FENCE:
        raise Unreadable(
            first_line,
            _("The file does not begin with “---”."),
            _("Begin it with what is known of the entry, between two lines of “---”."),
        )
    top, given = _top(lines, first_line)
    body = "\n".join(lines[top + 1 :])
    told = {name: _READ[name](said, line) for name, (said, line) in given.items()}
    for name in ("title", "kind"):
        if not told.get(name):
            raise Unreadable(
                first_line,
                _("The entry has no %(name)s.") % {"name": name},
                _("Add a line “%(name)s: …” at the top.") % {"name": name},
            )
    text = Text(told.pop("title"), told.pop("meaning", ""), body).tidied()
    _check(text, first_line)
    return Page(text=text, **told)


def _decoded(content: bytes, first_line: int) -> str:
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable(
            first_line + content.count(b"\n", 0, error.start),
            _("This is not UTF-8."),
            _("Save the file as UTF-8."),
        ) from None
    if "\0" in text:
        raise Unreadable(
            first_line + text[: text.index("\0")].count("\n"),
            _("There is a null byte."),
            _("Take it out."),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _top(lines: list[str], first_line: int) -> tuple[int, dict[str, tuple[str, int]]]:
    """Return where the top ends, and each key with what is said and on which line."""
    given: dict[str, tuple[str, int]] = {}
    for place, line in enumerate(lines[1:], 1):
        if line.rstrip() == FENCE:
            return place, given
        number = first_line + place
        if not line.strip() or line.startswith("#"):
            continue
        found = _KEY.fullmatch(line.rstrip())
        if found is None:
            raise Unreadable(
                number,
                _("This is not “key: value”."),
                _('Write each key on one line of its own, lists as ["one", "two"].'),
            )
        name, said = found[1], found[2] or ""
        if name not in _READ:
            raise Unreadable(
                number,
                _("“%(name)s” is not known here.") % {"name": name},
                _("Take the line out; the keys are %(keys)s.")
                % {"keys": ", ".join(_READ)},
            )
        if name in given:
            raise Unreadable(
                number,
                _("“%(name)s” is said twice.") % {"name": name},
                _("Keep one of the two lines."),
            )
        given[name] = said, number
    raise Unreadable(
        first_line,
        _("What is known of the entry does not end."),
        _("Add a line of “---” after the last key."),
    )


def _check(text: Text, first_line: int) -> None:
    if not (text.meaning or text.body):
        raise Unreadable(
            first_line,
            _("The entry says nothing."),
            _("Say what it is, be it in one sentence (“meaning”)."),
        )
    # How long the address of a picture is on a site, only the site knows.
    longest = markup.LONGEST
    if len(text.body) > longest and len(PICTURE.sub("", text.body)) > longest:
        raise Unreadable(first_line, str(markup.TooLong(len(text.body))))


def _loaded(said: str, line: int) -> Any:
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        raise Unreadable(
            line,
            _("This cannot be read."),
            _('Put texts in double quotes, lists in brackets: ["one", "two"].'),
        ) from None


def _words(longest: int) -> Callable[[str, int], str]:
    def words(said: str, line: int) -> str:
        found = said if not said or _PLAIN.fullmatch(said) else _loaded(said, line)
        if not isinstance(found, str):
            raise Unreadable(
                line, _("This is not a text."), _("Put it in double quotes.")
            )
        return _fitting(found, longest, line)

    return words


def _fitting(found: str, longest: int, line: int) -> str:
    tidied = " ".join(found.split())
    if len(tidied) > longest:
        raise Unreadable(
            line,
            _("This has %(length)d characters; it may have %(longest)d.")
            % {"length": len(tidied), "longest": longest},
            _("Say it more shortly."),
        )
    if _UNKEPT.search(tidied):
        raise Unreadable(
            line, _("There is a character that cannot be kept."), _("Take it out.")
        )
    return tidied


def _list(longest: int) -> Callable[[str, int], tuple[str, ...]]:
    def several(said: str, line: int) -> tuple[str, ...]:
        found = _loaded(said or "[]", line)
        if not isinstance(found, list) or not all(isinstance(o, str) for o in found):
            raise Unreadable(
                line,
                _("This is not a list of texts."),
                _('Write it as ["one", "two"].'),
            )
        each = (_fitting(one, longest, line) for one in found)
        return tuple(dict.fromkeys(one for one in each if one))

    return several


def _slugs(said: str, line: int) -> tuple[str, ...]:
    slugs = _list(LONGEST_TITLE)(said, line)
    for slug in slugs:
        if not _SLUG.fullmatch(slug):
            raise Unreadable(
                line,
                _("“%(slug)s” cannot stand in an address.") % {"slug": slug},
                _("Use letters without accents, digits and hyphens: “%(better)s”.")
                % {"better": slugify(slug) or "field-blank"},
            )
    return slugs


def _kind(said: str, line: int) -> Entry.Kind:
    found = _words(LONGEST_TITLE)(said, line)
    if found not in _KINDS:
        raise Unreadable(
            line,
            _("“%(kind)s” is not a kind of entry.") % {"kind": found},
            _("Use one of %(kinds)s.") % {"kinds": ", ".join(_KINDS)},
        )
    return _KINDS[found]


def _moment(said: str, line: int) -> datetime | None:
    if not said:
        return None
    found = said if _MOMENT.fullmatch(said) else _words(LONGEST_TITLE)(said, line)
    try:
        return _known_moment(found)
    except (ValueError, OverflowError):
        raise Unreadable(
            line,
            _("“%(said)s” is not a moment.") % {"said": found},
            _("Write it as 2026-01-31T12:00:00Z."),
        ) from None


def _known_moment(found: str) -> datetime:
    if not _MOMENT.fullmatch(found):
        raise ValueError(found)
    return datetime.fromisoformat(found).astimezone(UTC)


def _person(said: str, line: int) -> Person | None:
    if not said:
        return None
    found = _words(LONGEST_NAME + LONGEST_ADDRESS + 3)(said, line)
    person = Person.of(found)
    if person is None or len(person.name) > LONGEST_NAME:
        raise Unreadable(
            line,
            _("“%(said)s” names nobody.") % {"said": found},
            _("Write it as “Maya Lindt <maya@river-watch.invalid>”."),
        )
    return person


def _place(said: str, line: int) -> str:
    found = _words(LONGEST_TITLE + LONGEST_SHELF)(said, line)
    if found and address(f"{found}.md") is None:
        raise Unreadable(
            line,
            _("“%(said)s” is no place of an entry.") % {"said": found},
            _("Write it as vocabulary/field-blank."),
        )
    return found


def _grown(said: str, line: int) -> Grown | None:
    if not said:
        return None
    found = _loaded(said, line)
    texts = found if isinstance(found, dict) else {}
    known = {field.name for field in fields(Grown)}
    person = None
    if set(texts) <= known and all(isinstance(one, str) for one in texts.values()):
        person = _person(_json(texts.get("said_by", "")), line)
    doing, task = texts.get("doing"), texts.get("task", "")
    if person is None or doing not in Doing.values or not task:
        raise Unreadable(
            line,
            _("This does not say what the entry grew out of."),
            _(
                'Write it as {"said_by": "Maya Lindt <maya@river-watch.invalid>", '
                '"doing": "working", "task": "…"}.'
            ),
        )
    words = texts.get("words", "")
    if len(words) > markup.LONGEST or _UNKEPT.search(words):
        raise Unreadable(line, _("These words cannot be kept."), _("Take them out."))
    return Grown(
        said_by=person,
        doing=Doing(doing),
        task=_fitting(task, LONGEST_TASK, line),
        path=_fitting(texts.get("path", ""), LONGEST_PATH, line),
        words=words,
    )


def _json(text: str) -> str:
    return json.dumps(text) if text else ""


#: How each key is read, in the order in which they are written.
_READ: Final[dict[str, Callable[[str, int], Any]]] = {
    "title": _words(LONGEST_TITLE),
    "kind": _kind,
    "meaning": _words(LONGEST_MEANING),
    "aliases": _list(LONGEST_TITLE),
    "area": _words(LONGEST_AREA),
    "former_slugs": _slugs,
    "written_at": _moment,
    "written_by": _person,
    "changed_at": _moment,
    "changed_by": _person,
    "confirmed_at": _moment,
    "confirmed_by": _person,
    "retired_at": _moment,
    "overtaken_by": _place,
    "canonical_at": _moment,
    "grew_out_of": _grown,
}


def address(path: str) -> tuple[Entry.Kind, str] | None:
    """Return the shelf and the slug a path within the folder stands for."""
    shelf, _slash, file = path.partition("/")
    slug = file.removesuffix(".md")
    if shelf not in Entry.SHELVES or slug == file or not _SLUG.fullmatch(slug):
        return None
    return Entry.SHELVES[shelf], slug


def pictures_in(text: Text) -> Iterator[str]:
    """Yield the names of the pictures a text of the folder shows."""
    for found in PICTURE.finditer(text.body):
        if not found["aside"]:
            yield found["name"]


def picture_name(path: str) -> str | None:
    """Return the name of the picture that lies at a path within the folder."""
    found = _PICTURE_PATH.fullmatch(path)
    return found[1] if found else None


def path_of(kind: str, slug: str) -> str:
    return f"{SHELF_OF[Entry.Kind(kind)]}/{slug}.md"


def path_of_picture(name: str) -> str:
    return f"pictures/{name}"
