"""Path supply: is there always a first task for whoever comes next?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import came, free_between, is_kept_here
from cop.health.signs.reading import (
    WINDOW_DAYS,
    Cases,
    Healthy,
    Measure,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    counted,
)
from domain.centrality import Centrality

THRESHOLD = 1.0

#: A task that is free now was free a moment ago: one second, in days.
A_MOMENT = 1 / 86_400


def take(past: Past, at: float, scope: Scope) -> Told:
    tasks = past.tasks
    chosen = (tasks["centrality"] == Centrality.PERIPHERY) & ~tasks["is_practice"]
    chosen &= scope.covers(tasks["area"])
    found = tasks["pk"][free_between(past, chosen, at - A_MOMENT, at)]
    newcomers = np.count_nonzero(
        came(past, at, scope, after=at - WINDOW_DAYS, until=at)
    )
    cases = Cases(Thing.TASK, found, np.ones(len(found), dtype=bool))
    if not (newcomers and is_kept_here(past, at)):
        return Told(Measure(cases=0), cases)
    each_week = newcomers / (WINDOW_DAYS / 7)
    return counted(
        cases, len(found) / each_week, threshold=THRESHOLD, healthy=Healthy.ABOVE
    )


SIGN = Sign(
    name="supply",
    words=_("First tasks open for each newcomer of a week"),
    meaning=_("Whoever comes to work and finds none to take does not come twice."),
    formula=_(
        "Real Periphery tasks with a free seat, divided by the people who joined in an "
        "average week."
    ),
    read_from=_("Tasks and claims as they stood; the days people joined."),
    unit=Unit.RATIO,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=4.0,
    take=take,
    window=_("today; joining over 90 days"),
    fewest=1,
)
