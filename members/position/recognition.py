"""Recognition: W, W0 and D, kept as work is recognised, fades, and F changes.

``B[g,i]`` is kept by forward decay: a line of amount a at time t_e adds
``a * 2**((t_e - L) / h)`` once, for a landmark L. All sums of roots then fade by the one
factor ``2**((L - t) / 2h)``, so time alone touches nothing here but D, whose pairs are
kept by the week in which they cross its threshold.
"""

import math

import numpy as np

from members.position.evidence import COMMONS, Evidence
from members.position.pairs import Flags, Floats, Numbers, distinct, total
from members.position.rules import Rules
from members.position.sums import Sums
from members.position.weights import ROUNDING

_WEEK = 7.0
_NEVER = np.int32(2**31 - 1)


class Recognition:
    """Everybody's work pairs up to a line, under one F, for each memory."""

    def __init__(
        self, evidence: Evidence, rules: Rules, *, base: Sums, full: Flags
    ) -> None:
        self.pairs = evidence.work
        self.full = full
        self._columns = evidence.columns
        self._half_lives = rules.half_lives()
        self._landmark = base.landmark
        self._enough = rules.recogniser_threshold - ROUNDING
        memories, people = len(self._half_lives), len(evidence.people)
        self._people = people
        self._amount = np.zeros((memories, len(self.pairs)))
        #: Sums of roots by memory: first everybody's from full members, then theirs
        #: from others.
        self._sums = base.work.reshape(memories, 2 * people).copy()
        self._recognisers = base.recognisers.astype(np.int64)
        self._counts = np.zeros(len(self.pairs), np.bool_)
        #: The week in which each counted pair will have faded from D.
        self._crosses = np.full(len(self.pairs), _NEVER)
        self._done = 0
        commons = evidence.people.get(COMMONS)
        self._speaks = self.pairs.other != (-1 if commons is None else commons)

    def take_in(self, count: int) -> None:
        """Add the lines up to the first ``count``."""
        until = self.pairs.until(count)
        new = slice(self._done, until)
        self._done = until
        rows, pair = self.pairs.rows[new], self.pairs.pair[new]
        if not rows.size:
            return
        touched = distinct(pair)
        at, amount = self._columns.at[rows], self._columns.amount[rows]
        by_others = ~self.full[self.pairs.other[touched]]
        spot = self.pairs.gainer[touched] + by_others * np.int64(self._people)
        for memory, half_life in enumerate(self._half_lives):
            forward = amount * np.exp2((at - self._landmark) / half_life)
            amounts = self._amount[memory]
            before = np.sqrt(amounts[touched])
            np.add.at(amounts, pair, forward)
            np.add.at(self._sums[memory], spot, np.sqrt(amounts[touched]) - before)
        touched = touched[self._speaks[touched]]
        if touched.size:
            self._schedule(touched)

    def change(self, who: Numbers) -> None:
        """Move what ``who`` gave to the other side, once F says otherwise of them."""
        pairs = self.pairs.of_others(who)
        gainer, by_full = self.pairs.gainer[pairs], self.full[self.pairs.other[pairs]]
        sign = np.where(by_full, 1.0, -1.0)
        for memory in range(len(self._half_lives)):
            root = sign * np.sqrt(self._amount[memory, pairs])
            np.add.at(self._sums[memory], gainer, root)
            np.add.at(self._sums[memory], gainer + self._people, -root)
        counted = self._counts[pairs]
        np.add.at(self._recognisers, gainer[counted], sign[counted].astype(np.int64))

    def kept(self) -> Floats:
        """Return W and W0 as of the landmark, with nobody in a mutual set."""
        memories = len(self._half_lives)
        return np.maximum(self._sums, 0.0).reshape(memories, 2, self._people)

    def sums(self, memory: int, *, at: float, ring: Numbers) -> tuple[Floats, Floats]:
        """Return W and W0 at a moment; a mutual set's pairs have one root."""
        fade = 2.0 ** ((self._landmark - at) / (2.0 * self._half_lives[memory]))
        # What was taken off again may leave a hair below nothing.
        sums = np.maximum(self._sums[memory], 0.0) * fade
        full, others = sums[: self._people], sums[self._people :]
        pairs = self._within(ring)
        if pairs.size:
            by_full = self.full[self.pairs.other[pairs]]
            for one, which in ((full, by_full), (others, ~by_full)):
                self._as_one(one, pairs[which], memory, fade)
        return full, others

    def recognisers(self, *, at: float, ring: Numbers) -> Numbers:
        """Return D; a mutual set is one recogniser to each in it, however many it is."""
        self._fade(at)
        found = self._recognisers.copy()
        pairs = self._within(ring)
        pairs = pairs[self.full[self.pairs.other[pairs]]]
        if pairs.size:
            gainer = self.pairs.gainer[pairs]
            found -= np.bincount(gainer[self._counts[pairs]], minlength=found.size)
            fade = 2.0 ** ((self._landmark - at) / self._half_lives[0])
            found += total(gainer, self._amount[0, pairs], found.size) * fade >= (
                self._enough
            )
        return found

    def _within(self, ring: Numbers) -> Numbers:
        """Return the pairs that lie within a mutual set."""
        pairs = self.pairs.of_gainers(np.flatnonzero(ring >= 0))
        same: Numbers = pairs[
            ring[self.pairs.gainer[pairs]] == ring[self.pairs.other[pairs]]
        ]
        return same

    def _as_one(self, sums: Floats, pairs: Numbers, memory: int, fade: float) -> None:
        gainer = self.pairs.gainer[pairs]
        amount = self._amount[memory, pairs]
        np.subtract.at(sums, gainer, np.sqrt(amount) * fade)
        together = total(gainer, amount, sums.size)
        sums += np.sqrt(together) * fade
        np.maximum(sums, 0.0, out=sums)

    def _schedule(self, pairs: Numbers) -> None:
        """Count pairs in D, and note the week in which each will have faded from it."""
        self._count(pairs, met=np.ones(pairs.size, np.bool_))
        amount = np.maximum(self._amount[0, pairs], np.finfo(np.float64).tiny)
        lasts = self._half_lives[0] * np.log2(amount / self._enough)
        self._crosses[pairs] = np.floor((self._landmark + lasts) / _WEEK)

    def _fade(self, at: float) -> None:
        """Take out of D what has crossed its threshold by a moment."""
        # Asked of all pairs at once: one comparison each is less than any bookkeeping.
        pairs = np.flatnonzero(self._crosses <= math.floor(at / _WEEK))
        if not pairs.size:
            return
        fade = 2.0 ** ((self._landmark - at) / self._half_lives[0])
        met = self._amount[0, pairs] * fade >= self._enough
        self._count(pairs, met=met)
        self._crosses[pairs[~met]] = _NEVER

    def _count(self, pairs: Numbers, *, met: Flags) -> None:
        changed = self._counts[pairs] != met
        pairs, met = pairs[changed], met[changed]
        self._counts[pairs] = met
        by_full = self.full[self.pairs.other[pairs]]
        np.add.at(
            self._recognisers,
            self.pairs.gainer[pairs[by_full]],
            np.where(met[by_full], 1, -1),
        )
