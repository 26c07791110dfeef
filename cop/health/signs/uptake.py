"""Repertoire uptake: does the work use what others wrote down?"""

from datetime import datetime

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from cop.health.signs.reading import WINDOW, Healthy, Measure, Sign, Unit, share
from domain.models import Domain
from tasks.models import Citation, Submission, Verdict

THRESHOLD = 0.10


def take(domain: Domain, at: datetime) -> Measure:
    works = Submission.objects.filter(
        task__domain=domain,
        task__is_practice=False,
        outcome=Verdict.RECOGNISED,
        settled_at__gt=at - WINDOW,
        settled_at__lte=at,
    )
    by_others = Citation.objects.filter(
        submission=OuterRef("pk"), cited_at__lte=at
    ).exclude(entry__written_by=F("submission__author"))
    return share(
        works.filter(Exists(by_others)).count(),
        works.count(),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="uptake",
    words=_("Recognised work that uses the repertoire"),
    formula=_(
        "Recognised works of 90 days that use at least one entry written by someone "
        "else, of all recognised works."
    ),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
)
