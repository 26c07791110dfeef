"""Whereabouts: the areas everybody's evidence lies in, kept as lines come in.

Amounts fade with the level's memory, all by one factor, so that whose own area is which
changes with their lines alone. A year ago counts half.
"""

import numpy as np

from members.position.evidence import Evidence
from members.position.pairs import Floats, Numbers, distinct, until
from members.position.rules import Rules
from members.position.sums import Sums


class Whereabouts:
    """Everybody's own area, and how much of their own work lies in it and elsewhere."""

    def __init__(self, evidence: Evidence, rules: Rules, *, base: Sums) -> None:
        columns = evidence.columns
        nowhere = evidence.areas.get(None)
        somewhere = columns.area != (-1 if nowhere is None else nowhere)
        self._rows = np.flatnonzero(somewhere).astype(np.int32)
        self._columns = columns
        self._half_life = rules.level_half_life
        self._landmark = base.landmark
        #: By person and area: all evidence, and that for work of one's own. A practice
        #: has few areas, so most of it is in use.
        self._amount, self._work = (np.ascontiguousarray(lies.T) for lies in base.lies)
        self._done = 0
        people = len(evidence.people)
        #: The area most of each one's evidence lies in, or -1; ties to the earlier.
        self.home = np.full(people, -1, np.int64)
        self._own = np.zeros(people)
        self._abroad = np.zeros(people)
        self._settle(np.flatnonzero(self._amount.any(axis=1)))

    def take_in(self, count: int) -> None:
        """Add the lines up to the first ``count``."""
        first, self._done = self._done, until(self._rows, count)
        rows = self._rows[first : self._done]
        if not rows.size:
            return
        columns = self._columns
        age = (columns.at[rows] - self._landmark) / self._half_life
        forward = columns.amount[rows] * np.exp2(age)
        gainer = columns.gainer[rows]
        spot = gainer.astype(np.int64) * self._amount.shape[1] + columns.area[rows]
        np.add.at(self._amount.reshape(-1), spot, forward)
        np.add.at(self._work.reshape(-1), spot, forward * columns.is_work[rows])
        self._settle(distinct(gainer))

    def kept(self) -> Floats:
        """Return what lies where as of the landmark: everything, then own work."""
        return np.stack([self._amount.T, self._work.T])

    def abroad(self, *, at: float) -> tuple[Floats, Floats]:
        """Return what everybody's own work weighs at a moment, and that abroad of it."""
        fade = 2.0 ** ((self._landmark - at) / self._half_life)
        return self._own * fade, self._abroad * fade

    def _settle(self, who: Numbers) -> None:
        """Find anew where some people's evidence mostly lies."""
        home = self._amount[who].argmax(axis=1)
        work = self._work[who]
        self.home[who] = home
        self._own[who] = work.sum(axis=1)
        work[np.arange(who.size), home] = 0.0
        self._abroad[who] = work.sum(axis=1)
