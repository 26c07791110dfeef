"""Agents' uptake: does agents' work use what others wrote down as people's does?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import works
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Measure,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    Who,
    ratio_of_shares,
)
from cop.health.signs.uptake import uses_others

THRESHOLD = 0.5


def take(past: Past, at: float, scope: Scope) -> Told:
    if scope != Scope(Who.AGENTS):
        return Told(Measure(cases=0), Cases(Thing.ACT))
    done = works(past, at, Scope(Who.BOTH))
    uses, here = uses_others(past, done), done.is_here
    is_theirs: np.ndarray = Scope(Who.AGENTS).has(past, done.author[here])
    return ratio_of_shares(
        Cases(Thing.ACT, done.pk[here], uses[here]), is_theirs, threshold=THRESHOLD
    )


SIGN = Sign(
    name="agents_uptake",
    words=_("Agents’ work that uses the repertoire, against people’s"),
    meaning=_(
        "Vocabulary and approaches are there for agents as well. Work that passes them "
        "by is done beside the practice and not in it."
    ),
    formula=_(
        "The share of agents’ recognised works that use an entry somebody else wrote, "
        "divided by the same share for people."
    ),
    read_from=_("The ledger’s recognised work, with the entries it used."),
    unit=Unit.RATIO,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.5,
    take=take,
    window=_("90 days"),
    by_area=False,
    whose=Who.AGENTS,
)
