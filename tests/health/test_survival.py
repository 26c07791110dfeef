"""Waits, against published worked examples.

Remission of children with leukaemia in weeks (Freireich and others, The effect of
6-mercaptopurine on the duration of steroid-induced remissions in acute leukemia, Blood
21, 1963), the example of Cox and Oakes, Analysis of survival data (1984).
"""

import numpy as np
import pytest
from scipy import stats

from cop.health import survival
from cop.health.signs.reading import wilson
from cop.health.survival import Waits

TREATED = Waits(
    np.array(
        [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
        dtype=float,
    ),
    np.arange(21) < 9,
)
PLACEBO = Waits(
    np.array(
        [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
        dtype=float,
    ),
    np.ones(21, dtype=bool),
)


@pytest.mark.parametrize(
    ("week", "share"),
    [
        (6, 18 / 21),
        (7, 18 / 21 * 16 / 17),
        (10, 18 / 21 * 16 / 17 * 14 / 15),
        (13, 18 / 21 * 16 / 17 * 14 / 15 * 11 / 12),
        (16, 18 / 21 * 16 / 17 * 14 / 15 * 11 / 12 * 10 / 11),
        (22, 18 / 21 * 16 / 17 * 14 / 15 * 11 / 12 * 10 / 11 * 6 / 7),
        (23, 18 / 21 * 16 / 17 * 14 / 15 * 11 / 12 * 10 / 11 * 6 / 7 * 5 / 6),
    ],
)
def test_the_curve_is_the_published_one(week, share):
    assert survival.curve(TREATED).after(week) == pytest.approx(share, abs=1e-9)


def test_the_medians_are_the_published_ones():
    assert survival.curve(TREATED).reached(0.5) == 23
    assert survival.curve(PLACEBO).reached(0.5) == 8


def test_those_at_risk_are_counted_at_each_mark():
    assert survival.at_risk(TREATED, [0, 6, 7, 10, 22]) == [21, 21, 17, 15, 7]


def test_the_log_rank_test_is_the_published_one():
    # Chi square 16.79 with one degree of freedom.
    chi2 = stats.chi2.isf(survival.log_rank(TREATED, PLACEBO), 1)

    assert chi2 == pytest.approx(16.793, abs=5e-4)


def test_a_restricted_mean_of_complete_waits_is_their_mean():
    mean, error = survival.restricted_mean(PLACEBO, horizon=23)

    assert mean == pytest.approx(PLACEBO.days.mean(), abs=1e-9)
    assert error == pytest.approx(PLACEBO.days.std() / np.sqrt(21), abs=1e-9)


def test_a_restricted_mean_ends_at_its_horizon():
    mean, _error = survival.restricted_mean(PLACEBO, horizon=10)

    assert mean == pytest.approx(np.minimum(PLACEBO.days, 10).mean(), abs=1e-9)


def test_once_everybody_has_arrived_nothing_more_is_waited():
    mean, _error = survival.restricted_mean(PLACEBO, horizon=200)

    assert mean == pytest.approx(PLACEBO.days.mean(), abs=1e-9)


def test_a_difference_has_the_sign_of_who_waits_longer():
    told = survival.restricted_difference(TREATED, PLACEBO, horizon=20)

    assert told.is_told
    assert 0 < told.low < told.value < told.high
    back = survival.restricted_difference(PLACEBO, TREATED, horizon=20)
    assert back.value == pytest.approx(-told.value)


def test_groups_too_small_tell_only_large_differences():
    few = Waits(PLACEBO.days[:6], PLACEBO.is_over[:6])

    assert survival.smallest_told(few, few, horizon=3) > survival.smallest_told(
        PLACEBO, PLACEBO, horizon=3
    )


def test_nobody_arrived_is_a_curve_that_stays_up():
    waiting = Waits(np.array([3.0, 9.0]), np.zeros(2, dtype=bool))

    told = survival.curve(waiting)
    assert (told.after(5), told.reached(0.5)) == (1.0, None)


def test_of_nobody_nothing_is_said():
    nobody = Waits(np.empty(0), np.empty(0, dtype=bool))

    with pytest.raises(ValueError, match="Nobody"):
        survival.curve(nobody)
    with pytest.raises(ValueError, match="Nobody"):
        survival.restricted_mean(nobody, horizon=90)
    with pytest.raises(ValueError, match="as long"):
        survival.restricted_mean(TREATED, horizon=36)


@pytest.mark.parametrize(
    ("hits", "number", "low", "high"),
    [
        # Newcombe, Two-sided confidence intervals for the single proportion (1998),
        # table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(hits, number, low, high):
    assert wilson(hits, number, level=0.95) == pytest.approx((low, high), abs=5e-5)
