"""Results used: does newcomers' work matter as much as other members'?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import results
from cop.health.signs.reading import (
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
    done = results(past, at, scope)
    return ratio_of_shares(
        Cases(Thing.SUBMISSION, done.submission, done.was_used),
        done.is_newcomers,
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
    window=_("90 days, that began 180 days ago"),
)
