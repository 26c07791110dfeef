"""Explanations: what carries a position, what would take it further, when it fades.

Everything here is read off the very sums a position is made of, or comes from running
them again with one act more. Words belong to the page; this gives it facts.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from domain.centrality import Zone
from members.position.evidence import COMMONS, Channel, Evidence, Kind, Line
from members.position.rings import numbered
from members.position.rules import Rules
from members.position.run import Practice, Run
from members.position.weeks import WEEK
from members.position.weights import ROUNDING, Weights, position

#: In days; nobody needs to know to the second when they would fade.
A_MINUTE: Final = 1.0 / 1440


@dataclass(frozen=True, slots=True)
class Item:
    """One line that carries a position: what it was worth, and what it still weighs."""

    line: Line
    weight: float


@dataclass(frozen=True, slots=True)
class Carried:
    """All that one other member's evidence comes to, on one side of the position.

    Lines under one root: a sponsor's and their agents', and a mutual set's.
    """

    channel: Channel
    others: tuple[Hashable, ...]
    #: Whether it counts in full: the other is a full member, or the review is credited.
    is_credited: bool
    #: Sum of the items' weights, and its root, which is what adds up.
    weight: float
    root: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two logarithms a position is the sum of."""

    channel: Channel
    #: W or S: the roots of credited pairs together.
    credited: float
    #: W0 or S0, and what of it counts.
    outside: float
    outside_counted: float
    #: What the part adds to the position.
    adds: float
    pairs: tuple[Carried, ...]


class GateCode(StrEnum):
    """What stands between a member and the next zone."""

    POSITION = "position"
    RECOGNISERS = "recognisers"
    FULL = "full"
    ORGANIZERS = "organizers"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of the next zone, as "``have`` of ``need``"."""

    code: GateCode
    have: float
    need: float

    @property
    def is_met(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True, slots=True)
class Fading:
    """Where the position leads by itself: out of ``zone`` at ``at``, if nothing is done."""

    zone: Zone
    cut: float
    at: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody stands where they stand."""

    position: float
    momentum: float
    zone: Zone
    work: Part
    stewardship: Part
    #: What goes beyond the door of inbound counts half, because no full member
    #: recognised anything yet.
    is_capped: bool
    #: The full members whose recognition still weighs enough to be counted.
    recognisers: tuple[Hashable, ...]
    next_zone: Zone | None
    gates: tuple[Gate, ...]
    fading: Fading | None
    is_provisional: bool
    is_held: bool


@dataclass(frozen=True, slots=True)
class Gain:
    """What acts not yet done would bring."""

    position: float
    gain: float
    recognisers: int
    #: The zone the member would stand in.
    zone: Zone
    #: Where it would lead by itself from there.
    fading: Fading | None = None


def explain(practice: Practice, run: Run, member: Hashable) -> Explanation:
    """Return what one member's position in a run is made of."""
    evidence, rules = practice.evidence, practice.rules
    standing = run.standing(member)
    number = evidence.people.get(member)
    full = number is not None and bool(run.full[number])
    pairs = _pairs(practice, run, number)
    work = _part(Channel.WORK, pairs, rules)
    stewardship = _part(Channel.STEWARDSHIP, pairs, rules)
    return Explanation(
        position=standing.position,
        momentum=standing.momentum,
        zone=standing.zone,
        work=work,
        stewardship=stewardship,
        is_capped=not full
        and not standing.recognisers
        and work.adds + stewardship.adds > rules.unrecognised_from,
        recognisers=_recognisers(work, rules),
        next_zone=_next(standing.zone),
        gates=gates(practice, run, member),
        fading=fading(practice, run, member),
        is_provisional=run.is_provisional,
        is_held=run.is_held,
    )


def gates(practice: Practice, run: Run, member: Hashable) -> tuple[Gate, ...]:
    """Return the conditions of the next zone in, met or not."""
    standing = run.standing(member)
    zone = _next(standing.zone)
    if zone is None:
        return ()
    rules = practice.rules
    cut = rules.cut(zone)
    # Whoever was full and went silent is back by one piece of work, and needs only
    # what staying would.
    need = cut.leave if standing.is_silent else cut.enter
    found = [Gate(GateCode.POSITION, have=standing.position, need=need)]
    if zone is Zone.ACTIVE and not standing.is_silent:
        needed = run.recognisers_needed
        found.append(Gate(GateCode.RECOGNISERS, have=standing.recognisers, need=needed))
    if standing.is_silent:
        found.append(Gate(GateCode.SILENT, have=0, need=1))
    if practice.decided(member, run.at)[1] < zone:
        found.append(Gate(GateCode.ORGANIZERS, have=0, need=1))
    return tuple(found)


