"""Repertoire growth: do members write down what they learn?"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.health.signs.people import active_people
from cop.health.signs.reading import WINDOW, Healthy, Measure, Sign, Unit, rate
from domain.models import Domain
from members.models import Member
from repertoire.models import Revision

THRESHOLD = 0.1


def take(domain: Domain, at: datetime) -> Measure:
    edits = Revision.objects.living().filter(
        entry__domain=domain,
        author__kind=Member.Kind.HUMAN,
        written_at__gt=at - WINDOW,
        written_at__lte=at,
    )
    return rate(
        edits.count(),
        active_people(domain, at=at),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="growth",
    words=_("Accepted repertoire edits for each active member"),
    formula=_("Accepted edits of 90 days, for each person active in those 90 days."),
    unit=Unit.PER_MEMBER,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
)
