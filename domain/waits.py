"""How long something waits to be answered, told honestly: what still waits counts too.

Kaplan and Meier's estimate over those answered and those still waiting alike. The
median of the answered ones alone would be short wherever the slow ones have not ended
yet. Pure: whose waits they are is for those who ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from scipy import stats

#: Older waits tell about people who may not be here any more.
RECENT = timedelta(days=90)
#: So many recent ones tell as much as all of them.
SAMPLE = 400
#: With fewer answers than this nothing is said.
FEWEST = 20
HALF, NEARLY_ALL = 0.5, 0.1

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """What to expect: half have their answer by ``usual``, nine in ten by ``mostly``.

    Either is None where fewer than that have ever had theirs in the time looked at.
    ``about`` says whose waits these are: "work", "area" or "community".
    """

    usual: timedelta | None
    mostly: timedelta | None
    cases: int
    about: str

    @property
    def is_known(self) -> bool:
        return self.usual is not None


def estimate(
    hours: Sequence[tuple[float, bool]],
    *,
    about: str,
    after: timedelta = timedelta(0),
) -> Wait | None:
    """Return what to expect, or None where it is too early to say.

    ``hours`` are the waits, each with whether it was answered. ``after`` is how long
    one has waited already: the answer is for those that waited as long, counted from
    the beginning.
    """
    if sum(ended for _time, ended in hours) < FEWEST:
        return None
    sample = stats.CensoredData(
        uncensored=[time for time, ended in hours if ended],
        right=[time for time, ended in hours if not ended],
    )
    waiting = stats.ecdf(sample).sf
    still = float(waiting.evaluate(after / HOUR)) if after else 1.0
    if not still:
        # Longer than any that ended: nothing known tells about it.
        return None

    def reached(share: float) -> timedelta | None:
        there = np.flatnonzero(waiting.probabilities <= share * still + 1e-9)
        return (
            timedelta(hours=float(waiting.quantiles[there[0]])) if len(there) else None
        )

    return Wait(reached(HALF), reached(NEARLY_ALL), len(hours), about)
