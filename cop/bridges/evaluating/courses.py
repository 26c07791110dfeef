"""Courses: how steadily a number leads through the weeks, and how long it is ahead.

A number is as good as what people can build on it: one that sorts well on a day and
turns about every week moves people in and out for nothing.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from cop.bridges.evaluating.measures import Flags, Floats, alike
from members.position.pairs import Numbers

YEAR: Final = 365.0
#: A change taken back within this many days was not worth making.
SOON: Final = 90.0


class Turns:
    """How often people come into a state and leave it, and how often that is undone."""

    def __init__(self, people: int) -> None:
        self._state = np.zeros(people, np.int64)
        self._before = np.full(people, -1)
        self._changed_at = np.full(people, -np.inf)
        self._changes = 0
        self._undone = 0
        self._years = 0.0
        self._last: float | None = None

    def take(self, at: float, state: Numbers, active: Flags) -> None:
        """Take in where everybody is at a moment; the first only sets out."""
        if self._last is not None:
            changed = np.flatnonzero(state != self._state)
            soon = at - self._changed_at[changed] <= SOON
            back = state[changed] == self._before[changed]
            self._changes += changed.size
            self._undone += int(np.count_nonzero(soon & back))
            self._before[changed] = self._state[changed]
            self._changed_at[changed] = at
            self._years += int(np.count_nonzero(active)) * (at - self._last) / YEAR
        self._state = state.copy()
        self._last = at

    def told(self) -> tuple[float | None, float | None]:
        """Return changes a member and year, and the share of them soon undone."""
        return (
            self._changes / self._years if self._years else None,
            self._undone / self._changes if self._changes else None,
        )


class Ahead:
    """How long before people entered the core they had come into a circle for good."""

    def __init__(self, entries: Iterable[tuple[float, int]], people: int) -> None:
        self._waiting = sorted(entries, reverse=True)
        self._since = np.full(people, np.inf)
        self._leads: list[float | None] = []

    def take(self, at: float, inside: Flags) -> None:
        while self._waiting and self._waiting[-1][0] <= at:
            entered, who = self._waiting.pop()
            since = float(self._since[who])
            self._leads.append(entered - since if since <= entered else None)
        self._since = np.where(inside, np.minimum(self._since, at), np.inf)

    def told(self) -> dict[str, Any]:
        known = [lead for lead in self._leads if lead is not None]
        return {
            "entries": len(self._leads),
            "seen_before": len(known) / len(self._leads) if self._leads else None,
            "median_days": float(np.median(known)) if known else None,
        }


class Course:
    """One number's way through the weeks.

    Its circle are as many of the highest, among the active, as the core has members:
    every number is asked for the same count, so that none gains by a generous cut.
    """

    def __init__(self, entries: Iterable[tuple[float, int]], people: int) -> None:
        self._last: Floats | None = None
        self._alike: list[float] = []
        self._turns = Turns(people)
        self._ahead = Ahead(entries, people)

    def take(self, at: float, values: Floats, active: Flags, core: int) -> None:
        who = np.flatnonzero(active)
        if self._last is not None:
            self._alike.append(alike(values[who], self._last[who]))
        inside = np.zeros(values.size, np.bool_)
        inside[who[highest(values[who], core)]] = True
        self._turns.take(at, inside.astype(np.int64), active)
        self._ahead.take(at, inside)
        self._last = values

    def stability(self) -> dict[str, Any]:
        changes, undone = self._turns.told()
        known = [one for one in self._alike if np.isfinite(one)]
        return {
            "rank_correlation": float(np.mean(known)) if known else None,
            "circle_changes_a_member_and_year": changes,
            "circle_reversed_within_90_days": undone,
        }

    def lead_time(self) -> dict[str, Any]:
        return self._ahead.told()


def highest(values: Floats, count: int) -> Flags:
    """Return who is among the ``count`` highest and above nothing, equals only together."""
    ordered = np.sort(values)
    not_below = values.size - np.searchsorted(ordered, values, side="left")
    inside: Flags = (not_below <= count) & (values > 0.0)
    return inside
