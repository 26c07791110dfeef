"""Questioning: what watchers ask whoever does the work, answered when they like."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import notifying
from members.models import Membership, Notification
from tasks import legitimacy_of_questions, locks
from tasks.models import Question, Task


@transaction.atomic
def ask(
    *,
    task: Task,
    membership: Membership,
    asked: Membership,
    body: str,
    at: datetime,
) -> Question:
    """Put a question to somebody who does the task, or did it."""
    membership, task = locks.member_and_task(membership, task)
    refusal = legitimacy_of_questions.refusal_to_question(
        task=task, membership=membership, asked=asked
    )
    if refusal:
        raise Refused(refusal)
    if not body.strip():
        raise Refused(Refusal("empty", _("Write a line first.")))

    question = Question.objects.create(
        task=task, asker=membership, asked=asked, body=body.strip(), asked_at=at
    )
    notifying.notify(
        member=asked.member,
        kind=Notification.Kind.TASK,
        key=f"question:{question.pk}",
        domain=task.domain,
        actor=membership,
        title=task.title,
        quote=question.body,
        sentence=_("%(name)s watches, and asks. Answer when you like.")
        % {"name": membership.name},
        path=_path(question),
        at=at,
    )
    return question


@transaction.atomic
def answer(
    *, question: Question, membership: Membership, body: str, at: datetime
) -> Question:
    """Answer a question put to oneself; whoever asked is told."""
    question = (
        Question.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task__domain", "asker__member")
        .get(pk=question.pk)
    )
    refusal = legitimacy_of_questions.refusal_to_reply(
        question=question, membership=membership
    )
    if refusal:
        raise Refused(refusal)
    if not body.strip():
        raise Refused(Refusal("empty", _("Write a line first.")))

    question.answer, question.answered_at = body.strip(), at
    question.save(update_fields=["answer", "answered_at"])
    notifying.notify(
        member=question.asker.member,
        kind=Notification.Kind.OBSERVED,
        key=f"answer:{question.pk}",
        domain=question.task.domain,
        actor=membership,
        title=question.task.title,
        quote=question.answer,
        sentence=_("%(name)s answered your question.") % {"name": membership.name},
        path=_path(question),
        at=at,
    )
    return question


def _path(question: Question) -> str:
    return f"{question.task.get_absolute_url()}#question_{question.pk}"
