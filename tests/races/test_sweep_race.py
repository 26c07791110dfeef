"""A claim whose time is up: its sweep, and whoever comes at that very moment.

On real connections, each guard shown to matter by taking it out in the same run.
"""

from datetime import timedelta

import pytest

from members.models import Membership, Notification
from tasks import claiming, submitting
from tasks.models import Claim, Submission, Task
from tests.makers import (
    NOON,
    make_claim,
    make_domain,
    make_full,
    make_membership,
    make_task,
)
from tests.races.racing import Round, constraints_dropped, race

pytestmark = pytest.mark.django_db(transaction=True)

WEEK = timedelta(days=7)
LATE = NOON + timedelta(seconds=1)


def claims_running_out(*, holder):
    """Give the holder a claim that ends at noon, again and again."""
    domain = holder.domain
    raiser = make_full(domain=domain, capacity=Membership.Capacity.NONE)
    while True:
        claim = make_claim(
            task=make_task(domain=domain, raised_by=raiser),
            membership=holder,
            claimed_at=NOON - WEEK,
        )
        yield claim
        claim.task.claims.live().update(ended_at=LATE, ending=Claim.Ending.RELEASED)


def lapses_told(claim):
    return Notification.objects.filter(key=f"lapsed:{claim.pk}").count()


@race("swept", "claimed", acts=3)
def sweep_and_claim(racers):
    """Two want the seat as it goes back: one gets it, and it goes back once."""
    late_one, *wanting = (
        make_membership(domain=domain) for domain in 3 * [make_domain()]
    )
    for late in claims_running_out(holder=late_one):
        task = late.task
        swept, *said = racers.race(
            lambda: claiming.release_overdue(at=LATE),
            *(
                lambda member=member, task=task: claiming.claim(
                    task=task, membership=member, at=LATE
                )
                for member in wanting
            ),
        )
        late.refresh_from_db()
        task.refresh_from_db()
        held = list(task.claims.live())
        is_right = (
            [claim for claim in said if isinstance(claim, Claim)] == held
            and len(held) == 1
            and said.count("seat_taken") == 1
            and late.ending == Claim.Ending.LAPSED
            and lapses_told(late) == 1
            and task.state == Task.State.HELD
        )
        yield Round(
            "swept" if swept else "claimed", is_right, (swept, said, held, task.state)
        )


def test_a_seat_whose_time_is_up_goes_to_one_who_wants_it(track):
    track.none_wrong(sweep_and_claim)


def test_the_constraint_alone_keeps_a_seat_from_going_to_two(track, without_locks):
    track.none_wrong(sweep_and_claim, rounds=10)


def test_with_neither_it_goes_to_two(track, without_locks):
    with constraints_dropped(
        Claim, "claim_one_holder_per_seat", "claim_generation_once_per_task"
    ):
        track.one_wrong(sweep_and_claim)


@race("extended", "swept")
def extend_and_sweep(racers):
    """Whoever was given more time has it, and whoever was swept was told."""
    for claim in claims_running_out(holder=make_membership()):
        extended, swept = racers.race(
            lambda claim=claim: claiming.extend(
                claim=claim, membership=claim.membership, at=LATE
            ),
            lambda: claiming.release_overdue(at=LATE),
        )
        due_at = claim.due_at
        claim.refresh_from_db()
        if isinstance(extended, Claim):
            is_right = claim.is_live and claim.due_at == LATE + WEEK and not swept
        else:
            is_right = (
                (extended, swept) == ("lapsed", 1)
                and (claim.ending, claim.extensions) == (Claim.Ending.LAPSED, 0)
                and claim.due_at == due_at
                and lapses_told(claim) == 1
            )
        yield Round(
            "swept" if swept else "extended",
            is_right,
            (extended, swept, claim.ending, claim.due_at),
        )


def test_no_claim_is_lost_that_was_given_more_time(track):
    track.none_wrong(extend_and_sweep)


def test_without_locks_a_claim_given_more_time_is_lost(track, without_locks):
    track.one_wrong(extend_and_sweep)


@race("handed in", "swept")
def hand_in_and_sweep(racers):
    """Work that was taken in keeps its seat; work that was not is kept as a draft."""
    for claim in claims_running_out(holder=make_membership()):
        handed_in, swept = racers.race(
            lambda claim=claim: submitting.hand_in(
                claim=claim, generation=claim.generation, body="One page.", at=LATE
            ),
            lambda: claiming.release_overdue(at=LATE),
        )
        claim.refresh_from_db()
        claim.task.refresh_from_db()
        if isinstance(handed_in, Submission):
            is_right = (
                claim.is_live
                and not swept
                and claim.task.state == Task.State.IN_REVIEW
                and list(claim.submissions.all()) == [handed_in]
            )
        else:
            is_right = (
                (handed_in, swept) == ("lease_lapsed", 1)
                and claim.ending == Claim.Ending.LAPSED
                and claim.task.state == Task.State.OPEN
                and not claim.submissions.exists()
                and lapses_told(claim) == 1
            )
        yield Round(
            "swept" if swept else "handed in",
            is_right,
            (handed_in, swept, claim.ending, claim.task.state),
        )


def test_no_seat_is_lost_under_work_that_was_handed_in(track):
    track.none_wrong(hand_in_and_sweep)


def test_without_locks_the_seat_goes_from_under_it(track, without_locks):
    track.one_wrong(hand_in_and_sweep)
