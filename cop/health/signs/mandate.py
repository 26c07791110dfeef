"""Mandate: who says what is to be done?"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import WINDOW, Healthy, Measure, Sign, Unit, share
from domain.models import Domain
from tasks.models import Task

THRESHOLD = 0.80


def take(domain: Domain, at: datetime) -> Measure:
    raised = Task.objects.filter(
        domain=domain, raised_at__gt=at - WINDOW, raised_at__lte=at
    )
    return share(
        raised.filter(raised_by__is_organizer=True).count(),
        raised.count(),
        threshold=THRESHOLD,
        healthy=Healthy.BELOW,
    )


SIGN = Sign(
    name="mandate",
    words=_("Tasks raised by organizers"),
    formula=_("Tasks of 90 days raised by organizers, of all tasks raised."),
    unit=Unit.SHARE,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
)
