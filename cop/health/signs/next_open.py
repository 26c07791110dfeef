"""The next step: was there a task one zone further in to take up?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import free_between, is_kept_here
from cop.health.signs.reading import (
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

DAYS = 14


def take(past: Past, at: float, scope: Scope) -> Told:
    tasks = past.tasks
    chosen = (tasks["centrality"] == Centrality.INBOUND) & ~tasks["is_practice"]
    chosen &= scope.covers(tasks["area"])
    found = tasks["pk"][free_between(past, chosen, at - DAYS, at)]
    cases = Cases(Thing.TASK, found, np.ones(len(found), dtype=bool))
    if past.founded > at - DAYS or not is_kept_here(past, at):
        return Told(Measure(cases=0), cases)
    return counted(cases, float(len(found)), threshold=THRESHOLD, healthy=Healthy.ABOVE)


SIGN = Sign(
    name="next_open",
    words=_("Inbound tasks that could be taken up"),
    meaning=_("Those who have done first work need something more central to do next."),
    formula=_(
        "Real Inbound tasks that had a free seat at some time in the last fourteen days."
    ),
    read_from=_("Tasks and claims as they stood."),
    unit=Unit.TASKS,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=10.0,
    take=take,
    window=_("14 days"),
    fewest=1,
)
