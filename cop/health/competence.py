"""The masterpiece measured: do newcomers become competent sooner here? Pure.

The clock starts when a person could first claim a task. Two events end a wait: the
first accepted work, and the threshold, which is the first real work recognised by a
full member without remediation or accommodation. Everyone who came is counted: whoever
left without arriving has not arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from cop.health import survival
from cop.health.past import NOBODY, Flags, Floats, Numbers, Past, between
from cop.health.signs.practice import is_full
from cop.health.signs.reading import Scope
from cop.health.survival import Difference, Waits
from domain.columns import Columns
from members.practice import days, moment

#: Days up to which mean waits are compared.
HORIZON: Final = 90.0

#: Groups smaller than this are neither shown nor compared: somebody could be told.
FEWEST: Final = 5

#: A difference is spoken of from so many arrivals on in both groups together.
FEWEST_ARRIVED: Final = 10

QUARTERS: Final = 8

#: A task of up to so many minutes is small.
SMALL: Final = 120

#: Stand in place of what the first task and the first accepted work were like, for
#: who has none.
NO_TASK: Final = 0
NO_WORK: Final = 0


class Event(StrEnum):
    ACCEPTED = "accepted"
    THRESHOLD = "threshold"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Those who came, unnamed: when, and when each event first happened, if it has."""

    joined: Floats
    accepted: Floats
    threshold: Floats
    #: What the first task they took up was like, by how central and how large it was.
    first_task: Numbers
    #: How central their first accepted work was, and whether somebody else mended it.
    first_work: Numbers
    is_mended: Flags

    def __len__(self) -> int:
        return len(self.joined)

    def only(self, chosen: Flags) -> "Arrivals":
        return Arrivals(
            self.joined[chosen],
            self.accepted[chosen],
            self.threshold[chosen],
            self.first_task[chosen],
            self.first_work[chosen],
            self.is_mended[chosen],
        )

    def waits(self, event: Event, *, at: float) -> Waits:
        """Return how long each has waited for an event by ``at``, in days."""
        when = self.accepted if event is Event.ACCEPTED else self.threshold
        is_over = when <= at
        waited = np.where(is_over, when, at) - self.joined
        # Who came in with a first work in hand waited no time, and not less.
        return Waits(np.maximum(waited, 0.0), is_over)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who came in one quarter of a year."""

    name: str
    starts: float
    arrivals: Arrivals


class Said(StrEnum):
    """What may be said of two groups."""

    TOO_FEW = "too_few"
    NOTHING_SEEN = "nothing_seen"
    SOONER = "sooner"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one group's wait differs from another's, in days of at most ``HORIZON``."""

    said: Said
    people: tuple[int, int]
    arrived: tuple[int, int]
    #: Of one less the other: below nothing, the first waits less.
    difference: Difference | None = None
    #: How probable so large a difference is by chance (log-rank).
    by_chance: float | None = None
    #: The smallest difference that groups like these would show.
    smallest: float | None = None


def arrivals(past: Past, at: float, scope: Scope) -> Arrivals:
    """Return those who came since the tables begin, and when they arrived."""
    people = past.people
    chosen = (people["joined"] > past.since) & (people["joined"] <= at)
    chosen &= scope.has(past, people["pk"])
    who, joined = people["pk"][chosen], people["joined"][chosen]
    work = between(past.recognitions, past.since, at)
    work = work[work["is_work"] & scope.covers(work["area"])]
    clean = (work["rounds"] == 1) & ~work["is_accommodated"]
    clean &= (work["giver"] == NOBODY) | is_full(past, work["giver"], work["at"])
    first_work, is_mended = _first_works(who, work)
    return Arrivals(
        joined=joined,
        accepted=_first(who, work["receiver"], work["at"]),
        threshold=_first(who, work["receiver"][clean], work["at"][clean]),
        first_task=_first_tasks(past, at, who),
        first_work=first_work,
        is_mended=is_mended,
    )


def _first_tasks(past: Past, at: float, who: Numbers) -> Numbers:
    """Return of each what the first task they took up was like: a number for it."""
    claims, tasks = past.claims, past.tasks
    claims = claims[(claims["claimed"] <= at) & np.isin(claims["who"], who)]
    claims = claims[np.argsort(claims["claimed"], kind="stable")]
    known, first = np.unique(claims["who"], return_index=True)
    like = np.full(len(who), NO_TASK, dtype=np.int64)
    if len(known):
        task = tasks[np.searchsorted(tasks["pk"], claims["task"][first])]
        is_large = (task["effort"] > SMALL).astype(np.int64)
        like[np.searchsorted(who, known)] = 2 * task["centrality"] + is_large
    return like


