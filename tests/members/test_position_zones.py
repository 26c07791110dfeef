"""Who stands in which zone: the ways in and out, founders, silence, organizers."""

import itertools

from domain.centrality import Zone
from members.position.evidence import Evidence, Kind
from members.position.founders import founders_of
from members.position.map import is_ready, radius
from members.position.rules import DEFAULT
from members.position.run import Circumstances, Decision, Mark, Practice
from members.position.weeks import next_week, this_week
from tests.members.histories import FOUNDERS, START, History, path_inward, zones


def test_a_newcomer_can_work_their_way_to_the_core_zone_by_zone():
    history = History()
    history.busy_founders(until=600)
    path_inward(history, "nell", works=100)

    passed = list(dict.fromkeys(zones(history, "nell", until=550)))

    assert passed == [Zone.PERIPHERY, Zone.INBOUND, Zone.ACTIVE, Zone.CORE]


def test_one_friendly_reviewer_cannot_make_someone_active_in_a_large_community():
    many = tuple(f"founder {number}" for number in range(20))
    history = History()
    path_inward(history, "nell", works=60, by=("founder 1",))

    run = history.run(day=310, circumstances=history.founded(*many, until=1000))
    nell = run.standing("nell")

    assert run.recognisers_needed == 3
    assert nell.recognisers == 1
    assert nell.position > DEFAULT.active.enter
    assert nell.zone is Zone.INBOUND


def test_how_many_must_recognise_grows_with_the_community_up_to_three():
    needed = [
        DEFAULT.recognisers_needed(full) for full in (0, 3, 6, 7, 13, 14, 20, 500)
    ]

    assert needed == [1, 1, 1, 2, 2, 3, 3, 3]


def test_full_members_found_in_one_run_recognise_others_in_the_same_run():
    history = History()
    path_inward(history, "nell", works=30)
    for number in range(30):
        history.recognised("mo", by="nell", day=160 - number / 10)
    run = history.run(day=165)
    mo = run.evidence.people.number("mo")
    practice = history.practice()
    fresh = practice.stand(START + 165, previous={}, weekly=True)

    assert run.standing("nell").zone >= Zone.ACTIVE
    assert fresh.standing("nell").zone >= Zone.ACTIVE
    assert run.level.work[mo] > 5
    assert fresh.level.work[mo] == run.level.work[mo]


def test_a_zone_is_kept_a_while_below_where_it_began():
    history = History()
    for number in range(7):
        history.recognised("nell", by=FOUNDERS[number % 3], day=1)
        history.recognised(f"guest {number % 2}", by=("nell", "fay"), day=1)
    history.busy_founders(until=700)

    run = history.run(day=300, circumstances=history.founded(until=2000))
    weeks = zones(history, "nell", until=700, circumstances=history.founded(until=2000))

    assert run.standing("nell").zone is Zone.INBOUND
    assert weeks.count(Zone.INBOUND) > 50
    assert len([1 for a, b in itertools.pairwise(weeks) if a != b]) <= 2


def active_then_gone(works=22):
    history = History()
    path_inward(history, "nell", works=works)
    history.busy_founders(until=2500)
    return history, history.founded(until=5000)


def test_a_full_member_leaves_after_four_weekly_runs_below_the_cut():
    history, founded = active_then_gone()
    practice = history.practice(founded)
    below = []
    for run in practice.replay(start=START - 1, end=START + 2000):
        standing = run.standing("nell")
        if run.at < START + 360:
            continue
        if standing.is_silent or standing.zone < Zone.ACTIVE:
            break
        below.append(standing.runs_below)

    assert set(below) <= {0, 1, 2, 3}


def test_falling_below_the_cut_for_three_weeks_ends_nothing():
    history = History()
    history.busy_founders(until=100)
    practice = history.practice(history.founded(until=1000))
    marks = {"nell": Mark(zone=Zone.ACTIVE)}
    history.recognised("nell", by="fay", day=90)
    seen = []
    at = START + 91
    practice = history.practice(history.founded(until=1000))
    for _ in range(4):
        run = practice.stand(at, previous=marks, weekly=True)
        marks = run.marks()
        seen.append(run.standing("nell").zone)
        at += 1

    assert seen == [Zone.ACTIVE] * 3 + [Zone.PERIPHERY]


