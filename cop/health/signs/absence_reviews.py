"""Absence factor of reviews: how few give half of the verdicts?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Numbers, Past
from cop.health.signs.practice import (
    YEAR,
    YEAR_DAYS,
    Kind,
    acts,
    is_kind,
    lately,
)
from cop.health.signs.reading import (
    FEWEST_CASES,
    WINDOW_DAYS,
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    fewest_for_half,
)

#: The lower quartile of 92 measured community-years.
THRESHOLD = 2.0


def reviews(past: Past, at: float, scope: Scope) -> tuple[Cases, Numbers]:
    """The verdicts given lately, and who gave each."""
    # A year is gone through only where the window holds too few: it has many lines.
    for days in (WINDOW_DAYS, YEAR_DAYS):
        lines = acts(past, at, scope, days=days)
        found = lines[is_kind(lines, Kind.REVIEWED)]
        found = found[scope.has(past, found["giver"])]
        if len(found) >= FEWEST_CASES:
            break
    found = found[lately(found["at"], at)]
    ones = np.ones(len(found), dtype=bool)
    return Cases(Thing.ACT, found["pk"], ones), found["giver"]


def take(past: Past, at: float, scope: Scope) -> Told:
    cases, reviewer = reviews(past, at, scope)
    return fewest_for_half(cases, reviewer, threshold=THRESHOLD)


SIGN = Sign(
    name="absence_reviews",
    words=_("How few gave half of the verdicts"),
    meaning=_("If so many were away, half of what is handed in would wait."),
    formula=_("The fewest people who gave half of the verdicts."),
    read_from=_("The ledger’s reviews."),
    unit=Unit.PEOPLE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source=_("lower quartile of 92 community-years"),
    scale=6.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
    acts=YEAR,
)
