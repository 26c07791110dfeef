"""The last free part, and handing the whole in while a part slips away.

On real connections, each guard shown to matter by taking it out in the same run.
"""

from datetime import timedelta

import pytest

from domain.centrality import Zone
from members.models import Membership
from tasks import claiming, piecing, submitting
from tasks.models import Claim, LogEntry, Part, Submission
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
LATE = NOON + WEEK + timedelta(seconds=1)


class Workshop:
    """Two who do jigsaws together, one after the other."""

    def __init__(self):
        self.domain = make_domain()
        self.areas = list(self.domain.areas.order_by("place"))
        self.raiser = make_full(domain=self.domain, capacity=Membership.Capacity.NONE)
        self.one, self.other = (self.member() for _ in range(2))

    def member(self):
        return make_membership(domain=self.domain, zone=Zone.INBOUND)

    def jigsaws(self):
        while True:
            task = make_task(domain=self.domain, raised_by=self.raiser, seats=2)
            Part.objects.bulk_create(
                Part(task=task, seat=seat, title=f"{area} part", area=area)
                for seat, area in enumerate(self.areas, start=1)
            )
            yield task
            task.claims.live().update(ended_at=NOON, ending=Claim.Ending.RELEASED)

    def taught(self, *, ready, due_at=NOON + WEEK, other_due_at=NOON + WEEK):
        """Jigsaws whose parts both hold and have taught."""
        for task in self.jigsaws():
            claims = [
                self.hold(task, 1, self.one, ready=ready, due_at=due_at),
                self.hold(task, 2, self.other, ready=ready, due_at=other_due_at),
            ]
            yield claims

    def hold(self, task, seat, membership, *, ready, due_at):
        claim = make_claim(
            task=task, membership=membership, seat=seat, due_at=due_at, claimed_at=NOON
        )
        note = LogEntry.objects.create(
            task=task,
            claim=claim,
            author=membership,
            body="What to know of it.",
            written_at=NOON,
        )
        task.parts.filter(seat=seat).update(
            taught_in=note, ready_under=claim if ready else None
        )
        return claim


def hand_in(claim, at=NOON):
    return submitting.hand_in(
        claim=claim, generation=claim.generation, body="The whole.", at=at
    )


@race("the first", "the second")
def two_claim_the_last_part(racers):
    workshop = Workshop()
    rivals = [workshop.member() for _ in range(2)]
    for task in workshop.jigsaws():
        make_claim(task=task, membership=workshop.one, due_at=LATE)
        said = racers.race(
            *(
                lambda task=task, rival=rival: claiming.claim(
                    task=task, membership=rival, seat=2, at=NOON
                )
                for rival in rivals
            )
        )
        held = list(task.claims.live().filter(seat=2))
        is_right = (
            [claim for claim in said if isinstance(claim, Claim)] == held
            and len(held) == 1
            and said.count("seat_taken") == 1
        )
        first = "the first" if isinstance(said[0], Claim) else "the second"
        yield Round(first, is_right, said)


def test_the_last_free_part_ends_in_one_pair_of_hands(track):
    track.none_wrong(two_claim_the_last_part)


def test_the_constraint_alone_keeps_it_so(track, without_locks):
    track.none_wrong(two_claim_the_last_part, rounds=10)


def test_with_neither_it_ends_in_two(track, without_locks):
    with constraints_dropped(
        Claim, "claim_one_holder_per_seat", "claim_generation_once_per_task"
    ):
        track.one_wrong(two_claim_the_last_part)


@race("handed in", "taken up again")
def hand_in_and_take_up_again(racers):
    """One hands the whole in as the other finds their part not ready after all."""
    for one, other in Workshop().taught(ready=True):
        handed_in, again = racers.race(
            lambda one=one: hand_in(one),
            lambda other=other: piecing.take_up_again(
                task=other.task, membership=other.membership, at=NOON
            ),
        )
        part = Part.objects.get(task=other.task_id, seat=2)
        if isinstance(handed_in, Submission):
            is_right = again == "handed_in" and part.ready_under_id == other.pk
        else:
            is_right = handed_in == "parts_not_ready" and part.ready_under_id is None
        first = "taken up again" if isinstance(again, Part) else "handed in"
        yield Round(first, is_right, (handed_in, again, part.ready_under_id))


def test_the_whole_is_handed_in_with_every_part_ready_or_not_at_all(track):
    track.none_wrong(hand_in_and_take_up_again)


def test_without_locks_a_whole_is_handed_in_without_its_part(track, without_locks):
    track.one_wrong(hand_in_and_take_up_again)


@race("the first", "the second")
def two_hand_in(racers):
    for claims in Workshop().taught(ready=True):
        said = racers.race(*(lambda claim=claim: hand_in(claim) for claim in claims))
        handed_in = list(claims[0].task.submissions.all())
        is_right = len(handed_in) == 1 and said.count("handed_in_already") == 1
        first = "the first" if isinstance(said[0], Submission) else "the second"
        yield Round(first, is_right, (said, handed_in))


def test_two_hand_the_whole_in_once(track):
    track.none_wrong(two_hand_in)


def test_without_locks_it_is_handed_in_twice(track, without_locks):
    track.one_wrong(two_hand_in)


@race("handed in", "swept")
def hand_in_and_sweep(racers):
    """One of them has time, for they wrote a note meanwhile; the other's has run out."""
    for one, other in Workshop().taught(ready=True, due_at=LATE + WEEK):
        handed_in, swept = racers.race(
            lambda one=one: hand_in(one, at=LATE),
            lambda: claiming.release_overdue(at=LATE),
        )
        other.refresh_from_db()
        if isinstance(handed_in, Submission):
            is_right = (swept, other.ending) == (0, "") and handed_in.others == [
                other.membership
            ]
        else:
            is_right = (handed_in, swept, other.ending) == ("parts_free", 1, "lapsed")
        yield Round(
            "swept" if swept else "handed in",
            is_right,
            (handed_in, swept, other.ending),
        )


def test_handing_in_and_the_sweep_agree_who_came_first(track):
    track.none_wrong(hand_in_and_sweep)


def test_without_locks_a_whole_is_handed_in_of_which_nobody_holds_a_part(
    track, without_locks
):
    track.one_wrong(hand_in_and_sweep)


@race("made ready", "swept")
def mark_ready_and_sweep(racers):
    taught = Workshop().taught(ready=False, due_at=LATE + WEEK)
    for _one, late in taught:
        ready, swept = racers.race(
            lambda late=late: piecing.mark_ready(
                task=late.task, membership=late.membership, at=LATE
            ),
            lambda: claiming.release_overdue(at=LATE),
        )
        late.refresh_from_db()
        part = Part.objects.get(task=late.task_id, seat=2)
        if isinstance(ready, Part):
            is_right = (swept, late.ending, part.ready_under_id) == (0, "", late.pk)
        else:
            is_right = (ready, swept, late.ending) == ("no_part", 1, "lapsed")
            is_right = is_right and part.ready_under_id is None
        yield Round(
            "swept" if swept else "made ready", is_right, (ready, swept, late.ending)
        )


def test_a_part_made_ready_and_the_sweep_agree_who_came_first(track):
    track.none_wrong(mark_ready_and_sweep)


def test_without_locks_a_part_is_ready_that_nobody_holds(track, without_locks):
    track.one_wrong(mark_ready_and_sweep)
