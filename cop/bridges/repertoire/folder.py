"""The folder: the repertoire as it stands, one Markdown file an entry under its shelf.

The pictures these show lie beside the shelves, each once.
"""

from collections.abc import Iterator
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cop.bridges.repertoire import pages
from cop.bridges.repertoire.pages import Grown, Page
from cop.bridges.repertoire.people import People
from cop.bridges.repertoire.pictures import Leaving
from domain.models import Domain
from members.names import more_than_a_name
from repertoire import markup, shelves
from repertoire.models import Doing, Entry, Revision, ToldOrigin
from repertoire.text import Text
from tasks.models import Origin

README: Final = "README.md"
#: Entries in memory at a time.
AT_ONCE: Final = 500


def files(domain: Domain) -> Iterator[tuple[str, bytes]]:
    """Yield each file's path within the folder, and what it holds; always alike.

    Entries out of use come along, proposals nobody has taken in do not.
    """
    people, pictures = People(domain), Leaving(domain)
    shown: set[str] = set()
    yield README, _readme(domain).encode()
    for entry in entries(domain):
        page = page_of(entry, people, pictures)
        shown.update(pages.pictures_in(page.text))
        yield pages.path_of(entry.kind, entry.slug), pages.written(page).encode()
    for name in sorted(shown):
        yield pages.path_of_picture(name), pictures.content(name)


def entries(domain: Domain) -> Iterator[Entry]:
    """Yield what there is to take along, shelf by shelf in the order of addresses.

    Asked for a stretch at a time: whoever downloads slowly holds no cursor open.
    """
    kind, slug = "", ""
    while True:
        later = _taken_along(domain).filter(
            Q(kind__gt=kind) | Q(kind=kind, slug__gt=slug)
        )
        stretch = list(later.order_by("kind", "slug")[:AT_ONCE])
        yield from stretch
        if len(stretch) < AT_ONCE:
            return
        kind, slug = stretch[-1].kind, stretch[-1].slug


def _taken_along(domain: Domain) -> QuerySet[Entry]:
    named = ("written_by", "confirmed_by", "current__author")
    authors = [f"current__{name}" for name in GROWN_AUTHORS]
    grown = [*authors, *(f"current__{name}" for name in GROWN)]
    return (
        Entry.objects.filter(domain=domain, current__isnull=False)
        .select_related("domain", "area", "overtaken_by", *named, *grown)
        .defer(*more_than_a_name(*named, *authors))
    )


def page_of(entry: Entry, people: People, pictures: Leaving) -> Page:
    """The entry as it stands."""
    current, by = entry.current, entry.overtaken_by
    assert current is not None  # noqa: S101 - only such are taken along
    return Page(
        kind=Entry.Kind(entry.kind),
        text=pictures.told(Text.of(current)),
        aliases=tuple(" ".join(alias.split()) for alias in entry.aliases),
        area=" ".join(entry.area.name.split()) if entry.area else "",
        former_slugs=tuple(entry.former_slugs),
        written_at=entry.written_at,
        written_by=people.named(entry.written_by),
        changed_at=current.live_at,
        changed_by=people.named(current.author),
        confirmed_at=entry.confirmed_at,
        confirmed_by=people.named(entry.confirmed_by) if entry.confirmed_by else None,
        retired_at=entry.retired_at,
        overtaken_by=f"{by.shelf}/{by.slug}" if by else "",
        canonical_at=entry.canonical_at,
        grew_out_of=grown(current, entry, people),
    )


#: What ``grown`` reads of a revision, and whose names.
GROWN: Final = ("origin__task", "told_origin")
GROWN_AUTHORS: Final = ("origin__author", "told_origin__author")


def grown(revision: Revision, entry: Entry, people: People) -> Grown | None:
    """What a version grew out of, here or where it was brought in from."""
    told: ToldOrigin | None = getattr(revision, "told_origin", None)
    if told is not None:
        return Grown(
            people.named(told.author),
            Doing(told.doing),
            told.task,
            told.path,
            told.words,
        )
    origin: Origin | None = getattr(revision, "origin", None)
    if origin is None:
        return None
    origin.task.domain = entry.domain
    is_open = origin.was_at != Doing.REVIEWING
    return Grown(
        said_by=people.named(origin.author),
        doing=origin.was_at,
        task=" ".join(origin.task.title.split()),
        path=origin.get_absolute_url() if is_open else origin.task.get_absolute_url(),
        words=_kept(origin.words) if is_open else "",
    )


def _kept(words: str) -> str:
    return words[: markup.LONGEST]


def _readme(domain: Domain) -> str:
    names = ", ".join(str(name) for name in shelves.NAMES.values())
    return f"# {domain.name}\n\n{' '.join(domain.concern.split())}\n\n" + _(
        "This is the repertoire of a community of practice: the words, tools, "
        "approaches and stories its members work with. Each entry is a Markdown "
        "file in the folder of its shelf (%(names)s); what is known of it stands "
        "between the two lines of “---” at its top. Links such as [[field blank]] "
        "lead to the entry of that name, #12 to a task, @maya to a member. The pictures "
        "they show lie in the folder pictures.\n\n"
        "Nobody has stated terms for using it elsewhere. Ask the community, and "
        "name the authors: each entry says who wrote and who last changed it, and "
        "the history who changed what and why.\n"
    ) % {"names": names}
