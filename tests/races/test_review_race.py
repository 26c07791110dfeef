"""A lease, its sweep and the verdict; one draw, many readers; a round and its author.

On real connections, each guard shown to matter by taking it out in the same run.
"""

import os
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from members.models import Membership
from tasks import drawing, legitimacy_of_review, locks, rereading, reviewing, submitting
from tasks.models import Rereading, Review, Submission, Task, Verdict
from tests.makers import (
    NOON,
    make_core,
    make_domain,
    make_full,
    make_submission,
    make_task,
    make_verdict,
)
from tests.races.test_verdict_race import Rivals, place_constraint_dropped

pytestmark = pytest.mark.django_db(transaction=True)

#: `make test-races` runs two hundred.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
WORKS = "You left the smudged reading open instead of guessing at it."


@pytest.fixture
def gather():
    gathered = []

    def rivals(number):
        gathered.append(Rivals(number))
        return gathered[-1]

    yield rivals
    for each in gathered:
        each.leave()


@pytest.fixture
def domain():
    return make_domain()


def first_work(domain, raiser):
    return make_submission(task=make_task(domain=domain, raised_by=raiser))


def recognise(review, at):
    return reviewing.send(
        review=review, verdict=Verdict.RECOGNISED, works=WORKS, version=1, at=at
    )


# The lease and its sweep against the verdict


def race_for_a_lapsed_place(rivals, domain, rounds):
    """A reader sends as their hour ends and another takes the place; count the lost."""
    raiser = make_core(domain=domain, capacity=Membership.Capacity.NONE)
    late, next_one = make_full(domain=domain), make_full(domain=domain)
    lost = 0
    for number in range(rounds):
        work = first_work(domain, raiser)
        review = reviewing.take(submission=work, reviewer=late, at=NOON)
        after = review.due_at + timedelta(seconds=1)

        def take_over(work=work, after=after, number=number):
            # Sooner or later than the verdict is being written.
            time.sleep(0.02 * (number % 10))
            reviewing.release_overdue(at=after)
            return reviewing.take(submission=work, reviewer=next_one, at=after)

        sent, taken = rivals.race(
            lambda review=review, after=after: recognise(review, after), take_over
        )

        work.refresh_from_db()
        lost += (
            Review.objects.sent()
            .filter(submission=work, released_at__isnull=False)
            .count()
        )
        if not lost:
            # One of the two came first, and the other was told.
            assert isinstance(sent, Review) == bool(work.outcome)
            assert isinstance(sent, Review) != isinstance(taken, Review)
    return lost


def test_no_verdict_is_lost_as_the_hour_of_its_reader_ends(gather, domain):
    assert race_for_a_lapsed_place(gather(2), domain, ROUNDS) == 0


def test_without_the_lock_the_sweep_takes_a_place_back_under_the_verdict(
    gather, domain, monkeypatch
):
    def read(review_id):
        review = Review.objects.select_related(
            "reviewer__member", "reviewer__domain"
        ).get(pk=review_id)
        time.sleep(0.1)
        return review

    monkeypatch.setattr(reviewing, "_alone", read)

    assert race_for_a_lapsed_place(gather(2), domain, 20) > 0


# One draw, many readers


def race_for_a_draw(rivals, domain, rounds, readers):
    raiser = make_core(domain=domain, capacity=Membership.Capacity.NONE)
    members = [make_full(domain=domain) for _ in range(readers)]
    handed_out = []
    for _ in range(rounds):
        works = [first_work(domain, raiser) for _ in range(2)]
        outcomes = rivals.race(
            *(
                lambda member=member: drawing.draw(membership=member, at=NOON)
                for member in members
            )
        )
        assert {o for o in outcomes if isinstance(o, str)} <= {"nothing_to_draw"}
        held = Counter(
            Review.objects.under_way()
            .filter(submission__in=works)
            .values_list("submission", flat=True)
        )
        handed_out.append(sorted(held.values()))
        Submission.objects.filter(pk__in=held).update(withdrawn_at=NOON)
        Review.objects.update(released_at=NOON)
    return handed_out


def test_each_first_work_is_drawn_by_one(gather, domain):
    handed_out = race_for_a_draw(gather(8), domain, ROUNDS, readers=8)

    assert handed_out == [[1, 1]] * ROUNDS


def test_without_the_constraint_one_work_is_drawn_by_many(gather, domain):
    with place_constraint_dropped():
        handed_out = race_for_a_draw(gather(8), domain, 10, readers=8)

    assert max(max(held) for held in handed_out) > 1


