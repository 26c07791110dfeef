from datetime import timedelta

import pytest

from domain.refusal import Refused
from members import turns
from members.models import Membership, Notification
from tasks import asking, drawing, legitimacy_of_review, reviewing
from tasks.models import Review, Skip, Submission
from tests.makers import (
    NOON,
    make_core,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
REASON = "They are a neighbour of mine."


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def raiser(domain):
    return make_core(domain=domain)


def first_work(domain, raiser, hours=1, **author):
    return make_submission(
        task=make_task(domain=domain, raised_by=raiser),
        membership=make_membership(domain=domain, **author),
        handed_in_at=NOON - hours * HOUR,
        is_first=True,
    )


def draw(membership, **given):
    return drawing.draw(membership=membership, **{"at": NOON, **given})


def code_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def test_what_is_late_comes_first_then_one_by_lot_of_the_longest_waiting(
    domain, raiser
):
    late = first_work(domain, raiser, hours=60)
    oldest = {first_work(domain, raiser, hours=n) for n in (9, 8, 7)}
    first_work(domain, raiser, hours=1)
    readers = [make_full(domain=domain) for _ in range(12)]

    assert draw(readers[0]).submission == late
    drawn = set()
    for reader in readers[1:]:
        review = draw(reader)
        drawn.add(review.submission)
        reviewing.put_back(review=review, at=NOON)

    assert drawn == oldest


def test_drawing_again_gives_the_same_even_after_putting_it_back(domain, raiser):
    for hours in (1, 2, 3):
        first_work(domain, raiser, hours=hours)
    reader = make_full(domain=domain)

    first = draw(reader)
    assert draw(reader) == first
    reviewing.put_back(review=first, at=NOON)

    assert draw(reader).submission == first.submission


def test_a_skip_says_why_and_comes_back_only_when_the_wait_slips(domain, raiser):
    work, reader = first_work(domain, raiser), make_full(domain=domain)
    review = draw(reader)

    assert (
        code_of(lambda: drawing.skip(review=review, reason="no", at=NOON)) == "reason"
    )
    drawing.skip(review=review, reason=REASON, at=NOON)

    assert Skip.objects.get().reason == REASON
    assert code_of(lambda: draw(reader)) == "nothing_to_draw"
    assert draw(make_full(domain=domain)).submission == work
    Review.objects.update(released_at=NOON)
    Submission.objects.update(slipped_at=NOON + HOUR)
    assert draw(reader, at=NOON + 2 * HOUR).submission == work
    lost = Review.objects.under_way().get()
    Review.objects.update(released_at=NOON)
    assert (
        code_of(lambda: drawing.skip(review=lost, reason=REASON, at=NOON))
        == "lease_over"
    )


def test_the_time_and_the_area_one_has_narrow_the_draw(domain, raiser):
    sampling, data = domain.areas.order_by("place")
    work = first_work(domain, raiser)
    reader = make_full(domain=domain)

    assert code_of(lambda: draw(reader, area_id=data.pk)) == "nothing_to_draw"
    assert code_of(lambda: draw(reader, minutes=4)) == "nothing_to_draw"
    assert draw(reader, minutes=5, area_id=sampling.pk).submission == work


def test_nothing_is_drawn_by_who_may_not_judge(domain, raiser):
    first_work(domain, raiser)

    assert code_of(lambda: draw(make_membership(domain=domain))) == "nothing_to_draw"


@pytest.mark.parametrize(
    "why", ["", "past the threshold", "practice", "returned before", "asked"]
)
def test_one_picks_what_decides_no_threshold_or_what_one_was_asked(domain, raiser, why):
    reader, may_pick = make_full(domain=domain), bool(why)
    author = make_membership(
        domain=domain, threshold_at=NOON if why == "past the threshold" else None
    )
    task = make_task(domain=domain, raised_by=raiser, is_practice=why == "practice")
    work = make_submission(task=task, membership=author)
    if why == "returned before":
        work.outcome, work.settled_at = "returned", NOON
        work.save()
        work = make_submission(claim=work.claim, round=2)
    if why == "asked":
        asking.ask(submission=work, at=NOON)

    def refusal():
        return legitimacy_of_review.refusal_to_pick(
            submission=work, reviewer=reader, at=NOON
        )

    assert (refusal() is None) == may_pick
    assert Submission.objects.waiting().drawn_for(reader.pk).exists() != may_pick
    assert Submission.objects.waiting().picked_by(reader.pk).exists() == may_pick
    if may_pick:
        assert drawing.pick(submission=work, reviewer=reader, at=NOON)
    else:
        assert (
            code_of(lambda: drawing.pick(submission=work, reviewer=reader, at=NOON))
            == "drawn"
        )
        draw(reader)
        assert refusal() is None


# Room


def asked_of(reader):
    return Notification.objects.filter(
        member=reader.member, kind=Notification.Kind.REVIEW_WAITS
    ).count()


@pytest.mark.parametrize(("capacity", "room"), [("none", 0), ("half", 3), ("usual", 6)])
def test_nobody_is_asked_beyond_the_room_they_gave(domain, raiser, capacity, room):
    Membership.objects.filter(pk=raiser.pk).update(capacity="none")
    reader = make_full(domain=domain, capacity=capacity)
    for _ in range(8):
        asking.ask(submission=first_work(domain, raiser), at=NOON)

    assert asked_of(reader) == room


def test_what_others_answered_and_last_weeks_leave_room(domain, raiser):
    Membership.objects.filter(pk=raiser.pk).update(capacity="none")
    reader = make_full(domain=domain, capacity="half")
    works = [first_work(domain, raiser) for _ in range(3)]
    for work in works:
        asking.ask(submission=work, at=NOON)
    Submission.objects.filter(pk=works[0].pk).update(
        outcome="recognised", settled_at=NOON
    )
    asking.ask(submission=first_work(domain, raiser), at=NOON)
    assert asked_of(reader) == 4

    asking.ask(submission=first_work(domain, raiser), at=NOON)
    assert asked_of(reader) == 4

    make_verdict(submission=works[1], reviewer=reader)
    asking.ask(submission=first_work(domain, raiser), at=NOON + timedelta(days=8))
    assert asked_of(reader) == 5


def test_after_four_days_organizers_are_told_once(domain, raiser):
    organizer = make_full(domain=domain, is_organizer=True, capacity="none")
    work = first_work(domain, raiser, hours=0)
    late = NOON + timedelta(hours=97)

    reviewing.make_up_for_waits(at=NOON + timedelta(hours=95))
    assert not Notification.objects.filter(kind=Notification.Kind.STALLED).exists()
    reviewing.make_up_for_waits(at=late)
    reviewing.make_up_for_waits(at=late)

    told = Notification.objects.get(kind=Notification.Kind.STALLED)
    assert told.member == organizer.member
    assert "has waited four days for a verdict." in told.sentence
    work.refresh_from_db()
    assert work.stalled_at == late


def test_when_it_is_late_more_are_asked_than_at_first(domain, raiser):
    for _ in range(12):
        make_full(domain=domain)
    work = first_work(domain, raiser, hours=0)
    assert len(asking.ask(submission=work, at=NOON)) == turns.ASKED_AT_ONCE

    reviewing.make_up_for_waits(at=NOON + timedelta(hours=49))

    told = turns.ASKED_AT_ONCE + turns.ASKED_WHEN_LATE
    assert len(asking.asked(work)) == told
