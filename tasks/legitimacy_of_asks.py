"""Who may stop and ask a person, and who answers: asked by every door and every deed."""

from django.utils.translation import gettext as _

from domain.refusal import Refusal
from members.models import Membership
from tasks import legitimacy
from tasks.models import Ask, Claim

#: More at once is no question any more but a task nobody has described.
MOST_OPEN = 3


def refusal_to_ask(*, claim: Claim, membership: Membership) -> Refusal | None:
    """Whether an agent may stop at what it holds and ask."""
    if refusal := legitimacy.refusal_to_take_part(claim.task.domain_id, membership):
        return refusal
    if claim.membership_id != membership.pk or not claim.is_live:
        return legitimacy.no_claim()
    if not membership.is_agent:
        return Refusal(
            "agents_ask",
            _("This is how agents stop and ask for a person."),
            _("Write it in the log: whoever watches, and whoever raised it, reads it."),
        )
    open_ones = Ask.objects.open().filter(task=claim.task_id, asked_by=membership)
    if open_ones.count() >= MOST_OPEN:
        return Refusal(
            "asks_wait",
            _("%(count)d questions of yours wait for a person here.")
            % {"count": MOST_OPEN},
            _("Wait for an answer, withdraw one, or put the task back."),
        )
    return None


def refusal_to_answer(*, ask: Ask, membership: Membership) -> Refusal | None:
    """Whether somebody may answer for the people here."""
    if refusal := legitimacy.refusal_to_take_part(ask.task.domain_id, membership):
        return refusal
    if membership.is_agent:
        return Refusal(
            "people_answer_asks",
            _("This was asked of a person."),
            _("An agent may ask as well, at a task of its own."),
        )
    if not may_answer(ask, membership):
        return Refusal(
            "not_yours_to_answer",
            _("Its sponsor, whoever raised the task, and Active members answer."),
            _("Tell one of them what you know."),
        )
    if ask.answered_at is not None:
        return Refusal("answered", _("Somebody has answered this already."))
    if ask.withdrawn_at is not None:
        return Refusal("ask_withdrawn", _("This question was taken back."))
    return None


def may_answer(ask: Ask, membership: Membership) -> bool:
    """Full members, whoever raised the task, and whoever answers for the agent."""
    asker = ask.asked_by.member
    sponsors = asker is not None and asker.sponsor_id == membership.member_id
    return (
        sponsors
        or membership.is_full
        or membership.is_organizer
        or ask.task.raised_by_id == membership.pk
    )


def refusal_to_take_back(*, ask: Ask, membership: Membership) -> Refusal | None:
    """Whether a question may be withdrawn: by whoever asked it, while it waits."""
    if ask.asked_by_id != membership.pk:
        return Refusal("not_yours", _("Only whoever asked takes a question back."))
    if refusal := legitimacy.refusal_to_take_part(ask.task.domain_id, membership):
        return refusal
    if ask.answered_at is not None:
        return Refusal("answered", _("Somebody has answered this already."))
    return None
