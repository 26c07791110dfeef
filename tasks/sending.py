"""Sending: a finished review lies ready for a minute, in which it can be taken back.

Nobody is told, and no line is written, before it goes. Taking back what had gone would
need counter lines, and would leave its author with words that were taken from them.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from domain.refusal import Refusal, Refused
from members import drafting, notifying
from members.models import Draft, Notification
from tasks import reviewing
from tasks.models import Review
from tasks.models.submission import TAKEN_BACK_WITHIN

#: A sweep that found more leaves the rest to the next, a few seconds later.
MOST_AT_ONCE = 100


def finish(*, review: Review, at: datetime, **typed: Any) -> Review:
    """Lay a review ready to go, or raise ``Refused`` and keep the text as a draft.

    What it takes is what ``reviewing.send`` takes, which is asked again when it goes.
    Finishing again, by a double click, lays ready what was typed last.
    """
    words = reviewing.Words.of(**typed)
    try:
        with transaction.atomic():
            found = reviewing.locked(review)
            if found.sent_at is not None:
                return reviewing.unless_said_otherwise(found, words)
            found = reviewing.still_entitled(found, at=at)
            reviewing.insist_on(words, found.submission)
            found.finished_at = at
            found.save(update_fields=["finished_at"])
            member = found.reviewer.member
            drafting.keep(member=member, key=_key(found), fields=asdict(words), at=at)
            drafting.let_go(member=member, key=reviewing.draft_key(found.submission_id))
            return found
    except Refused:
        reviewing.keep_as_draft(review, words, at=at)
        raise


@transaction.atomic
def take_back(*, review: Review, at: datetime) -> bool:
    """Give the reader their text back; return whether it had not gone yet."""
    found = reviewing.locked(review)
    if found.sent_at is not None or found.finished_at is None:
        return False
    _to_draft(found, at=at)
    window = found.submission.task.domain.review_window
    found.due_at = max(found.due_at, at + window)
    found.save(update_fields=["due_at"])
    return True


def send_finished(*, at: datetime) -> int:
    """Send every review whose minute is over; return how many went."""
    ready = Review.objects.finished().filter(finished_at__lte=at - TAKEN_BACK_WITHIN)
    numbers = ready.order_by("finished_at", "pk").values_list("pk", flat=True)
    return sum(_send(number, at=at) for number in numbers[:MOST_AT_ONCE])


@transaction.atomic
def _send(review_id: int, *, at: datetime) -> bool:
    named = Review.objects.select_related("reviewer__member").get(pk=review_id)
    review = reviewing.locked(named)
    if review.sent_at is not None or review.finished_at is None:
        # Taken back, or sent by another worker, a moment ago.
        return False
    words = _words(review)
    if words is None:
        # Whoever wrote it has closed their account, and their texts went with it.
        review.finished_at, review.released_at = None, at
        review.save(update_fields=["finished_at", "released_at"])
        return False
    try:
        sent = reviewing.send(review=review, at=at, **words)
    except Refused as refused:
        _to_draft(review, at=at)
        _tell_reader(review, refused.refusal, at=at)
        return False
    drafting.let_go(member=review.reviewer.member, key=_key(review))
    if sent.pk != review.pk:
        # Its place had been given up meanwhile, and was still free.
        Review.objects.filter(pk=review.pk).update(finished_at=None)
    return True


def _key(review: Review) -> str:
    return f"finished:{review.pk}"


def _words(review: Review) -> dict[str, Any] | None:
    kept = Draft.objects.filter(member=review.reviewer.member, key=_key(review)).first()
    return kept.fields if kept else None


def _to_draft(review: Review, *, at: datetime) -> None:
    """Out of the way again: the text is a draft as before."""
    words = _words(review)
    if words is not None:
        drafting.keep(
            member=review.reviewer.member,
            key=reviewing.draft_key(review.submission_id),
            fields=words,
            at=at,
        )
    drafting.let_go(member=review.reviewer.member, key=_key(review))
    review.finished_at = None
    review.save(update_fields=["finished_at"])


def _tell_reader(review: Review, refusal: Refusal, *, at: datetime) -> None:
    submission = review.submission
    notifying.notify(
        member=review.reviewer.member,
        kind=Notification.Kind.REVIEW_WAITS,
        key=f"not_sent:{submission.pk}",
        domain=submission.task.domain,
        actor=submission.author,
        title=submission.task.title,
        sentence=_("Your review was not sent. %(why)s What you wrote is kept.")
        % {"why": refusal.sentence},
        path=submission.get_review_url(),
        at=at,
    )
