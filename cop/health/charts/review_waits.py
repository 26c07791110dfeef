"""How long work waits for its first verdict, that which waits still included."""

from typing import Final

from cop.health.charts.competence_curves import steps
from cop.health.charts.table import FEWEST, Rows
from cop.health.past import Past
from cop.health.signs.first_response import waits
from cop.health.signs.reading import WINDOW_DAYS, Scope
from cop.health.survival import Waits

HEADS: Final = ("hours", "waiting", "low", "high", "at risk")

#: Hours after handing in at which the curve is read: up to two weeks.
MARKS: Final = (0, 4, 8, 12, 24, 36, 48, 72, 96, 120, 168, 240, 336)


def tabulate(past: Past, at: float, *, days: int = WINDOW_DAYS) -> Rows:
    """Rows of (hours, share still waiting, its band, pieces of work at risk)."""
    cases, hours = waits(past, at, Scope(), until="answered", days=days)
    if len(cases) < FEWEST:
        return []
    return steps(Waits(hours, cases.hits), MARKS)
