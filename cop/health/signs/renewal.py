"""Core renewal: are there new people among those who carry the practice?"""

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

#: The lower quartile of 92 measured community-years is 16 %.
THRESHOLD = 0.15

#: Cores are small; the whole of one is known, and not a sample of it.
FEWEST = 5


def take(past: Past, at: float, scope: Scope) -> Told:
    now = full(past, at, scope)
    then = full(past, at - 2 * YEAR_DAYS, scope)
    if past.founded > at - 2 * YEAR_DAYS:
        return Told(Measure(cases=0), Cases(Thing.PERSON))
    new = ~np.isin(now.keys, then.keys)
    return share(
        Cases(Thing.PERSON, now.keys, new),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
        fewest=FEWEST,
    )


SIGN = Sign(
    name="renewal",
    words=_("Full members who were none two years ago"),
    meaning=_("A core nobody joins grows older by a year each year, and then ends."),
    formula=_(
        "Of those who stand in Active or the Core today, the share who did not two years "
        "ago. Read of communities older than that."
    ),
    read_from=_("The weekly run’s zones, by person."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source=_("under the lower quartile, 16 %, of 92 community-years"),
    scale=0.8,
    take=take,
    window=_("two years"),
    by_area=False,
    fewest=FEWEST,
)
