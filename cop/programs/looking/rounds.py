"""What was handed in, and the desk of those who read it."""

from datetime import datetime
from typing import Any

from cop.programs import paging
from cop.programs.inside import Inside, NotThere
from cop.programs.looking.tasks import the_task
from cop.programs.saying import rounds
from cop.programs.saying.base import Pages, why_not
from domain.refusal import Refusal
from members.models import Membership
from tasks import legitimacy_of_review, review_queue, reviewing, said
from tasks.models import Attachment, Review, Submission
from tasks.said import IN_USE


def mine(
    inside: Inside, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[rounds.RoundInShort]:
    """What I handed in here, the latest first."""
    return paging.page(
        Submission.objects.filter(
            task__domain=inside.domain, author=inside.own
        ).select_related("author", "task__domain"),
        order=("-handed_in_at", "-pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [rounds.in_short(one) for one in rows],
    )


def the_round(inside: Inside, pk: int) -> Submission:
    found = (
        Submission.objects.select_related(
            "task__domain",
            "task__area",
            "author__domain",
            "author__member",
            "claim__task",
        )
        .filter(task__domain=inside.domain, pk=pk)
        .first()
    )
    # What is unsettled, or went back for another round, is between the author and the
    # community; the world sees the work once it is in use.
    if found is None or (inside.membership is None and found.outcome not in IN_USE):
        raise NotThere
    the_task(inside, found.task_id)
    return found


def one(inside: Inside, pk: int, *, at: datetime) -> rounds.Round:
    """One round; that its author has read what was said of it is noted."""
    found = the_round(inside, pk)
    if inside.membership:
        reviewing.note_opened(submission=found, reader=inside.membership, at=at)
    return say(inside, found)


def say(inside: Inside, found: Submission) -> rounds.Round:
    own = inside.membership
    reviews = list(
        found.reviews.sent()
        .standing()
        .select_related("reviewer")
        .prefetch_related("points")
        .order_by("sent_at", "pk")
    )
    return rounds.whole(
        found,
        reviews=said.readable(reviews, found, own),
        change=why_not(_change(found, own)),
        second_opinion=why_not(_ask_again(found, own)),
    )


def file(inside: Inside, pk: int, attachment: int) -> Attachment:
    kept = Attachment.objects.filter(
        submission=the_round(inside, pk), pk=attachment
    ).first()
    if kept is None:
        raise NotThere
    return kept


def desk(inside: Inside, *, minutes: int, area: str, at: datetime) -> rounds.Desk:
    """What waits for a reader, in the order it should be read."""
    own = inside.own
    found = inside.domain.areas.filter(slug=area).first() if area else None
    asked: dict[str, Any] = {
        "minutes": minutes,
        "times": review_queue.reading_times(inside.domain, at=at),
        "area_id": found.pk if found else None,
    }
    gives_verdicts = own.is_full and not own.is_agent
    waiting = (
        review_queue.desk_of(own, **asked)
        if gives_verdicts
        else review_queue.to_look_at(own, **asked)
    )
    items = [*waiting.fitting, *waiting.longer]
    # The queue fetches what its page shows; this says a little more of each.
    whole = Submission.objects.select_related("author", "task__domain").in_bulk(
        [item.submission.pk for item in items]
    )
    reviews = review_queue.own_reviews(own)
    return rounds.Desk(
        gives_verdicts=gives_verdicts,
        waiting=[
            rounds.DeskItem(
                round=rounds.in_short(whole[item.submission.pk]),
                title=item.submission.task.title,
                minutes=item.minutes,
                is_first=item.submission.is_first,
            )
            for item in items
        ],
        to_draw=waiting.to_draw.all if waiting.to_draw else 0,
        reading=[review.submission_id for review in reviews.reading],
        on_their_way=[review.submission_id for review in reviews.on_their_way],
    )


def my_reading(inside: Inside, pk: int) -> rounds.Reading:
    found = the_round(inside, pk)
    review = found.reviews.under_way().filter(reviewer=inside.own).first()
    if review is None:
        raise NotThere
    return reading(inside, review, found)


def reading(inside: Inside, review: Review, found: Submission) -> rounds.Reading:
    return rounds.Reading(
        id=review.pk,
        round=say(inside, found),
        claimed_at=review.claimed_at,
        due_at=review.due_at,
        finished_at=review.finished_at,
        goes_at=review.goes_at,
    )


def _change(found: Submission, own: Membership | None) -> Refusal | None:
    if own is None:
        return legitimacy_of_review.not_the_author()
    return legitimacy_of_review.refusal_to_change(submission=found, membership=own)


def _ask_again(found: Submission, own: Membership | None) -> Refusal | None:
    if own is None:
        return legitimacy_of_review.not_the_author()
    return legitimacy_of_review.refusal_to_ask_again(submission=found, membership=own)
