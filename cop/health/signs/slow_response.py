"""Slow response: by when have nine in ten an answer?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.first_response import waits
from cop.health.signs.practice import YEAR
from cop.health.signs.reading import Healthy, Scope, Sign, Told, Unit, waiting

#: A week, in hours.
THRESHOLD = 168.0

REACHED = 0.9


def take(past: Past, at: float, scope: Scope) -> Told:
    cases, hours = waits(past, at, scope, until="answered")
    return waiting(cases, hours, threshold=THRESHOLD, reached=REACHED)


SIGN = Sign(
    name="slow_response",
    words=_("Wait for a first verdict, nine in ten"),
    meaning=_("The median hides those who are forgotten."),
    formula=_(
        "The time from handing in within which nine in ten had a first verdict. Work "
        "still waiting counts."
    ),
    read_from=_("Work handed in, and verdicts sent."),
    unit=Unit.HOURS,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source="prior",
    scale=336.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
    acts=YEAR,
)