def fading(practice: Practice, run: Run, member: Hashable) -> Fading | None:
    """Return when the member would leave their zone if nothing more happened.

    Under exponential decay every sum of roots fades by one common factor,
    ``f = 2**(-days / 2h)``, so the day is where
    ``ln(1 + fW + min(0.3 f W0, 0.75)) + 2 ln(1 + fS + min(0.3 f S0, 0.75))`` meets
    the cut. For full members it is the last of the runs below that ends the zone,
    unless a year's silence ends it before.
    """
    standing = run.standing(member)
    number = practice.evidence.people.get(member)
    if number is None or standing.is_silent:
        return None
    return _fading(
        practice,
        run,
        member,
        _sums(run.level, number),
        zone=standing.zone,
        acted=practice.last_act(member, run.at),
    )


def _fading(
    practice: Practice,
    run: Run,
    member: Hashable,
    sums: list[float],
    *,
    zone: Zone,
    acted: float,
) -> Fading | None:
    rules = practice.rules
    if zone is Zone.PERIPHERY:
        return None
    cut = rules.cut(zone).leave

    def after(days: float) -> float:
        factor = 2.0 ** (-days / (2.0 * rules.level_half_life))
        faded = [np.asarray([factor * one]) for one in sums]
        return float(
            position(
                work=faded[0],
                work_outside=faded[1],
                stewardship=faded[2],
                stewardship_outside=faded[3],
                recognised=np.ones(1, np.bool_),
                rules=rules,
            )[0]
        )

    days, now_above = 0.0, after(0.0) > cut
    if now_above:
        low, high = 0.0, rules.level_half_life
        while after(high) > cut:
            low, high = high, 2.0 * high
        while high - low > A_MINUTE:
            middle = (low + high) / 2.0
            low, high = (middle, high) if after(middle) > cut else (low, middle)
        days = high
    at = run.at + days
    if zone is Zone.ACTIVE:
        below = 0 if now_above else run.standing(member).runs_below
        at += (rules.runs_below - 1 - below) * WEEK
    if zone.is_full:
        at = min(at, acted + rules.silent_after)
    protected = practice.protected_until(member, zone, run.at)
    return Fading(zone=zone, cut=cut, at=max(at, run.at, protected))


def _sums(weights: Weights, number: int) -> list[float]:
    """Return W, W0, S and S0 of one member."""
    return [
        float(part[number])
        for part in (
            weights.work,
            weights.work_outside,
            weights.stewardship,
            weights.stewardship_outside,
        )
    ]


def what_if(
    practice: Practice, run: Run, member: Hashable, lines: Iterable[Line]
) -> Gain:
    """Return what further lines would bring a member, by running the engine with them.

    The lines count as if they came at the moment of the run. F and everybody else
    stay as they are, which is what the next run starts from.
    """
    evidence = practice.evidence
    added = [replace(line, at=run.at) for line in lines]
    imagined = Evidence(party=evidence.party)
    imagined.take_in(_lines_about(evidence, member, at=run.at))
    imagined.take_in(added)
    imagined.enroll([member])
    ring = np.full(len(imagined.people), -1, np.int64)
    for place, found in enumerate(run.rings):
        for one in found.members:
            there = imagined.people.get(evidence.people.ids[one])
            if there is not None:
                ring[there] = place
    imagining = Practice(imagined, rules=practice.rules)
    tally = imagining.tally(at=run.at, full=imagined.known(run.full_members()))
    weights = tally.weigh(0, at=run.at, ring=ring[imagined.parties])
    number = imagined.people.number(member)
    reached = float(weights.position[number])
    recognisers = int(weights.recognisers[number])
    is_back = any(
        line.kind is Kind.RECOGNISED and line.receiver == member for line in added
    )
    zone = _zone_at(practice, run, member, reached, recognisers, is_back=is_back)
    return Gain(
        position=reached,
        gain=reached - run.standing(member).position,
        recognisers=recognisers,
        zone=zone,
        fading=_fading(
            practice, run, member, _sums(weights, number), zone=zone, acted=run.at
        ),
    )


