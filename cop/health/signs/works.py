"""Works taken in, and whether whoever needed them used them."""

from datetime import datetime

from django.db.models import F, Q

from cop.health.signs.reading import WINDOW
from domain.models import Domain
from tasks.models import Submission, Verdict
from tasks.models.submission import SubmissionQuerySet


def old_enough_to_be_used(domain: Domain, *, at: datetime) -> SubmissionQuerySet:
    """Real works of the window before last: those of this one had no time yet."""
    return Submission.objects.filter(
        task__domain=domain,
        task__is_practice=False,
        outcome__in=(Verdict.RECOGNISED, Verdict.ACCOMMODATED),
        settled_at__gt=at - 2 * WINDOW,
        settled_at__lte=at - WINDOW,
    )


def used_in_time(*, at: datetime) -> Q:
    return Q(task__used_at__lte=F("settled_at") + WINDOW) & Q(task__used_at__lte=at)
