"""Piecing: each holds a part of a jigsaw and teaches it, until the whole can be handed in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.refusal import Refused
from members import notifying
from members.models import Membership, Notification
from tasks import claiming, legitimacy_of_parts, locks, narrating
from tasks.models import Claim, LogEntry, Part, Task


@transaction.atomic
def teach(*, task: Task, membership: Membership, body: str, at: datetime) -> LogEntry:
    """Write the note in which a holder teaches the others what their part is about."""
    membership, task = locks.member_and_task(membership, task)
    claim, part = _in_hand(task, membership)
    refusal = legitimacy_of_parts.refusal_to_teach(claim=claim, part=part)
    if refusal or part is None:
        raise Refused(refusal or legitimacy_of_parts.no_part())
    note = narrating.note(task=task, membership=membership, body=body, at=at)
    part.taught_in = note
    part.save(update_fields=["taught_in"])
    _tell_others(
        task,
        membership,
        key=f"taught:{note.pk}",
        quote=note.body,
        sentence=_("%(name)s teaches “%(part)s”.")
        % {"name": membership.name, "part": part.title},
        at=at,
    )
    return note


@transaction.atomic
def mark_ready(*, task: Task, membership: Membership, at: datetime) -> Part:
    """Say that one's part is ready; with the last one, the whole can be handed in."""
    membership, task = locks.member_and_task(membership, task)
    claim, part = _in_hand(task, membership)
    refusal = legitimacy_of_parts.refusal_to_mark_ready(claim=claim, part=part)
    if refusal or part is None or claim is None:
        raise Refused(refusal or legitimacy_of_parts.no_part())
    if part.ready_under_id == claim.pk:
        return part
    part.ready_under = claim
    part.save(update_fields=["ready_under"])
    waits_for = task.parts.filter(ready_under=None)
    if waits_for.exists():
        sentence = _("%(name)s’s part is ready: “%(part)s”.")
    else:
        # From here on all of them are late together, and from now.
        for held in task.claims.live():
            claiming.renew(claim=held, task=task, at=at)
        sentence = _(
            "%(name)s’s part was the last: “%(part)s”. Any of you hands the whole in."
        )
    _tell_others(
        task,
        membership,
        key=f"ready:{part.pk}:{claim.pk}:{at:%Y%m%d%H%M%S}",
        sentence=sentence % {"name": membership.name, "part": part.title},
        at=at,
    )
    return part


@transaction.atomic
def take_up_again(*, task: Task, membership: Membership, at: datetime) -> Part:
    """Say that one's part is not ready after all; the clock runs for it again."""
    membership, task = locks.member_and_task(membership, task)
    claim, part = _in_hand(task, membership)
    refusal = legitimacy_of_parts.refusal_to_take_up_again(claim=claim, part=part)
    if refusal or part is None or claim is None:
        raise Refused(refusal or legitimacy_of_parts.no_part())
    part.ready_under = None
    part.save(update_fields=["ready_under"])
    claiming.renew(claim=claim, task=task, at=at)
    return part


def begin_again(*, task: Task, at: datetime) -> None:
    """Changes were asked for: every holder says anew when their part is ready.

    The caller holds the task's lock.
    """
    task.parts.update(ready_under=None)
    for claim in task.claims.live():
        claiming.renew(claim=claim, task=task, at=at)
        claim.extensions = 0
        claim.save(update_fields=["extensions"])


def _in_hand(task: Task, membership: Membership) -> tuple[Claim | None, Part | None]:
    claim = (
        task.claims.live().with_review_pending().filter(membership=membership).first()
    )
    part = (
        task.parts.select_related("taught_in").filter(seat=claim.seat).first()
        if claim
        else None
    )
    return claim, part


def _tell_others(
    task: Task,
    membership: Membership,
    *,
    key: str,
    sentence: str,
    at: datetime,
    quote: str = "",
) -> None:
    held = task.claims.live().filter(membership__isnull=False)
    for claim in held.exclude(membership=membership).select_related(
        "membership__member"
    ):
        notifying.notify(
            member=claim.membership.member if claim.membership else None,
            kind=Notification.Kind.TASK,
            key=key,
            domain=task.domain,
            actor=membership,
            title=task.title,
            quote=quote,
            sentence=sentence,
            path=task.get_absolute_url(),
            at=at,
        )
