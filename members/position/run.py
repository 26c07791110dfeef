"""Runs: who stands where at a moment, given who stood where a week before.

Zones, full membership and headings remember: each run starts from the one before. Runs
that others start from lie on one fixed grid, Mondays at midnight in UTC, so that a
history replayed in one go and a history followed live come to the same. Between
two Mondays a run may be taken at any moment, to show the newest act; it moves people
inward only, and nothing starts from it.
"""

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from domain.centrality import Zone
from members.position.evidence import COMMONS, Evidence
from members.position.heading import Bridges, Heading, bridging, head, own_pace, pace
from members.position.pairs import Flags, Floats, Numbers
from members.position.rings import Ring, find, numbered
from members.position.rules import DEFAULT, Rules
from members.position.tally import Tally
from members.position.weeks import WEEK, next_week
from members.position.weights import ROUNDING, Weights

#: The memories, by their place among ``Rules.half_lives``.
_LEVEL: Final = 0
_MOMENTUM: Final = 1


@dataclass(frozen=True, slots=True)
class Term:
    """A founder's time: full until the ledger can speak."""

    member: Hashable
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What organizers decided about one member's zone, for a time and for a reason."""

    member: Hashable
    begins: float
    ends: float
    at_least: Zone = Zone.PERIPHERY
    at_most: Zone = Zone.CORE


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the ledger does not say and positions depend on."""

    founders: tuple[Term, ...] = ()
    decisions: tuple[Decision, ...] = ()
    bridges: Mapping[Hashable, Bridges] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def people(self) -> Iterator[Hashable]:
        """Yield whom founding and organizers decided about."""
        yield from (term.member for term in self.founders)
        yield from (decision.member for decision in self.decisions)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a run has to know of somebody's last one."""

    zone: Zone = Zone.PERIPHERY
    heading: Heading = Heading.EDGE
    runs_below: int = 0
    runs_quiet: int = 0
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """What a weekly run settles for all readings up to the next, whoever they are of."""

    at: float
    rings: tuple[Ring, ...]
    #: What everybody's own work weighed then, and of it that abroad of their own area.
    own: float
    abroad: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one member stands."""

    position: float
    momentum: float
    recognisers: int
    zone: Zone
    heading: Heading
    runs_below: int
    runs_quiet: int
    is_silent: bool
    rho: float
    #: By the time they have been here; tells who has grown quiet.
    own_rho: float
    #: The area most of their evidence lies in.
    home: Hashable | None = None


#: Where everybody stands of whom the ledger says nothing.
NEWCOMER: Final = Standing(
    position=0.0,
    momentum=0.0,
    recognisers=0,
    zone=Zone.PERIPHERY,
    heading=Heading.EDGE,
    runs_below=0,
    runs_quiet=0,
    is_silent=False,
    rho=1.0,
    own_rho=1.0,
)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Everybody's standing at one moment; arrays run over ``evidence.people``."""

    at: float
    evidence: Evidence
    level: Weights
    momentum: Weights
    #: F as this run's positions were worked out: whoever leaves leaves at its end, and
    #: whoever came in between two weekly runs answers for others from the next.
    full: Flags
    #: The zones of the run before, and those of this one.
    before: Numbers
    zone: Numbers
    heading: Numbers
    runs_below: Numbers
    runs_quiet: Numbers
    silent: Flags
    rho: Floats
    own_rho: Floats
    #: The area most of each one's evidence lies in, by its number, or -1.
    home: Numbers
    #: What holds until the next weekly run, if this is one.
    week: Week
    #: q, the recognitions by different full members that the way in takes.
    recognisers_needed: int
    #: Fewer than three full members: what positions say rests on too few.
    is_provisional: bool
    #: Fewer than three of F active: nobody is moved outward.
    is_held: bool

    @property
    def rings(self) -> tuple[Ring, ...]:
        return self.week.rings

    def standing(self, member: Hashable) -> Standing:
        number = self.evidence.people.get(member)
        if number is None or number >= self.zone.size:
            return NEWCOMER
        return Standing(
            position=float(self.level.position[number]),
            momentum=float(self.momentum.position[number]),
            recognisers=int(self.level.recognisers[number]),
            zone=Zone(int(self.zone[number])),
            heading=Heading(int(self.heading[number])),
            runs_below=int(self.runs_below[number]),
            runs_quiet=int(self.runs_quiet[number]),
            is_silent=bool(self.silent[number]),
            rho=float(self.rho[number]),
            own_rho=float(self.own_rho[number]),
            home=None
            if (home := self.home[number]) < 0
            else self.evidence.areas.ids[home],
        )

    def members(self) -> list[Hashable]:
        """Return everybody the run knows; the commons are nobody."""
        known = self.evidence.people.ids[: self.zone.size]
        return [one for one in known if one != COMMONS]

    def full_members(self) -> frozenset[Hashable]:
        return frozenset(
            self.evidence.people.ids[number] for number in np.flatnonzero(self.full)
        )

    def marks(self) -> dict[Hashable, Mark]:
        """Return what the next run starts from; who is not in it starts afresh."""
        told = (
            (self.zone != Zone.PERIPHERY)
            | (self.heading != Heading.EDGE)
            | (self.runs_quiet > 0)
            | self.silent
        )
        return {
            self.evidence.people.ids[number]: Mark(
                zone=Zone(int(self.zone[number])),
                heading=Heading(int(self.heading[number])),
                runs_below=int(self.runs_below[number]),
                runs_quiet=int(self.runs_quiet[number]),
                is_silent=bool(self.silent[number]),
            )
            for number in np.flatnonzero(told)
        }


