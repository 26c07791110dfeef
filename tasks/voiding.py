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
    """Void a line, and mark anew which piece of work was its author's threshold.

    Work that nobody's recognition stands for any more used no entries, either.
    """
    voided = disputing.void(line=line, organizer=organizer, reason=reason, at=at)
    author = line.receiver
    if line.kind == Participation.Kind.RECOGNISED and author is not None:
        _mark_threshold(author)
        _take_back_uses(line, voided, organizer, at=at)
    return voided


def _take_back_uses(
    line: Participation, voided: Voiding, organizer: Membership, *, at: datetime
) -> None:
    about = Participation.objects.filter(domain=line.domain_id, item=line.item)
    if about.filter(kind=Participation.Kind.RECOGNISED).standing().exists():
        return
    uses = about.filter(kind=Participation.Kind.USED).standing()
    for use in uses.select_related("giver__member", "receiver__member"):
        disputing.void_with(line=use, voiding=voided, organizer=organizer, at=at)


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
