"""Competence recognised: does handing something in lead to being recognised?"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import WINDOW, Healthy, Measure, Sign, Unit, share
from domain.models import Domain
from members.models import Member, Membership
from tasks.models import Submission, Verdict

THRESHOLD = 0.5


def take(domain: Domain, at: datetime) -> Measure:
    # Not a Min: PostgreSQL takes no aggregate into the subquery that compares with it.
    first = (
        Submission.objects.filter(author=OuterRef("pk"))
        .order_by("handed_in_at")
        .values("handed_in_at")
    )
    began = (
        Membership.objects.filter(domain=domain, kind=Member.Kind.HUMAN)
        .annotate(began_at=Subquery(first[:1]))
        .filter(began_at__gt=at - 2 * WINDOW, began_at__lte=at - WINDOW)
    )
    recognised = Submission.objects.filter(
        author=OuterRef("pk"),
        task__is_practice=False,
        outcome=Verdict.RECOGNISED,
        settled_at__lte=OuterRef("began_at") + WINDOW,
    )
    return share(
        began.filter(Exists(recognised)).count(),
        began.count(),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="competence",
    words=_("Newcomers recognised within 90 days of handing in"),
    formula=_(
        "Of the people who first handed something in between 180 and 90 days ago, the "
        "share recognised on a real task within 90 days of it."
    ),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
)
