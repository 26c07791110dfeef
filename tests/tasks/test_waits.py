from datetime import timedelta

import pytest

from domain.waits import Wait
from tasks.reading_times import ReadingTimes, Work
from tasks.waits import Waits, waits_of
from tests.makers import NOON, make_domain, make_submission, make_task

HOUR = timedelta(hours=1)


def ended(*hours, area=1, centrality=1):
    return [(area, centrality, time, True) for time in hours]


def still(*hours, area=1, centrality=1):
    return [(area, centrality, time, False) for time in hours]


def test_twenty_verdicts_are_the_least_it_takes():
    assert Waits(ended(*range(19)) + still(*range(9))).expected() is None
    assert Waits(ended(*range(20))).expected().is_known


def test_what_still_waits_makes_the_wait_longer():
    hours = [float(n) for n in range(1, 21)]

    settled = Waits(ended(*hours)).expected()
    with_open = Waits(ended(*hours) + still(*[19.5] * 15)).expected()

    assert settled == Wait(10 * HOUR, 18 * HOUR, 20, "community")
    # 35 waited; 18 had theirs when half did not: 18 / 35 is the first beyond a half.
    assert with_open.usual == 18 * HOUR
    assert with_open.mostly is None or with_open.mostly > settled.mostly


def test_whoever_has_waited_is_told_about_those_who_waited_as_long():
    hours = [float(n) for n in range(1, 21)]

    assert Waits(ended(*hours)).expected(after=10 * HOUR).usual == 15 * HOUR
    assert Waits(ended(*hours)).expected(after=30 * HOUR) is None


def test_the_narrowest_kind_with_enough_verdicts_tells():
    waits = Waits(
        ended(*[1.0] * 20, area=1, centrality=1)
        + ended(*[5.0] * 20, area=1, centrality=2)
        + ended(*[9.0] * 50, area=2, centrality=1)
    )

    def usual(**kind):
        wait = waits.expected(**kind)
        return wait.usual / HOUR, wait.about

    assert usual(area_id=1, centrality=1) == (1.0, "work")
    assert usual(area_id=1, centrality=4) == (1.0, "area")
    assert usual(area_id=3) == (9.0, "community")


@pytest.mark.django_db
def test_rounds_taken_back_count_as_long_as_they_waited():
    domain = make_domain()
    for settled, withdrawn in [(3, None), (None, 2), (None, None)]:
        make_submission(
            task=make_task(domain=domain),
            handed_in_at=NOON - 5 * HOUR,
            outcome="recognised" if settled else "",
            settled_at=NOON - 5 * HOUR + settled * HOUR if settled else None,
            withdrawn_at=NOON - 5 * HOUR + withdrawn * HOUR if withdrawn else None,
        )

    found = sorted(waits_of(domain, at=NOON)._waits, key=lambda one: one[2])

    assert [one[2:] for one in found] == [(2.0, False), (3.0, True), (5.0, False)]


# How long reading takes


def work(**given):
    return Work(**{"centrality": 1, "area": 1, "effort": 20, "length": 1_000, **given})


def test_with_few_reviews_known_the_length_alone_is_allowed_for():
    times = ReadingTimes([(work(), 60.0)] * 4)

    assert times.minutes(work()) == 5
    assert times.minutes(work(centrality=4)) == 25
    assert times.minutes(work(length=9_000)) == 10


def test_the_past_reviews_most_like_it_tell():
    times = ReadingTimes(
        [(work(length=500), 3.0)] * 15
        + [(work(length=20_000), 30.0)] * 15
        + [(work(centrality=2), 90.0)] * 15
    )

    assert times.minutes(work(length=600)) == 3
    assert times.minutes(work(length=15_000)) == 30


def test_one_forgotten_tab_does_not_make_reviews_long():
    assert ReadingTimes([(work(), 4.0)] * 5 + [(work(), 900.0)]).minutes(work()) == 4
