"""Voiding: taking back a line of the ledger, with what the work itself said by it."""

from datetime import datetime

from django.db import transaction

from members import disputing
from members.models import Membership, Participation, Voiding
from tasks.models import Submission

_SUBMISSION = "submission:"


@transaction.atomic
def void(
    *, line: Participation, organizer: Membership, reason: str, at: datetime
) -> Voiding:
    """Void a line, and mark anew which piece of work was its author's threshold."""
    voided = disputing.void(line=line, organizer=organizer, reason=reason, at=at)
    author = line.receiver
    if line.kind == Participation.Kind.RECOGNISED and author is not None:
        _mark_threshold(author)
    return voided


def _mark_threshold(author: Membership) -> None:
    told = Participation.objects.filter(
        giver=author, kind=Participation.Kind.THRESHOLD, voiding=None
    ).first()
    item = told.item if told else ""
    key = item.removeprefix(_SUBMISSION) if item.startswith(_SUBMISSION) else ""
    is_it = int(key) if key.isdecimal() else 0
    works = Submission.objects.filter(author=author)
    works.filter(is_threshold=True).exclude(pk=is_it).update(is_threshold=False)
    works.filter(pk=is_it).update(is_threshold=True)
