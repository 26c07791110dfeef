"""Tending: the ten things about the repertoire that matter most now, and why.

Every concern has a weight, those about one entry are added up, and the heaviest ten are
shown with each reason in words. What misleads somebody today weighs most, then people who
wait, then what may have gone stale; the weights only order the desk, and move nobody.

| concern | weight |
|---|---|
| contradicted | 100, and 1 a day it stands, up to 30 more |
| a proposal waits | 60, and 5 a day, up to 30 more |
| a newcomer's mend of this month nobody has looked at | 40, and 2 a day, up to 20 more |
| entries link to one that was overtaken | 30, and 2 an entry, up to 10 more |
| used, never confirmed | 20, and 1 a use in the last half-year, up to 20 more |
| used, confirmed over a year ago | 15, and 1 a use, up to 15 more |
| wanted | 12, and 4 an entry that links to it, up to 24 more |
| nobody of its area read it for half a year | 12 |
| orphaned: no link in, no use, its author gone | 14 |
| never used, or not for half a year | 10 |

Somebody who confirmed an entry within half a year has looked: the last three say nothing
then. Of each concern the weightiest thirty are considered, so that a desk costs the same
whatever the size of the repertoire.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Exists, F, OuterRef, Q

from domain.models import Domain
from repertoire.models import Contradiction, Entry, EntryLink, Revision
from repertoire.models.entry import EntryQuerySet

#: So many are shown: a desk with more is a heap.
TEN = 10
#: Of each concern, so many are weighed.
WEIGHED = 30

DAY = timedelta(days=1)
#: A mend that everybody read for a month was watched by use.
A_MONTH = timedelta(days=30)
#: Unread, unused or confirmed for so long: a season's turn.
HALF_A_YEAR = timedelta(days=180)
A_YEAR = timedelta(days=365)


class Why(StrEnum):
    CONTRADICTED = "contradicted"
    PROPOSED = "proposed"
    MENDED = "mended"
    LINKS_OVERTAKEN = "links_overtaken"
    NEVER_CONFIRMED = "never_confirmed"
    LONG_AGO = "long_ago"
    WANTED = "wanted"
    UNREAD = "unread"
    ORPHANED = "orphaned"
    NEVER_USED = "never_used"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Concern:
    """One reason to look at something. ``count`` and ``since`` go into its words."""

    why: Why
    weight: float
    count: int = 0
    since: datetime | None = None
    contradiction: Contradiction | None = None
    revision: Revision | None = None


@dataclass(slots=True)
class Matter:
    """An entry, or the name of one that is wanted, with every reason to look at it."""

    entry: Entry | None
    wanted: str = ""
    concerns: list[Concern] = field(default_factory=list)

    @property
    def weight(self) -> float:
        return sum(concern.weight for concern in self.concerns)

    @property
    def first(self) -> Concern:
        """The reason that weighs most: what can be done about it stands in the row."""
        return self.concerns[0]


def desk(domain: Domain, *, at: datetime) -> list[Matter]:
    """Return the ten matters that weigh most, each with its reasons, heaviest first."""
    matters: dict[int | str, Matter] = {}
    for entry, concern in _concerns(domain, at=at):
        entry.domain = domain
        matters.setdefault(entry.pk, Matter(entry)).concerns.append(concern)
    for name, wishes in EntryLink.objects.filter(
        source__domain=domain, source__retired_at=None
    ).wanted_most(WEIGHED):
        concern = Concern(Why.WANTED, 12 + min(4 * wishes, 24), count=wishes)
        matters[name] = Matter(None, wanted=name, concerns=[concern])
    for matter in matters.values():
        matter.concerns.sort(key=lambda concern: -concern.weight)
    heaviest = sorted(matters.items(), key=lambda item: (-item[1].weight, str(item[0])))
    return [matter for _key, matter in heaviest[:TEN]]


def _concerns(domain: Domain, *, at: datetime) -> Iterator[tuple[Entry, Concern]]:
    entries = Entry.objects.filter(domain=domain)
    yield from _contradicted(domain, at=at)
    yield from _proposed(domain, at=at)
    yield from _mended(domain, at=at)
    yield from _linking_to_overtaken(entries)
    yield from _unconfirmed(domain, entries.living(), at=at)
    yield from _gone_quiet(entries.living(), at=at)


def _contradicted(domain: Domain, *, at: datetime) -> Iterator[tuple[Entry, Concern]]:
    standing = (
        Contradiction.objects.standing()
        .filter(entry__domain=domain, entry__retired_at=None)
        .select_related("entry__current__author__member", "said_by")
        .oldest_first()
    )
    for one in standing[:WEIGHED]:
        weight = 100 + min((at - one.said_at) / DAY, 30)
        yield (
            one.entry,
            Concern(Why.CONTRADICTED, weight, since=one.said_at, contradiction=one),
        )


def _proposed(domain: Domain, *, at: datetime) -> Iterator[tuple[Entry, Concern]]:
    waiting = (
        Revision.objects.waiting()
        .filter(entry__domain=domain)
        .select_related("entry", "author__member")
        .order_by("written_at", "pk")
    )
    for one in waiting[:WEIGHED]:
        weight = 60 + min(5 * ((at - one.written_at) / DAY), 30)
        yield (
            one.entry,
            Concern(Why.PROPOSED, weight, since=one.written_at, revision=one),
        )


def _mended(domain: Domain, *, at: datetime) -> Iterator[tuple[Entry, Concern]]:
    unwatched = (
        Revision.objects.unwatched()
        .filter(entry__domain=domain, written_at__gt=at - A_MONTH)
        .select_related("entry", "base", "author__member")
        .order_by("written_at", "pk")
    )
    for one in unwatched[:WEIGHED]:
        weight = 40 + min(2 * ((at - one.written_at) / DAY), 20)
        yield one.entry, Concern(Why.MENDED, weight, since=one.written_at, revision=one)


def _linking_to_overtaken(entries: EntryQuerySet) -> Iterator[tuple[Entry, Concern]]:
    links = Count(
        "links_in__source",
        filter=Q(links_in__source__retired_at=None, links_in__explicit=True),
        distinct=True,
    )
    found = (
        entries.filter(overtaken_by__isnull=False)
        .annotate(linking=links)
        .filter(linking__gt=0)
        .order_by("-linking", "pk")
    )
    for one in found[:WEIGHED]:
        linking: int = one.linking  # type: ignore[attr-defined]
        weight = 30 + min(2 * linking, 10)
        yield one, Concern(Why.LINKS_OVERTAKEN, weight, count=linking)


def _unconfirmed(
    domain: Domain, living: EntryQuerySet, *, at: datetime
) -> Iterator[tuple[Entry, Concern]]:
    old = living.filter(Q(confirmed_at=None) | Q(confirmed_at__lt=at - A_YEAR))
    for one in old.most_used(WEIGHED, within=domain.pk, since=at - HALF_A_YEAR):
        uses: int = one.tasks_using  # type: ignore[attr-defined]
        if one.confirmed_at is None:
            yield one, Concern(Why.NEVER_CONFIRMED, 20 + min(uses, 20), count=uses)
        else:
            concern = Concern(
                Why.LONG_AGO, 15 + min(uses, 15), count=uses, since=one.confirmed_at
            )
            yield one, concern


def _gone_quiet(
    living: EntryQuerySet, *, at: datetime
) -> Iterator[tuple[Entry, Concern]]:
    since = at - HALF_A_YEAR
    unlooked = living.filter(written_at__lt=since).filter(
        Q(confirmed_at=None) | Q(confirmed_at__lt=since)
    )
    unread = unlooked.filter(Q(read_on=None) | Q(read_on__lt=since.date()))
    for one in _oldest(unread.filter(changed_at__lt=since)):
        yield one, Concern(Why.UNREAD, 12, since=one.changed_at)
    unused = unlooked.unused_since(since)
    linked = EntryLink.objects.filter(target=OuterRef("pk"), source__retired_at=None)
    orphaned = unused.filter(
        ~Exists(linked), written_by__left_at__isnull=False, citations=None
    )
    for one in _oldest(orphaned):
        yield one, Concern(Why.ORPHANED, 14)
    used = Entry.objects.filter(pk=OuterRef("pk"), citations__isnull=False)
    for one in _oldest(unused.annotate(was_used=Exists(used))):
        was_used: bool = one.was_used  # type: ignore[attr-defined]
        why = Why.UNUSED if was_used else Why.NEVER_USED
        yield one, Concern(why, 10, since=one.written_at)


def _oldest(entries: EntryQuerySet) -> Iterable[Entry]:
    return entries.order_by(
        F("confirmed_at").asc(nulls_first=True), "written_at", "pk"
    )[:WEIGHED]
