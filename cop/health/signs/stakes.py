"""Stakes: is the work used by whoever was said to need it?"""

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
    share,
)

THRESHOLD = 0.25


def take(past: Past, at: float, scope: Scope) -> Told:
    done = results(past, at, scope)
    return share(
        Cases(Thing.SUBMISSION, done.submission, done.was_used),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="stakes",
    words=_("Recognised work whose result was used"),
    meaning=_(
        "Every task names who needs its result. Where hardly anything is used, the need "
        "was not real, or nobody brings results to whoever has it."
    ),
    formula=_(
        "Works taken in between 180 and 90 days ago whose result was marked as used "
        "within 90 days, of all works taken in then."
    ),
    read_from=_("Work handed in and taken in; the day its task was marked as used."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days, that began 180 days ago"),
)
