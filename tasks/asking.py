"""Asking: who might review a submission, and telling the few it is fair to ask."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from members import notifying, turns
from members.models import Membership, Notification
from tasks import legitimacy_of_review, verdict_places
from tasks.models import Review, Submission
from tasks.room import Rooms

#: How much of the usual share of reviews each capacity takes.
SHARES = {
    Membership.Capacity.HALF: 0.5,
    Membership.Capacity.USUAL: 1.0,
    Membership.Capacity.DOUBLE: 2.0,
}


def ask(
    *,
    submission: Submission,
    at: datetime,
    sentence: str = "",
    most: int = turns.ASKED_AT_ONCE,
) -> list[Membership]:
    """Tell a few who may review this, have room and were asked least; return them."""
    chosen = choose(submission=submission, at=at, most=most)
    task, author = submission.task, submission.author
    notifying.notify_all(
        members=[reviewer.member for reviewer in chosen],
        kind=Notification.Kind.REVIEW_WAITS,
        key=_key(submission),
        domain=task.domain,
        actor=author,
        title=task.title,
        sentence=sentence or _handed_in(submission),
        path=submission.get_review_url(),
        at=at,
    )
    return chosen


def asked(submission: Submission) -> list[Membership]:
    """Those who were asked to review this, in the order they were asked."""
    told = Notification.objects.filter(
        kind=Notification.Kind.REVIEW_WAITS,
        key=_key(submission),
        domain=submission.task.domain_id,
    ).order_by("created_at", "pk")
    members = list(told.values_list("member", flat=True))
    found = {
        reviewer.member_id: reviewer
        for reviewer in Membership.objects.present().filter(
            domain=submission.task.domain_id, member__in=members
        )
    }
    return [found[pk] for pk in members if pk in found]


def choose(
    *, submission: Submission, at: datetime, most: int = turns.ASKED_AT_ONCE
) -> list[Membership]:
    """Return those to ask: one for each free place, then the least asked of the rest.

    Nobody is asked while they are away, or beyond the room they gave.
    """
    rooms = Rooms(submission.task.domain_id, at=at)
    able = [
        reviewer
        for reviewer in _with_load(submission, at=at)
        if not reviewer.is_away(at=at)
        and rooms.of(reviewer).left
        and not legitimacy_of_review.refusal_to_read(
            submission=submission, reader=reviewer
        )
    ]
    core = legitimacy_of_review.core_size(submission)
    taken = {review.place for review in submission.reviews.standing()}
    free: dict[int, list[Membership]] = {}
    for reviewer in able:
        if verdict_places.is_far_enough_in(
            reader=reviewer.zone, core=core, core_authors=submission.core_authors
        ):
            for place in legitimacy_of_review.places_open_to(
                submission=submission, reviewer=reviewer, core=core
            ):
                if place not in taken:
                    free.setdefault(place, []).append(reviewer)
    chosen: list[Membership] = []
    for _place, willing in sorted(free.items()):
        chosen += [r for r in willing if r not in chosen][:1]
    rest = [r for r in able if any(r in w for w in free.values()) and r not in chosen]
    return (chosen + rest)[: max(most, len(free))]


def _with_load(submission: Submission, *, at: datetime) -> list[Membership]:
    """Full members, those to turn to first in front.

    Whoever read the round before knows what they asked for; then those who were asked
    least for the share they take, knowing the area being worth some turns.
    """
    known = set(
        Review.objects.sent()
        .filter(submission__task=submission.task_id)
        .filter(submission__author=submission.author_id)
        .exclude(submission=submission)
        .values_list("reviewer", flat=True)
    )
    already = {
        *submission.reviews.standing().values_list("reviewer", flat=True),
        *submission.skips.values_list("membership", flat=True),
        *(reviewer.pk for reviewer in asked(submission)),
    }
    told = turns.taken(
        submission.task.domain_id, Q(kind=Notification.Kind.REVIEW_WAITS), at=at
    )
    return sorted(
        turns.able(submission.task.domain_id, but=already),
        key=lambda reviewer: (
            reviewer.pk not in known,
            told.get(reviewer.member_id, 0)
            / SHARES[Membership.Capacity(reviewer.capacity)]
            - turns.ahead(reviewer, submission.task.area_id),
            reviewer.pk,
        ),
    )


def _handed_in(submission: Submission) -> str:
    name = submission.author.name
    if submission.is_first:
        return _("%(name)s handed in their first work here.") % {"name": name}
    if submission.round > 1:
        return _("%(name)s handed in round %(round)d.") % {
            "name": name,
            "round": submission.round,
        }
    return _("%(name)s handed in work.") % {"name": name}


def _key(submission: Submission) -> str:
    asked_for = "review_waits" if submission.settled_at is None else "second_opinion"
    return f"{asked_for}:{submission.pk}"
