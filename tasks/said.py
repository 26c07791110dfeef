"""Said: which reviews of a round somebody may read now."""

from collections.abc import Iterable

from members.models import Membership
from tasks.models import Review, Submission, Verdict

#: What the world may read of work is what is in use.
IN_USE = (Verdict.RECOGNISED, Verdict.ACCOMMODATED)


def readable(
    reviews: Iterable[Review], submission: Submission, reader: Membership | None
) -> list[Review]:
    """The reviews this reader may read now, of those that were sent.

    Whoever may still give a verdict reads the others' when they have given theirs, so
    that verdicts stay worth two.
    """
    if reader is None:
        return [review for review in reviews if review.verdict in IN_USE]
    if submission.is_waiting and reader.pk != submission.author_id:
        return [
            review
            for review in reviews
            if review.reviewer_id == reader.pk or review.is_first_look
        ]
    return list(reviews)
