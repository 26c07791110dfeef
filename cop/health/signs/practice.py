"""What several signs ask of the past: who is active, what was recognised, who is new.

Pure. Rows are told by place in their table; masks are as long as it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from cop.health.past import (
    NOBODY,
    Flags,
    Floats,
    Numbers,
    Past,
    between,
    number_of,
)
from cop.health.signs.reading import FEWEST_CASES, WINDOW_DAYS, Scope
from domain.centrality import Zone
from domain.columns import Columns
from members.models import Participation

Kind = Participation.Kind

#: For half a year somebody is new: the two windows their first works fall into.
NEW_FOR_DAYS: Final = 180

YEAR: Final = timedelta(days=365)
YEAR_DAYS: Final = YEAR.days


def within(times: Floats, at: float, *, days: float = WINDOW_DAYS) -> Flags:
    """Which times lie in the window that ends at a moment."""
    inside: Flags = (times > at - days) & (times <= at)
    return inside


def lately(times: Floats, at: float) -> Flags:
    """Which times lie in the window before a moment, or among the latest there are.

    Of newcomers, and in small communities of all, there are few. Where the window holds fewer cases than can be read, it
    reaches back to as many as can, a year at most.
    """
    inside = within(times, at)
    if np.count_nonzero(inside) >= FEWEST_CASES:
        return inside
    year = within(times, at, days=YEAR_DAYS)
    latest = np.sort(times[year])[-FEWEST_CASES:]
    return year & (times >= latest[0]) if len(latest) else inside


def is_kind(lines: Columns, *kinds: Participation.Kind) -> Flags:
    return np.isin(lines["kind"], [number_of(kind) for kind in kinds])


def acts(past: Past, at: float, scope: Scope, *, days: float = WINDOW_DAYS) -> Columns:
    """Return what was done in the days before a moment, and in the scope's area."""
    lines = past.lines_between(at - days, at)
    return lines if scope.area is None else lines[scope.covers(lines["area"])]


def active(
    past: Past, at: float, scope: Scope, *, days: float = WINDOW_DAYS
) -> Numbers:
    """Return who did anything for the practice in the days before a moment."""
    lines = acts(past, at, scope, days=days)
    found = np.unique(
        np.concatenate([lines["giver"], lines["receiver"][lines["is_work"]]])
    )
    return found[scope.has(past, found)]


def is_kept_here(past: Past, at: float) -> bool:
    """Whether anything of the window before a moment was done here.

    Of what was taken in from elsewhere nobody told the tasks and the entries: that
    there are none here says nothing.
    """
    lines = past.lines_between(at - WINDOW_DAYS, at)
    return not len(lines) or bool(lines["is_here"].any())


def came(past: Past, at: float, scope: Scope, *, after: float, until: float) -> Flags:
    """Who, of all people, came in a span that ends at most at a moment."""
    people = past.people
    joined = (people["joined"] > after) & (people["joined"] <= min(until, at))
    return joined & scope.has(past, people["pk"])


def joined_at(past: Past, members: Numbers) -> Floats:
    people = past.people
    place = np.minimum(np.searchsorted(people["pk"], members), max(len(people) - 1, 0))
    return people["joined"][place] if len(people) else np.zeros(len(members))


def is_full(past: Past, who: Numbers, at: float | Floats) -> Flags:
    full: Flags = past.zone_of(who, at) >= Zone.ACTIVE
    return full


@dataclass(frozen=True, slots=True)
class Works:
    """Recognised real work, once for each piece and author."""

    #: The line that tells of it.
    pk: Numbers
    at: Floats
    author: Numbers
    is_accommodated: Flags
    #: Whether a full member was among those who recognised it. What a history says
    #: was let in by nobody it names was let in by somebody entitled to.
    by_full: Flags
    is_newcomers: Flags
    #: Whether it was done here, and not taken in from elsewhere.
    is_here: Flags

    def __len__(self) -> int:
        return len(self.pk)


def works(past: Past, at: float, scope: Scope, *, days: float = WINDOW_DAYS) -> Works:
    """Return the work recognised in the days before a moment."""
    found = between(past.recognitions, at - days, at)
    found = found[found["is_work"] & scope.covers(found["area"])]
    found = found[scope.has(past, found["receiver"])]
    piece = np.empty(len(found), dtype=[("item", "i8"), ("author", "i8")])
    piece["item"], piece["author"] = found["item"], found["receiver"]
    _piece, first, which = np.unique(piece, return_index=True, return_inverse=True)
    full = (found["giver"] == NOBODY) | is_full(past, found["giver"], found["at"])
    by_full = np.zeros(len(first), dtype=bool)
    np.logical_or.at(by_full, which, full)
    order = np.argsort(found["at"][first], kind="stable")
    first, by_full = first[order], by_full[order]
    author, times = found["receiver"][first], found["at"][first]
    return Works(
        pk=found["pk"][first],
        at=times,
        author=author,
        is_accommodated=found["is_accommodated"][first],
        by_full=by_full,
        is_newcomers=joined_at(past, author) > times - NEW_FOR_DAYS,
        is_here=found["is_here"][first],
    )


