"""The top three's share of reviews: does the practice hang on a few readers?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.absence_reviews import reviews
from cop.health.signs.practice import YEAR
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

#: The upper quartile of 92 measured community-years.
THRESHOLD = 0.71


def take(past: Past, at: float, scope: Scope) -> Told:
    cases, reviewer = reviews(past, at, scope)
    who, number = np.unique(reviewer, return_counts=True)
    # Of several who gave as many, the keys decide: a reading taken again is the same.
    busiest = who[np.lexsort((who, -number))[:3]]
    return share(
        Cases(Thing.ACT, cases.keys, np.isin(reviewer, busiest)),
        threshold=THRESHOLD,
        healthy=Healthy.BELOW,
    )


SIGN = Sign(
    name="top_three",
    words=_("Reviews given by the three busiest"),
    meaning=_("Three who read nearly everything are a gate, and get tired."),
    formula=_("Reviews given by the three who gave most, of all reviews."),
    read_from=_("The ledger’s reviews."),
    unit=Unit.SHARE,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source=_("upper quartile of 92 community-years"),
    scale=1.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
    acts=YEAR,
)
