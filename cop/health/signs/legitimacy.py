"""Legitimacy: is what newcomers are given real?"""

from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import WINDOW, Healthy, Measure, Sign, Unit, share
from domain.models import Domain
from members.models import Member
from tasks.models import Submission

THRESHOLD = 0.7

FIRST_WORKS = 3


def take(domain: Domain, at: datetime) -> Measure:
    firsts = (
        Submission.objects.filter(
            task__domain=domain,
            round=1,
            author__kind=Member.Kind.HUMAN,
            handed_in_at__lte=at,
        )
        .annotate(
            nth=Window(
                RowNumber(), partition_by="author", order_by=("handed_in_at", "pk")
            ),
            practice=F("task__is_practice"),
        )
        .filter(nth__lte=FIRST_WORKS, handed_in_at__gt=at - WINDOW)
        .values_list("practice", flat=True)
    )
    kinds = list(firsts)
    return share(
        kinds.count(False), len(kinds), threshold=THRESHOLD, healthy=Healthy.ABOVE
    )


SIGN = Sign(
    name="legitimacy",
    words=_("Newcomers’ first works that are real"),
    formula=_(
        "Of what people handed in within 90 days among their first three works, the "
        "share that was real work and no exercise."
    ),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
)
