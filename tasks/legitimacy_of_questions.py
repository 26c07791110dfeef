"""Who may ask whoever does a task, and answer: asked by every door and every deed."""

from django.db.models import Q
from django.utils.translation import gettext as _

from domain.refusal import Refusal
from members.models import Companion, Membership
from tasks import legitimacy
from tasks.models import Claim, Question, Task

#: More questions than this at once stop being asked of somebody at work.
MOST_UNANSWERED = 3


def refusal_to_question(
    *, task: Task, membership: Membership, asked: Membership
) -> Refusal | None:
    """Whether the member may ask this other one about the task."""
    if refusal := legitimacy.refusal_to_take_part(task.domain_id, membership):
        return refusal
    if asked.pk == membership.pk:
        return Refusal("yourself", _("You are doing this one."))
    does_it = task.claims.filter(membership=asked).filter(
        Q(ended_at=None) | Q(ending=Claim.Ending.DONE)
    )
    if not does_it.exists():
        return Refusal(
            "does_not_do_it",
            _("%(name)s does not do this one any more.") % {"name": asked.name},
            _("The log stays open to read."),
        )
    if not _watches(task, membership, asked):
        return Refusal(
            "not_observing",
            _("Questions come from those who watch."),
            _("Take an observer seat, then ask."),
        )
    waiting = Question.objects.unanswered().filter(task=task, asker=membership)
    if waiting.count() >= MOST_UNANSWERED:
        return Refusal(
            "questions_wait",
            _("%(count)d of your questions wait for an answer here.")
            % {"count": MOST_UNANSWERED},
            _("Ask the next one once one of them is answered."),
        )
    return None


def refusal_to_reply(*, question: Question, membership: Membership) -> Refusal | None:
    """Whether the member may answer this question."""
    if question.asked_id != membership.pk:
        return Refusal("not_asked", _("This was asked of somebody else."))
    if refusal := legitimacy.refusal_to_take_part(question.task.domain_id, membership):
        return refusal
    if question.answered_at is not None:
        return Refusal("answered", _("You have answered this already."))
    return None


def _watches(task: Task, membership: Membership, asked: Membership) -> bool:
    """From an observer's seat, to the end, beside them, from further in, or with them."""
    watched = task.observations.filter(membership=membership).filter(
        Q(ended_at=None) | Q(to_the_end=True)
    )
    beside = task.claims.live().filter(membership=membership)
    walking = Companion.objects.begun().filter(
        Q(newcomer=asked, peer=membership) | Q(newcomer=membership, peer=asked)
    )
    return membership.is_full or watched.exists() or beside.exists() or walking.exists()
