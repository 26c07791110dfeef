"""Reaching Inbound: do those who arrive find a way further in?"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import Healthy, Measure, Sign, Unit, share
from domain.centrality import Zone
from domain.models import Domain
from members.models import Membership, TrajectoryPoint

#: The lower quartile of 92 measured community-years is 11 %; a tenth lies below it.
THRESHOLD = 0.10

YEAR = timedelta(days=365)


def take(domain: Domain, at: datetime) -> Measure:
    cohort = Membership.objects.of_people().filter(
        domain=domain, joined_at__gt=at - 2 * YEAR, joined_at__lte=at - YEAR
    )
    got_there = TrajectoryPoint.objects.in_force().filter(
        membership=OuterRef("pk"),
        zone__gte=Zone.INBOUND,
        at__lte=OuterRef("joined_at") + YEAR,
    )
    return share(
        cohort.filter(Exists(got_there)).count(),
        cohort.count(),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="reach_inbound",
    words=_("Newcomers who reach Inbound within a year"),
    formula=_(
        "Of the people who joined between two years and one year ago, the share who "
        "entered the second zone within twelve months."
    ),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source=_("lower quartile of 92 community-years"),
    scale=0.5,
    take=take,
)
