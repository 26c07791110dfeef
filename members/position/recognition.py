"""Recognition: W, W0 and D, kept as work is recognised, fades, and F changes.

``B[g,i]`` is kept by forward decay: a line of amount a at time t_e adds
``a * 2**((t_e - L) / h)`` once, for a landmark L. All sums of roots then fade by the one
factor ``2**((L - t) / 2h)``, so time alone touches nothing here but D, whose pairs are
kept by the week in which they cross its threshold.
"""

import math
from collections import defaultdict

import numpy as np

from members.position.evidence import COMMONS, Evidence
from members.position.pairs import Flags, Floats, Numbers, total
from members.position.rules import Rules
from members.position.weights import ROUNDING

_WEEK = 7.0


class Recognition:
    """Everybody's work pairs up to a line, under one F, for each memory."""

    def __init__(
        self, evidence: Evidence, rules: Rules, *, landmark: float, full: Flags
    ) -> None:
        self.pairs = evidence.work
        self.full = full
        self._columns = evidence.columns
        self._half_lives = rules.half_lives()
        self._landmark = landmark
        self._enough = rules.recogniser_threshold - ROUNDING
        memories, people = len(self._half_lives), len(evidence.people)
        self._amount = np.zeros((memories, len(self.pairs)))
        self._root = np.zeros((memories, len(self.pairs)))
        #: Sums of roots by memory: given by full members, and by others.
        self._sums = np.zeros((memories, 2, people))
        self._recognisers = np.zeros(people, np.int64)
        self._counts = np.zeros(len(self.pairs), np.bool_)
        self._crossing: dict[int, list[Numbers]] = defaultdict(list)
        self._week = -(2**31)
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
        touched = np.unique(pair)
        at, amount = self._columns.at[rows], self._columns.amount[rows]
        side = np.where(self.full[self.pairs.other[touched]], 0, 1)
        gainer = self.pairs.gainer[touched]
        for memory, half_life in enumerate(self._half_lives):
            forward = amount * np.exp2((at - self._landmark) / half_life)
            np.add.at(self._amount[memory], pair, forward)
            root = np.sqrt(self._amount[memory, touched])
            more = root - self._root[memory, touched]
            self._root[memory, touched] = root
            np.add.at(self._sums[memory], (side, gainer), more)
        touched = touched[self._speaks[touched]]
        if touched.size:
            self._schedule(touched)

    def change(self, who: Numbers) -> None:
        """Move what ``who`` gave to the other side, once F says otherwise of them."""
        pairs = self.pairs.of_others(who)
        gainer, by_full = self.pairs.gainer[pairs], self.full[self.pairs.other[pairs]]
        sign = np.where(by_full, 1.0, -1.0)
        for memory in range(len(self._half_lives)):
            root = sign * self._root[memory, pairs]
            np.add.at(self._sums[memory, 0], gainer, root)
            np.add.at(self._sums[memory, 1], gainer, -root)
        counted = self._counts[pairs]
        np.add.at(self._recognisers, gainer[counted], sign[counted].astype(np.int64))

    def sums(self, memory: int, *, at: float, ring: Numbers) -> tuple[Floats, Floats]:
        """Return W and W0 at a moment; a mutual set's pairs have one root."""
        fade = 2.0 ** ((self._landmark - at) / (2.0 * self._half_lives[memory]))
        # What was taken off again may leave a hair below nothing.
        full, others = np.maximum(self._sums[memory], 0.0) * fade
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
        np.subtract.at(sums, gainer, self._root[memory, pairs] * fade)
        together = total(gainer, self._amount[memory, pairs], sums.size)
        sums += np.sqrt(together) * fade
        np.maximum(sums, 0.0, out=sums)

    def _schedule(self, pairs: Numbers) -> None:
        """Count pairs in D, and note the week in which each will have faded from it."""
        self._count(pairs, met=np.ones(pairs.size, np.bool_))
        weeks = np.maximum(self._crosses_in(pairs), self._week)
        order = np.argsort(weeks, kind="stable")
        weeks, pairs = weeks[order], pairs[order]
        begins = np.flatnonzero(np.diff(weeks, prepend=-(2**62)))
        for week, some in zip(weeks[begins], np.split(pairs, begins[1:]), strict=True):
            self._crossing[int(week)].append(some)

    def _crosses_in(self, pairs: Numbers) -> Numbers:
        amount = np.maximum(self._amount[0, pairs], np.finfo(np.float64).tiny)
        lasts = self._half_lives[0] * np.log2(amount / self._enough)
        weeks: Numbers = np.floor((self._landmark + lasts) / _WEEK).astype(np.int64)
        return weeks

    def _fade(self, at: float) -> None:
        """Take out of D what has crossed its threshold by a moment."""
        self._week = math.floor(at / _WEEK)
        due = [week for week in self._crossing if week <= self._week]
        if not due:
            return
        pairs = np.unique(
            np.concatenate([some for week in due for some in self._crossing.pop(week)])
        )
        fade = 2.0 ** ((self._landmark - at) / self._half_lives[0])
        met = self._amount[0, pairs] * fade >= self._enough
        self._count(pairs, met=met)
        # Those renewed meanwhile are noted under a later week already.
        soon = pairs[met & (self._crosses_in(pairs) <= self._week)]
        if soon.size:
            self._crossing[self._week].append(soon)

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
