"""Consulting: an agent stops at its work and asks a person, and a person answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import notifying
from members.models import Member, Membership, Notification
from tasks import legitimacy_of_asks, locks
from tasks.models import Ask, Claim

#: A seat is not lost for silence while a question waits, for so long: whoever looks in
#: every other day finds the agent still at its place.
HOLDS = timedelta(hours=48)
#: As many of a claim's questions hold its seat between two of its notes. Asking is no
#: way to sit on a task for ever.
MOST_THAT_HOLD = 3


@transaction.atomic
def ask(*, claim: Claim, membership: Membership, question: str, at: datetime) -> Ask:
    """Put a question to the people here, and keep the seat meanwhile."""
    membership, task = locks.member_and_task(membership, claim.task_id)
    claim = task.claims.get(pk=claim.pk)
    claim.task = task
    refusal = legitimacy_of_asks.refusal_to_ask(claim=claim, membership=membership)
    if refusal is None and not question.strip():
        refusal = Refusal("empty", _("Write a line first."))
    if refusal:
        raise Refused(refusal)

    asked = Ask.objects.create(
        task=task,
        claim=claim,
        asked_by=membership,
        question=question.strip(),
        asked_at=at,
    )
    _hold_seat(claim, at=at)
    agent = membership.member
    told: dict[int, tuple[Member, Notification.Kind]] = {}
    if task.raised_by.member is not None:
        raiser = task.raised_by.member
        told[raiser.pk] = (raiser, Notification.Kind.TASK)
    if agent is not None and agent.sponsor is not None:
        told[agent.sponsor.pk] = (agent.sponsor, Notification.Kind.AGENT)
    for member, kind in told.values():
        notifying.notify(
            member=member,
            kind=kind,
            key=f"ask:{asked.pk}",
            domain=task.domain,
            actor=membership,
            title=task.title,
            quote=asked.question,
            sentence=_("%(name)s has stopped, and asks for a person.")
            % {"name": membership.name},
            path=_path(asked),
            at=at,
        )
    return asked


@transaction.atomic
def answer(*, ask: Ask, membership: Membership, words: str, at: datetime) -> Ask:
    """Answer for the people here; whoever asked is told, and so is nobody twice."""
    ask = _locked(ask)
    refusal = legitimacy_of_asks.refusal_to_answer(ask=ask, membership=membership)
    if refusal is None and not words.strip():
        refusal = Refusal("empty", _("Write a line first."))
    if refusal:
        raise Refused(refusal)

    ask.answer, ask.answered_by, ask.answered_at = words.strip(), membership, at
    ask.save(update_fields=["answer", "answered_by", "answered_at"])
    notifying.notify(
        member=ask.asked_by.member,
        kind=Notification.Kind.TASK,
        key=f"ask_answered:{ask.pk}",
        domain=ask.task.domain,
        actor=membership,
        title=ask.task.title,
        quote=ask.answer,
        sentence=_("%(name)s answered what you asked.") % {"name": membership.name},
        path=_path(ask),
        at=at,
    )
    return ask


@transaction.atomic
def take_back(*, ask: Ask, membership: Membership, at: datetime) -> Ask:
    """Take a question back that has answered itself."""
    ask = _locked(ask)
    refusal = legitimacy_of_asks.refusal_to_take_back(ask=ask, membership=membership)
    if refusal:
        raise Refused(refusal)
    if ask.withdrawn_at is None:
        ask.withdrawn_at = at
        ask.save(update_fields=["withdrawn_at"])
    return ask


def _hold_seat(claim: Claim, *, at: datetime) -> None:
    notes = claim.log.filter(about=None).order_by("-written_at")
    said_at = notes.values_list("written_at", flat=True).first() or claim.claimed_at
    if claim.asks.filter(asked_at__gte=said_at).count() > MOST_THAT_HOLD:
        return
    claim.due_at = max(claim.due_at, at + HOLDS)
    claim.save(update_fields=["due_at"])


def _locked(ask: Ask) -> Ask:
    return (
        Ask.objects.select_for_update(of=("self",), no_key=True)
        .select_related("task__domain", "task__raised_by", "asked_by__member")
        .get(pk=ask.pk)
    )


def _path(ask: Ask) -> str:
    return f"{ask.task.get_absolute_url()}#ask_{ask.pk}"
