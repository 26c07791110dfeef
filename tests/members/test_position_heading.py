"""Which way a trajectory points."""

import pytest

from domain.centrality import Zone
from members.position.heading import Bridges, Heading
from members.position.run import Circumstances, Decision
from tests.members.histories import FOUNDERS, START, History, path_inward


def heading_of(history, who, *, day, circumstances=None):
    founded = circumstances or history.founded(until=5000)
    return history.run(day=day, circumstances=founded).standing(who).heading


def steady(history, who, *, days, every=7.0, start=1.0, guest="guest", **given):
    """Work and review at one pace, recognised by founders in turn."""
    day, number = start, 0
    while day < days:
        by = FOUNDERS[number % 3]
        history.recognised(who, by=by, day=day, **given)
        history.recognised(guest, by=(who, by), day=day + 1, **given)
        day, number = day + every, number + 1


def test_who_has_done_little_is_at_the_edge():
    history = History()
    history.recognised("nell", by="fay", day=1)

    assert heading_of(history, "nell", day=200) is Heading.EDGE


def test_a_newcomer_gathering_pace_heads_in():
    history = History()
    steady(history, "nell", days=90)

    run = history.run(day=50, circumstances=history.founded(until=5000))
    nell = run.standing("nell")

    assert nell.zone is Zone.INBOUND
    assert nell.rho >= 1
    assert nell.heading is Heading.IN


def test_a_fast_start_heads_in_before_the_first_cut():
    history = History()
    for day in (1, 2, 3):
        history.recognised("nell", by=FOUNDERS[day - 1], day=day)

    nell = history.run(day=5).standing("nell")

    assert 1 <= nell.position < 2
    assert nell.rho >= 1.6
    assert nell.heading is Heading.IN


def test_a_full_member_at_their_years_pace_is_settled():
    history = History()
    steady(history, "nell", days=800)

    nell = history.run(day=795, circumstances=history.founded(until=5000)).standing(
        "nell"
    )

    assert nell.zone.is_full
    assert nell.rho == pytest.approx(1, abs=0.3)
    assert nell.heading is Heading.SETTLED


def test_a_much_quieter_time_heads_out_only_when_seen_twice():
    history = History()
    steady(history, "nell", days=400)
    steady(history, "nell", days=1200, every=80.0, start=410.0)
    history.busy_founders(until=1200)
    practice = history.practice(history.founded(until=5000))
    headings = []
    for run in practice.replay(end=practice.evidence.lines[0].at + 1200):
        nell = run.standing("nell")
        if nell.zone.is_full:
            headings.append((nell.heading, nell.own_rho, nell.runs_quiet))

    first_quiet = next(seen for seen in headings if seen[1] < 0.3)
    between = {heading for heading, rho, _ in headings if 0.3 <= rho < 0.5}

    assert first_quiet[0] is Heading.SETTLED
    assert Heading.SETTLED in between
    assert {seen[0] for seen in headings if seen[2] >= 2} == {Heading.OUT}


@pytest.mark.parametrize("days", [150, 800])
def test_a_silent_quarter_heads_out_however_young_the_community(days):
    history = History()
    steady(history, "nell", days=days)
    history.busy_founders(until=days + 200)

    assert heading_of(history, "nell", day=days + 70) is Heading.SETTLED
    assert heading_of(history, "nell", day=days + 100) is Heading.OUT


def test_a_fast_start_followed_by_silence_is_not_heading_in():
    history = History()
    history.busy_founders(until=200)
    for who, works in (("nell", 20), ("mo", 5)):
        for number in range(works):
            history.recognised(who, by=FOUNDERS[number % 3], day=number + 1)

    run = history.run(day=115, circumstances=history.founded(until=5000))
    nell, mo = run.standing("nell"), run.standing("mo")

    assert nell.zone is Zone.INBOUND
    assert nell.rho >= 1
    assert nell.heading is Heading.OUT
    assert mo.position >= 1
    assert mo.rho >= 1.6
    assert mo.heading is Heading.EDGE


def test_a_steady_pace_is_a_steady_pace_from_the_first_month_on():
    history = History()
    steady(history, "nell", days=800)

    for day in (30, 90, 300, 800):
        nell = history.run(day=day).standing("nell")
        assert nell.own_rho == pytest.approx(1, abs=0.15)


def test_who_does_one_thing_in_a_hundred_days_is_not_quiet_in_between():
    history = History()
    history.busy_founders(until=800)
    for day in range(1, 600, 100):
        history.recognised("nell", by="fay", day=day)
    decision = Decision("nell", 0.0, 99_999.0, at_least=Zone.ACTIVE)
    endorsed = Circumstances(history.founded(until=5000).founders, (decision,))

    assert heading_of(history, "nell", day=595, circumstances=endorsed) is (
        Heading.SETTLED
    )
    assert heading_of(history, "nell", day=800, circumstances=endorsed) is Heading.OUT


