"""Sitting: reading several small things at once, each with a verdict of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.refusal import Refusal, Refused
from members import drafting
from members.models import Membership
from tasks import drawing, review_queue, reviewing, sending
from tasks.models import Review, Submission


@dataclass(slots=True)
class Sent:
    """What became of the reviews of one sitting, each for itself."""

    reviews: list[Review] = field(default_factory=list)
    refused: dict[int, Refusal] = field(default_factory=dict)


def take_together(
    *, submissions: Sequence[Submission], reviewer: Membership, at: datetime
) -> list[Review]:
    """Give the member a place at each that is still free; ``Refused`` if none is."""
    taken, refusal = [], None
    for submission in submissions[: review_queue.MOST_TOGETHER]:
        try:
            taken.append(drawing.pick(submission=submission, reviewer=reviewer, at=at))
        except Refused as refused:
            refusal = refusal or refused.refusal
    if refusal and not taken:
        raise Refused(refusal)
    return taken


def keep_together(*, reviews: Iterable[Review], at: datetime) -> int:
    """Let the reader go on with all that are still theirs; return how many."""
    kept = 0
    for review in reviews:
        try:
            reviewing.keep_longer(review=review, at=at)
        except Refused:
            continue
        kept += 1
    return kept


def keep_drafts(*, typed: Iterable[tuple[Review, dict[str, Any]]], at: datetime) -> int:
    """Keep what was typed about each; return about how many."""
    kept = 0
    for review, words in typed:
        drafting.keep(
            member=review.reviewer.member,
            key=reviewing.draft_key(review.submission_id),
            fields=words,
            at=at,
        )
        kept += 1
    return kept


def send_together(
    *, typed: Iterable[tuple[Review, dict[str, Any]]], at: datetime
) -> Sent:
    """Lay each ready to go; what is refused is kept, and holds up no other."""
    sent = Sent()
    for review, words in typed:
        try:
            sent.reviews.append(sending.finish(review=review, at=at, **words))
        except Refused as refused:
            sent.refused[review.submission_id] = refused.refusal
    return sent
