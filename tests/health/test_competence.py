"""Do newcomers become competent sooner here: who is counted, from when, and what is said."""

import numpy as np
import pytest

from cop.health import competence
from cop.health.competence import Event, Said
from cop.health.signs.reading import Scope
from cop.health.survival import Waits
from members.models import Participation
from tests.health.pasts import NOW, Telling


@pytest.fixture
def told():
    return Telling()


@pytest.fixture
def reader(told):
    reader = told.people()
    told.zones(who=reader, at=NOW - 900, zone=3)
    return reader


def recognise(told, author, by, at, **given):
    told.line(
        Participation.Kind.RECOGNISED,
        receiver=author,
        giver=by,
        at=at,
        is_work=True,
        **given,
    )


def waits(told, event):
    found = competence.arrivals(told.past(), NOW, Scope())
    return found.waits(event, at=NOW)


def test_the_clock_runs_from_coming_to_the_first_accepted_work(told, reader):
    new = told.people(joined=NOW - 100)
    recognise(told, new, reader, NOW - 60, is_accommodated=True)
    recognise(told, new, reader, NOW - 40)

    assert waits(told, Event.ACCEPTED).days.tolist() == [40]
    assert waits(told, Event.THRESHOLD).days.tolist() == [60]


def test_the_threshold_is_clean_work_recognised_by_a_full_member(told, reader):
    new = told.people(joined=NOW - 100)
    recognise(told, new, told.people(joined=NOW - 950), NOW - 80)
    recognise(told, new, reader, NOW - 60, rounds=2)

    assert waits(told, Event.THRESHOLD).is_over.tolist() == [False]


def test_whoever_left_without_arriving_has_not_arrived(told):
    told.people(joined=NOW - 100, left=NOW - 90)

    told_waits = waits(told, Event.THRESHOLD)
    assert (told_waits.days.tolist(), told_waits.is_over.tolist()) == ([100], [False])


def test_agents_are_read_apart(told):
    told.people(joined=NOW - 100, is_agent=True)

    assert len(waits(told, Event.ACCEPTED)) == 0


def test_cohorts_of_fewer_than_five_are_not_told(told):
    for _ in range(4):
        told.people(joined=NOW - 1)
    found = competence.arrivals(told.past(), NOW, Scope())
    assert competence.cohorts(found, at=NOW) == []
    told.people(joined=NOW - 1)
    found = competence.arrivals(told.past(), NOW, Scope())

    (cohort,) = competence.cohorts(found, at=NOW)
    assert len(cohort.arrivals) == 5


def group(draw, mean, number):
    days = draw.exponential(mean, number)
    return Waits(np.minimum(days, 180), days < 180)


def test_a_large_difference_is_said():
    draw = np.random.default_rng(1)
    said = competence.compare(group(draw, 20, 80), group(draw, 80, 80))

    assert said.said is Said.SOONER
    assert said.difference.high < 0
    assert said.by_chance < 0.001


def test_the_other_way_round_it_is_later():
    draw = np.random.default_rng(1)

    said = competence.compare(group(draw, 80, 80), group(draw, 20, 80))

    assert said.said is Said.LATER


def test_between_equals_hardly_ever_is_anything_said():
    draw = np.random.default_rng(2)
    said = [
        competence.compare(group(draw, 40, 40), group(draw, 40, 40)).said
        for _ in range(200)
    ]

    assert sum(one is not Said.NOTHING_SEEN for one in said) <= 20


def test_of_few_nothing_is_said():
    draw = np.random.default_rng(3)

    assert competence.compare(group(draw, 2, 4), group(draw, 80, 40)).said is (
        Said.TOO_FEW
    )


def test_nobody_seen_for_long_enough_is_too_few():
    short = Waits(np.full(30, 20.0), np.arange(30) < 20)

    assert competence.compare(short, short).said is Said.TOO_FEW


def arrived(draw, waits_of, numbers):
    """People who waited about so long, by what their first task was like."""
    like = np.repeat(list(numbers), list(numbers.values()))
    waited = draw.exponential([waits_of[one] for one in like])
    joined = np.full(len(like), NOW - 400)
    return competence.Arrivals(
        joined=joined,
        accepted=joined + waited,
        threshold=joined + waited,
        first_task=like,
        first_work=np.full(len(like), competence.NO_WORK),
        is_mended=np.zeros(len(like), dtype=bool),
    )


EASY, HARD = 2, 5
#: Whoever begins with a small task at the edge arrives in three weeks, others in ten.
TAKES = {EASY: 20.0, HARD: 70.0}


def both(one, other):
    plain = competence.compare(
        *(side.waits(Event.THRESHOLD, at=NOW) for side in (one, other))
    )
    return plain.said, competence.compare_alike(one, other, at=NOW).said


def test_easier_first_tasks_make_nobody_sooner():
    draw = np.random.default_rng(7)
    now = arrived(draw, TAKES, {EASY: 160, HARD: 40})
    before = arrived(draw, TAKES, {EASY: 40, HARD: 160})

    assert both(now, before) == (Said.SOONER, Said.NOTHING_SEEN)


def test_harder_first_tasks_do_not_hide_that_they_are_sooner():
    draw = np.random.default_rng(7)
    sooner = {like: days / 2 for like, days in TAKES.items()}
    now = arrived(draw, sooner, {EASY: 60, HARD: 140})
    before = arrived(draw, TAKES, {EASY: 160, HARD: 40})

    _plain, alike = both(now, before)
    assert alike is Said.SOONER


def test_who_took_up_nothing_is_like_nobody():
    draw = np.random.default_rng(7)
    nothing = arrived(draw, {competence.NO_TASK: 20.0}, {competence.NO_TASK: 50})

    assert both(nothing, nothing)[1] is Said.TOO_FEW


def test_a_first_task_is_told_by_how_central_and_how_large_it_is(told):
    ana, ben, _cai = (told.people(joined=NOW - 100) for _ in range(3))
    small = told.tasks(centrality=1, effort=60)
    large = told.tasks(centrality=2, effort=300)
    told.claims(task=large, who=ana, claimed=NOW - 50)
    told.claims(task=small, who=ana, claimed=NOW - 60)
    told.claims(task=large, who=ben, claimed=NOW - 50)

    found = competence.arrivals(told.past(), NOW, Scope())

    assert found.first_task.tolist() == [2, 5, competence.NO_TASK]


def test_a_first_work_is_told_by_how_central_it_was_and_who_mended_it(told, reader):
    ana, ben, _cai = (told.people(joined=NOW - 100) for _ in range(3))
    recognise(told, ana, reader, NOW - 30, centrality=2)
    recognise(told, ana, reader, NOW - 60, centrality=1, is_accommodated=True)
    recognise(told, ben, reader, NOW - 50, centrality=2)

    found = competence.arrivals(told.past(), NOW, Scope())

    assert found.first_work.tolist() == [1, 2, competence.NO_WORK]
    assert found.is_mended.tolist() == [True, False, False]