def test_between_two_weekly_runs_nobody_moves_outward():
    history = History()
    history.busy_founders(until=100)
    practice = history.practice(history.founded(until=1000))
    marks = {
        "nell": Mark(zone=Zone.ACTIVE, runs_below=3),
        "mo": Mark(zone=Zone.INBOUND),
    }

    run = practice.stand(START + 91, previous=marks, weekly=False)

    assert not run.is_held
    for who in ("nell", "mo"):
        history.practice().evidence.enroll([who])
        assert run.marks().get(who, marks[who]) == marks[who]


def test_core_is_left_below_its_lower_cut_and_active_kept():
    history = History()
    history.busy_founders(until=100)
    path_inward(history, "nell", works=18)
    practice = history.practice(history.founded(until=1000))
    marks = {"nell": Mark(zone=Zone.CORE)}

    run = practice.stand(START + 99, previous=marks, weekly=True)

    assert 5 < run.standing("nell").position < DEFAULT.core.leave
    assert run.standing("nell").zone is Zone.ACTIVE


def test_nobody_is_moved_outward_while_fewer_than_three_full_members_are_active():
    history = History()
    history.recognised("nell", by="fay", day=1)
    history.recognised("nell", by="finn", day=1)
    founded = history.founded(until=100)
    marks = {
        "nell": Mark(zone=Zone.ACTIVE, runs_below=3),
        "mo": Mark(zone=Zone.INBOUND),
    }
    history.recognised("mo", by="nell", day=1)
    practice = history.practice(founded)

    run = practice.stand(START + 1000, previous=marks, weekly=True)

    assert run.is_held
    assert run.standing("nell").zone is Zone.ACTIVE
    assert run.standing("nell").runs_below == 3
    assert run.standing("mo").zone is Zone.INBOUND


def test_founders_are_full_for_their_term_without_evidence():
    history = History()
    history.recognised("nell", by="fay", day=1)

    assert history.run(day=100).standing("fay").zone is Zone.ACTIVE
    assert history.run(day=100).full_members() == set(FOUNDERS)
    assert not history.run(day=100).is_provisional


def test_positions_are_provisional_until_there_are_three_full_members():
    history = History()
    history.recognised("nell", by="fay", day=1)

    assert history.run(day=10, circumstances=Circumstances()).is_provisional
    assert history.run(
        day=10, circumstances=history.founded("fay", "flo")
    ).is_provisional


def test_agents_do_not_make_up_the_number_of_full_members():
    history = History()
    agents = {"bot 1": "fay", "bot 2": "fay"}
    founded = history.founded("fay", "bot 1", "bot 2")

    assert history.run(day=10, circumstances=founded, party=agents).is_provisional


def test_founders_stand_on_their_own_when_their_term_ends():
    history = History()
    history.busy_founders(until=700, every=10)
    for number in range(40):
        guest = f"guest {number % 4}"
        history.recognised(guest, by=FOUNDERS[number % 2], day=10 + number * 10)

    weeks = zones(history, "fay", until=600)
    idle = zones(
        history, "gil", until=600, circumstances=history.founded(*FOUNDERS, "gil")
    )

    assert weeks[0] is Zone.ACTIVE
    assert weeks[-1] >= Zone.ACTIVE
    assert idle[0] is Zone.ACTIVE
    assert idle[-1] is Zone.PERIPHERY


def test_a_full_member_silent_for_a_year_is_away_and_back_by_one_recognised_work():
    history = History()
    path_inward(history, "nell", works=60)
    history.busy_founders(until=900)
    founded = history.founded(until=2000)

    away = history.run(day=302 + 380, circumstances=founded)
    history.line(Kind.REVIEWED, "nell", "fay", day=685)
    reviewed = history.run(day=690, circumstances=founded)
    history.recognised("nell", by="fay", day=695)
    back = history.run(day=696, circumstances=founded)
    weeks_later = history.run(day=760, circumstances=founded)

    assert away.standing("nell").is_silent
    assert away.standing("nell").zone is Zone.INBOUND
    assert "nell" not in away.full_members()
    assert reviewed.standing("nell").is_silent
    assert not back.standing("nell").is_silent
    assert back.standing("nell").zone >= Zone.ACTIVE
    assert weeks_later.standing("nell").zone >= Zone.ACTIVE