def _lines_about(evidence: Evidence, member: Hashable, *, at: float) -> list[Line]:
    """Return the lines one member's position is made of, and credited by."""
    number = evidence.people.get(member)
    if number is None:
        return []
    columns, count = evidence.columns, evidence.until(at)
    own = columns.gainer[:count] == number
    items = np.zeros(evidence.items_count, np.bool_)
    items[columns.item[:count][own]] = True
    credits_it = columns.is_recognition[:count] & items[columns.item[:count]]
    return [evidence.lines[row] for row in np.flatnonzero(own | credits_it)]


def _zone_at(
    practice: Practice,
    run: Run,
    member: Hashable,
    reached: float,
    recognisers: int,
    *,
    is_back: bool,
) -> Zone:
    """Return the zone a member would come into from the one they stand in.

    Whoever was full and went silent comes back by one recognised piece of work, to
    where staying would have left them.
    """
    rules, standing = practice.rules, run.standing(member)
    if standing.is_silent:
        enters = is_back and reached + ROUNDING >= rules.active.leave
    else:
        enters = (
            reached + ROUNDING >= rules.active.enter
            and recognisers >= run.recognisers_needed
        )
    zone = standing.zone
    if enters or zone.is_full:
        zone = Zone.CORE if reached + ROUNDING >= rules.core.enter else Zone.ACTIVE
    elif reached + ROUNDING >= rules.inbound.enter:
        zone = Zone.INBOUND
    return max(standing.zone, min(zone, practice.decided(member, run.at)[1]))


def _next(zone: Zone) -> Zone | None:
    return None if zone is Zone.CORE else Zone(zone + 1)


def _pairs(practice: Practice, run: Run, number: int | None) -> list[Carried]:
    """Return what adds up to one member's position, the heaviest first."""
    if number is None:
        return []
    evidence = practice.evidence
    columns, people = evidence.columns, evidence.people.ids
    weighed = practice.tally(at=run.at, full=run.full).lines(at=run.at)
    ring = numbered(run.rings, evidence)
    together: dict[tuple[Channel, int, bool], list[tuple[int, float]]] = defaultdict(
        list
    )
    for channel, rows, weights, credited in (
        (Channel.WORK, weighed.work_rows, weighed.work, None),
        (
            Channel.STEWARDSHIP,
            weighed.stewardship_rows,
            weighed.stewardship,
            weighed.credited,
        ),
    ):
        for place in np.flatnonzero(columns.gainer[rows] == number):
            row = int(rows[place])
            other = int(columns.other[row])
            by_full = run.full[other] or people[other] == COMMONS
            counts = by_full if credited is None else credited[place]
            if ring[number] >= 0 and ring[number] == ring[other]:
                other = -1
            key = (channel, other, bool(counts))
            together[key].append((row, float(weights[place])))
    carried = []
    for (channel, _, is_credited), found in together.items():
        weight = sum(weighs for _, weighs in found)
        others = dict.fromkeys(people[columns.other[row]] for row, _ in found)
        items = [Item(evidence.lines[row], weighs) for row, weighs in found]
        carried.append(
            Carried(
                channel=channel,
                others=tuple(others),
                is_credited=is_credited,
                weight=weight,
                root=math.sqrt(weight),
                items=tuple(sorted(items, key=lambda item: -item.weight)),
            )
        )
    return sorted(carried, key=lambda pair: -pair.root)


def _part(channel: Channel, pairs: list[Carried], rules: Rules) -> Part:
    own = tuple(pair for pair in pairs if pair.channel is channel)
    credited = sum(pair.root for pair in own if pair.is_credited)
    outside = sum(pair.root for pair in own if not pair.is_credited)
    counted = min(rules.outsider_factor * outside, rules.outsider_cap)
    factor = 1.0 if channel is Channel.WORK else rules.stewardship_factor
    return Part(
        channel=channel,
        credited=credited,
        outside=outside,
        outside_counted=counted,
        adds=factor * math.log1p(credited + counted),
        pairs=own,
    )


def _recognisers(work: Part, rules: Rules) -> tuple[Hashable, ...]:
    """Return whom D counts; a mutual set is told by its first."""
    return tuple(
        pair.others[0]
        for pair in work.pairs
        if pair.is_credited
        and pair.others != (COMMONS,)
        and pair.weight >= rules.recogniser_threshold - ROUNDING
    )
