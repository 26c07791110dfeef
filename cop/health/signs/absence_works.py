"""Absence factor of works: how few make half of what is recognised?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import works
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    fewest_for_half,
)


def take(past: Past, at: float, scope: Scope) -> Told:
    done = works(past, at, scope)
    cases = Cases(Thing.ACT, done.pk, np.ones(len(done), dtype=bool))
    return fewest_for_half(cases, done.author, threshold=None)


SIGN = Sign(
    name="absence_works",
    words=_("How few made half of the recognised work"),
    meaning=_("If so many stopped, half of the work would."),
    formula=_("The fewest people who made half of the recognised works."),
    read_from=_("The ledger’s recognised work."),
    unit=Unit.PEOPLE,
    healthy=Healthy.ABOVE,
    threshold=None,
    source=_("92 community-years: 4, 6.5 and 13 at the quartiles"),
    scale=15.0,
    take=take,
    window=_("90 days"),
)
