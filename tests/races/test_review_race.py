"""A lease, its sweep and the verdict; one draw, many readers; a round and its author.

On real connections, each guard shown to matter by taking it out in the same run.
"""

from collections import Counter
from datetime import timedelta

import pytest

from members.models import Membership
from tasks import drawing, rereading, reviewing, sending, submitting
from tasks.models import Rereading, Review, Submission, Verdict
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
from tests.races.racing import CROWD_ROUNDS, Round, constraints_dropped, race

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)
WORDS = {
    "verdict": Verdict.RECOGNISED,
    "works": "You left the smudged reading open instead of guessing at it.",
    "version": 1,
}


class Desk:
    """Work that waits for a verdict, one piece after the other."""

    def __init__(self):
        self.domain = make_domain()
        self.raiser = make_core(domain=self.domain, capacity=Membership.Capacity.NONE)
        self.author = make_membership(domain=self.domain)

    def reader(self):
        return make_full(domain=self.domain)

    def work(self, **given):
        task = make_task(domain=self.domain, raised_by=self.raiser)
        return make_submission(task=task, **given)

    def readings(self):
        """A reader takes up one piece of work after the other."""
        reader = self.reader()
        while True:
            work = self.work(membership=self.author)
            review = reviewing.take(submission=work, reviewer=reader, at=NOON)
            yield work, review
            self.clear()

    def clear(self):
        Submission.objects.waiting().update(withdrawn_at=NOON)
        Review.objects.under_way().update(released_at=NOON)


def lost(work):
    """Verdicts that were given and count no more."""
    given = Review.objects.filter(submission=work, released_at__isnull=False)
    return (given.sent() | given.finished()).count()


# The lease and its sweep against the verdict


@race("sent", "swept")
def send_and_sweep(racers):
    """A verdict that was begun in time counts, whatever the sweep does meanwhile."""
    for work, review in Desk().readings():
        sent, swept = racers.race(
            lambda review=review: reviewing.send(
                review=review, at=review.due_at - SECOND, **WORDS
            ),
            lambda review=review: reviewing.release_overdue(at=review.due_at + SECOND),
        )
        work.refresh_from_db()
        # Where the place had just been taken back, it is given to its reader anew.
        is_right = (
            isinstance(sent, Review)
            and (sent.pk == review.pk) == (swept == 0)
            and work.outcome == Verdict.RECOGNISED
            and [each.pk for each in work.reviews.standing().sent()] == [sent.pk]
            and lost(work) == 0
        )
        yield Round("swept" if swept else "sent", is_right, (sent, swept, work.outcome))


def test_a_verdict_sent_inside_its_lease_counts(track):
    track.none_wrong(send_and_sweep)


def test_without_locks_the_sweep_takes_it_back(track, without_locks):
    track.one_wrong(send_and_sweep)


@race("finished", "taken over")
def finish_and_take_over(racers):
    """A reader is done as their hour ends, and another is after the place."""
    desk = Desk()
    next_one = desk.reader()
    for work, review in desk.readings():
        after = review.due_at + SECOND

        def take_over(work=work, after=after):
            reviewing.release_overdue(at=after)
            return reviewing.take(submission=work, reviewer=next_one, at=after)

        finished, taken = racers.race(
            lambda review=review, after=after: sending.finish(
                review=review, at=after, **WORDS
            ),
            take_over,
        )
        standing = list(work.reviews.standing())
        is_right = len(standing) == 1 and lost(work) == 0
        if isinstance(finished, Review):
            is_right = is_right and (taken, standing) == ("taken", [finished])
        else:
            is_right = is_right and (finished, standing) == ("taken", [taken])
        first = "finished" if isinstance(finished, Review) else "taken over"
        yield Round(first, is_right, (finished, taken, standing))


def test_a_place_is_its_readers_or_the_next_ones(track):
    track.none_wrong(finish_and_take_over)


def test_without_locks_it_is_both_readers(track, without_locks):
    track.one_wrong(finish_and_take_over)


@race("sent", "taken back")
def send_and_take_back(racers):
    """The minute of a finished review ends as its reader takes it back."""
    gone = NOON + timedelta(hours=1)
    for work, review in Desk().readings():
        sending.finish(review=review, at=NOON, **WORDS)
        sent, taken_back = racers.race(
            lambda: sending.send_finished(at=gone),
            lambda review=review: sending.take_back(review=review, at=gone),
        )
        work.refresh_from_db()
        review.refresh_from_db()
        is_right = (
            (sent == 1) != taken_back
            and bool(work.outcome) == bool(review.sent_at) == (sent == 1)
            and (review.finished_at is None) == taken_back
        )
        yield Round("sent" if sent else "taken back", is_right, (sent, taken_back))


