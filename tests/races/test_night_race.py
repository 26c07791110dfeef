"""Two workers that read the same community in the same night, and one that dies.

On real connections, each guard shown to matter by taking it out in the same run.
"""

from collections import Counter
from datetime import timedelta

import pytest

from cop.health import diagnosis, jobs, measuring, moving
from cop.health.models import (
    ArrivalList,
    CaseList,
    ChartTable,
    Diagnosis,
    Finding,
    Move,
    Reading,
    State,
)
from tests.makers import (
    NOON,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)
from tests.races.racing import Round, constraints_dropped, race

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = (Reading, CaseList, ArrivalList, ChartTable, Finding, Diagnosis, Move)


@pytest.fixture(autouse=True)
def _every_failure_is_called(monkeypatch):
    """So that a night has diagnoses to open."""
    called = diagnosis.Finding(State.ACT, 1.0, 1.0, ())
    monkeypatch.setattr(diagnosis, "call", lambda *_args, **_more: called)


def waiting_work():
    """A community in which somebody waits for a reader: there is a move to be offered."""
    domain = make_domain()
    make_full(domain=domain, is_organizer=True)
    make_submission(
        task=make_task(domain=domain),
        membership=make_membership(domain=domain),
        handed_in_at=NOON - timedelta(days=3),
    )
    return domain


def kept(domain):
    return {
        model.__name__: model.objects.filter(domain=domain).count() for model in KEPT
    }


@race("one", "two", acts=2)
def read_twice(racers):
    """What is written is what one of them alone would have written."""
    alone = waiting_work()
    jobs.night(alone, at=NOON)
    expected = kept(alone)
    assert min(expected.values()) > 0
    while True:
        domain = waiting_work()
        racers.race(*2 * [lambda domain=domain: jobs.night(domain, at=NOON)])
        yield Round("one", kept(domain) == expected, kept(domain))


def test_two_that_read_the_same_night_write_it_once(track):
    track.none_wrong(read_twice, rounds=6)


def test_the_constraints_alone_keep_a_night_from_being_written_twice(
    track, without_locks
):
    track.none_wrong(read_twice, rounds=3)


@race("one", "two", acts=2)
def offer_twice(racers):
    while True:
        domain = waiting_work()
        racers.race(*2 * [lambda domain=domain: moving.offer(domain=domain, at=NOON)])
        offered = domain.moves.count()
        yield Round("one", offered == 1, offered)


def test_with_neither_moves_are_offered_twice(track, without_locks):
    with constraints_dropped(Move, "move_once_a_week"):
        track.one_wrong(offer_twice)


@pytest.mark.parametrize("step", ["_write_readings", "_find", "follow"])
def test_of_a_worker_that_dies_nothing_is_left_and_the_next_writes_all(
    monkeypatch, step
):
    domain = waiting_work()
    calls = Counter()
    working = getattr(measuring, step)

    def dies(*args, **more):
        calls[step] += 1
        if step == "_write_readings" or calls[step] == 2:
            raise SystemExit
        return working(*args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(measuring, step, dies)
        with pytest.raises(SystemExit):
            jobs.night(domain, at=NOON)
    assert set(kept(domain).values()) == {0}

    jobs.night(domain, at=NOON)
    first = kept(domain)
    jobs.night(domain, at=NOON + timedelta(minutes=1))

    assert min(first.values()) > 0
    assert kept(domain) == first
