"""Offered: is there something further in for those who have shown what they can do?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import (
    YEAR_DAYS,
    active,
    free_between,
    is_kept_here,
    works,
)
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Measure,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    share,
)
from domain.centrality import Zone

THRESHOLD = 0.5

#: So many recognised works say that somebody could do something more central.
WORKS = 3

DAYS = 60


def take(past: Past, at: float, scope: Scope) -> Told:
    if not is_kept_here(past, at):
        return Told(Measure(cases=0), Cases(Thing.PERSON))
    done = works(past, at, scope, days=YEAR_DAYS)
    who, number = np.unique(done.author, return_counts=True)
    able = who[number >= WORKS]
    able = able[np.isin(able, active(past, at, Scope(scope.who)))]
    zone = past.zone_of(able, at)
    able, zone = able[zone < Zone.ACTIVE], zone[zone < Zone.ACTIVE]
    tasks = past.tasks
    hits = np.zeros(len(able), dtype=bool)
    for further in (Zone.INBOUND, Zone.ACTIVE):
        steps = (tasks["centrality"] == further) & ~tasks["is_practice"]
        free = free_between(past, steps & scope.covers(tasks["area"]), at - DAYS, at)
        taken = past.claims[
            np.isin(past.claims["task"], tasks["pk"][steps])
            & (past.claims["claimed"] > at - DAYS)
            & (past.claims["claimed"] <= at)
        ]
        nearer = zone + 1 == further
        hits |= nearer & (free.any() | np.isin(able, taken["who"]))
    return share(
        Cases(Thing.PERSON, able, hits), threshold=THRESHOLD, healthy=Healthy.ABOVE
    )


SIGN = Sign(
    name="offered",
    words=_("People with three works who could take a step inward"),
    meaning=_(
        "Whoever has shown what they can do and finds only first tasks stands still."
    ),
    formula=_(
        "Of the people not yet full, active and with three recognised works in a year, "
        "those for whom a task of the next zone was free, or in their hands, within 60 "
        "days."
    ),
    read_from=_("The ledger’s recognised work; tasks and claims as they stood."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("60 days; works of a year"),
)
