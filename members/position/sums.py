"""Sums: everybody's, taken over from one reading to the next.

Time fades every sum of a position by one factor, and a line changes only those of the
two it lies between. What was added up once therefore need not be read again: only the
pairs that new lines touch are, as they were and as they are now.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from members.position.pairs import Floats
from members.position.rules import Rules

#: Of one person: W and W0, S and S0 by memory; D; the pace's two sums; when they began,
#: acted and had work recognised. What lies in which area follows.
_ENDS: Final = (4, 8, 9, 11, 14)
_NEVER: Final = (np.inf, -np.inf, -np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Everybody's sums under one F, as of a landmark; arrays run over people last.

    Members of a mutual set are still apart in them.
    """

    landmark: float
    #: By memory, and by who gave: full members, then others.
    work: Floats
    #: By memory, and by whether it is credited.
    carried: Floats
    #: D, as of the last Monday.
    recognisers: Floats
    #: By memory of the pace.
    pace: Floats
    began: Floats
    acted: Floats
    worked: Floats
    #: By area: all evidence, then that for work of one's own.
    lies: Floats

    @classmethod
    def nothing(cls, *, landmark: float, people: int, areas: int) -> "Sums":
        """Return the sums of people of whom the ledger says nothing."""
        rows = np.zeros((people, _ENDS[-1] + 2 * areas))
        rows[:, _ENDS[-2] : _ENDS[-1]] = _NEVER
        return cls.unpacked(rows, landmark=landmark)

    @classmethod
    def unpacked(cls, rows: Floats, *, landmark: float) -> "Sums":
        """Return sums from a row of numbers for each person."""
        people, areas = len(rows), (rows.shape[1] - _ENDS[-1]) // 2
        work, carried, recognisers, pace, moments, lies = np.split(
            np.ascontiguousarray(rows.T), _ENDS
        )
        return cls(
            landmark=landmark,
            work=work.reshape(2, 2, people),
            carried=carried.reshape(2, 2, people),
            recognisers=recognisers[0],
            pace=pace,
            began=moments[0],
            acted=moments[1],
            worked=moments[2],
            lies=lies.reshape(2, areas, people),
        )

    def packed(self) -> Floats:
        """Return a row of numbers for each person."""
        people = self.began.size
        parts = (
            self.work.reshape(4, people),
            self.carried.reshape(4, people),
            self.recognisers[None],
            self.pace,
            np.stack([self.began, self.acted, self.worked]),
            self.lies.reshape(2 * self.lies.shape[1], people),
        )
        return np.ascontiguousarray(np.concatenate(parts).T)

    def as_of(self, landmark: float, *, rules: Rules) -> "Sums":
        """Return the same sums as of another landmark."""
        past = self.landmark - landmark
        fades = np.exp2(past / np.array(rules.half_lives()))
        paces = np.exp2(past / np.array(rules.pace_half_lives()))
        # Roots fade with twice the half-life.
        roots = np.sqrt(fades)[:, None, None]
        return replace(
            self,
            landmark=landmark,
            work=self.work * roots,
            carried=self.carried * roots,
            pace=self.pace * paces[:, None],
            lies=self.lies * np.exp2(past / rules.level_half_life),
        )

    def without(self, some: "Sums") -> "Sums":
        """Return these sums without what some pairs came to, as of the same landmark."""
        return replace(
            self,
            work=self.work - some.work,
            carried=self.carried - some.carried,
            recognisers=self.recognisers - some.recognisers,
            pace=self.pace - some.pace,
            lies=self.lies - some.lies,
        )
