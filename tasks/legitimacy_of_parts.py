"""Who may do what about the parts of a jigsaw: asked by every door and every deed."""

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from domain.refusal import Refusal
from tasks.models import Claim, Part, Submission, Task


def refusal_to_teach(*, claim: Claim | None, part: Part | None) -> Refusal | None:
    """Whether the holder of this claim teaches this part; it comes with its review."""
    if claim is None or part is None:
        return no_part()
    return _handed_in(claim)


def refusal_to_mark_ready(*, claim: Claim | None, part: Part | None) -> Refusal | None:
    """Whether the part may be called ready: its holder has taught it to the others."""
    if refusal := refusal_to_teach(claim=claim, part=part):
        return refusal
    if claim is not None and part is not None and not is_taught(part, claim):
        return Refusal(
            "teach_first",
            _("The others have not learnt your part yet."),
            _("Write one note in the log that teaches it to them."),
        )
    return None


def refusal_to_take_up_again(
    *, claim: Claim | None, part: Part | None
) -> Refusal | None:
    if refusal := refusal_to_teach(claim=claim, part=part):
        return refusal
    if claim is not None and part is not None and part.ready_under_id != claim.pk:
        return Refusal("not_marked", _("Your part is not marked as ready."))
    return None


def refusal_of_parts(*, task: Task, claim: Claim) -> Refusal | None:
    """Why the whole cannot be handed in yet; the caller holds the task's lock."""
    parts = list(task.parts.order_by("seat")) if task.seats > 1 else []
    if not parts:
        return None
    if Submission.objects.waiting().filter(task=task).exists():
        return Refusal(
            "handed_in_already",
            _("The whole was handed in already, and waits for its reader."),
            _("Whoever handed it in can change it, as long as nobody has judged it."),
        )
    held = dict(task.claims.live().values_list("seat", "pk"))
    if held.get(claim.seat) != claim.pk:
        return no_part()
    free = [part.title for part in parts if part.seat not in held]
    if free:
        return Refusal(
            "parts_free",
            _("Nobody holds %(parts)s yet; the whole needs every part.")
            % {"parts": get_text_list(free, _("and"))},
            _("Point somebody to it, or hand in once it is done."),
        )
    unready = [part.title for part in parts if part.ready_under_id is None]
    if unready:
        return Refusal(
            "parts_not_ready",
            _("Not ready yet: %(parts)s.")
            % {"parts": get_text_list(unready, _("and"))},
            _("Whoever holds a part says when it is ready."),
        )
    return None


def is_taught(part: Part, claim: Claim) -> bool:
    """Whether whoever holds the part now has taught it, and not somebody before them."""
    return part.taught_in is not None and part.taught_in.claim_id == claim.pk


def no_part() -> Refusal:
    return Refusal(
        "no_part",
        _("You hold no part of this task."),
        _("Claim one that is free."),
    )


def _handed_in(claim: Claim) -> Refusal | None:
    if not claim.in_review:
        return None
    return Refusal(
        "handed_in",
        _("The whole was handed in and waits for its reader."),
        _("If changes are asked for, every part is in its holder’s hands again."),
    )
