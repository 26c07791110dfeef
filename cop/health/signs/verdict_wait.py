"""Wait for a verdict: how long until work is settled?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.first_response import waits
from cop.health.signs.practice import YEAR
from cop.health.signs.reading import Healthy, Scope, Sign, Told, Unit, waiting


def take(past: Past, at: float, scope: Scope) -> Told:
    cases, hours = waits(past, at, scope, until="settled")
    return waiting(cases, hours, threshold=None)


SIGN = Sign(
    name="verdict_wait",
    words=_("Wait until work is settled, median"),
    meaning=_("Work that takes two readers waits for both."),
    formula=_(
        "The median time from handing in to the round being settled. Work still waiting "
        "counts."
    ),
    read_from=_("Work handed in and settled."),
    unit=Unit.HOURS,
    healthy=Healthy.BELOW,
    threshold=None,
    source="",
    scale=192.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
    acts=YEAR,
)
