"""Weeks: the fixed grid of weekly runs, Mondays at midnight in UTC."""

import math
from typing import Final

WEEK: Final = 7.0
#: 1970 began on a Thursday; its first Monday was four days later.
_FIRST_MONDAY: Final = 4.0


def this_week(at: float) -> float:
    """Return the last Monday, midnight UTC, at or before a moment."""
    return math.floor((at - _FIRST_MONDAY) / WEEK) * WEEK + _FIRST_MONDAY


def next_week(at: float) -> float:
    """Return the first Monday, midnight UTC, after a moment."""
    return this_week(at) + WEEK
