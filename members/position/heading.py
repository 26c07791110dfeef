"""Heading: which way a trajectory points, and why (Wenger's five trajectories).

``x_h = sum 2**(-age / h) (works + 2 reviews)`` under both memories, and
``rho = (4.056 x_90 + 1) / (x_365 + 1)``: the pace of the last quarter over that of the
year. 4.056 is 365 / 90, which makes both sums rates; the ones keep a single act from
deciding.

So who came lately is busier than their year whatever they do, and that is what heading
in means. Nobody has grown quiet, though, before there was a pace of their own to fall
behind: outward is told by the pace over the time since their first act.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from members.position.pairs import Flags, Floats, Numbers
from members.position.rules import Rules


class Heading(IntEnum):
    """Wenger's peripheral, inbound, insider, boundary and outbound trajectories."""

    EDGE = 0
    IN = 1
    SETTLED = 2
    BRIDGING = 3
    OUT = 4


@dataclass(frozen=True, slots=True)
class Bridges:
    """What joins somebody to others, beside where their own evidence lies."""

    #: Domains the member is active in, this one included.
    domains: int = 1
    #: Of each entry of theirs that others use outside its area: when they did.
    carried: tuple[tuple[float, ...], ...] = ()

    def entries(self, *, at: float, within: float) -> int:
        """Return how many entries were in use elsewhere in the days before a moment."""
        return sum(
            any(at - within < used <= at for used in uses) for uses in self.carried
        )


def pace(*, year: Floats, quarter: Floats, rules: Rules) -> Floats:
    """Return rho from x over a year and over a quarter."""
    rate = rules.level_half_life / rules.pace_half_life
    rho: Floats = (rate * quarter + 1.0) / (year + 1.0)
    return rho


def own_pace(
    *, year: Floats, quarter: Floats, here: Floats, still: Floats, rules: Rules
) -> Floats:
    """Return rho by the time somebody has been here: ``here`` days since their first act.

    Of a steady pace a memory of half-life h holds ``h (1 - 2**(-here / h)) / ln 2``
    days, so that 4.056 grows from 1 to itself. Who did nothing for a quarter and longer,
    ``still`` days (else 0), is told by that and not by what the memories have yet to
    forget: ``1 / (due + 1)``, where ``due`` is what their pace would have brought.
    """
    # Nobody has a pace before their first day is over.
    days = np.maximum(here, 1.0)
    held_year, held_quarter = (
        half_life / math.log(2) * -np.expm1(-math.log(2) * days / half_life)
        for half_life in rules.pace_half_lives()
    )
    due = year / held_year * still
    rho: Floats = np.where(
        still > 0,
        1.0 / (due + 1.0),
        (held_year / held_quarter * quarter + 1.0) / (year + 1.0),
    )
    return rho


def bridging(
    *,
    own: Floats,
    abroad: Floats,
    everybodys: tuple[float, float],
    bridges: Mapping[int, Bridges],
    at: float,
    rules: Rules,
) -> Flags:
    """Return who bridges areas or domains.

    Somebody's own area is the one most of their evidence lies in, others' work they
    carried included. What bridges is work of their ``own`` that was recognised in
    another, ``abroad``; what somebody is asked to read says where others work. A
    boundary is where most do not go: the share must be worth saying, and well above
    everybody else's. Both amounts fade with the level's memory; ``everybodys`` are what
    they came to in the last weekly run. So does somebody whose entries others use where
    they do not belong, lately enough.
    """
    # What somebody did since is not in them, and may be more than they are.
    others, others_abroad = (
        np.maximum(all_of_it - ones, 0.0)
        for all_of_it, ones in zip(everybodys, (own, abroad), strict=True)
    )
    # As products: nobody else may have gained anything.
    bridge: Flags = (
        (own >= rules.bridging_least)
        & (abroad >= rules.bridging_share * own)
        & (abroad * others >= rules.bridging_times * others_abroad * own)
    )
    for one, ties in bridges.items():
        bridge[one] |= (
            ties.domains >= rules.bridging_domains
            or ties.entries(at=at, within=rules.bridging_within)
            >= rules.bridging_entries
        )
    return bridge


def head(
    *,
    position: Floats,
    full: Flags,
    rho: Floats,
    own: Floats,
    is_still: Flags,
    bridge: Flags,
    quiet: Numbers,
    before: Numbers,
    rules: Rules,
) -> Numbers:
    """Return everybody's heading.

    ``own`` is rho by the time somebody has been here, and ``quiet`` counts the runs in
    a row, this one included, with that under 0.3; ``is_still`` flags who did nothing
    for a quarter, which does not waver and needs no second look. Who goes out or in is
    told so even when they bridge: that is what they can act on.
    """
    arrived = full | (position >= rules.heading_in_from)
    is_slow = own < rules.settled
    cases: list[tuple[Flags, int | Numbers]] = [
        (arrived & ((quiet >= rules.runs_quiet) | (is_still & is_slow)), Heading.OUT),
        (arrived & is_slow, before),
        (
            ~(full | is_slow)
            & (
                arrived & (rho >= rules.heading_in)
                | (position >= rules.heading_in_fast_from)
                & (rho >= rules.heading_in_fast)
            ),
            Heading.IN,
        ),
        (arrived & bridge, Heading.BRIDGING),
        (full, Heading.SETTLED),
    ]
    heading: Numbers = np.select(
        [condition for condition, _ in cases],
        [np.broadcast_to(value, position.shape) for _, value in cases],
        Heading.EDGE,
    ).astype(np.int64)
    return heading
