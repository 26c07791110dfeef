"""Who is not competent yet, by the days since they came, for each quarter's cohort."""

from collections.abc import Sequence
from typing import Final

from cop.health import competence, survival
from cop.health.charts.table import Rows
from cop.health.competence import Cohort, Event
from cop.health.past import Past
from cop.health.signs.reading import Scope

HEADS: Final = ("joined", "day", "not yet", "low", "high", "at risk")

#: Days after coming at which the curves are read.
MARKS: Final = (0, 7, 14, 30, 45, 60, 90, 120, 180, 270, 365)

COHORTS: Final = 4


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (quarter, day, share not there yet, its band, people still at risk).

    A cohort's curve ends where nobody of it was seen any longer.
    """
    found = competence.arrivals(past, at, Scope())
    return of_cohorts(competence.cohorts(found, at=at), at)


def of_cohorts(
    cohorts: Sequence[Cohort], at: float, *, until: Event = Event.THRESHOLD
) -> Rows:
    rows: Rows = []
    for cohort in cohorts[-COHORTS:]:
        waits = cohort.arrivals.waits(until, at=at)
        rows += [[cohort.name, *row] for row in steps(waits, MARKS)]
    return rows


def steps(waits: survival.Waits, marks: tuple[int, ...]) -> Rows:
    """Rows of (mark, share still waiting, its band, people at risk)."""
    curve = survival.curve(waits)
    risk = survival.at_risk(waits, marks)
    return [
        [
            mark,
            round(curve.after(mark), 4),
            *(round(side, 4) for side in curve.band_after(mark)),
            at_risk,
        ]
        for mark, at_risk in zip(marks, risk, strict=True)
        if at_risk
    ]
