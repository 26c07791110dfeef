"""Whereabouts: the areas everybody's evidence lies in, kept as lines come in.

Amounts fade with the level's memory, all by one factor, so that whose own area is which
changes with their lines alone. A year ago counts half.
"""

import numpy as np

from members.position.evidence import Evidence
from members.position.pairs import Flags, Floats, Numbers, Pairs, total
from members.position.rules import Rules


class Whereabouts:
    """Everybody's own area, and how much of their own work lies in it and elsewhere."""

    def __init__(self, evidence: Evidence, rules: Rules, *, landmark: float) -> None:
        columns = evidence.columns
        nowhere = evidence.areas.get(None)
        somewhere = columns.area != (-1 if nowhere is None else nowhere)
        rows = np.flatnonzero(somewhere).astype(np.int32)
        self._columns = columns
        self._half_life = rules.level_half_life
        self._landmark = landmark
        self._spots = Pairs.of(rows, columns.gainer[rows], columns.area[rows])
        #: By spot: all evidence, and that for work of one's own.
        self._amount = np.zeros((2, len(self._spots)))
        self._done = 0
        people = len(evidence.people)
        #: The area most of each one's evidence lies in, or -1; ties to the earlier.
        self.home = np.full(people, -1, np.int64)
        self._own = np.zeros(people)
        self._abroad = np.zeros(people)

    def take_in(self, count: int) -> None:
        """Add the lines up to the first ``count``."""
        spots = self._spots
        until = spots.until(count)
        new = slice(self._done, until)
        self._done = until
        rows, spot = spots.rows[new], spots.pair[new]
        if not rows.size:
            return
        columns = self._columns
        age = (columns.at[rows] - self._landmark) / self._half_life
        forward = columns.amount[rows] * np.exp2(age)
        np.add.at(self._amount[0], spot, forward)
        np.add.at(self._amount[1], spot, forward * columns.is_work[rows])
        self._settle(np.unique(spots.gainer[spot]))

    def abroad(self, *, at: float) -> tuple[Floats, Floats]:
        """Return what everybody's own work weighs at a moment, and that abroad of it."""
        fade = 2.0 ** ((self._landmark - at) / self._half_life)
        return self._own * fade, self._abroad * fade

    def _settle(self, who: Numbers) -> None:
        """Find anew where some people's evidence mostly lies."""
        spots = self._spots.of_gainers(who)
        person, area = self._spots.gainer[spots], self._spots.other[spots]
        amount, own = self._amount[:, spots]
        # Smallest first, so that the largest is written last and stays.
        order = np.lexsort((-area, amount))
        self.home[person[order]] = area[order]
        people = self.home.size
        is_away: Flags = area != self.home[person]
        self._own[who] = total(person, own, people)[who]
        self._abroad[who] = total(person[is_away], own[is_away], people)[who]
