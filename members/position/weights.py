"""Weights: the sums a position is made of, and the position they make."""

from dataclasses import dataclass

import numpy as np

from members.position.pairs import Flags, Floats, Numbers
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

    ``P = ln(1 + W + min(0.3 W0, 0.75)) + 2 ln(1 + S + min(0.3 S0, 0.75))``. For whoever
    is not full and not ``recognised`` by a full member (D = 0) what goes beyond 2 counts
    half.
    """
    factor, cap = rules.outsider_factor, rules.outsider_cap
    reached: Floats = np.log1p(
        work + np.minimum(factor * work_outside, cap)
    ) + rules.stewardship_factor * np.log1p(
        stewardship + np.minimum(factor * stewardship_outside, cap)
    )
    beyond = np.maximum(reached - rules.unrecognised_from, 0.0)
    # A product, several times as fast as a choice that follows no pattern.
    reached -= (1.0 - rules.unrecognised_factor) * beyond * ~recognised
    return reached