def test_a_finished_review_goes_or_is_taken_back(track):
    track.none_wrong(send_and_take_back)


def test_without_locks_what_was_taken_back_has_gone(track, without_locks):
    track.one_wrong(send_and_take_back)


# The verdict against the author taking the round back


@race("judged", "taken back")
def send_and_withdraw(racers):
    for work, review in Desk().readings():
        sent, taken_back = racers.race(
            lambda review=review: reviewing.send(review=review, at=NOON, **WORDS),
            lambda work=work: submitting.withdraw(
                submission=work, membership=work.author, at=NOON
            ),
        )
        work.refresh_from_db()
        if isinstance(sent, Review):
            is_right = taken_back == "verdict_given" and not work.withdrawn_at
        else:
            is_right = sent == "withdrawn" and isinstance(taken_back, Submission)
        is_right = is_right and bool(work.withdrawn_at) != bool(work.outcome)
        first = "taken back" if isinstance(taken_back, Submission) else "judged"
        yield Round(first, is_right, (sent, taken_back, work.outcome))


def test_a_round_is_judged_or_taken_back_and_never_both(track):
    track.none_wrong(send_and_withdraw)


def test_without_locks_it_is_both(track, without_locks):
    track.one_wrong(send_and_withdraw)


# One draw, many readers


@race(acts=8)
def eight_draw(racers):
    """Two pieces of work among eight readers: each is read by one."""
    desk = Desk()
    readers = [desk.reader() for _ in range(racers.number)]
    while True:
        works = [desk.work() for _ in range(2)]
        said = racers.race(
            *(
                lambda reader=reader: drawing.draw(membership=reader, at=NOON)
                for reader in readers
            )
        )
        drawn = Counter(
            Review.objects.under_way()
            .filter(submission__in=works)
            .values_list("submission", flat=True)
        )
        is_right = sorted(drawn.values()) == [1, 1] and said.count(
            "nothing_to_draw"
        ) == len(readers) - len(works)
        yield Round("", is_right, said)
        desk.clear()


def test_each_first_work_is_drawn_by_one(track):
    track.none_wrong(eight_draw, rounds=CROWD_ROUNDS)


def test_without_the_constraint_one_work_is_drawn_by_many(track):
    with constraints_dropped(Review, "review_one_per_place"):
        track.one_wrong(eight_draw)


@race(acts=4)
def draw_in_four_windows(racers):
    """Whoever draws in four windows at once reads one piece of work."""
    desk = Desk()
    reader = desk.reader()
    while True:
        for _ in range(racers.number):
            desk.work()
        racers.race(*racers.number * [lambda: drawing.draw(membership=reader, at=NOON)])
        drawn = Review.objects.under_way().count()
        yield Round("", drawn == 1, drawn)
        desk.clear()


def test_one_reader_in_four_windows_draws_one(track):
    track.none_wrong(draw_in_four_windows, rounds=CROWD_ROUNDS)


def test_without_the_lock_four_windows_draw_several(track, without_locks):
    track.one_wrong(draw_in_four_windows)


# What is read again blind


@race(acts=4)
def reread_in_two_windows_each(racers):
    """Two readers draw in two windows each: each reads one again."""
    desk = Desk()
    first, *readers = (desk.reader() for _ in range(3))
    while True:
        for _ in range(3):
            work = make_submission(
                task=make_task(domain=desk.domain, raised_by=first),
                outcome=Verdict.RECOGNISED,
                settled_at=NOON,
            )
            Rereading.objects.create(
                submission=work,
                first=make_verdict(submission=work, reviewer=first),
                chosen_at=NOON,
            )
        racers.race(
            *(
                lambda reader=reader: rereading.draw(membership=reader, at=NOON)
                for reader in (*readers, *readers)
            )
        )
        held = Counter(Rereading.objects.under_way().values_list("reader", flat=True))
        yield Round("", sorted(held.values()) == [1, 1], held)
        Rereading.objects.all().delete()


def test_each_reader_reads_one_again_however_many_windows(track):
    track.none_wrong(reread_in_two_windows_each, rounds=CROWD_ROUNDS)


def test_without_the_constraint_windows_draw_several(track):
    with constraints_dropped(Rereading, "rereading_one_at_a_time"):
        track.one_wrong(reread_in_two_windows_each)
