"""The last free part, and handing the whole in while a part slips away."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from domain.centrality import Zone
from domain.refusal import Refused
from tasks import claiming, locks, piecing, submitting
from tasks.models import Claim, Part, Submission, Task
from tests.makers import NOON, make_domain, make_membership, make_task

pytestmark = pytest.mark.django_db(transaction=True)

#: `make test-races` runs two hundred.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
WEEK = timedelta(days=7)


def at_once(*acts):
    start = Barrier(len(acts))

    def run(act):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused.refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def make_jigsaw():
    domain = make_domain()
    task = make_task(domain=domain, seats=2)
    for seat, area in enumerate(domain.areas.order_by("place"), start=1):
        Part.objects.create(task=task, seat=seat, title=f"{area} part", area=area)
    return task


def take(task, seat, at=NOON):
    return claiming.claim(
        task=task,
        membership=make_membership(domain=task.domain, zone=Zone.INBOUND),
        seat=seat,
        at=at,
    )


def make_ready(claim, at=NOON):
    told = {"task": claim.task, "membership": claim.membership, "at": at}
    piecing.teach(body="What to know of it.", **told)
    piecing.mark_ready(**told)


def hand_in(claim, at=NOON):
    return submitting.hand_in(
        claim=claim, generation=claim.generation, body="The whole.", at=at
    )


@pytest.fixture
def without_locks(monkeypatch):
    """Check, then write: what the locks are there to prevent."""

    def read(task, *, reader=None):
        pk = task if isinstance(task, int) else task.pk
        return (
            Task.objects.with_seats(reader).select_related("domain", "area").get(pk=pk)
        )

    monkeypatch.setattr(locks, "alone", read)
    monkeypatch.setattr(
        locks,
        "member_and_task",
        lambda membership, task: (membership, read(task, reader=membership)),
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_last_free_part_ends_in_one_pair_of_hands(_round):
    task = make_jigsaw()
    take(task, 1)
    rivals = [make_membership(domain=task.domain, zone=Zone.INBOUND) for _ in range(4)]

    outcomes = at_once(
        *(
            lambda rival=rival: claiming.claim(
                task=task, membership=rival, seat=2, at=NOON
            )
            for rival in rivals
        )
    )

    assert outcomes.count("seat_taken") == len(rivals) - 1
    assert task.claims.live().filter(seat=2).count() == 1


def handed_in_while_taken_up_again():
    """One hands the whole in as the other finds their part not ready after all."""
    task = make_jigsaw()
    one, other = take(task, 1), take(task, 2)
    make_ready(one)
    make_ready(other)
    handed_in, again = at_once(
        lambda: hand_in(one),
        lambda: piecing.take_up_again(task=task, membership=other.membership, at=NOON),
    )
    return other, handed_in, again


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_whole_is_handed_in_with_every_part_ready_or_not_at_all(_round):
    other, handed_in, again = handed_in_while_taken_up_again()

    part = Part.objects.get(task=other.task, seat=2)
    if isinstance(handed_in, Submission):
        assert again == "handed_in"
        assert part.ready_under == other
    else:
        assert handed_in == "parts_not_ready"
        assert part.ready_under is None


def test_without_locks_a_whole_is_handed_in_without_its_part(without_locks):
    both = 0
    for _ in range(40):
        _other, handed_in, again = handed_in_while_taken_up_again()
        both += isinstance(handed_in, Submission) and isinstance(again, Part)

    assert both > 0


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_hand_the_whole_in_once(_round):
    task = make_jigsaw()
    claims = [take(task, 1), take(task, 2)]
    for claim in claims:
        make_ready(claim)

    outcomes = at_once(*(lambda claim=claim: hand_in(claim) for claim in claims))

    assert outcomes.count("handed_in_already") == 1
    assert task.submissions.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_handing_in_and_the_sweep_agree_who_came_first(_round):
    task = make_jigsaw()
    one, other = take(task, 1), take(task, 2)
    make_ready(one)
    make_ready(other)
    late = NOON + WEEK + timedelta(seconds=1)
    # One of them wrote a note meanwhile, and has time; the other's has run out.
    Claim.objects.filter(pk=one.pk).update(due_at=late + WEEK)

    handed_in, swept = at_once(
        lambda: hand_in(one, at=late), lambda: claiming.release_overdue(at=late)
    )

    other.refresh_from_db()
    if isinstance(handed_in, Submission):
        assert (swept, other.ending) == (0, "")
        assert handed_in.others == [other.membership]
    else:
        assert (handed_in, swept, other.ending) == ("parts_free", 1, "lapsed")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_part_made_ready_and_the_sweep_agree_who_came_first(_round):
    task = make_jigsaw()
    take(task, 1, at=NOON + timedelta(days=1))
    late_one = take(task, 2)
    piecing.teach(
        task=task, membership=late_one.membership, body="What to know.", at=NOON
    )
    late = NOON + WEEK + timedelta(seconds=1)

    ready, swept = at_once(
        lambda: piecing.mark_ready(task=task, membership=late_one.membership, at=late),
        lambda: claiming.release_overdue(at=late),
    )

    late_one.refresh_from_db()
    if isinstance(ready, Part):
        assert (swept, late_one.ending, ready.ready_under) == (0, "", late_one)
    else:
        assert (ready, swept, late_one.ending) == ("no_part", 1, "lapsed")
        assert not task.parts.filter(ready_under__isnull=False).exists()
