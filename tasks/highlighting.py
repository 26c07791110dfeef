"""Highlighting: telling others which stretch of a log is worth watching."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import notifying
from members.models import Membership, Notification
from tasks import legitimacy, locks
from tasks.models import LogEntry, Stretch, Task


@transaction.atomic
def mark(
    *,
    task: Task,
    membership: Membership,
    first: LogEntry,
    last: LogEntry,
    at: datetime,
    why: str = "",
) -> Stretch:
    """Mark the log from one note to another, or say anew how far and why.

    Whoever wrote it is told: somebody further in found it worth showing.
    """
    membership, task = locks.member_and_task(membership, task)
    marked = Stretch.objects.filter(first=first).select_related("marked_by").first()
    refusal = legitimacy.refusal_to_mark(
        task=task, membership=membership, stretch=marked
    )
    if refusal:
        raise Refused(refusal)
    if first.task_id != task.pk or last.task_id != task.pk:
        raise Refused(Refusal("elsewhere", _("Both notes belong to this log.")))
    if (last.written_at, last.pk) < (first.written_at, first.pk):
        raise Refused(
            Refusal("backwards", _("A stretch ends with a note after its first."))
        )
    stretch, _created = Stretch.objects.update_or_create(
        first=first,
        defaults={
            "task": task,
            "last": last,
            "marked_by": membership,
            "why": why.strip(),
            "marked_at": at,
        },
    )
    if first.author_id != membership.pk:
        notifying.notify(
            member=first.author.member,
            kind=Notification.Kind.TASK,
            key=f"worth_watching:{first.pk}",
            domain=task.domain,
            actor=membership,
            title=task.title,
            quote=stretch.why,
            sentence=_("%(name)s marked a stretch of your log as worth watching.")
            % {"name": membership.name},
            path=task.url_of_note(first.pk),
            at=at,
        )
    return stretch


@transaction.atomic
def take_back(*, stretch: Stretch, membership: Membership) -> None:
    """Mark it no longer; the log stays as it is."""
    membership, task = locks.member_and_task(membership, stretch.task_id)
    refusal = legitimacy.refusal_to_mark(
        task=task, membership=membership, stretch=stretch
    )
    if refusal:
        raise Refused(refusal)
    stretch.delete()