def newcomers_works(past: Past, at: float, scope: Scope) -> tuple[Works, Numbers]:
    """Return a year's recognised work, and which of it newcomers did lately."""
    done = works(past, at, scope, days=YEAR_DAYS)
    new = np.flatnonzero(done.is_newcomers)
    return done, new[lately(done.at[new], at)]


def nth_of_each(who: Numbers) -> Numbers:
    """Return the place of each row among its person's rows, from one, in their order."""
    order = np.argsort(who, kind="stable")
    sorted_ = who[order]
    starts = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]])
    run = np.repeat(starts, np.diff(np.r_[starts, len(sorted_)]))
    nth = np.empty(len(who), dtype=np.int64)
    nth[order] = np.arange(len(who)) - run + 1
    return nth


def firsts(past: Past, rows: Columns, *, who: str, when: str, most: int = 1) -> Columns:
    """Return the first rows of each person, in their order; ``who`` and ``when`` name
    columns.

    Of whoever was here before the tables begin, the first are not in them.
    """
    rows = rows[joined_at(past, rows[who]) > past.since]
    rows = rows[np.argsort(rows[when], kind="stable")]
    return rows[nth_of_each(rows[who]) <= most]


@dataclass(frozen=True, slots=True)
class Results:
    """Real work that was taken in long enough ago to have been used by now."""

    submission: Numbers
    author: Numbers
    settled: Floats
    was_used: Flags
    is_newcomers: Flags


def results(
    past: Past, at: float, scope: Scope, *, days: float = WINDOW_DAYS
) -> Results:
    """Return what was taken in in the days that ended 90 days ago, and whether 90 days
    later somebody had used it."""
    handed, tasks = past.submissions, past.tasks
    accepted = (handed["outcome"] > 0) & (handed["outcome"] < 3)  # noqa: PLR2004
    chosen = accepted & ~handed["is_practice"] & scope.covers(handed["area"])
    chosen &= within(handed["settled"], at - WINDOW_DAYS, days=days)
    found = handed[chosen]
    found = found[scope.has(past, found["author"])]
    place = np.searchsorted(tasks["pk"], found["task"])
    used = tasks["used"][place] if len(found) else np.empty(0)
    settled = found["settled"]
    return Results(
        submission=found["pk"],
        author=found["author"],
        settled=settled,
        was_used=used <= settled + WINDOW_DAYS,
        is_newcomers=joined_at(past, found["author"])
        > found["handed_in"] - NEW_FOR_DAYS,
    )


def free_between(past: Past, tasks: Flags, since: float, until: float) -> Flags:
    """Which of the tasks somebody could have claimed at some time in a span.

    A seat is free while the task is open and fewer claims live than it has seats.
    """
    table = past.tasks
    start = np.maximum(table["opened"], since)
    end = np.minimum(table["closed"], until)
    chosen = np.flatnonzero(tasks & (start < end))
    start, end = start[chosen], end[chosen]
    found = np.zeros(len(table), dtype=bool)
    if not len(chosen):
        return found
    claims = past.claims
    place = np.searchsorted(table["pk"][chosen], claims["task"])
    place = np.minimum(place, len(chosen) - 1)
    ours = table["pk"][chosen][place] == claims["task"]
    ours &= (claims["claimed"] < end[place]) & (claims["ended"] > start[place])
    claims, place = claims[ours], place[ours]
    # A gap begins where the span does, or where a claim ends within it.
    freed = claims["ended"] < end[place]
    task = np.concatenate([np.arange(len(chosen)), place[freed]])
    moment = np.concatenate([start, claims["ended"][freed]])
    taken = _at_most(place, claims["claimed"], task, moment) - _at_most(
        place, claims["ended"], task, moment
    )
    has_a_gap = taken < table["seats"][chosen][task]
    found[chosen[task[has_a_gap]]] = True
    return found


def _at_most(group: Numbers, times: Floats, of: Numbers, until: Floats) -> Numbers:
    """Return how many times of each group in ``of`` come no later than ``until``."""
    # By their places among all times, so that a group and a time make one whole number.
    known = np.unique(np.concatenate([times, until]))
    width = len(known)
    keys = np.sort(group * width + np.searchsorted(known, times))
    up_to = np.searchsorted(
        keys, of * width + np.searchsorted(known, until), side="right"
    )
    return up_to - np.searchsorted(keys, of * width)
