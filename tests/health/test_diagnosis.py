"""Calling a failure mode by rule."""

from datetime import timedelta

import pytest

from cop.health import diagnosis
from cop.health.models import Diagnosis
from cop.health.signs.reading import Measure
from tests.makers import NOON

WELL = Measure(cases=50, value=0.5, low=0.4, high=0.6, past=0.01)
PAST = Measure(cases=50, value=0.5, low=0.4, high=0.6, past=0.95)
UNSURE = Measure(cases=50, value=0.5, low=0.4, high=0.6, past=0.6)
FEW = Measure(cases=3)

NO_DOMAIN, PRACTICE, NO_PATH = diagnosis.MODES


def measures(mode, **given):
    return {name: given.get(name, WELL) for name in mode.signs}


def state(mode, now, before=None, *, is_young=False):
    called = diagnosis.call(
        mode, now=now, before=now if before is None else before, is_young=is_young
    )
    return called.state


@pytest.mark.parametrize("mode", diagnosis.MODES, ids=lambda mode: mode.mode.value)
def test_a_healthy_community_is_clear(mode):
    assert state(mode, measures(mode)) == Diagnosis.State.CLEAR


@pytest.mark.parametrize("mode", diagnosis.MODES, ids=lambda mode: mode.mode.value)
def test_no_failure_is_called_from_too_little(mode):
    few = dict.fromkeys(mode.signs, FEW)

    assert state(mode, few) == Diagnosis.State.TOO_EARLY


def test_a_young_domain_is_not_judged():
    now = measures(NO_PATH, supply=PAST, first_response=PAST)

    assert state(NO_PATH, now, is_young=True) == Diagnosis.State.TOO_EARLY


def test_one_sign_past_is_something_to_watch_and_never_a_failure():
    now = measures(NO_PATH, supply=PAST)

    assert state(NO_PATH, now) == Diagnosis.State.WATCH


def test_probably_past_is_not_past():
    now = measures(NO_PATH, supply=UNSURE, first_response=UNSURE)

    assert state(NO_PATH, now) == Diagnosis.State.CLEAR


def test_two_signs_past_in_two_windows_call_it():
    now = measures(NO_PATH, supply=PAST, first_response=PAST)

    assert state(NO_PATH, now) == Diagnosis.State.ACT


def test_one_bad_window_does_not():
    now = measures(NO_PATH, supply=PAST, first_response=PAST)

    assert state(NO_PATH, now, measures(NO_PATH)) == Diagnosis.State.WATCH


def test_practice_instead_of_work_is_called_by_itself():
    now = measures(PRACTICE, legitimacy=PAST)

    assert state(PRACTICE, now) == Diagnosis.State.ACT


def test_no_domain_takes_three_signs_with_use_among_them():
    without_use = measures(NO_DOMAIN, growth=PAST, mandate=PAST)
    with_use = measures(NO_DOMAIN, growth=PAST, mandate=PAST, uptake=PAST)

    assert state(NO_DOMAIN, without_use) == Diagnosis.State.WATCH
    assert state(NO_DOMAIN, with_use) == Diagnosis.State.ACT


def test_young_is_less_than_ninety_days_or_eight_active():
    old = NOON - timedelta(days=91)

    assert not diagnosis.is_young(founded_at=old, active=8, at=NOON)
    assert diagnosis.is_young(founded_at=old, active=7, at=NOON)
    assert diagnosis.is_young(founded_at=NOON, active=50, at=NOON)
