"""How planted communities go about things: every number, what it means, and why it.

Healthy ones are drawn from the ranges in which real communities lie, as far as those
were measured (the quartiles of 92 community-years that the health page holds a community
against), and from round guesses elsewhere. What goes wrong in the others is said of what
people do. None of it was chosen by what the diagnoses make of it:

*mild*    a little past what the definition of a failure calls its threshold: a tenth
*plain*   clearly past it: half of what should be there, or once and a half of what should
          not; of a share that should stay under one half or more, half-way to all
*severe*  nearly nothing of what should be there is
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Any, Final

#: Weeks until the onset, and weeks lived after it at most.
BEFORE: Final = 26
AFTER: Final = 52
#: So many weeks are lived before their positions are worked out and their signs read,
#: each for itself: it comes to the same as every week and costs a quarter.
AT_ONCE: Final = 4
#: No community is called before.
FIRST_READ: Final = 13

#: Active members of a healthy community, drawn so that each doubling is as likely.
SIZES: Final = (14, 60)
#: Too few to say anything of: the definition asks for eight.
SMALL_SIZES: Final = (5, 7)

#: Of those who come, so many never take anything up, everywhere ...
NEVER_BEGINS: Final = 0.2
#: ... and of those who do not stay, so many do one, two or three works before they go.
WORKS_BEFORE_GOING: Final = (0.7, 0.2, 0.1)
#: Guess: whoever stays does so for half a year on average. Weeks.
STAYS_FOR: Final = 33.0
#: Works a week: whoever has just come is keen.
WORKS_A_WEEK: Final = MappingProxyType({"new": 0.8, "regular": 0.25, "full": 0.4})
#: Days from taking something up to handing it in.
DAYS_OF_WORK: Final = (0.5, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What people of one community do, as shares and rates."""

    #: Active members, and how many of them stood for it from the first day.
    size: int
    full: int
    joins_a_week: float
    #: Of those who come and begin, who stay.
    stays: float
    #: Real first tasks with a free seat, for each newcomer of a week.
    first_tasks: float
    #: Inbound tasks with a free seat: how many at a time, or how likely there is one.
    next_tasks: float
    #: Of work of those who have been here longer, what is handed to them as it comes up
    #: and never stands on the board.
    handed_on: float
    #: Tasks raised by organizers.
    mandated: float
    #: Newcomers whose first task is an exercise, and exercises among their first three.
    exercises_first: float
    exercises: float
    #: Newcomers' works that somebody else puts right; works sent back once.
    mended: float
    returned: float
    #: Works that use an entry somebody else wrote.
    leaning: float
    #: Accepted edits of the repertoire, for each active member in ninety days.
    edits: float
    #: Results used within ninety days, of newcomers against others.
    used: float
    used_of_newcomers: float
    #: Hours until the first verdict: half of them, nine in ten.
    wait: float
    long_wait: float
    #: Shares of the reviews that the busiest three give; others share what is left.
    readers: tuple[float, float, float]
    #: Of newcomers' works, those somebody further out has a first look at.
    looks: float

    @property
    def spread_of_waits(self) -> float:
        """The standard deviation of the waits' logarithm."""
        return math.log(self.long_wait / self.wait) / 1.2816


def healthy(chance: Random, *, sizes: tuple[int, int] = SIZES) -> Ways:
    """Draw a healthy community."""
    low, high = sizes
    size = round(math.exp(chance.uniform(math.log(low), math.log(high))))
    full = max(3, round(size * chance.uniform(0.2, 0.3)))
    wait = chance.uniform(8, 36)
    # Measured: the busiest three give 41 to 71 % of the reviews. With five who may read
    # it cannot be less than three fifths.
    three = chance.uniform(max(0.41, min(0.71, 3.2 / full)), 0.71)
    stays = chance.uniform(0.25, 0.4)
    # In a steady state, those not full are whoever came within ninety days and begun,
    # and whoever stays longer.
    each = (1 - NEVER_BEGINS) * (13 * (1 - stays) + STAYS_FOR * stays)
    return Ways(
        size=size,
        full=full,
        joins_a_week=(size - full) / each,
        stays=stays,
        first_tasks=chance.uniform(1.8, 4.0),
        next_tasks=chance.uniform(1.5, 4.0),
        handed_on=chance.uniform(0.1, 0.4),
        mandated=chance.uniform(0.2, 0.55),
        exercises_first=(few := chance.uniform(0.0, 0.15)),
        exercises=few,
        mended=chance.uniform(0.03, 0.2),
        returned=chance.uniform(0.1, 0.3),
        leaning=chance.uniform(0.2, 0.6),
        edits=chance.uniform(0.3, 1.0),
        used=chance.uniform(0.4, 0.8),
        used_of_newcomers=chance.uniform(0.8, 1.0),
        wait=wait,
        long_wait=max(wait * 1.5, chance.uniform(48, 120)),
        readers=(0.42 * three, 0.32 * three, 0.26 * three),
        looks=0.2,
    )


Changes = Mapping[str, Any]

#: What people do otherwise from the onset on. What is not named stays as it was.
TROUBLES: Final[Mapping[str, Mapping[str, Changes]]] = {
    # Nobody cares about the same thing: little is written down, hardly anybody uses what
    # others wrote, results go nowhere, and those in charge think of nearly all the work.
    "community-without-domain": {
        "mild": {"leaning": 0.09, "used": 0.225, "edits": 0.09, "mandated": 0.82},
        "plain": {"leaning": 0.05, "used": 0.125, "edits": 0.05, "mandated": 0.90},
        "severe": {"leaning": 0.01, "used": 0.02, "edits": 0.01, "mandated": 0.98},
    },
    # Newcomers are taught and not let in: exercises come first, what they make is put
    # right by others, and used by nobody.
    "peripheral-without-legitimate": {
        "mild": {
            "exercises_first": 0.55,
            "exercises": 0.37,
            "mended": 0.55,
            "used_of_newcomers": 0.45,
        },
        "plain": {
            "exercises_first": 0.75,
            "exercises": 0.65,
            "mended": 0.75,
            "used_of_newcomers": 0.25,
        },
        "severe": {
            "exercises_first": 0.95,
            "exercises": 0.95,
            "mended": 0.95,
            "used_of_newcomers": 0.05,
        },
    },
    # Those who are in do it among themselves: work is handed on before it stands on the
    # board, two read nearly everything, and whoever else hands something in waits.
    "core-without-newcomer-path": {
        "mild": {
            "first_tasks": 0.9,
            "next_tasks": 0.3,
            "handed_on": 1.0,
            "wait": 53.0,
            "long_wait": 185.0,
            "readers": (0.34, 0.26, 0.18),
            "looks": 0.1,
        },
        "plain": {
            "first_tasks": 0.5,
            "next_tasks": 0.1,
            "handed_on": 1.0,
            "wait": 72.0,
            "long_wait": 252.0,
            "readers": (0.42, 0.32, 0.115),
            "looks": 0.05,
        },
        "severe": {
            "first_tasks": 0.05,
            "next_tasks": 0.0,
            "handed_on": 1.0,
            "wait": 240.0,
            "long_wait": 720.0,
            "readers": (0.55, 0.44, 0.01),
            "looks": 0.0,
        },
    },
}


def troubled(ways: Ways, *, failures: Mapping[str, str]) -> Ways:
    """Return the same community with failures, each as mild, plain or severe as said.

    What is worse already stays as it was.
    """
    changes: dict[str, Any] = {}
    for failure, severity in failures.items():
        changes |= TROUBLES[failure][severity]
    return replace(ways, **changes)
