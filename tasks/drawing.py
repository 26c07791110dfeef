"""Drawing: being handed the work to read, where the verdict may be somebody's threshold.

Whoever picks reads their friends first and passes over strangers. What the desk hands
out instead is what was promised longest ago, then one by lot of the few that have waited
longest. The lot hangs on who draws and what waits, so drawing again gives the same.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from domain.promises import PROMISED_WITHIN
from domain.refusal import Refusal, Refused
from members.models import Membership
from tasks import legitimacy_of_review, review_queue, reviewing
from tasks.models import Review, Skip, Submission

#: The lot is between so many: enough that nobody knows which, few enough for age to tell.
LOTS = 3
#: Less says nothing to whoever wonders why a piece of work goes round.
SHORTEST_REASON = 10


@transaction.atomic
def draw(
    *,
    membership: Membership,
    at: datetime,
    minutes: int = 0,
    area_id: int | None = None,
) -> Review:
    """Hand the member one piece of work to read, or raise ``Refused``.

    What they drew and are still reading is given again: one at a time.
    """
    membership = _alone(membership)
    reading = review_queue.being_read(membership, at=at)
    if reading is not None:
        return reading
    waiting = review_queue.to_draw(membership, minutes=minutes, area_id=area_id, at=at)
    for submission in _in_the_order_of_the_lot(waiting, membership, at=at):
        try:
            return reviewing.take(submission=submission, reviewer=membership, at=at)
        except Refused:
            # Drawn by somebody else a moment ago: the next one is as good.
            continue
    raise Refused(
        Refusal(
            "nothing_to_draw",
            _("No first work waits for a reader just now."),
            _("What else waits is on the desk."),
        )
    )


def pick(*, submission: Submission, reviewer: Membership, at: datetime) -> Review:
    """Take what the reader chose for themselves, where choosing is theirs."""
    refusal = legitimacy_of_review.refusal_to_pick(
        submission=submission, reviewer=reviewer, at=at
    )
    if refusal:
        raise Refused(refusal)
    return reviewing.take(submission=submission, reviewer=reviewer, at=at)


@transaction.atomic
def skip(*, review: Review, reason: str, at: datetime) -> Skip:
    """Pass on what one is reading and say why; it goes to somebody else."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            Refusal("reason", _("Say why, in a few words, so that others can help."))
        )
    if not reviewing.put_back(review=review, at=at):
        raise Refused(reviewing.lease_over())
    skipped, _new = Skip.objects.update_or_create(
        submission=review.submission,
        membership=review.reviewer,
        defaults={"reason": reason.strip(), "skipped_at": at},
    )
    return skipped


def _alone(membership: Membership) -> Membership:
    """One draw of a member after the other, or two windows would draw two."""
    return (
        Membership.objects.select_for_update(no_key=True, of=("self",))
        .select_related("domain", "member")
        .get(pk=membership.pk)
    )


def _in_the_order_of_the_lot(
    waiting: Sequence[Submission], membership: Membership, *, at: datetime
) -> list[Submission]:
    """``waiting`` is in the order of age; what is late keeps it."""
    late = [one for one in waiting if one.handed_in_at < at - PROMISED_WITHIN]
    rest = waiting[len(late) :]
    return [
        *late,
        *sorted(rest[:LOTS], key=lambda one: _lot(one, membership)),
        *rest[LOTS:],
    ]


def _lot(submission: Submission, membership: Membership) -> str:
    drawn = f"{submission.pk}:{membership.pk}"
    return str(salted_hmac("tasks.drawing", drawn, algorithm="sha256").hexdigest())
