"""Doing: what everybody last did and how busy they were, whatever it was worth."""

import numpy as np

from members.position.evidence import Evidence
from members.position.pairs import Floats
from members.position.rules import Rules


class Doing:
    """When everybody last acted, and ``x_h = sum 2**(-age / h) (works + 2 reviews)``."""

    def __init__(self, evidence: Evidence, rules: Rules, *, landmark: float) -> None:
        people = len(evidence.people)
        self._columns = evidence.columns
        self._half_lives = rules.pace_half_lives()
        self._review_works = rules.review_works
        self._landmark = landmark
        self._sums = np.zeros((len(self._half_lives), people))
        self._done = 0
        #: When each first and last did anything the ledger tells of, and last had work
        #: recognised.
        self.began = np.full(people, np.inf)
        self.acted = np.full(people, -np.inf)
        self.worked = np.full(people, -np.inf)

    def take_in(self, count: int) -> None:
        """Add the lines up to the first ``count``."""
        new = slice(self._done, count)
        self._done = count
        columns = self._columns
        at, gainer = columns.at[new], columns.gainer[new]
        np.minimum.at(self.began, columns.actor[new], at)
        # Lines are in order of time, so the last assignment is the latest.
        self.acted[columns.actor[new]] = at
        recognised = columns.is_recognition[new]
        self.worked[gainer[recognised]] = at[recognised]

        worth = (
            columns.is_first[new] * 1.0 + columns.is_review[new] * self._review_works
        )
        telling = np.flatnonzero(worth)
        for memory, half_life in enumerate(self._half_lives):
            forward = np.exp2((at[telling] - self._landmark) / half_life)
            np.add.at(self._sums[memory], gainer[telling], worth[telling] * forward)

    def sums(self, *, at: float) -> list[Floats]:
        """Return x_h at a moment, for each memory."""
        return [
            self._sums[memory] * 2.0 ** ((self._landmark - at) / half_life)
            for memory, half_life in enumerate(self._half_lives)
        ]
