"""Who may call members together, change that, come, and tell what came of it."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal
from members import legitimacy_of_agents
from members.models import Membership
from tasks.models import Gathering, Task

#: What can be worked on together.
IN_THE_WORKS: Final = (Task.State.OPEN, Task.State.HELD, Task.State.IN_REVIEW)


def refusal_to_call(*, domain: Domain, membership: Membership) -> Refusal | None:
    """Whether the member may call a gathering here."""
    if domain.pk != membership.domain_id or not membership.is_present:
        return _elsewhere()
    if membership.is_agent:
        return Refusal(
            "agents_do_not_call",
            _("People call gatherings; agents do not."),
            _("Ask the person who answers for you."),
        )
    if membership.is_full or membership.is_organizer:
        return None
    return Refusal(
        "not_yours_to_call",
        _("Active and core members and organizers call gatherings."),
        _("Ask one of them: whoever holds the task, or walks with you."),
    )


def refusal_of_task(*, task: Task, domain: Domain) -> Refusal | None:
    """Whether a task is one that can be worked on together."""
    if task.domain_id != domain.pk:
        return Refusal("elsewhere", _("This task belongs to another community."))
    words = {"task": task.title}
    if task.is_practice:
        return Refusal(
            "practice_task",
            _("“%(task)s” is practice, and people gather for real work.") % words,
        )
    if task.state not in IN_THE_WORKS:
        return Refusal(
            "not_in_the_works", _("“%(task)s” is not in the works any more.") % words
        )
    return None


def refusal_to_change(
    *, gathering: Gathering, membership: Membership, at: datetime
) -> Refusal | None:
    """Whether the member may change a gathering, or call it off."""
    refusal = refusal_to_call(domain=gathering.domain, membership=membership)
    if refusal and not (
        membership.pk == gathering.called_by_id and membership.is_present
    ):
        return refusal
    if gathering.is_called_off:
        return _called_off()
    if gathering.is_over(at=at):
        return Refusal(
            "over",
            _("This gathering is over."),
            _("Say what came of it, or call another."),
        )
    return None


def refusal_to_answer(
    *, gathering: Gathering, membership: Membership, at: datetime
) -> Refusal | None:
    """Whether the member may say that they come, or cannot."""
    if gathering.domain_id != membership.domain_id or not membership.is_present:
        return _elsewhere()
    if gathering.is_called_off:
        return _called_off()
    if gathering.is_over(at=at):
        return Refusal("over", _("This gathering is over."))
    return legitimacy_of_agents.refusal_to_act(membership=membership)


def refusal_to_tell(
    *, gathering: Gathering, membership: Membership, at: datetime
) -> Refusal | None:
    """Whether the member may note who was there, and what came of it."""
    if gathering.domain_id != membership.domain_id or not membership.is_present:
        return _elsewhere()
    keeps_it = membership.pk == gathering.called_by_id
    if not keeps_it and (
        refusal_to_call(domain=gathering.domain, membership=membership)
    ):
        return Refusal(
            "not_yours_to_tell",
            _("Whoever called it, or a full member, notes who was there."),
            _("Tell one of them what came of it for you."),
        )
    if gathering.is_called_off:
        return _called_off()
    if not gathering.has_begun(at=at):
        return Refusal(
            "not_begun",
            _("This gathering has not begun yet."),
            _("Come back when it has."),
        )
    return None


def _elsewhere() -> Refusal:
    return Refusal(
        "elsewhere",
        _("This belongs to a community you have not joined."),
        _("Join it first."),
    )


def _called_off() -> Refusal:
    return Refusal(
        "called_off", _("This gathering was called off."), _("Call another.")
    )