class Practice:
    """One domain's evidence under its rules, ready to be read at any moment."""

    def __init__(
        self,
        evidence: Evidence,
        *,
        rules: Rules = DEFAULT,
        circumstances: Circumstances = Circumstances(),
        tally: Tally | None = None,
    ) -> None:
        """Begin to read; a ``tally`` is given where sums were kept beside the evidence.

        Such evidence must know everybody whom the circumstances name.
        """
        evidence.enroll(circumstances.people())
        self.evidence = evidence
        self.rules = rules
        self.circumstances = circumstances
        self._tally = tally or Tally(evidence, rules)
        self._bridges = {
            number: ties
            for member, ties in circumstances.bridges.items()
            if (number := evidence.people.get(member)) is not None
        }

    def tally(self, *, at: float, full: Flags) -> Tally:
        """Return the sums of a moment under one F; dear only when going back in time."""
        count = self.evidence.until(at)
        if count < self._tally.count:
            self._tally = Tally(self.evidence, self.rules)
        self._tally.let_be_full(full)
        self._tally.take_in(count)
        return self._tally

    def stand(
        self,
        at: float,
        *,
        previous: "Mapping[Hashable, Mark] | Marks | Run",
        weekly: bool,
        week: Week | None = None,
    ) -> Run:
        """Work out one run from the marks of the one before, or from that run itself.

        In ``weekly`` runs, positions come first, under the F they themselves decide:
        from the last run's F, adding whoever now comes in, until nobody does. Then
        whoever falls below a cut leaves. In between F stays as it is but for what
        founding and organizers decide, so that where somebody stands hangs on their own
        lines alone; ``week`` is what the last weekly run settled.
        """
        rules, evidence = self.rules, self.evidence
        before = Marks.of(previous, evidence)
        at_least, at_most = self._decided(at)
        kept = at_least >= Zone.ACTIVE
        doing = self.tally(at=at, full=self._tally.full).doing

        is_back = before.silent & (doing.worked > at - rules.silent_after)
        silent = before.silent & ~is_back
        may_be_full = (at_most >= Zone.ACTIVE) & ~(silent & ~kept)
        full = ((before.zone >= Zone.ACTIVE) | kept) & may_be_full
        rings = (
            find(evidence, at=at, full=full, rules=rules)
            if week is None
            else week.rings
        )
        ring = numbered(rings, evidence)
        while True:
            tally = self.tally(at=at, full=full)
            level = tally.weigh(_LEVEL, at=at, ring=ring)
            needed = rules.recognisers_needed(self._speaking(full))
            reached = level.position + ROUNDING
            enters = (reached >= rules.active.enter) & (level.recognisers >= needed)
            returns = is_back & (reached >= rules.active.leave)
            more = ~full & may_be_full & (enters | returns)
            if not weekly or not more.any():
                break
            full = full | more

        active = full & (doing.acted > at - rules.active_within)
        is_held = self._speaking(active) < rules.fewest_active
        moves_out = weekly and not is_held
        below = full & (reached < rules.active.leave)
        runs_below = np.where(below, before.runs_below + int(moves_out), 0)
        falls = moves_out & below & (runs_below >= rules.runs_below) & ~kept
        # Who never did anything cannot have gone silent, and leaves by the cut.
        is_long_ago = np.isfinite(doing.acted) & (
            doing.acted <= at - rules.silent_after
        )
        goes_silent = moves_out & full & is_long_ago & ~kept
        silent = (silent & ~kept) | goes_silent

        zone = self._zones(
            reached,
            before=before.zone,
            full=(full | more) & ~falls & ~goes_silent,
            moves_out=moves_out,
        )
        zone = np.minimum(np.maximum(zone, at_least), at_most)

        own, abroad = tally.whereabouts.abroad(at=at)
        if week is None:
            week = Week(at, rings, own=float(own.sum()), abroad=float(abroad.sum()))
        fade = 2.0 ** ((week.at - at) / rules.level_half_life)
        year, quarter = doing.sums(at=at)
        rho = pace(year=year, quarter=quarter, rules=rules)
        is_still = np.isfinite(doing.acted) & (doing.acted <= at - rules.active_within)
        own_rho = own_pace(
            year=year,
            quarter=quarter,
            here=at - doing.began,
            still=np.where(is_still, at - doing.acted, 0.0),
            rules=rules,
        )
        is_quiet = own_rho < rules.heading_out
        runs_quiet = np.where(is_quiet, before.runs_quiet + int(weekly), 0)
        return Run(
            at=at,
            evidence=evidence,
            level=level,
            momentum=tally.weigh(_MOMENTUM, at=at, ring=ring),
            full=full,
            before=before.zone,
            zone=zone,
            heading=head(
                position=level.position,
                full=zone >= Zone.ACTIVE,
                rho=rho,
                own=own_rho,
                is_still=is_still,
                bridge=bridging(
                    own=own,
                    abroad=abroad,
                    everybodys=(week.own * fade, week.abroad * fade),
                    bridges=self._bridges,
                    at=at,
                    rules=rules,
                ),
                quiet=runs_quiet,
                before=before.heading,
                rules=rules,
            ),
            runs_below=np.where(zone >= Zone.ACTIVE, runs_below, 0),
            runs_quiet=runs_quiet,
            silent=silent,
            rho=rho,
            own_rho=own_rho,
            home=tally.whereabouts.home.copy(),
            week=week,
            recognisers_needed=needed,
            is_provisional=self._speaking(full) < rules.fewest_founders,
            is_held=is_held,
        )

    def replay(
        self,
        *,
        start: float | None = None,
        end: float,
        previous: Mapping[Hashable, Mark] = MappingProxyType({}),
    ) -> Iterator[Run]:
        """Yield the weekly runs after ``start`` (default: the first line) to ``end``.

        ``previous`` are the marks of the last run at or before ``start``.
        """
        if start is None:
            beginnings = [term.begins for term in self.circumstances.founders]
            if self.evidence.columns.at.size:
                beginnings.append(float(self.evidence.columns.at[0]))
            if not beginnings:
                return
            start = min(beginnings)
        at = next_week(start)
        last: Mapping[Hashable, Mark] | Run = previous
        while at <= end:
            last = self.stand(at, previous=last, weekly=True)
            yield last
            at += WEEK

    def decided(self, member: Hashable, at: float) -> tuple[Zone, Zone]:
        """Return the zones founding and organizers hold one member between."""
        number = self.evidence.people.get(member)
        if number is None:
            return Zone.PERIPHERY, Zone.CORE
        at_least, at_most = self._decided(at)
        return Zone(int(at_least[number])), Zone(int(at_most[number]))

    def protected_until(self, member: Hashable, zone: Zone, at: float) -> float:
        """Return until when founding or organizers keep a member in a zone."""
        kept = [
            term.ends
            for term in self.circumstances.founders
            if term.member == member and term.begins <= at and zone <= Zone.ACTIVE
        ] + [
            decision.ends
            for decision in self.circumstances.decisions
            if decision.member == member
            and decision.begins <= at
            and decision.at_least >= zone
        ]
        return max(kept, default=-math.inf)

    def last_act(self, member: Hashable, at: float) -> float:
        """Return when a member last did anything the ledger tells of."""
        number = self.evidence.people.get(member)
        if number is None:
            return -math.inf
        return float(self.tally(at=at, full=self._tally.full).doing.acted[number])

    def _decided(self, at: float) -> tuple[Numbers, Numbers]:
        """Return the zones founders' terms and organizers hold everybody between."""
        count = len(self.evidence.people)
        at_least = np.full(count, int(Zone.PERIPHERY))
        at_most = np.full(count, int(Zone.CORE))
        founding = (
            Decision(term.member, term.begins, term.ends, at_least=Zone.ACTIVE)
            for term in self.circumstances.founders
        )
        for decision in (*founding, *self.circumstances.decisions):
            if decision.begins <= at < decision.ends:
                number = self.evidence.people.number(decision.member)
                at_least[number] = max(at_least[number], decision.at_least)
                at_most[number] = min(at_most[number], decision.at_most)
        return np.minimum(at_least, at_most), at_most

    def _speaking(self, who: Flags) -> int:
        """Count those who answer for themselves: agents add no voice to F."""
        return int(
            np.count_nonzero(who & (self.evidence.parties == np.arange(who.size)))
        )

    def _zones(
        self, reached: Floats, *, before: Numbers, full: Flags, moves_out: bool
    ) -> Numbers:
        rules = self.rules
        inbound = reached >= np.where(
            before >= Zone.INBOUND,
            rules.inbound.leave if moves_out else -math.inf,
            rules.inbound.enter,
        )
        core = reached >= np.where(
            before >= Zone.CORE,
            rules.core.leave if moves_out else -math.inf,
            rules.core.enter,
        )
        zone: Numbers = np.select(
            [full & core, full, inbound],
            [int(Zone.CORE), int(Zone.ACTIVE), int(Zone.INBOUND)],
            int(Zone.PERIPHERY),
        )
        return zone


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The last run's marks, as arrays over ``evidence.people``."""

    zone: Numbers
    heading: Numbers
    runs_below: Numbers
    runs_quiet: Numbers
    silent: Flags

    @classmethod
    def of(
        cls, previous: "Mapping[Hashable, Mark] | Marks | Run", evidence: Evidence
    ) -> "Marks":
        if isinstance(previous, Marks):
            return previous
        if isinstance(previous, Run):
            return cls(
                zone=previous.zone,
                heading=previous.heading,
                runs_below=previous.runs_below,
                runs_quiet=previous.runs_quiet,
                silent=previous.silent,
            )
        count = len(evidence.people)
        before = cls(
            zone=np.full(count, int(Zone.PERIPHERY)),
            heading=np.full(count, int(Heading.EDGE)),
            runs_below=np.zeros(count, np.int64),
            runs_quiet=np.zeros(count, np.int64),
            silent=np.zeros(count, np.bool_),
        )
        for who, mark in previous.items():
            number = evidence.people.get(who)
            if number is not None:
                before.zone[number] = mark.zone
                before.heading[number] = mark.heading
                before.runs_below[number] = mark.runs_below
                before.runs_quiet[number] = mark.runs_quiet
                before.silent[number] = mark.is_silent
        return before
