"""Tally: the sums every position is made of, kept while a history is lived through.

Taking in a line, a week going by and a change of F each cost what they change, never
the ledger's length: lines add to their pairs, time fades all sums by one factor, and
who enters or leaves F turns only what they gave and carried.
"""

from dataclasses import dataclass

import numpy as np

from members.position.doing import Doing
from members.position.evidence import COMMONS, Evidence
from members.position.pairs import Flags, Floats, Numbers
from members.position.recognition import Recognition
from members.position.rules import Rules
from members.position.stewardship import Stewardship
from members.position.sums import Sums
from members.position.weeks import this_week
from members.position.weights import Weights, position
from members.position.whereabouts import Whereabouts


class Turned(Exception):
    """F is not the one that sums were kept under: they have to be added up anew."""


class Tally:
    """One body of evidence, read at moment after moment under one F after another.

    Whatever the steps it was brought there by, at one moment and under one F it comes
    to the same but for rounding.
    """

    def __init__(
        self,
        evidence: Evidence,
        rules: Rules,
        *,
        base: Sums | None = None,
        full: Flags | None = None,
    ) -> None:
        """Begin with nothing, or with a ``base`` under the F that ``full`` flags.

        A base has what the evidence does not tell of; it is held to its F.
        """
        self.evidence = evidence
        self.rules = rules
        self.count = 0
        at = evidence.columns.at
        #: F, shared with both sides, which change it in place.
        self.full = np.zeros(len(evidence.people), np.bool_)
        self._commons = evidence.known([COMMONS])
        if full is not None:
            self.full |= full | self._commons
        self._is_held = base is not None
        base = base or Sums.nothing(
            landmark=float(at[0]) if at.size else 0.0,
            people=len(evidence.people),
            areas=max(len(evidence.areas), 1),
        )
        self._landmark = base.landmark
        self.work = Recognition(evidence, rules, base=base, full=self.full)
        self.carried = Stewardship(evidence, rules, base=base, full=self.full)
        self.doing = Doing(evidence, rules, base=base)
        self.whereabouts = Whereabouts(evidence, rules, base=base)

    def take_in(self, count: int) -> None:
        """Add the lines up to the first ``count``; never fewer than before."""
        if count > self.count:
            self.count = count
            self.work.take_in(count)
            self.carried.take_in(count)
            self.doing.take_in(count)
            self.whereabouts.take_in(count)

    def let_be_full(self, full: Flags) -> None:
        """Make F what ``full`` flags, and the commons."""
        full = full | self._commons
        who = np.flatnonzero(self.full != full)
        if who.size:
            if self._is_held:
                raise Turned
            self.full[who] = full[who]
            self.work.change(who)
            self.carried.change(who)

    def sums(self, *, at: float) -> Sums:
        """Return everybody's sums, with nobody in a mutual set.

        ``at`` is the moment they are read at: D is told as of its Monday.
        """
        nobody = np.full(len(self.evidence.people), -1, np.int64)
        recognisers = self.work.recognisers(at=this_week(at), ring=nobody)
        return Sums(
            landmark=self._landmark,
            work=self.work.kept(),
            carried=self.carried.kept(),
            recognisers=recognisers.astype(np.float64),
            pace=self.doing.kept(),
            began=self.doing.began.copy(),
            acted=self.doing.acted.copy(),
            worked=self.doing.worked.copy(),
            lies=self.whereabouts.kept(),
        )

    def weigh(self, memory: int, *, at: float, ring: Numbers) -> Weights:
        """Return everybody's sums at a moment, under one memory.

        ``ring`` numbers the mutual set each person is in (-1: none). Whoever is
        answered for by another gives with that one's standing. What has faded from D
        leaves it on Mondays, so that in between nobody is moved outward by the hour.
        """
        recognisers = self.work.recognisers(at=this_week(at), ring=ring)
        work, work_outside = self.work.sums(memory, at=at, ring=ring)
        carried, carried_outside = self.carried.sums(memory, at=at, ring=ring)
        return Weights(
            work=work,
            work_outside=work_outside,
            stewardship=carried,
            stewardship_outside=carried_outside,
            recognisers=recognisers,
            position=position(
                work=work,
                work_outside=work_outside,
                stewardship=carried,
                stewardship_outside=carried_outside,
                recognised=self.full | (recognisers > 0),
                rules=self.rules,
            ),
        )

    def lines(self, *, at: float) -> "Weighed":
        """Return what each line weighs at a moment, under the level's memory."""
        columns, rules = self.evidence.columns, self.rules
        rows = self.evidence.work.rows
        rows = rows[: self.evidence.work.until(self.count)]
        age = at - columns.at[rows]
        carried_rows, carried, credited = self.carried.lines(at=at)
        return Weighed(
            work_rows=rows,
            work=columns.amount[rows] * np.exp2(-age / rules.level_half_life),
            stewardship_rows=carried_rows,
            stewardship=carried,
            credited=credited,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What each line weighs: the terms under the roots."""

    work_rows: Numbers
    work: Floats
    stewardship_rows: Numbers
    stewardship: Floats
    credited: Flags