def test_one_act_alone_makes_no_pace_to_fall_behind():
    history = History()
    history.busy_founders(until=300)
    history.recognised("nell", by="fay", day=1)
    decision = Decision("nell", 0.0, 99_999.0, at_least=Zone.ACTIVE)
    endorsed = Circumstances(history.founded(until=5000).founders, (decision,))

    assert heading_of(history, "nell", day=300, circumstances=endorsed) is (
        Heading.SETTLED
    )


def keep_to_water(history, *, days):
    """Two people whose year lies in one area only."""
    steady(history, "sam", days=days, area="water", guest="wen")


def test_a_fifth_of_the_years_own_work_in_another_area_is_bridging():
    history = History()
    steady(history, "nell", days=400, area="data")
    keep_to_water(history, days=400)
    for number in range(40):
        by = FOUNDERS[number % 3]
        history.recognised("nell", by=by, day=number * 10, area="water")

    assert heading_of(history, "nell", day=399) is Heading.BRIDGING
    assert heading_of(history, "sam", day=399) is Heading.SETTLED


def test_whom_one_works_with_builds_no_bridge_only_where_one_works():
    history = History()
    steady(history, "nell", days=400, area="data")
    keep_to_water(history, days=400)
    for number in range(60):
        # A member of the water area recognises Nell's work, which lies in data.
        history.recognised("nell", by="sam", day=number * 6, area="data")

    assert heading_of(history, "nell", day=399) is Heading.SETTLED


def test_reading_work_of_every_area_is_no_bridge():
    history = History()
    keep_to_water(history, days=400)
    steady(history, "nell", days=400, area="data")

    # The founders read what both hand in, and do next to nothing themselves.
    assert heading_of(history, "fay", day=399) is Heading.SETTLED


def test_carrying_one_area_and_working_in_another_is_bridging():
    history = History()
    keep_to_water(history, days=400)
    for number in range(60):
        by = FOUNDERS[number % 3]
        history.recognised("nell", by=by, day=number * 6, area="data")
        for author in ("wen", "rosa"):
            history.recognised(
                author, by=("nell", by), day=number * 6 + 1, area="water"
            )

    assert heading_of(history, "nell", day=399) is Heading.BRIDGING


def test_where_everybody_works_everywhere_nobody_bridges():
    history = History()
    for who in ("nell", "sam", "ravi"):
        steady(history, who, days=400, area="data")
        steady(history, who, days=400, area="water")

    assert heading_of(history, "nell", day=399) is Heading.SETTLED


def test_a_little_outside_ones_area_is_no_bridge_even_if_others_do_less():
    history = History()
    steady(history, "nell", days=400, area="data")
    keep_to_water(history, days=400)
    history.recognised("nell", by="fay", day=390, area="water")

    assert heading_of(history, "nell", day=399) is Heading.SETTLED


def test_work_without_an_area_is_neither_at_home_nor_abroad():
    history = History()
    steady(history, "nell", days=400, area="data")
    steady(history, "nell", days=400)
    keep_to_water(history, days=400)

    assert heading_of(history, "nell", day=399) is Heading.SETTLED


def test_work_within_ones_own_area_is_no_bridge():
    history = History()
    steady(history, "nell", days=400, area="data")

    assert heading_of(history, "nell", day=399) is Heading.SETTLED


TWICE = Bridges(carried=((START + 340,), (START + 20, START + 350)))


@pytest.mark.parametrize("ties", [Bridges(domains=2), TWICE])
def test_a_second_domain_or_entries_carried_over_are_bridges(ties):
    history = History()
    steady(history, "nell", days=400)
    founders = history.founded(until=5000).founders
    bridged = Circumstances(founders, bridges={"nell": ties, "stranger": ties})

    assert (
        heading_of(history, "nell", day=399, circumstances=bridged) is Heading.BRIDGING
    )


@pytest.mark.parametrize(
    "carried",
    [
        ((START + 340, START + 350),),
        ((START + 20,), (START + 350,)),
        ((START + 350,), (START + 400,)),
    ],
    ids=["one entry twice", "the other a year ago", "the other yet to come"],
)
def test_two_entries_in_use_within_the_year_make_a_bridge_and_one_does_not(carried):
    history = History()
    steady(history, "nell", days=400)
    bridged = Circumstances(
        history.founded(until=5000).founders,
        bridges={"nell": Bridges(carried=carried)},
    )

    assert (
        heading_of(history, "nell", day=399, circumstances=bridged) is Heading.SETTLED
    )


def test_a_bridge_alone_says_nothing_of_who_has_not_arrived():
    history = History()
    history.recognised("nell", by="fay", day=1)
    bridged = Circumstances(
        history.founded(until=999).founders, bridges={"nell": Bridges(domains=3)}
    )

    assert heading_of(history, "nell", day=300, circumstances=bridged) is Heading.EDGE


def test_an_endorsed_member_is_full_for_the_heading_too():
    history = History()
    path_inward(history, "nell", works=4)
    decision = Decision("nell", 0.0, 99_999.0, at_least=Zone.ACTIVE)
    endorsed = Circumstances(history.founded(until=999).founders, (decision,))

    assert (
        heading_of(history, "nell", day=30, circumstances=endorsed) is Heading.SETTLED
    )
