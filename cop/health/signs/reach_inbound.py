"""Reaching Inbound: do those who arrive find a way further in?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.cohorts import reached
from cop.health.signs.reading import Healthy, Scope, Sign, Told, Unit, share
from domain.centrality import Zone

#: The lower quartile of 92 measured community-years is 11 %; a tenth lies below it.
THRESHOLD = 0.10


def take(past: Past, at: float, scope: Scope) -> Told:
    return share(
        reached(past, at, scope, zone=Zone.INBOUND, months=12),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="reach_inbound",
    words=_("Newcomers who reach Inbound within a year"),
    meaning=_(
        "Half of all who come leave early, everywhere. Of the others some move inward, or the way is blocked."
    ),
    formula=_(
        "Of the people who joined between two years and one year ago, the share who "
        "entered the second zone within twelve months."
    ),
    read_from=_("The weekly run’s zones, by person."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source=_("under the lower quartile, 11 %, of 92 community-years"),
    scale=0.5,
    take=take,
    window=_("a year of joining, a year ago"),
    by_area=False,
)
