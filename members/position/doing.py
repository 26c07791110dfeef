"""Doing: what everybody last did and how busy they were, whatever it was worth."""

import numpy as np

from members.position.evidence import Evidence
from members.position.pairs import Floats, until
from members.position.rules import Rules
from members.position.sums import Sums


class Doing:
    """When everybody last acted, and ``x_h = sum 2**(-age / h) (works + 2 reviews)``."""

    def __init__(self, evidence: Evidence, rules: Rules, *, base: Sums) -> None:
        self._columns = evidence.columns
        self._half_lives = rules.pace_half_lives()
        self._review_works = rules.review_works
        self._landmark = base.landmark
        self._sums = base.pace.copy()
        self._done = 0
        #: When each first and last did anything the ledger tells of, and last had work
        #: recognised.
        self.began = base.began.copy()
        self.acted = base.acted.copy()
        self.worked = base.worked.copy()

    def take_in(self, count: int) -> None:
        """Add the lines up to the first ``count``."""
        new = slice(self._done, count)
        self._done = count
        columns = self._columns
        at, gainer = columns.at[new], columns.gainer[new]
        actor = gainer.copy()
        uses = slice(until(columns.used, new.start), until(columns.used, count))
        actor[columns.used[uses] - new.start] = columns.user[uses]
        np.minimum.at(self.began, actor, at)
        np.maximum.at(self.acted, actor, at)
        recognised = columns.is_recognition[new]
        np.maximum.at(self.worked, gainer[recognised], at[recognised])

        worth = (
            columns.is_first[new] * 1.0 + columns.is_review[new] * self._review_works
        )
        telling = np.flatnonzero(worth)
        for memory, half_life in enumerate(self._half_lives):
            forward = np.exp2((at[telling] - self._landmark) / half_life)
            np.add.at(self._sums[memory], gainer[telling], worth[telling] * forward)

    def kept(self) -> Floats:
        """Return x_h as of the landmark, for each memory."""
        return self._sums.copy()

    def sums(self, *, at: float) -> list[Floats]:
        """Return x_h at a moment, for each memory."""
        return [
            self._sums[memory] * 2.0 ** ((self._landmark - at) / half_life)
            for memory, half_life in enumerate(self._half_lives)
        ]