def draw_in_four_windows(rivals, domain, rounds):
    """Draw four times at once as one reader; return how many leases that gave."""
    raiser = make_core(domain=domain, capacity=Membership.Capacity.NONE)
    reader = make_full(domain=domain)
    drawn = []
    for _ in range(rounds):
        for _each in range(4):
            first_work(domain, raiser)
        rivals.race(
            *(lambda: drawing.draw(membership=reader, at=NOON) for _window in range(4))
        )
        drawn.append(Review.objects.under_way().count())
        Submission.objects.update(withdrawn_at=NOON)
        Review.objects.update(released_at=NOON)
    return drawn


def test_one_reader_in_four_windows_draws_one(gather, domain):
    assert draw_in_four_windows(gather(4), domain, ROUNDS) == [1] * ROUNDS


def test_without_the_lock_four_windows_draw_several(gather, domain, monkeypatch):
    monkeypatch.setattr(drawing, "_alone", lambda membership: membership)

    assert max(draw_in_four_windows(gather(4), domain, 10)) > 1


# The verdict against the author taking the round back


def or_deadlock(act):
    """What an act comes to; without locks in one order, two wait for each other."""
    try:
        return act()
    except OperationalError:
        return "deadlock"


def race_for_a_round(rivals, domain, rounds):
    """Judge and take back at one moment; return how often both or neither could."""
    raiser = make_core(domain=domain, capacity=Membership.Capacity.NONE)
    reader = make_full(domain=domain)
    wrong = 0
    for _ in range(rounds):
        work = first_work(domain, raiser)
        review = reviewing.take(submission=work, reviewer=reader, at=NOON)

        sent, taken_back = rivals.race(
            lambda review=review: or_deadlock(lambda: recognise(review, NOON)),
            lambda work=work: or_deadlock(
                lambda: submitting.withdraw(
                    submission=work, membership=work.author, at=NOON
                )
            ),
        )

        work.refresh_from_db()
        wrong += "deadlock" in (sent, taken_back) or (
            isinstance(sent, Review) and isinstance(taken_back, Submission)
        )
        if not wrong:
            assert (sent == "withdrawn") != (taken_back == "verdict_given")
            assert bool(work.withdrawn_at) != bool(work.outcome)
    return wrong


def test_a_round_is_judged_or_taken_back_and_never_both(gather, domain):
    assert race_for_a_round(gather(2), domain, ROUNDS) == 0


def test_without_the_locks_a_round_is_judged_and_taken_back(
    gather, domain, monkeypatch
):
    def read(submission):
        pk = submission if isinstance(submission, int) else submission.pk
        return Submission.objects.select_related(
            "task__domain", "task__area", "author__member", "author__domain", "claim"
        ).get(pk=pk)

    def slowly(**given):
        refusal = may_send(**given)
        time.sleep(0.05)
        return refusal

    may_send = legitimacy_of_review.refusal_of_state
    monkeypatch.setattr(
        locks,
        "member_and_task",
        lambda membership, task: (
            membership,
            Task.objects.with_seats(membership)
            .select_related("domain", "area")
            .get(pk=getattr(task, "pk", task)),
        ),
    )
    monkeypatch.setattr(submitting, "_locked", read)
    monkeypatch.setattr(reviewing, "_lock", read)
    monkeypatch.setattr(legitimacy_of_review, "refusal_of_state", slowly)

    assert race_for_a_round(gather(2), domain, 20) > 0


# What is read again blind


def race_for_a_rereading(rivals, domain, rounds):
    """Two readers with two windows each draw at once; return who held how many."""
    first, *readers = (make_full(domain=domain) for _ in range(3))
    held = []
    for _ in range(rounds):
        for _each in range(3):
            work = make_submission(
                task=make_task(domain=domain, raised_by=first),
                outcome=Verdict.RECOGNISED,
                settled_at=NOON,
            )
            Rereading.objects.create(
                submission=work,
                first=make_verdict(submission=work, reviewer=first),
                chosen_at=NOON,
            )
        rivals.race(
            *(
                lambda reader=reader: rereading.draw(membership=reader, at=NOON)
                for reader in (*readers, *readers)
            )
        )
        taken = Counter(Rereading.objects.under_way().values_list("reader", flat=True))
        held.append(sorted(taken.values()))
        Rereading.objects.all().delete()
    return held


def test_each_reader_reads_one_again_however_many_windows(gather, domain):
    assert race_for_a_rereading(gather(4), domain, ROUNDS) == [[1, 1]] * ROUNDS


def test_without_the_constraint_windows_draw_several(gather, domain):
    guard = next(
        c for c in Rereading._meta.constraints if c.name == "rereading_one_at_a_time"
    )
    with connection.schema_editor() as editor:
        editor.remove_constraint(Rereading, guard)
    try:
        held = race_for_a_rereading(gather(4), domain, 20)
    finally:
        Rereading.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Rereading, guard)

    assert max(max(taken) for taken in held) > 1
