"""Calling a failure by rule."""

from datetime import timedelta

import pytest

from cop.health import diagnosis
from cop.health.models import State
from cop.health.signs.reading import Measure
from tests.makers import NOON

WELL = Measure(cases=50, value=0.5, low=0.4, high=0.6, past=0.01)
PAST = Measure(cases=50, value=0.5, low=0.4, high=0.6, past=0.99)
UNSURE = Measure(cases=50, value=0.5, low=0.4, high=0.6, past=0.6)
FEW = Measure(cases=3)

NO_DOMAIN, PRACTICE, NO_PATH = diagnosis.FAILURES

BLOCKED = {"supply": PAST, "slow_response": PAST, "offered": PAST}


def measures(failure, **given):
    return {name: given.get(name, WELL) for name in failure.signs}


def state(failure, now, before=None, *, is_young=False):
    called = diagnosis.call(
        failure, now=now, before=now if before is None else before, is_young=is_young
    )
    return called.state


each = pytest.mark.parametrize(
    "failure", diagnosis.FAILURES, ids=lambda failure: failure.mode.value
)


@each
def test_a_healthy_community_is_clear(failure):
    assert state(failure, measures(failure)) == State.CLEAR


@each
def test_nothing_is_called_from_too_little(failure):
    few = dict.fromkeys(failure.signs, FEW)

    assert state(failure, few) == State.TOO_EARLY


@each
def test_a_young_domain_is_not_judged(failure):
    assert state(failure, dict.fromkeys(failure.signs, PAST), is_young=True) == (
        State.TOO_EARLY
    )


@each
def test_no_failure_is_called_from_one_sign(failure):
    for name in failure.signs:
        assert state(failure, measures(failure, **{name: PAST})) == State.WATCH


@each
def test_probably_past_is_not_past(failure):
    unsure = dict.fromkeys(failure.signs[:3], UNSURE)

    assert state(failure, measures(failure, **unsure)) == State.CLEAR


@each
def test_there_are_at_least_four_signs_of_each(failure):
    assert len(failure.signs) >= 4


@each
def test_one_bad_window_is_something_to_watch(failure):
    bad = dict.fromkeys(failure.signs, PAST)

    assert state(failure, bad, measures(failure)) == State.WATCH
    assert state(failure, bad) == State.ACT


def test_no_domain_takes_three_signs_with_use_among_them():
    without_use = measures(NO_DOMAIN, growth=PAST, mandate=PAST, practice_share=PAST)
    with_use = measures(NO_DOMAIN, growth=PAST, mandate=PAST, uptake=PAST)

    assert state(NO_DOMAIN, without_use) == State.WATCH
    assert state(NO_DOMAIN, with_use) == State.ACT


def test_practice_takes_something_beside_first_works():
    by_both = measures(PRACTICE, legitimacy=PAST, practice_first=PAST)

    assert state(PRACTICE, measures(PRACTICE, legitimacy=PAST)) == State.WATCH
    assert state(PRACTICE, by_both) == State.ACT
    without = measures(PRACTICE, competence=PAST, practice_first=PAST)
    assert state(PRACTICE, without) == State.WATCH


def test_no_path_inward_by_who_arrives_or_by_what_is_in_the_way():
    arrivals = measures(NO_PATH, reach_inbound=PAST, renewal=PAST)
    in_the_way = measures(NO_PATH, **BLOCKED)

    assert state(NO_PATH, arrivals) == State.ACT
    assert state(NO_PATH, in_the_way) == State.ACT


def test_reviews_hang_on_few_only_where_both_signs_of_it_say_so():
    one = measures(NO_PATH, supply=PAST, slow_response=PAST, top_three=PAST)
    both = {**one, "absence_reviews": PAST}

    assert state(NO_PATH, one) == State.WATCH
    assert state(NO_PATH, both) == State.ACT


def test_two_waits_are_one_thing_in_the_way():
    waits = measures(NO_PATH, supply=PAST, slow_response=PAST, first_response=PAST)

    assert state(NO_PATH, waits) == State.WATCH


def test_the_chance_of_a_condition_is_that_of_its_signs_together():
    one, other = Measure(9, 0.1, past=0.5), Measure(9, 0.1, past=0.5)
    told = measures(NO_PATH, reach_inbound=one, renewal=other)
    sure = {**told, "reach_active": Measure(9, 0.0, past=0.0)}
    nothing = {
        name: Measure(9, 0.5, past=0.0)
        if name not in ("reach_inbound", "renewal")
        else sure[name]
        for name in NO_PATH.signs
    }

    assert diagnosis.chance(NO_PATH, nothing) == pytest.approx(0.25)


def test_young_is_less_than_ninety_days_or_eight_active():
    old = NOON - timedelta(days=91)

    assert not diagnosis.is_young(founded_at=old, active=8, at=NOON)
    assert diagnosis.is_young(founded_at=old, active=7, at=NOON)
    assert diagnosis.is_young(founded_at=NOON, active=50, at=NOON)
