"""Weights: from evidence and who is full, to the sums a position is made of.

``B[g,i]`` and ``V[i,j]`` are read by forward decay (Cormode, Shkapenyuk, Srivastava and
Xu 2009): a line of amount a at time t_e adds ``a * 2**((t_e - L) / h)`` once for a
landmark L, and reading at time t multiplies by ``2**((L - t) / h)``. Nothing is ever
decayed again.
"""

from dataclasses import dataclass

import numpy as np

from members.position.evidence import Evidence, Flags, Floats, Numbers
from members.position.rules import Rules

#: Two sums that differ by less than this are the same but for rounding.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What every member's position is made of, at one moment and under one memory."""

    #: W and W0: roots of B summed over full members, and over others.
    work: Floats
    work_outside: Floats
    #: S and S0: roots of V summed over those carried, credited and not.
    stewardship: Floats
    stewardship_outside: Floats
    #: D: full members whose recognition still weighs.
    recognisers: Numbers
    #: P, before anything is said about zones.
    position: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What each line weighs: the terms under the roots."""

    work_rows: Numbers
    work: Floats
    stewardship_rows: Numbers
    stewardship: Floats
    credited: Flags


class Scale:
    """Reads one body of evidence at moment after moment, under one memory."""

    def __init__(self, evidence: Evidence, rules: Rules, *, half_life: float) -> None:
        self.evidence = evidence
        self.rules = rules
        self.half_life = half_life
        at = evidence.columns.at
        self.landmark = float(at[0]) if at.size else 0.0
        self._forward: Floats = evidence.columns.amount * np.exp2(
            (at - self.landmark) / half_life
        )
        self._sums = np.zeros(evidence.work.gainer.size)
        self._summed = 0
        self._busy = _busy(evidence, rules)

    def weigh(self, *, at: float, full: Flags, ring: Numbers) -> Weights:
        """Return everybody's sums at a moment.

        ``full`` flags the full members, ``ring`` numbers the mutual set each person
        is in (-1: none). Whoever is answered for by another gives with that one's
        standing.
        """
        evidence, rules = self.evidence, self.rules
        count = len(evidence.people)
        fade = 2.0 ** ((self.landmark - at) / self.half_life)

        pairs = evidence.work
        given = self._work_sums(evidence.until(at)) * fade
        by_full = full[pairs.other]
        within = _within(pairs.gainer, pairs.other, ring)
        work = _rooted(given, pairs.gainer, by_full, within, count)
        outside = _rooted(given, pairs.gainer, ~by_full, within, count)
        recognisers = self._recognisers(given, by_full, within)

        pairs = evidence.stewardship
        weighed = self._stewardship(at, full)
        rows = pairs.pair[: weighed.stewardship_rows.size]
        within = _within(pairs.gainer, pairs.other, ring)
        met = np.ones(pairs.gainer.size, np.bool_)
        carried, carried_outside = (
            _rooted(
                _total(rows[which], weighed.stewardship[which], pairs.gainer.size),
                pairs.gainer,
                met,
                within,
                count,
            )
            for which in (weighed.credited, ~weighed.credited)
        )
        return Weights(
            work=work,
            work_outside=outside,
            stewardship=carried,
            stewardship_outside=carried_outside,
            recognisers=recognisers,
            position=position(
                work=work,
                work_outside=outside,
                stewardship=carried,
                stewardship_outside=carried_outside,
                recognised=full | (recognisers > 0),
                rules=rules,
            ),
        )

    def lines(self, *, at: float, full: Flags) -> Weighed:
        """Return what each line weighs, under the same terms as ``weigh``."""
        return self._stewardship(at, full, with_work=True)

    def _work_sums(self, count: int) -> Floats:
        """Return the forward sums of all work pairs over the first ``count`` lines."""
        pairs = self.evidence.work
        until = pairs.until(count)
        if until < self._summed:
            self._sums = np.zeros(pairs.gainer.size)
            self._summed = 0
        new = slice(self._summed, until)
        np.add.at(self._sums, pairs.pair[new], self._forward[pairs.rows[new]])
        self._summed = until
        return self._sums

    def _recognisers(self, given: Floats, by_full: Flags, within: Flags) -> Numbers:
        """Return D; a mutual set is one recogniser to each in it, however many it is."""
        pairs, count = self.evidence.work, len(self.evidence.people)
        enough = self.rules.recogniser_threshold - ROUNDING
        alone = by_full & ~within & (given >= enough)
        recognisers = np.bincount(pairs.gainer[alone], minlength=count)
        together = by_full & within
        if together.any():
            given_within = np.bincount(
                pairs.gainer[together], given[together], minlength=count
            )
            recognisers = recognisers + (given_within >= enough)
        return recognisers

    def _stewardship(
        self, at: float, full: Flags, *, with_work: bool = False
    ) -> Weighed:
        evidence = self.evidence
        columns, count = evidence.columns, evidence.until(at)
        fade = 2.0 ** ((self.landmark - at) / self.half_life)
        rows = evidence.stewardship.rows[: evidence.stewardship.until(count)]

        stewards = evidence.parties[columns.gainer[rows]]
        credited = full[stewards] | full[columns.other[rows]]
        # A steward who is not full cannot be the full member who recognised the item,
        # so whoever did is another.
        work = evidence.work.rows[: evidence.work.until(count)]
        by_full = work[columns.is_recognition[work] & full[columns.other[work]]]
        recognised = np.zeros(len(evidence.items), np.bool_)
        recognised[columns.item[by_full]] = True
        credited = credited | recognised[columns.item[rows]]

        weight = self._forward[rows] * fade * self._attention(rows, credited)
        work = work if with_work else work[:0]
        return Weighed(
            work_rows=work,
            work=self._forward[work] * fade,
            stewardship_rows=rows,
            stewardship=weight,
            credited=credited,
        )

    def _attention(self, rows: Numbers, credited: Flags) -> Floats:
        """Return the share in which each line counts, for days with many reviews.

        The n-th credited review of a day beyond the eighth adds
        ``sqrt(n - 8) - sqrt(n - 9)``, so that n of them count ``8 + sqrt(n - 8)``.
        One more never takes from those before it.
        """
        share = np.ones(rows.size)
        places, day = self._busy
        here = places < rows.size
        places, day = places[here], day[here]
        if not places.size:
            return share
        counted = credited[places].astype(np.int64)
        total = np.cumsum(counted)
        starts = np.flatnonzero(np.diff(day, prepend=-1))
        before = (total - counted)[starts]
        nth = total - np.repeat(before, np.diff(starts, append=day.size))
        beyond = np.maximum(nth - self.rules.reviews_a_day, 0)
        marginal = np.sqrt(beyond) - np.sqrt(np.maximum(beyond - 1, 0))
        share[places] = np.where((counted > 0) & (beyond > 0), marginal, 1.0)
        return share


def position(
    *,
    work: Floats,
    work_outside: Floats,
    stewardship: Floats,
    stewardship_outside: Floats,
    recognised: Flags,
    rules: Rules,
) -> Floats:
    """Return P from its four sums.

    ``P = ln(1 + W + min(0.3 W0, 0.75)) + 2 ln(1 + S + min(0.3 S0, 0.75))``, and at most
    2 for whoever is not full and not ``recognised`` by a full member (D = 0).
    """
    factor, cap = rules.outsider_factor, rules.outsider_cap
    reached: Floats = np.log1p(
        work + np.minimum(factor * work_outside, cap)
    ) + rules.stewardship_factor * np.log1p(
        stewardship + np.minimum(factor * stewardship_outside, cap)
    )
    return np.where(recognised, reached, np.minimum(reached, rules.unrecognised_cap))


def _within(gainer: Numbers, other: Numbers, ring: Numbers) -> Flags:
    within: Flags = (ring[gainer] >= 0) & (ring[gainer] == ring[other])
    return within


def _rooted(
    amount: Floats, gainer: Numbers, which: Flags, within: Flags, count: int
) -> Floats:
    """Sum the roots of what each pair amounts to; a mutual set's pairs have one root."""
    alone = which & ~within
    rooted = _total(gainer[alone], np.sqrt(amount[alone]), count)
    together = which & within
    if together.any():
        rooted += np.sqrt(_total(gainer[together], amount[together], count))
    return rooted


def _total(number: Numbers, amount: Floats, count: int) -> Floats:
    """Return the amounts added up by number."""
    return np.bincount(number, amount, minlength=count).astype(np.float64, copy=False)


def _busy(evidence: Evidence, rules: Rules) -> tuple[Numbers, Numbers]:
    """Return the reviews of days with too many, by steward and day, then in time.

    Places in the stewardship lines, and for each the number of its steward's day.
    """
    columns, rows = evidence.columns, evidence.stewardship.rows
    places = np.flatnonzero(columns.is_review[rows])
    if not places.size:
        return places, places
    reviews = rows[places]
    stewards = evidence.parties[columns.gainer[reviews]]
    days = np.floor(columns.at[reviews]).astype(np.int64)
    days -= days.min()
    _, day, often = np.unique(
        stewards * (days.max() + 1) + days, return_inverse=True, return_counts=True
    )
    busy = often[day] > rules.reviews_a_day
    places, day = places[busy], day[busy]
    order = np.argsort(day, kind="stable")
    return places[order], day[order]
