"""Practice share: how much of what is done is real work, review or repertoire?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import acts
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

THRESHOLD = 0.30


def take(past: Past, at: float, scope: Scope) -> Told:
    # What was taken in from elsewhere was never an exercise: that would say nothing.
    found = acts(past, at, scope)
    found = found[found["is_here"] & scope.has(past, found["giver"])]
    return share(
        Cases(Thing.ACT, found["pk"], ~found["is_practice"]),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="practice_share",
    words=_("Acts tied to real work, a review or an entry"),
    meaning=_(
        "Where most of what is logged is exercise, nobody is doing the practice."
    ),
    formula=_(
        "Acts about a real task, a review of one or an entry, of all acts in the ledger "
        "but joining and those taken in from elsewhere."
    ),
    read_from=_("Every line of the ledger, by whoever acted."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days"),
)
