"""Rendering: member-written text as HTML, with the domain's own words explained.

The one place where the pure text modules meet the database. A domain's lexicon is kept
in each process until ``Domain.vocabulary_version`` moves; a page that already has the
domain pays no query for it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from markupsafe import Markup

from domain.models import Domain
from members.models import Membership
from repertoire import markup
from repertoire.models import Entry
from repertoire.vocabulary import Term, Vocabulary, spelled_alike


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What of a repertoire can be named in a text: its terms, and every entry's names."""

    vocabulary: Vocabulary
    #: By each name an entry goes by, folded; entries are told apart by "shelf/slug".
    links: dict[str, markup.EntryLink]
    ids: dict[str, int]
    #: All that go by a name, however it is spelled.
    by_name: dict[str, list[int]]

    def named(self, name: str) -> list[int]:
        """The keys of the entries that have this title or alias."""
        return self.by_name.get(spelled_alike(name), [])


#: What of an entry the lexicon is made of.
SAID = ("kind", "title", "slug", "aliases", "former_slugs", "meaning")

_kept: dict[int, tuple[int, Lexicon]] = {}


def lexicon_of(domain: Domain) -> Lexicon:
    version, lexicon = _kept.get(domain.pk, (None, None))
    if lexicon is None or version != domain.vocabulary_version:
        lexicon = _compile(domain)
        _kept[domain.pk] = (domain.vocabulary_version, lexicon)
    return lexicon


def everything_named(domain: Domain) -> tuple[Vocabulary, dict[str, int]]:
    """Whatever in the repertoire has a name, not its words alone, and its keys."""
    names = _names(domain)
    return Vocabulary(names.named, language=domain.language), names.ids


def _compile(domain: Domain) -> Lexicon:
    names = _names(domain)
    vocabulary = Vocabulary(
        names.terms,
        language=domain.language,
        choice_url=lambda name: _choice_url(domain.slug, name),
    )
    return Lexicon(vocabulary, names.links, names.ids, names.by_name)


@dataclass(frozen=True, slots=True)
class _Names:
    links: dict[str, markup.EntryLink]
    ids: dict[str, int]
    by_name: dict[str, list[int]]
    terms: list[Term]
    #: The same of every entry.
    named: list[Term]


def _names(domain: Domain) -> _Names:
    # As plain values: there may be ten thousand, and they are read at a save.
    entries = Entry.objects.filter(domain=domain).living().values_list("pk", *SAID)
    shelves = {kind: shelf for shelf, kind in Entry.SHELVES.items()}
    index = reverse("repertoire:index", args=[domain.slug])
    #: What an address, a title, an alias, an address of before leads to.
    own, aliases, former = _Leads(), _Leads(), _Leads()
    ids: dict[str, int] = {}
    by_name: dict[str, list[int]] = {}
    leads_to: dict[int, markup.EntryLink] = {}
    terms, named = [], []
    # Terms first: where a tool and a word share a name, the word explains itself.
    for pk, kind, title, slug, others, slugs, meaning in sorted(
        entries, key=lambda entry: (entry[1] != Entry.Kind.TERM, entry[0])
    ):
        name, is_term = f"{shelves[kind]}/{slug}", kind == Entry.Kind.TERM
        url = f"{index}{name}/"
        link = markup.EntryLink(name, title, url, is_term=is_term)
        ids[name], leads_to[pk] = pk, link
        own.lead(link, name, title, slug)
        aliases.lead(link, *others)
        former.lead(link, *slugs)
        for spelling in dict.fromkeys(map(spelled_alike, (title, *others))):
            by_name.setdefault(spelling, []).append(pk)
        term = Term(name, title, url, tuple(others), meaning)
        named.append(term)
        if is_term:
            terms.append(term)
    for name, pk in _overtaken(domain):
        if lead := leads_to.get(pk):
            former.lead(lead, name)
    shared = {
        name: markup.EntryLink(
            "", name, _choice_url(domain.slug, name), is_term=True, asks=True
        )
        for name, links in aliases.to.items()
        if len(links) > 1
    }
    links = {**former.first(), **aliases.first(), **shared, **own.first()}
    return _Names(links, ids, by_name, terms, named)


def _overtaken(domain: Domain) -> Iterator[tuple[str, int]]:
    """What overtaken entries went by, and the key of the one that stands for each."""
    gone = Entry.objects.filter(domain=domain, overtaken_by__isnull=False)
    found = list(gone.order_by("pk").values_list("pk", "overtaken_by", *SAID[:5]))
    by = {pk: other for pk, other, *_said in found}
    shelves = {kind: shelf for shelf, kind in Entry.SHELVES.items()}
    for pk, _other, kind, title, slug, aliases, former in found:
        end, seen = pk, set[int]()
        # Two who overtake each other lead nowhere.
        while end in by and end not in seen:
            seen.add(end)
            end = by[end]
        for name in (title, slug, f"{shelves[kind]}/{slug}", *aliases, *former):
            yield name, end


