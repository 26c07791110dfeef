"""Reading others' work: exactly as the desk allows it."""

from datetime import datetime

from cop.programs.inside import Inside, NotThere
from cop.programs.looking.rounds import reading, the_round
from cop.programs.saying import rounds
from cop.programs.saying.base import Done
from domain.refusal import Refused
from members import drafting
from tasks import drawing, reviewing, sending
from tasks.models import Review, Submission


def draw_review(inside: Inside, given: rounds.Draw, *, at: datetime) -> rounds.Reading:
    own = inside.own
    area = inside.domain.areas.filter(slug=given.area or "").first()
    drawn = drawing.draw(
        membership=own, minutes=given.minutes, area_id=area.pk if area else None, at=at
    )
    return reading(inside, drawn, the_round(inside, drawn.submission_id))


def take_review(inside: Inside, pk: int, *, at: datetime) -> rounds.Reading:
    own = inside.own
    found = the_round(inside, pk)
    taken = drawing.pick(submission=found, reviewer=own, at=at)
    return reading(inside, taken, found)


def keep_review(inside: Inside, pk: int, *, at: datetime) -> rounds.Reading:
    found = the_round(inside, pk)
    kept = reviewing.keep_longer(review=_mine(inside, found), at=at)
    return reading(inside, kept, found)


def put_review_back(inside: Inside, pk: int, *, at: datetime) -> Done:
    put_back = reviewing.put_back(review=_mine(inside, the_round(inside, pk)), at=at)
    return Done(done=put_back)


def skip_review(inside: Inside, pk: int, given: rounds.Skip, *, at: datetime) -> Done:
    drawing.skip(
        review=_mine(inside, the_round(inside, pk)), reason=given.reason, at=at
    )
    return Done()


def send_review(
    inside: Inside, pk: int, given: rounds.NewReview, *, at: datetime
) -> rounds.Reading:
    """Lay a verdict ready; it goes a minute later, and can be taken back until then."""
    found = the_round(inside, pk)
    mine = found.reviews.under_way().filter(reviewer=inside.own).first()
    # Its lease may have ended while the verdict was being written.
    review = mine or _last(inside, found)
    if review is None:
        raise NotThere
    sent = sending.finish(review=review, at=at, **given.model_dump())
    return reading(inside, sent, the_round(inside, pk))


def take_review_back(inside: Inside, pk: int, *, at: datetime) -> Done:
    last = _last(inside, the_round(inside, pk))
    if last is None:
        raise NotThere
    return Done(done=sending.take_back(review=last, at=at))


def give_first_look(
    inside: Inside, pk: int, given: rounds.FirstLook, *, at: datetime
) -> rounds.Review:
    own = inside.own
    found = the_round(inside, pk)
    try:
        given_look = reviewing.give_first_look(
            submission=found, reader=own, at=at, **given.model_dump()
        )
    except Refused:
        drafting.keep(
            member=inside.member,
            key=reviewing.draft_key(pk),
            fields=given.model_dump(),
            at=at,
        )
        raise
    return rounds.review(given_look)


def make_room(inside: Inside, given: rounds.Room, *, at: datetime) -> Done:
    del at  # every act is told the time; this one leaves no trace of it
    reviewing.make_room(
        membership=inside.own, capacity=given.capacity, minutes=given.minutes
    )
    return Done()


def _mine(inside: Inside, found: Submission) -> Review:
    mine = found.reviews.under_way().filter(reviewer=inside.own).first()
    if mine is None:
        raise NotThere
    return mine


def _last(inside: Inside, found: Submission) -> Review | None:
    return (
        found.reviews.filter(reviewer=inside.own, is_first_look=False)
        .select_related("reviewer__member", "submission__task__domain")
        .order_by("pk")
        .last()
    )
