"""Practice first: is the first thing people are given an exercise?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import YEAR_DAYS, firsts, lately, within
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    share,
)

THRESHOLD = 0.5


def take(past: Past, at: float, scope: Scope) -> Told:
    claims, tasks = past.claims, past.tasks
    found = claims[(claims["claimed"] <= at) & scope.has(past, claims["who"])]
    found = firsts(past, found, who="who", when="claimed")
    found = found[within(found["claimed"], at, days=YEAR_DAYS)]
    place = np.searchsorted(tasks["pk"], found["task"])
    kept = scope.covers(tasks["area"][place])
    found, place = found[kept], place[kept]
    kept = lately(found["claimed"], at)
    found, place = found[kept], place[kept]
    return share(
        Cases(Thing.PERSON, found["who"], tasks["is_practice"][place]),
        threshold=THRESHOLD,
        healthy=Healthy.BELOW,
    )


SIGN = Sign(
    name="practice_first",
    words=_("Newcomers whose first task was an exercise"),
    meaning=_(
        "Whoever is given an exercise first is told that they are not in it yet."
    ),
    formula=_("Of the people who first claimed a task, those whose task was practice."),
    read_from=_("Claims, and the tasks they are on."),
    unit=Unit.SHARE,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
)
