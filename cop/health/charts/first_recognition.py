"""Time to the first recognised work, by the quarter in which people joined."""

from typing import Final

from cop.health import competence, survival
from cop.health.charts.table import Rows
from cop.health.competence import Event
from cop.health.past import Past
from cop.health.signs.reading import Scope

HEADS: Final = (
    "joined",
    "people",
    "recognised",
    "first quarter",
    "median",
    "third quarter",
)

SHARES: Final = (0.25, 0.5, 0.75)

COHORTS: Final = 4


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (quarter, people, recognised so far, days at 25, 50 and 75 %).

    By Kaplan and Meier's estimate: those not yet recognised count as waiting. A mark
    that has not been reached is None.
    """
    found = competence.arrivals(past, at, Scope())
    rows: Rows = []
    for cohort in competence.cohorts(found, at=at)[-COHORTS:]:
        waits = cohort.arrivals.waits(Event.ACCEPTED, at=at)
        curve = survival.curve(waits)
        marks = [curve.reached(share) for share in SHARES]
        rows.append(
            [
                cohort.name,
                len(waits),
                waits.over,
                *(None if mark is None else round(mark, 1) for mark in marks),
            ]
        )
    return rows
