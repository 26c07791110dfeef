"""Core loss: how many of those who carried the practice do so no longer?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.cohorts import full
from cop.health.signs.practice import YEAR_DAYS
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
from cop.health.signs.renewal import FEWEST


def take(past: Past, at: float, scope: Scope) -> Told:
    then = full(past, at - YEAR_DAYS, scope)
    now = full(past, at, scope)
    if past.founded > at - YEAR_DAYS:
        return Told(Measure(cases=0), Cases(Thing.PERSON))
    return share(
        Cases(Thing.PERSON, then.keys, ~np.isin(then.keys, now.keys)),
        threshold=None,
        healthy=Healthy.BELOW,
        fewest=FEWEST,
    )


SIGN = Sign(
    name="loss",
    words=_("Full members of a year ago who are none today"),
    meaning=_("Some always go. Beside renewal it says whether the core holds."),
    formula=_(
        "Of those who stood in Active or the Core a year ago, the share who do not today."
    ),
    read_from=_("The weekly run’s zones, by person."),
    unit=Unit.SHARE,
    healthy=Healthy.BELOW,
    threshold=None,
    source=_("92 community-years: 1.5, 7.5 and 11 % at the quartiles"),
    scale=0.5,
    take=take,
    window=_("a year"),
    by_area=False,
    fewest=FEWEST,
)
