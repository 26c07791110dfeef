"""The statistics of signs, against worked values."""

import numpy as np
import pytest
from scipy import stats

from cop.health.signs import reading
from cop.health.signs.reading import Cases, Healthy, Thing


def cases(hits, number):
    return Cases(Thing.ACT, np.arange(number), np.arange(number) < hits)


def test_a_share_is_shown_with_wilsons_interval():
    told = reading.share(cases(10, 40), threshold=0.5, healthy=Healthy.ABOVE)

    assert told.measure.value == 0.25
    # Wilson's formula, written out.
    z = stats.norm.ppf(0.95)
    middle = (10 + z**2 / 2) / (40 + z**2)
    half = z / (40 + z**2) * (10 * 30 / 40 + z**2 / 4) ** 0.5
    assert told.measure.low == pytest.approx(middle - half, abs=1e-12)
    assert told.measure.high == pytest.approx(middle + half, abs=1e-12)
    assert told.measure.past > 0.99


def test_under_twenty_cases_nothing_is_said():
    told = reading.share(cases(0, 19), threshold=0.5, healthy=Healthy.ABOVE)

    assert (told.measure.cases, told.measure.value, told.measure.past) == (
        19,
        None,
        None,
    )


def test_the_unhealthy_side_depends_on_the_sign():
    above = reading.share(cases(90, 100), threshold=0.8, healthy=Healthy.ABOVE)
    below = reading.share(cases(90, 100), threshold=0.8, healthy=Healthy.BELOW)

    assert above.measure.past + below.measure.past == pytest.approx(1)
    assert below.measure.past > reading.SURE


def test_a_ratio_taken_again_is_the_same():
    both = Cases(Thing.ACT, np.arange(80), np.r_[np.arange(40) < 5, np.arange(40) < 30])
    first = reading.ratio_of_shares(both, np.arange(80) < 40, threshold=0.5)

    again = reading.ratio_of_shares(both, np.arange(80) < 40, threshold=0.5)
    assert first.measure == again.measure
    assert first.measure.value == pytest.approx(1 / 6)
    assert first.measure.past > reading.SURE


def test_how_few_did_half():
    numbers = np.array([[10, 5, 3, 2], [5, 5, 5, 5], [20, 0, 0, 0]])

    assert reading.half_by(numbers).tolist() == [1, 2, 1]


def test_few_who_do_half_are_told_with_an_interval():
    by = np.repeat([1, 2, 3, 4, 5, 6], [30, 20, 5, 5, 5, 5])

    told = reading.fewest_for_half(cases(70, 70), by, threshold=2)

    assert told.measure.value == 2
    assert told.measure.low <= 2 <= told.measure.high
    assert told.measure.past > 0.5


def test_those_still_waiting_lengthen_the_median():
    ended = np.arange(1.0, 21.0)
    both = np.r_[ended, np.full(15, 100.0)]

    alone = reading.waiting(cases(20, 20), ended, threshold=48)
    with_waiting = reading.waiting(cases(20, 35), both, threshold=48)

    assert alone.measure.value == 10
    assert with_waiting.measure.value > alone.measure.value
    assert alone.measure.past < 0.1


def test_nine_in_ten_wait_longer_than_half():
    hours = np.arange(1.0, 101.0)

    half = reading.waiting(cases(100, 100), hours, threshold=48)
    most = reading.waiting(cases(100, 100), hours, threshold=48, reached=0.9)

    assert (half.measure.value, most.measure.value) == (50, 90)


def test_a_median_nobody_has_reached_is_not_made_up():
    hours = np.r_[1.0, np.full(40, 100.0)]

    told = reading.waiting(cases(1, 41), hours, threshold=48)

    assert told.measure.value is None
