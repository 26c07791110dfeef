"""The statistics of signs, against worked values."""

import math

import pytest
from scipy import stats

from cop.health.signs import reading
from cop.health.signs.reading import Healthy


def test_a_share_is_read_with_jeffreys_interval():
    measure = reading.share(10, 40, threshold=0.5, healthy=Healthy.ABOVE)

    low, high = stats.beta(10.5, 30.5).interval(0.9)
    assert measure.value == 0.25
    assert measure.low == pytest.approx(low)
    assert measure.high == pytest.approx(high)
    assert measure.past > 0.99


def test_under_twenty_cases_nothing_is_said():
    measure = reading.share(0, 19, threshold=0.5, healthy=Healthy.ABOVE)

    assert (measure.cases, measure.value, measure.past) == (19, None, None)


def test_the_unhealthy_side_depends_on_the_sign():
    above = reading.share(90, 100, threshold=0.8, healthy=Healthy.ABOVE)
    below = reading.share(90, 100, threshold=0.8, healthy=Healthy.BELOW)

    assert above.past + below.past == pytest.approx(1)
    assert below.past > reading.SURE


def test_a_ratio_taken_again_is_the_same():
    first = reading.ratio_of_shares((5, 40), (30, 40), threshold=0.5)

    assert first == reading.ratio_of_shares((5, 40), (30, 40), threshold=0.5)
    assert first.value == pytest.approx(1 / 6)
    assert first.past > reading.SURE


def test_those_still_waiting_lengthen_the_median():
    ended = [float(hour) for hour in range(1, 21)]

    alone = reading.waiting_median(ended, [], threshold=48)
    with_waiting = reading.waiting_median(ended, [100.0] * 15, threshold=48)

    assert alone.value == 10
    assert with_waiting.value > alone.value
    assert alone.past < 0.1


def test_a_median_nobody_has_reached_is_not_made_up():
    measure = reading.waiting_median([1.0], [100.0] * 40, threshold=48)

    assert measure.value is None
    assert measure.past > reading.SURE


def test_a_rate_is_read_as_a_poisson_rate():
    measure = reading.rate(3, 10, threshold=0.1, healthy=Healthy.ABOVE)

    assert measure.value == pytest.approx(0.3)
    assert 0 < measure.past < 0.1
    assert math.isfinite(measure.high)
