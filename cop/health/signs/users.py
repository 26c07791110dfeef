"""Users: by how many people is an entry used?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import YEAR_DAYS, within
from cop.health.signs.reading import (
    WINDOW_DAYS,
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    median,
)

THRESHOLD = 2.0


def take(past: Past, at: float, scope: Scope) -> Told:
    entries = past.entries
    living = (entries["written"] <= at - WINDOW_DAYS) & (entries["retired"] > at)
    found = entries[living & scope.covers(entries["area"])]
    uses = past.uses[within(past.uses["at"], at, days=YEAR_DAYS)]
    uses = uses[scope.has(past, uses["who"]) & np.isin(uses["entry"], found["pk"])]
    pairs = np.unique(uses[["entry", "who"]])
    place = np.searchsorted(found["pk"], pairs["entry"])
    others = pairs["who"] != found["writer"][place]
    users = np.bincount(place[others], minlength=len(found)).astype(float)
    return median(
        Cases(Thing.ENTRY, found["pk"], users >= THRESHOLD),
        users,
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="users",
    words=_("People who use an entry, median"),
    meaning=_("A word two others use belongs to the community; before, to its author."),
    formula=_(
        "The median, over living entries older than 90 days, of how many people other "
        "than its writer used it within a year."
    ),
    read_from=_("Entries, and where texts use them."),
    unit=Unit.RATIO,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=6.0,
    take=take,
    window=_("a year"),
)
