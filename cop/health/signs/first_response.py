"""First response: how long does work wait for its first reader?"""

from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import (
    WINDOW,
    Healthy,
    Measure,
    Sign,
    Unit,
    waiting_median,
)
from domain.models import Domain
from members.models import Member
from tasks.models import Submission

#: Two days: the promise the pages make.
THRESHOLD = 48.0

HOUR = timedelta(hours=1)


def take(domain: Domain, at: datetime) -> Measure:
    rows = (
        Submission.objects.filter(
            task__domain=domain,
            author__kind=Member.Kind.HUMAN,
            handed_in_at__gt=at - WINDOW,
            handed_in_at__lte=at,
            withdrawn_at=None,
        )
        .annotate(
            answered_at=Min(
                "reviews__sent_at",
                filter=Q(reviews__is_first_look=False, reviews__sent_at__lte=at),
            )
        )
        .values_list("handed_in_at", "answered_at")
    )
    ended, waiting = [], []
    for handed_in_at, answered_at in rows:
        if answered_at:
            ended.append((answered_at - handed_in_at) / HOUR)
        else:
            waiting.append((at - handed_in_at) / HOUR)
    return waiting_median(ended, waiting, threshold=THRESHOLD)


SIGN = Sign(
    name="first_response",
    words=_("Wait for a first review, median"),
    formula=_(
        "The median time from handing in to the first verdict, of 90 days. Work still "
        "waiting counts (Kaplan and Meier 1958)."
    ),
    unit=Unit.HOURS,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source="prior",
    scale=96.0,
    take=take,
)
