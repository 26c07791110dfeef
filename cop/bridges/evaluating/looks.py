"""Looks: whom a question is asked about at a moment, and what the answer was."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cop.bridges.evaluating.listed import FILLING_IN, Listed, firsts_of_month
from cop.bridges.evaluating.measures import Flags, Floats
from cop.bridges.evidence import Act, days
from members.position.pairs import Numbers

YEAR: Final = 365.0
#: Somebody who did anything within this counts as active.
ACTIVE_WITHIN: Final = 730.0
JANUARY: Final = 1

#: The two circles a question is asked in.
ACTIVE: Final = "active"
ALL: Final = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """People a question is asked about, by number, and for whom it is answered with yes."""

    who: Numbers
    is_in: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One moment: everybody's numbers, and the people they are judged by."""

    at: float
    month: int
    asked: Mapping[str, Asked]
    #: By score, the numbers of everybody.
    values: dict[str, Floats] = field(default_factory=dict)

    @property
    def is_yearly(self) -> bool:
        return self.month == JANUARY


class Attendance:
    """Who had done anything by a moment, and who had lately."""

    def __init__(self, acts: Sequence[Act], people: Mapping[str, int]) -> None:
        self._at = np.fromiter((days(act.t) for act in acts), np.float64, len(acts))
        who = (people[act.actor] for act in acts)
        self._who = np.fromiter(who, np.int64, len(acts))
        self._people = len(people)

    def known(self, moment: float) -> Flags:
        return self._between(-np.inf, moment)

    def active(self, moment: float) -> Flags:
        return self._between(moment - ACTIVE_WITHIN, moment)

    def _between(self, begin: float, end: float) -> Flags:
        rows = slice(*np.searchsorted(self._at, [begin, end], side="right"))
        flags = np.zeros(self._people, np.bool_)
        flags[self._who[rows]] = True
        return flags


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions a list of core people answers, about the people of one history."""

    listed: Listed
    people: Mapping[str, int]
    attendance: Attendance
    end: float

    def standing(self) -> Look:
        """Return the look at who is core at the end."""
        core = self.numbers(self.listed.core_at(self.end))
        asked = {
            scope: Asked(who, core[who]) for scope, who in self._people_at(self.end)
        }
        return Look(self.end, 0, asked)

    def standings(self) -> Iterator[Look]:
        """Yield the looks at who was core on each 1 January, once the list was whole."""
        begin = self.listed.begins + FILLING_IN
        for month, at in firsts_of_month(begin, self.end):
            if month == JANUARY:
                core = self.numbers(self.listed.core_at(at))
                who = np.flatnonzero(self.attendance.active(at))
                yield Look(at, month, {ACTIVE: Asked(who, core[who])})

    def promotions(self) -> Iterator[Look]:
        """Yield the looks at who enters the core within twelve months.

        From the first of every month for which the list covers the twelve months that
        follow. Asked about whoever had never been in the core; left out are those whose
        first day nobody knows. Looks at which nobody entered say nothing.
        """
        entered = np.full(len(self.people), np.inf)
        for one, on in self.listed.entered.items():
            if one in self.people:
                entered[self.people[one]] = on
        undated = self.numbers(self.listed.undated)
        begin = self.listed.begins - YEAR
        for month, at in firsts_of_month(begin, self.end - YEAR):
            been = (entered <= at) | undated | self.numbers(self.listed.core_at(at))
            soon = (at < entered) & (entered <= at + YEAR)
            asked = {}
            for scope, who in self._people_at(at):
                left = who[~been[who]]
                asked[scope] = Asked(left, soon[left])
            if month != JANUARY:
                del asked[ALL]
            if any(one.is_in.any() for one in asked.values()):
                yield Look(at, month, asked)

    def entries(self) -> list[tuple[float, int]]:
        """Return when people entered the core whose day is known, up to the end."""
        return [
            (on, self.people[one])
            for one, on in self.listed.entered.items()
            if one in self.people and one not in self.listed.undated and on <= self.end
        ]

    def numbers(self, names: frozenset[str]) -> Flags:
        flags = np.zeros(len(self.people), np.bool_)
        for name in names:
            if name in self.people:
                flags[self.people[name]] = True
        return flags

    def _people_at(self, moment: float) -> Iterator[tuple[str, Numbers]]:
        yield ACTIVE, np.flatnonzero(self.attendance.active(moment))
        yield ALL, np.flatnonzero(self.attendance.known(moment))