def test_organizers_can_endorse_for_a_time():
    history = History()
    history.busy_founders(until=300)
    decision = Decision("nell", START, START + 180, at_least=Zone.ACTIVE)
    founded = Circumstances(history.founded(until=999).founders, (decision,))

    assert (
        history.run(day=100, circumstances=founded).standing("nell").zone is Zone.ACTIVE
    )
    assert "nell" in history.run(day=100, circumstances=founded).full_members()
    assert (
        history.run(day=215, circumstances=founded).standing("nell").zone
        is Zone.PERIPHERY
    )


def test_organizers_can_hold_back_for_a_time():
    history = History()
    path_inward(history, "nell", works=60)
    history.busy_founders(until=300)
    decision = Decision("nell", START, START + 200, at_most=Zone.INBOUND)
    founded = Circumstances(history.founded(until=999).founders, (decision,))

    held = history.run(day=190, circumstances=founded)

    assert held.standing("nell").position > DEFAULT.active.enter
    assert held.standing("nell").zone is Zone.INBOUND
    assert "nell" not in held.full_members()
    assert (
        history.run(day=210, circumstances=founded).standing("nell").zone >= Zone.ACTIVE
    )


def test_in_a_small_community_of_five_people_can_carry_each_other():
    five = ("ada", "ben", "cy", "dee", "eli")
    history = History()
    for week in range(60):
        author, by = five[week % 5], five[(week + 1 + week // 5 % 4) % 5]
        history.recognised(author, by=by, day=3 + 7 * week)

    run = history.run(day=425, circumstances=history.founded("ada", "ben", "cy"))

    assert not run.rings
    assert {run.standing(one).zone for one in five} == {Zone.ACTIVE}


def test_nobody_falls_because_another_rises():
    alone, beside = History(), History()
    for history in (alone, beside):
        history.busy_founders(until=200)
        path_inward(history, "nell", works=20)
    path_inward(beside, "mo", works=60)

    assert (
        beside.run(day=200).standing("nell").position
        >= alone.run(day=200).standing("nell").position
    )


def test_founders_of_a_history_are_the_first_three_to_recognise_three_others():
    history = History()
    for number in range(10):
        history.recognised("ann", by="friend", day=number)
    for day, by in ((20, "lu"), (30, "kay"), (40, "max"), (50, "zoe")):
        for author in ("ann", "bob", "cas"):
            history.recognised(author, by=by, day=day)

    founders = founders_of(history.lines)

    assert [term.member for term in founders] == ["lu", "kay", "max"]
    assert {(term.begins, term.ends) for term in founders} == {
        (START + 40, START + 40 + DEFAULT.term)
    }


def test_a_history_without_three_recognisers_has_no_founders():
    history = History()
    history.recognised("ann", by="lu", day=1)

    assert founders_of(history.lines) == ()


def test_an_empty_ledger_has_no_runs():
    assert list(Practice(Evidence()).replay(end=START)) == []


def test_weeks_begin_on_mondays():
    # 2026-11-16 was a Monday.
    monday = 20_773.0

    assert this_week(monday) == monday
    assert this_week(monday + 6.99) == monday
    assert next_week(monday) == monday + 7


def test_the_map_is_linear_inside_each_ring_and_never_leaves_it():
    assert radius(0.0, Zone.PERIPHERY) == 0.0
    assert radius(1.0, Zone.PERIPHERY) == 0.5
    assert radius(3.25, Zone.INBOUND) == 0.5
    assert radius(9.0, Zone.INBOUND) == 1.0
    assert radius(3.0, Zone.ACTIVE) == 0.0
    assert radius(11.0, Zone.CORE) == 0.5
    assert radius(40.0, Zone.CORE) == 1.0


def test_the_next_zones_work_is_within_reach_near_its_cut():
    assert is_ready(1.5, Zone.PERIPHERY, recognisers=0)
    assert not is_ready(1.4, Zone.PERIPHERY, recognisers=3)
    assert is_ready(4.5, Zone.INBOUND, recognisers=1)
    assert not is_ready(4.9, Zone.INBOUND, recognisers=0)
    assert is_ready(8.0, Zone.ACTIVE, recognisers=1)
    assert not is_ready(20.0, Zone.CORE, recognisers=9)
