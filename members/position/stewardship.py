"""Stewardship: S and S0, kept as others' work is carried and F changes.

A line is credited when its steward is full, or whom they carried is, or a full member
other than the steward recognised the same item. What a pair comes to is added up again
from its own lines whenever one of them changes sides: taking an amount back off a sum
leaves a remainder, and the root of a remainder is not small.
"""

import numpy as np

from members.position.evidence import Evidence
from members.position.pairs import (
    Flags,
    Floats,
    Index,
    Numbers,
    distinct,
    total,
    until,
)
from members.position.rules import Rules
from members.position.sums import Sums


class Stewardship:
    """Everybody's stewardship pairs up to a line, under one F, for each memory."""

    def __init__(
        self, evidence: Evidence, rules: Rules, *, base: Sums, full: Flags
    ) -> None:
        self.pairs = evidence.stewardship
        self.full = full
        self._columns = columns = evidence.columns
        self._half_lives = rules.half_lives()
        self._landmark = base.landmark
        self._steward = evidence.parties[self.pairs.gainer]
        memories, people = len(self._half_lives), len(evidence.people)
        #: By memory: of credited lines, and of the others.
        self._amount = np.zeros((memories, 2, len(self.pairs)))
        self._sums = base.carried.copy()

        self._item = columns.item[self.pairs.rows]
        self._credited = np.zeros(self.pairs.rows.size, np.bool_)
        work = evidence.work.rows
        #: Rows by which items were recognised, and how many full members did so.
        self._recognitions = work[columns.is_recognition[work]]
        self._vouched = np.zeros(evidence.items_count, np.int32)
        self._by_item = Index.of(self._item, evidence.items_count)
        self._by_recogniser = Index.of(columns.other[self._recognitions], people)
        self._by_steward = Index.of(self._steward, people)
        self._recognised = 0
        self._done = 0

    def take_in(self, count: int) -> None:
        """Add the lines up to the first ``count``."""
        first, self._recognised = self._recognised, until(self._recognitions, count)
        new = self._recognitions[first : self._recognised]
        by_full = new[self.full[self._columns.other[new]]]
        turned = self._vouch(self._columns.item[by_full], np.ones(by_full.size))

        first, self._done = self._done, self.pairs.until(count)
        self._credit(turned, added=np.arange(first, self._done))

    def change(self, who: Numbers) -> None:
        """Credit anew what hangs on ``who``, once F says otherwise of them."""
        places = self._by_recogniser.places(who)
        rows = self._recognitions[places[places < self._recognised]]
        sign = np.where(self.full[self._columns.other[rows]], 1.0, -1.0)
        turned = self._vouch(self._columns.item[rows], sign)
        pairs = np.concatenate(
            [self._by_steward.places(who), self.pairs.of_others(who)]
        )
        own = self._arrived(self.pairs.lines.places(distinct(pairs)))
        self._credit(
            distinct(np.concatenate([turned, own])), added=np.empty(0, np.int64)
        )

    def kept(self) -> Floats:
        """Return S and S0 as of the landmark, with nobody in a mutual set."""
        return np.maximum(self._sums, 0.0)

    def sums(self, memory: int, *, at: float, ring: Numbers) -> tuple[Floats, Floats]:
        """Return S and S0 at a moment; a mutual set's pairs have one root."""
        fade = 2.0 ** ((self._landmark - at) / (2.0 * self._half_lives[memory]))
        sums = np.maximum(self._sums[memory], 0.0) * fade
        pairs = self.pairs.of_gainers(np.flatnonzero(ring >= 0))
        gainer = self.pairs.gainer[pairs]
        within = ring[gainer] == ring[self.pairs.other[pairs]]
        pairs, gainer = pairs[within], gainer[within]
        for side in range(2) if pairs.size else ():
            amount = self._amount[memory, side, pairs]
            np.subtract.at(sums[side], gainer, np.sqrt(amount) * fade)
            together = total(gainer, amount, sums[side].size)
            sums[side] = np.maximum(sums[side] + np.sqrt(together) * fade, 0.0)
        return sums[0], sums[1]

    def lines(self, *, at: float) -> tuple[Numbers, Floats, Flags]:
        """Return the rows of all lines, what each weighs, and which are credited."""
        places = np.arange(self._done)
        return (
            self.pairs.rows[places],
            self._weights(places, 0)
            * 2.0 ** ((self._landmark - at) / self._half_lives[0]),
            self._credited[places],
        )

    def _vouch(self, items: Numbers, sign: Floats) -> Numbers:
        """Count full recognitions; return the places of lines whose item turned by it."""
        if not items.size:
            return np.empty(0, np.int64)
        touched = distinct(items)
        before = self._vouched[touched] > 0
        np.add.at(self._vouched, items, sign.astype(np.int32))
        turned = touched[before != (self._vouched[touched] > 0)]
        return self._arrived(self._by_item.places(turned))

    def _arrived(self, places: Numbers) -> Numbers:
        return places[places < self._done]

    def _credit(self, turned: Numbers, *, added: Numbers) -> None:
        """Say of lines whether they are credited, and bring their pairs up to date."""
        asked = np.concatenate([turned, added])
        if not asked.size:
            return
        pair = self.pairs.pair[asked]
        credited = (
            self.full[self._steward[pair]]
            | self.full[self.pairs.other[pair]]
            | (self._vouched[self._item[asked]] > 0)
        )
        changed = turned[credited[: turned.size] != self._credited[turned]]
        self._credited[asked] = credited
        anew = distinct(self.pairs.pair[changed])
        touched = distinct(np.concatenate([anew, self.pairs.pair[added]]))
        before = np.sqrt(self._amount[:, :, touched])
        self._add_up(anew, added)
        more = np.sqrt(self._amount[:, :, touched]) - before
        gainer = self.pairs.gainer[touched]
        for memory in range(len(self._half_lives)):
            for side in range(2):
                np.add.at(self._sums[memory, side], gainer, more[memory, side])

    def _add_up(self, anew: Numbers, added: Numbers) -> None:
        """Add up pairs from all their lines, and the added lines to all others."""
        if anew.size:
            fresh = np.zeros(len(self.pairs), np.bool_)
            fresh[anew] = True
            added = added[~fresh[self.pairs.pair[added]]]
            self._amount[:, :, anew] = 0.0
            self._add(np.sort(self._arrived(self.pairs.lines.places(anew))))
        self._add(added)

    def _add(self, places: Numbers) -> None:
        pair, is_credited = self.pairs.pair[places], self._credited[places]
        for memory in range(len(self._half_lives)):
            weights = self._weights(places, memory)
            for side, which in ((0, is_credited), (1, ~is_credited)):
                np.add.at(self._amount[memory, side], pair[which], weights[which])

    def _weights(self, places: Numbers, memory: int) -> Floats:
        """Return what lines weigh, as forward decay has it."""
        rows = self.pairs.rows[places]
        age = (self._columns.at[rows] - self._landmark) / self._half_lives[memory]
        weights: Floats = self._columns.amount[rows] * np.exp2(age)
        return weights
