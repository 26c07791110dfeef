"""Waits and shares, against published worked examples.

Remission of children with leukaemia in weeks (Freireich and others, The effect of
6-mercaptopurine on the duration of steroid-induced remissions in acute leukemia, Blood
21, 1963), the example of Cox and Oakes, Analysis of survival data (1984).

What is published is rounded. Each figure is worked out here once more by its definition
in fractions, which rounds to what is published, and held against that to a millionth.
"""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from cop.health import survival
from cop.health.signs.reading import Cases, Healthy, Thing, share, wilson
from cop.health.survival import Waits

MILLIONTH = 1e-6

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


def mantels(one, other):
    """Mantel (1966): (observed - expected)² / variance, week by week, in fractions."""
    surplus = variance = Fraction(0)
    for week in sorted({*one.days[one.is_over], *other.days[other.is_over]}):
        risk, others = (int((group.days >= week).sum()) for group in (one, other))
        ended, also = (
            int(((group.days == week) & group.is_over).sum()) for group in (one, other)
        )
        everybody, both = risk + others, ended + also
        surplus += ended - Fraction(both * risk, everybody)
        if everybody > 1:
            variance += Fraction(
                both * risk * others * (everybody - both),
                everybody**2 * (everybody - 1),
            )
    return surplus**2 / variance


def test_the_log_rank_test_is_the_published_one():
    chi2 = stats.chi2.isf(survival.log_rank(TREATED, PLACEBO), 1)

    exact = mantels(TREATED, PLACEBO)
    assert round(float(exact), 2) == 16.79
    assert chi2 == pytest.approx(float(exact), abs=MILLIONTH)


def test_put_together_groups_of_one_kind_are_the_plain_test():
    alone = survival.log_rank_alike([(TREATED, PLACEBO)])
    twice = survival.log_rank_alike([(TREATED, PLACEBO)] * 2)

    exact = float(mantels(TREATED, PLACEBO))
    assert alone == pytest.approx(survival.log_rank(TREATED, PLACEBO), abs=1e-12)
    # Both the surplus and its variance are sums: twice the same is twice as sure.
    assert stats.chi2.isf(twice, 1) == pytest.approx(2 * exact, abs=MILLIONTH)


def test_put_together_differences_weigh_by_how_sure_they_are():
    plain = survival.restricted_difference(TREATED, PLACEBO, horizon=20)

    alone, smallest = survival.restricted_difference_alike(
        [(TREATED, PLACEBO)], horizon=20
    )
    twice, _smallest = survival.restricted_difference_alike(
        [(TREATED, PLACEBO)] * 2, horizon=20
    )

    assert (alone.value, alone.low) == pytest.approx((plain.value, plain.low))
    assert smallest == pytest.approx(
        survival.smallest_told(TREATED, PLACEBO, horizon=20)
    )
    assert twice.value == pytest.approx(plain.value)
    assert twice.high - twice.low == pytest.approx(
        (plain.high - plain.low) / np.sqrt(2)
    )


def test_the_restricted_mean_is_the_published_one():
    """23.29 weeks up to the 35th of those treated, of whom twelve were still well."""
    mean, error = survival.restricted_mean(TREATED, horizon=35)

    left, area, before, areas = Fraction(1), Fraction(0), 0, []
    for week in (6, 7, 10, 13, 16, 22, 23):
        at_risk = int((TREATED.days >= week).sum())
        ended = int(((TREATED.days == week) & TREATED.is_over).sum())
        area += left * (week - before)
        areas.append((area, ended, at_risk))
        left, before = left * (1 - Fraction(ended, at_risk)), week
    area += left * (35 - before)
    # Irwin (1949), as in Klein and Moeschberger, Survival analysis (2003), 4.5.2.
    variance = sum(
        (area - until) ** 2 * Fraction(ended, at_risk * (at_risk - ended))
        for until, ended, at_risk in areas
    )
    assert round(float(area), 2) == 23.29
    assert mean == pytest.approx(float(area), abs=MILLIONTH)
    assert round(math.sqrt(variance), 2) == 2.83
    assert error == pytest.approx(math.sqrt(variance), abs=MILLIONTH)


def test_where_all_are_seen_for_as_long_the_curve_is_one_less_the_incidence():
    """Aalen and Johansen (1978): leaving competes, and is no reason to stop counting."""
    # Of twelve, five arrive and four leave before anybody is out of sight.
    arrived, left = [3, 8, 8, 20, 41], [5, 9, 30, 35]
    told = survival.curve(
        Waits(np.array([*arrived, *[90] * 7], dtype=float), np.arange(12) < 5)
    )

    for day in (3, 8, 20, 41, 90):
        incidence, here = Fraction(0), Fraction(1)
        for event in sorted({one for one in (*arrived, *left) if one <= day}):
            at_risk = 12 - sum(one < event for one in (*arrived, *left))
            incidence += here * Fraction(arrived.count(event), at_risk)
            here *= 1 - Fraction(arrived.count(event) + left.count(event), at_risk)
        assert told.after(day) == pytest.approx(1 - float(incidence), abs=MILLIONTH)


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
    # Wilson (1927), with the normal's 97.5th percentile to fifteen digits.
    z2 = 1.959963984540054**2
    middle = (hits + z2 / 2) / (number + z2)
    half = math.sqrt(z2 * (hits * (number - hits) / number + z2 / 4)) / (number + z2)
    exact = middle - half, middle + half

    assert [round(one, 4) for one in exact] == [low, high]
    assert wilson(hits, number, level=0.95) == pytest.approx(exact, abs=MILLIONTH)


def chance_below(threshold, hits, number):
    told = share(
        Cases(Thing.PERSON, np.arange(number), np.arange(number) < hits),
        threshold=threshold,
        healthy=Healthy.ABOVE,
        fewest=1,
    )
    return told.measure.past


@pytest.mark.parametrize(
    ("hits", "low", "high"),
    # Brown, Cai and DasGupta (2001), table 5, of seven cases, at 95 %.
    [(1, 0.016, 0.501), (2, 0.065, 0.648)],
)
def test_a_share_is_judged_by_the_published_posterior(hits, low, high):
    rounding = 0.0005

    assert chance_below(low - rounding, hits, 7) < 0.025
    assert chance_below(low + rounding, hits, 7) > 0.025
    assert chance_below(high - rounding, hits, 7) < 0.975
    assert chance_below(high + rounding, hits, 7) > 0.975


@pytest.mark.parametrize("threshold", [0.1, 0.25, 0.7])
def test_jeffreys_posterior_of_one_case_has_a_closed_form(threshold):
    """Of Beta(1/2, 3/2), by integrating: 2 / π (asin √x + √(x (1 - x)))."""
    exact = (
        2
        / math.pi
        * (math.asin(math.sqrt(threshold)) + math.sqrt(threshold * (1 - threshold)))
    )

    assert chance_below(threshold, 0, 1) == pytest.approx(exact, abs=MILLIONTH)


def test_until_somebody_arrives_there_is_no_band():
    waited = np.array([1, 2, 5, 8, 9], dtype=float)
    curve = survival.curve(Waits(waited, np.isin(waited, [5, 8])))

    assert curve.band_after(2) == (1.0, 1.0)
    low, high = curve.band_after(5)
    assert 0 < low < curve.after(5) < high < 1
