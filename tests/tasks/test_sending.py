from datetime import timedelta

import pytest

from domain.refusal import Refused
from members.models import Draft, Notification, Participation
from tasks import review_queue, reviewing, sending, submitting
from tasks.models import Review, Verdict
from tasks.reading_times import FEWEST_KNOWN, Work
from tests.makers import (
    NOON,
    make_domain,
    make_full,
    make_submission,
    make_task,
    make_verdict,
)

WORKS = "You left the smudged reading open instead of guessing at it."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def domain(db):
    return make_domain()


@pytest.fixture
def reviewer(domain):
    return make_full(domain=domain)


@pytest.fixture
def reading(domain, reviewer):
    work = make_submission(task=make_task(domain=domain))
    return reviewing.take(submission=work, reviewer=reviewer, at=NOON)


def finish(review, at=NOON, **given):
    typed = {"verdict": "recognised", "works": WORKS, "version": 1, **given}
    return sending.finish(review=review, at=at, **typed)


def test_for_a_minute_nobody_hears_of_it(reading):
    before = (Participation.objects.count(), Notification.objects.count())

    finish(reading)

    assert sending.send_finished(at=NOON + MINUTE - timedelta(seconds=1)) == 0
    assert (Participation.objects.count(), Notification.objects.count()) == before
    reading.submission.refresh_from_db()
    assert reading.submission.is_waiting


def test_after_a_minute_it_goes_as_it_was_written(reading):
    finish(reading, looked_at="The third line first.")

    assert sending.send_finished(at=NOON + MINUTE) == 1
    assert sending.send_finished(at=NOON + MINUTE) == 0

    review = Review.objects.get()
    assert (review.works, review.looked_at) == (WORKS, "The third line first.")
    assert review.sent_at == NOON + MINUTE
    assert review.submission.outcome == Verdict.RECOGNISED
    assert not Draft.objects.exists()


def test_taken_back_it_is_a_draft_again(reading, reviewer):
    finish(reading)

    assert sending.take_back(review=reading, at=NOON + MINUTE / 2)

    assert not sending.take_back(review=reading, at=NOON + MINUTE)
    assert sending.send_finished(at=NOON + 2 * MINUTE) == 0
    draft = Draft.objects.get()
    assert draft.key == reviewing.draft_key(reading.submission_id)
    assert draft.fields["works"] == WORKS
    assert review_queue.under_way(reviewer) == [reading]


def test_what_has_gone_stays(reading):
    finish(reading)
    sending.send_finished(at=NOON + MINUTE)

    assert not sending.take_back(review=reading, at=NOON + MINUTE)
    assert Review.objects.get().sent_at


def test_finished_twice_it_goes_once_as_typed_last(reading):
    finish(reading)
    finish(reading, works=WORKS.upper())

    assert sending.send_finished(at=NOON + MINUTE) == 1
    assert Review.objects.get().works == WORKS.upper()
    assert finish(reading, works=WORKS.upper()).sent_at


def test_nobody_else_reads_it_meanwhile_however_late(reading, domain, reviewer):
    finish(reading, at=reading.due_at)
    late = reading.due_at + timedelta(hours=5)

    assert reviewing.release_overdue(at=late) == 0
    with pytest.raises(Refused) as refused:
        reviewing.take(
            submission=reading.submission, reviewer=make_full(domain=domain), at=late
        )
    assert refused.value.refusal.code == "taken"
    assert not reviewing.put_back(review=reading, at=late)
    assert review_queue.under_way(reviewer) == []
    assert sending.send_finished(at=late) == 1


def test_what_says_too_little_is_not_laid_ready(reading):
    with pytest.raises(Refused) as refused:
        finish(reading, works="Good job!")

    assert refused.value.refusal.code == "works"
    assert not Review.objects.finished().exists()
    assert Draft.objects.get().fields["works"] == "Good job!"


def test_changed_within_the_minute_it_comes_back_to_its_reader(reading, reviewer):
    finish(reading)
    submitting.edit(
        submission=reading.submission,
        membership=reading.submission.author,
        body="Mended.",
        at=NOON,
    )

    assert sending.send_finished(at=NOON + MINUTE) == 0

    assert review_queue.under_way(reviewer) == [reading]
    assert Draft.objects.get().fields["works"] == WORKS
    told = Notification.objects.get(member=reviewer.member)
    assert "Your review was not sent." in told.sentence
    assert told.path == reading.submission.get_review_url()


def test_whoever_closes_their_account_within_the_minute_says_nothing(reading):
    finish(reading)
    Draft.objects.all().delete()

    assert sending.send_finished(at=NOON + MINUTE) == 0
    assert not Review.objects.standing().exists()


def test_how_long_a_review_took_leaves_the_minute_out(domain):
    for _each in range(FEWEST_KNOWN):
        work = make_submission(task=make_task(domain=domain))
        make_verdict(
            submission=work,
            claimed_at=NOON,
            finished_at=NOON + 4 * MINUTE,
            sent_at=NOON + 7 * MINUTE,
        )
    times = review_queue.reading_times(domain, at=NOON + 7 * MINUTE)

    task = work.task
    like_them = Work(task.centrality, task.area_id, task.effort_minutes, 0)
    assert times.minutes(like_them) == 4
