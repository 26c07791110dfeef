"""Stakes: is the work used by whoever was said to need it?"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import Healthy, Measure, Sign, Unit, share
from cop.health.signs.works import old_enough_to_be_used, used_in_time
from domain.models import Domain

THRESHOLD = 0.25


def take(domain: Domain, at: datetime) -> Measure:
    works = old_enough_to_be_used(domain, at=at)
    return share(
        works.filter(used_in_time(at=at)).count(),
        works.count(),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="stakes",
    words=_("Recognised work whose result was used"),
    formula=_(
        "Works taken in between 180 and 90 days ago whose result was marked as used "
        "within 90 days, of all works taken in then."
    ),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
)
