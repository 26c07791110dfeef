"""Reaching Active: do some who came come to carry others?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.cohorts import reached
from cop.health.signs.reading import Healthy, Scope, Sign, Told, Unit, share
from domain.centrality import Zone

#: The lower quartile of 92 measured community-years.
THRESHOLD = 0.03


def take(past: Past, at: float, scope: Scope) -> Told:
    return share(
        reached(past, at, scope, zone=Zone.ACTIVE, months=24),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="reach_active",
    words=_("Newcomers who become full members within two years"),
    meaning=_(
        "A core lives on those who come to it. Few do, anywhere; none is a wall."
    ),
    formula=_(
        "Of the people who joined between three and two years ago, the share who stood "
        "in Active or the Core within twenty-four months."
    ),
    read_from=_("The weekly run’s zones, by person."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source=_("lower quartile of 92 community-years"),
    scale=0.2,
    take=take,
    window=_("a year of joining, two years ago"),
    by_area=False,
)
