"""Results used: does newcomers' work matter as much as other members'?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import YEAR_DAYS, lately, results
from cop.health.signs.reading import (
    WINDOW_DAYS,
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    ratio_of_shares,
)

THRESHOLD = 0.5


def take(past: Past, at: float, scope: Scope) -> Told:
    done = results(past, at, scope, days=YEAR_DAYS)
    chosen = np.zeros(len(done.settled), dtype=bool)
    for group in (done.is_newcomers, ~done.is_newcomers):
        chosen[group] = lately(done.settled[group], at - WINDOW_DAYS)
    return ratio_of_shares(
        Cases(Thing.SUBMISSION, done.submission[chosen], done.was_used[chosen]),
        done.is_newcomers[chosen],
        threshold=THRESHOLD,
    )


SIGN = Sign(
    name="results_used",
    words=_("Newcomers’ results used, against other members’"),
    meaning=_("Work at the edge that goes nowhere is practice, whatever it is called."),
    formula=_(
        "The share of newcomers’ works used within 90 days, divided by the same share "
        "for everybody else. New is whoever joined in the 180 days before."
    ),
    read_from=_("Work handed in and taken in; the day its task was marked as used."),
    unit=Unit.RATIO,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.5,
    take=take,
    window=_(
        "90 days, that ended 90 days ago, or back to the twentieth; at most a year"
    ),
)