@dataclass(slots=True)
class _Leads:
    """Where names of one sort lead: to several, if several entries go by one."""

    to: dict[str, list[markup.EntryLink]] = field(default_factory=dict)

    def lead(self, link: markup.EntryLink, *names: str) -> None:
        for name in {name.casefold() for name in names}:
            self.to.setdefault(name, []).append(link)

    def first(self) -> dict[str, markup.EntryLink]:
        return {name: links[0] for name, links in self.to.items()}


def _choice_url(community: str, name: str) -> str:
    address = reverse("repertoire:choice", args=[community])
    return f"{address}?{urlencode({'name': name})}"


@dataclass(slots=True)
class Reader:
    """Renders the texts of one page of one domain."""

    domain: Domain
    lexicon: Lexicon
    members: dict[str, markup.Link | None] = field(default_factory=dict)
    tasks: dict[int, markup.Link | None] = field(default_factory=dict)

    def look_up(self, *texts: str) -> None:
        """Find out at once what all of a page's texts lead to."""
        mentions = markup.mentioned(*texts)
        self._look_up(mentions.members)
        self._look_up_tasks(mentions.tasks)

    def render(
        self,
        text: str,
        *,
        prefix: str = "text",
        known: Iterable[str] = (),
        below_heading: int = 1,
        edit_url: Callable[[str], str] | None = None,
        only: tuple[int, int] | None = None,
    ) -> markup.Rendered:
        self.look_up(text)
        return markup.render(
            text,
            anchor_prefix=prefix,
            resolve_entry=self._entry,
            wanted_url=self._wanted,
            resolve_member=self.members.get,
            resolve_task=self.tasks.get,
            terms=self.lexicon.vocabulary,
            known=known,
            below_heading=below_heading,
            edit_url=edit_url,
            only=only,
        )

    def markdown(self, text: str, *, prefix: str = "text") -> Markup:
        """Markdown as sanitized HTML, each of the domain's terms explained once."""
        return self.render(text, prefix=prefix).html

    def plain(self, text: str) -> Markup:
        """A short text without markup as HTML, terms explained."""
        return self.lexicon.vocabulary.mark_plain(text)

    def entries_in(self, text: str) -> list[tuple[int, bool]]:
        """The entries a text uses, and whether each was linked on purpose."""
        return self.used_in(text).entries

    def used_in(self, text: str) -> "Used":
        rendered, ids = self.render(text), self.lexicon.ids
        linked = dict.fromkeys(rendered.entries)
        met = dict.fromkeys(name for name in rendered.terms if name not in linked)
        return Used(
            [(ids[name], True) for name in linked]
            + [(ids[name], False) for name in met],
            list(rendered.wanted),
        )

    def _entry(self, name: str) -> markup.EntryLink | None:
        return self.lexicon.links.get(name.casefold())

    def _wanted(self, name: str) -> str:
        address = reverse("repertoire:new", args=[self.domain.slug])
        return f"{address}?{urlencode({'title': name})}"

    def _look_up(self, handles: Iterable[str]) -> None:
        unknown = set(handles) - set(self.members)
        if not unknown:
            return
        found = Membership.objects.filter(
            domain=self.domain, handle__in=unknown
        ).values_list("handle", "name")
        self.members |= dict.fromkeys(unknown)
        for handle, name in found:
            address = reverse("members:profile", args=[self.domain.slug, handle])
            self.members[handle] = markup.Link(address, name)

    def _look_up_tasks(self, numbers: Iterable[int]) -> None:
        unknown = set(numbers) - set(self.tasks)
        if not unknown:
            return
        # Reached through the domain: the repertoire lies below the tasks, and knows
        # no more of them than their numbers and titles.
        found = self.domain.tasks.exclude(state="draft").filter(pk__in=unknown)
        self.tasks |= dict.fromkeys(unknown)
        for number, title in found.values_list("pk", "title"):
            address = reverse("tasks:task", args=[self.domain.slug, number])
            self.tasks[number] = markup.Link(address, title)


@dataclass(frozen=True, slots=True)
class Used:
    """What a text uses of a repertoire."""

    #: Each entry, and whether it was linked on purpose.
    entries: list[tuple[int, bool]]
    #: Names that are linked and no entry has.
    wanted: list[str]


def reader_of(domain: Domain) -> Reader:
    return Reader(domain, lexicon_of(domain))


def reader_of_now(domain: Domain) -> Reader:
    """The same, asking the database anew: what a transaction has changed so far counts,
    and must not be kept in case it is rolled back."""
    return Reader(domain, _compile(domain))
