"""Movement: the zone each person stood in a while ago, and now."""

from collections import Counter
from typing import Final

import numpy as np

from cop.health.charts.table import Rows
from cop.health.past import Past
from cop.health.signs.practice import active
from cop.health.signs.reading import WINDOW_DAYS, Scope

HEADS: Final = ("from", "to", "people")

#: Stands for having come since, and for having left or done nothing since.
OUTSIDE: Final = 0


def tabulate(past: Past, at: float, *, days: int = WINDOW_DAYS) -> Rows:
    """Rows of (zone so many days ago, zone now, people); 0 is outside.

    Whoever did nothing in the 90 days before moved in neither direction.
    """
    before = at - days
    people = past.people[past.people["joined"] <= at]
    people = people[Scope().has(past, people["pk"])]
    came = people["joined"] > before
    was_here = np.isin(people["pk"], active(past, before, Scope()))
    people, came = people[came | was_here], came[came | was_here]
    is_here = (people["left"] > at) & (
        (people["joined"] > at - WINDOW_DAYS)
        | np.isin(people["pk"], active(past, at, Scope()))
    )
    start = np.where(came, OUTSIDE, past.zone_of(people["pk"], before))
    end = np.where(is_here, past.zone_of(people["pk"], at), OUTSIDE)
    moves = Counter(zip(start.tolist(), end.tolist(), strict=True))
    return [[*move, count] for move, count in sorted(moves.items())]
