"""Who has had no work recognised yet, by the days since they came, by quarter."""

from cop.health import competence
from cop.health.charts import competence_curves
from cop.health.charts.table import Rows
from cop.health.competence import Event
from cop.health.past import Past
from cop.health.signs.reading import Scope

HEADS = competence_curves.HEADS


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (quarter, day, share with none yet, its band, people still at risk).

    A cohort's curve ends where nobody of it was seen any longer.
    """
    found = competence.arrivals(past, at, Scope())
    cohorts = competence.cohorts(found, at=at)
    return competence_curves.of_cohorts(cohorts, at, until=Event.ACCEPTED)