def _first_works(who: Numbers, work: Columns) -> tuple[Numbers, Flags]:
    """Return of each how central their first accepted work was, and if it was mended."""
    central = np.full(len(who), NO_WORK, dtype=np.int64)
    is_mended = np.zeros(len(who), dtype=np.bool_)
    work = work[np.isin(work["receiver"], who)]
    known, first = np.unique(work["receiver"], return_index=True)
    place = np.searchsorted(who, known)
    central[place] = work["centrality"][first]
    is_mended[place] = work["is_accommodated"][first]
    return central, is_mended


def _first(who: Numbers, of: Numbers, at: Floats) -> Floats:
    """Return of each person the earliest of the times that are theirs."""
    first = np.full(len(who), np.inf)
    theirs = np.isin(of, who)
    np.minimum.at(first, np.searchsorted(who, of[theirs]), at[theirs])
    return first


def cohorts(found: Arrivals, *, at: float) -> list[Cohort]:
    """Return the last quarters' cohorts, earliest first, without those too small."""
    named = []
    for start, end, name in _quarters(moment(at)):
        inside = (found.joined >= start) & (found.joined < end)
        if np.count_nonzero(inside) >= FEWEST:
            named.append(Cohort(name, start, found.only(inside)))
    return named


def _quarters(at: datetime) -> Sequence[tuple[float, float, str]]:
    year, quarter = at.year, (at.month - 1) // 3
    found = []
    end = days(at + timedelta(seconds=1))
    for _ in range(QUARTERS):
        start = days(at.replace(year, 3 * quarter + 1, 1, 0, 0, 0, 0))
        found.append((start, end, f"Q{quarter + 1} {year}"))
        end = start
        year, quarter = (year, quarter - 1) if quarter else (year - 1, 3)
    return found[::-1]


def compare(one: Waits, other: Waits) -> Comparison:
    """Say what may be said of two groups' waits, and no more.

    Nothing, while either is small, hardly anybody has arrived, or nobody was seen for
    as long as the horizon; and no verdict for a difference whose interval holds none,
    or that is smaller than what groups like these could show.
    """
    people, arrived = (len(one), len(other)), (one.over, other.over)
    is_seen = all(
        len(group) >= FEWEST and group.is_known_up_to(HORIZON) for group in (one, other)
    )
    if not is_seen or sum(arrived) < FEWEST_ARRIVED:
        return Comparison(Said.TOO_FEW, people, arrived)
    difference = survival.restricted_difference(one, other, horizon=HORIZON)
    smallest = survival.smallest_told(one, other, horizon=HORIZON)
    return Comparison(
        _said(difference, smallest),
        people,
        arrived,
        difference,
        survival.log_rank(one, other),
        smallest,
    )


def compare_alike(one: Arrivals, other: Arrivals, *, at: float) -> Comparison:
    """Say the same of those whose first task was as central and as large.

    Whoever took none up is left out: nobody knows what it would have been.
    """
    pairs = [
        tuple(
            group.only(group.first_task == like).waits(Event.THRESHOLD, at=at)
            for group in (one, other)
        )
        for like in np.intersect1d(one.first_task, other.first_task)
        if like != NO_TASK
    ]
    alike = [
        (mine, theirs)
        for mine, theirs in pairs
        if all(
            len(group) >= FEWEST and group.is_known_up_to(HORIZON)
            for group in (mine, theirs)
        )
    ]
    people = sum(len(mine) for mine, _ in alike), sum(len(them) for _, them in alike)
    arrived = sum(mine.over for mine, _ in alike), sum(them.over for _, them in alike)
    if sum(arrived) < FEWEST_ARRIVED:
        return Comparison(Said.TOO_FEW, people, arrived)
    difference, smallest = survival.restricted_difference_alike(alike, horizon=HORIZON)
    return Comparison(
        _said(difference, smallest),
        people,
        arrived,
        difference,
        survival.log_rank_alike(alike),
        smallest,
    )


def _said(difference: Difference, smallest: float) -> Said:
    if not difference.is_told or abs(difference.value) < smallest:
        return Said.NOTHING_SEEN
    return Said.SOONER if difference.value < 0 else Said.LATER
