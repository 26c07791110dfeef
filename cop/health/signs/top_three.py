"""The top three's share of reviews: does the practice hang on a few readers?"""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import WINDOW, Healthy, Measure, Sign, Unit, share
from domain.models import Domain
from members.models import Participation

#: The upper quartile of 92 measured community-years.
THRESHOLD = 0.71


def take(domain: Domain, at: datetime) -> Measure:
    reviewers = Participation.objects.filter(
        domain=domain,
        kind=Participation.Kind.REVIEWED,
        occurred_at__gt=at - WINDOW,
        occurred_at__lte=at,
    ).values_list("giver", flat=True)
    counted = Counter(reviewers)
    return share(
        sum(number for _who, number in counted.most_common(3)),
        sum(counted.values()),
        threshold=THRESHOLD,
        healthy=Healthy.BELOW,
    )


SIGN = Sign(
    name="top_three",
    words=_("Reviews done by the three busiest"),
    formula=_("Reviews of 90 days done by the three who did most, of all reviews."),
    unit=Unit.SHARE,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source=_("upper quartile of 92 community-years"),
    scale=1.0,
    take=take,
)
