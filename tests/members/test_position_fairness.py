"""Whom positions must not overlook, each in a sentence an organizer would say."""

import pytest

from domain.centrality import Zone
from members.position import amounts
from members.position.evidence import Kind
from members.position.rules import DEFAULT
from tests.members.histories import FOUNDERS, History, path_inward, zones

MANY = tuple(f"member {number}" for number in range(30))


def passed(history, who, *, until, circumstances=None, party=None):
    """Return the zones somebody came through, each with the week of their coming."""
    came: dict[Zone, int] = {}
    weeks = zones(history, who, until=until, circumstances=circumstances, party=party)
    for week, zone in enumerate(weeks):
        came.setdefault(zone, week)
    return came


def busy_core(history, *, days, core=MANY):
    """Let everybody of a large core recognise somebody's work, once in three weeks."""
    for day in range(5, int(days), 21):
        for number, by in enumerate(core):
            author = core[(number + 1 + day // 21) % len(core)]
            if author != by:
                history.recognised(author, by=by, day=day + number / 100)


def position_after(history, who, *, works, by, day):
    for number in range(works):
        history.recognised(who, by=by[number % len(by)], day=day + number)
    return history.run(day=day + works).standing(who)


# Newcomers


def test_who_comes_late_gets_as_far_by_the_same_work_as_who_came_first():
    founded = History().founded(until=2000)
    early, late = History(), History()
    for history in (early, late):
        history.busy_founders(until=900)
    path_inward(early, "nell", from_day=10, works=40)
    path_inward(late, "nell", from_day=700, works=40)

    first = early.run(day=212, circumstances=founded).standing("nell")
    after = late.run(day=902, circumstances=founded).standing("nell")

    assert after.position == pytest.approx(first.position, abs=0.02)
    assert after.zone is first.zone


def test_a_newcomer_nobody_else_knows_gets_as_far_as_one_many_know():
    unknown, known = History(), History()
    for number in range(10):
        known.recognised("nell", by=f"peer {number}", day=1)
    alone = position_after(unknown, "nell", works=12, by=FOUNDERS, day=50)
    among = position_after(known, "nell", works=12, by=FOUNDERS, day=50)

    # Whatever any number of peers say weighs less than one more recogniser.
    assert alone.position > 0.9 * among.position


def test_the_same_work_gets_a_newcomer_as_far_in_a_crowd_as_among_a_few():
    few, crowd = History(), History()
    busy_core(crowd, days=60)
    position = [
        position_after(history, "nell", works=14, by=FOUNDERS, day=60).position
        for history in (few, crowd)
    ]

    assert position[0] == position[1]


def test_whom_only_newcomers_have_noticed_is_noticed():
    history = History()
    history.recognised("nell", by="another newcomer", day=5)

    assert history.run(day=6).standing("nell").position > 0


# Reviewers and gardeners


def test_somebody_who_reviews_much_and_makes_little_comes_to_the_core():
    history = History()
    history.busy_founders(until=420)
    for number in range(3):
        history.recognised("rae", by=FOUNDERS[number], day=5 + number)
    for number in range(90):
        by = FOUNDERS[number % 3]
        history.recognised(f"author {number % 30}", by=(by, "rae"), day=20 + 4 * number)

    came = passed(history, "rae", until=400, circumstances=history.founded(until=999))

    assert list(came) == [Zone.PERIPHERY, Zone.INBOUND, Zone.ACTIVE, Zone.CORE]


def test_somebody_who_only_tends_the_repertoire_comes_to_the_core():
    history = History()
    history.busy_founders(until=500)
    for number in range(70):
        day = 10 + 6 * number
        steward, writer = FOUNDERS[number % 3], f"writer {number % 40}"
        history.line(Kind.TAKEN_IN, steward, "gil", day=day, amount=amounts.entry())
        history.line(Kind.USED, steward, "gil", day=day + 1, amount=amounts.usage())
        entry = f"entry {number}"
        history.line(Kind.RECOGNISED, steward, writer, day=day, amount=1.0, item=entry)
        history.line(
            Kind.TENDED,
            "gil",
            writer,
            day=day + 2,
            amount=amounts.tending(),
            item=entry,
        )

    came = passed(history, "gil", until=450, circumstances=history.founded(until=999))

    assert list(came) == [Zone.PERIPHERY, Zone.INBOUND, Zone.ACTIVE, Zone.CORE]


def test_walking_newcomers_in_counts_without_any_work_of_ones_own():
    history = History()
    for number in range(6):
        history.line(Kind.MENTORED, "cora", f"newcomer {number}", day=10 * number)
        history.line(Kind.RECOGNISED, "fay", f"newcomer {number}", day=10 * number + 5)

    assert history.run(day=60).standing("cora").position > 0


# Part of the time


def at_pace(every, *, works):
    history = History()
    history.busy_founders(until=works * every + 60)
    for number in range(works):
        day, by = 5 + every * number, FOUNDERS[number % 3]
        history.recognised("nell", by=by, day=day)
        history.recognised(f"guest {number % 12}", by=("nell", by), day=day + 1)
    return passed(
        history,
        "nell",
        until=works * every,
        circumstances=history.founded(until=5000),
    )


def test_at_half_the_pace_one_comes_as_far_and_later():
    whole, half = at_pace(5, works=90), at_pace(10, works=90)

    assert list(whole) == list(half) == list(Zone)
    for zone in (Zone.ACTIVE, Zone.CORE):
        assert whole[zone] < half[zone] <= 3 * whole[zone]


def test_an_hour_a_week_is_enough_to_stay():
    history = History()
    history.busy_founders(until=1500)
    path_inward(history, "nell", works=40)
    for number in range(80):
        day, by = 210 + 15 * number, FOUNDERS[number % 3]
        history.recognised("nell", by=by, day=day)
        history.recognised(f"guest {number % 12}", by=("nell", by), day=day + 1)

    weeks = zones(
        history, "nell", until=1400, circumstances=history.founded(until=5000)
    )

    assert min(weeks[60:]) >= Zone.ACTIVE


# Away and back


def test_back_from_a_years_leave_one_recognised_work_opens_what_was_open():
    history = History()
    path_inward(history, "nell", works=50)
    history.busy_founders(until=1000)
    founded = history.founded(until=5000)
    before = history.run(day=260, circumstances=founded).standing("nell")
    gone = history.run(day=650, circumstances=founded).standing("nell")
    history.recognised("nell", by="fay", day=655)
    back = history.run(day=666, circumstances=founded).standing("nell")

    assert before.zone >= Zone.ACTIVE
    assert gone.is_silent
    assert gone.zone < Zone.ACTIVE
    assert back.zone >= Zone.ACTIVE
    assert back.position == pytest.approx(gone.position, abs=0.5)


def test_a_month_of_holidays_moves_nobody():
    history = History()
    history.busy_founders(until=500)
    path_inward(history, "nell", works=40)

    weeks = zones(history, "nell", until=240, circumstances=history.founded(until=999))

    assert weeks[-1] == max(weeks)


# Agents


def test_an_agents_work_carries_it_as_a_persons_would():
    party = {"bot": "sponsor"}
    history, same = History(), History()
    for told, who in ((history, "bot"), (same, "nell")):
        told.busy_founders(until=300)
        path_inward(told, who, works=50)

    agents = passed(history, "bot", until=260, party=party)

    assert agents == passed(same, "nell", until=260)
    assert Zone.ACTIVE in agents


def test_an_agent_recognises_with_its_sponsors_standing_and_no_other():
    party = {"bot": "sponsor"}
    history = History()
    history.busy_founders(until=300)
    path_inward(history, "bot", works=50)
    history.recognised("nell", by="bot", day=255)

    run = history.run(day=258, party=party)

    assert run.standing("bot").zone >= Zone.ACTIVE
    assert run.standing("nell").recognisers == 0


def test_agents_do_not_raise_what_the_way_in_takes():
    swarm = {f"bot {number}": "fay" for number in range(40)}
    history = History()
    founded = history.founded(*FOUNDERS, *swarm)

    run = history.run(day=10, circumstances=founded, party=swarm)

    assert run.recognisers_needed == 1


# Communities of every size and shape


def test_a_sixth_can_walk_into_a_community_of_five():
    five = ("ada", "ben", "cy", "dee", "eli")
    history = History()
    for week in range(70):
        author, by = five[week % 5], five[(week + 1 + week // 5 % 4) % 5]
        history.recognised(author, by=by, day=3 + 7 * week)
        if week >= 30:
            history.recognised("nell", by=five[week % 5], day=4 + 7 * week)
            history.recognised(
                five[week % 5], by=("nell", five[(week + 2) % 5]), day=5 + 7 * week
            )

    run = history.run(
        day=495, circumstances=history.founded("ada", "ben", "cy", until=999)
    )

    assert not run.rings
    assert run.standing("nell").zone >= Zone.ACTIVE
    assert {run.standing(one).zone >= Zone.ACTIVE for one in five} == {True}


def test_where_one_maintainer_recognises_nearly_everything_others_come_in_too():
    history = History()
    history.busy_founders(until=700, every=60)
    for number in range(80):
        history.recognised("nell", by="fay", day=5 + 6 * number)
        history.recognised(f"guest {number % 20}", by="fay", day=6 + 6 * number)
    # Now and then somebody else than the maintainer looks at a guest's work as well.
    for number in range(12):
        guest = f"guest {number % 20}"
        history.recognised(guest, by=("fay", "nell"), day=20 + 40 * number)

    run = history.run(day=485, circumstances=history.founded(until=999))

    assert run.standing("nell").recognisers == 1
    assert run.standing("nell").zone >= Zone.ACTIVE
    assert run.standing("fay").zone >= Zone.ACTIVE


def test_where_the_one_maintainer_goes_quiet_nobody_falls_for_it():
    history = History()
    for number in range(60):
        history.recognised("nell", by="fay", day=5 + 6 * number)
        history.recognised(
            f"guest {number % 20}", by=("fay", "nell"), day=6 + 6 * number
        )

    before = history.run(day=370).standing("nell")
    after = history.run(day=1400)

    assert before.zone >= Zone.ACTIVE
    assert after.is_held
    assert after.standing("nell").zone is before.zone


def test_in_a_small_area_one_look_from_outside_opens_the_way():
    history = History()
    busy_core(history, days=300)
    mates = MANY[:2]
    for number in range(60):
        day = 5 + 4 * number
        history.recognised("nell", by=mates[number % 2], day=day, area="archive")
        guest = f"guest {number % 15}"
        history.recognised(guest, by=("nell", mates[number % 2]), day=day + 1)
    founded = history.founded(*MANY, until=999)
    before = history.run(day=250, circumstances=founded)
    history.recognised("nell", by="member 20", day=251, area="archive")
    after = history.run(day=260, circumstances=founded)

    assert before.recognisers_needed == 3
    assert before.standing("nell").position > DEFAULT.active.enter
    assert before.standing("nell").zone is Zone.INBOUND
    assert after.standing("nell").zone >= Zone.ACTIVE


def test_where_an_area_is_no_bigger_than_that_its_people_stay_without_looks_outside():
    history = History()
    busy_core(history, days=900)
    team = ("nell", "mo", "kit")
    for who in team:
        path_inward(history, who, works=30, by=MANY[:6])
    for number in range(100):
        author, by = team[number % 3], team[(number + 1 + number // 3 % 2) % 3]
        history.recognised(author, by=by, day=160 + 6 * number, area="archive")

    weeks = {
        who: zones(
            history, who, until=700, circumstances=history.founded(*MANY, until=999)
        )
        for who in team
    }

    assert {who: min(each[30:]) >= Zone.ACTIVE for who, each in weeks.items()} == (
        dict.fromkeys(team, True)
    )


# People who are close


def two_close(*, together=True, days=360):
    """Two whose daily work the other reviews, and who now and then work with others."""
    history = History()
    busy_core(history, days=days)
    for day in range(5, days, 3):
        for place, (one, other) in enumerate((("ann", "bo"), ("bo", "ann"))):
            if together:
                history.recognised(one, by=other, day=day + place / 10)
            if day % 4 == place:
                by = (one, MANY[(day + 7) % 30])
                history.recognised(MANY[day % 30], by=by, day=day + 1)
                history.recognised(one, by=MANY[(day + 3) % 30], day=day + 1)
    return history.run(day=days, circumstances=history.founded(*MANY, until=999))


def test_two_who_review_each_other_daily_are_no_ring_and_come_to_the_core():
    run = two_close()

    assert run.rings == ()
    assert {run.standing(who).zone for who in ("ann", "bo")} == {Zone.CORE}


def test_what_two_close_people_give_each_other_only_ever_adds():
    close, apart = two_close(), two_close(together=False)

    for who in ("ann", "bo"):
        assert close.standing(who).position > apart.standing(who).position + 0.2
        assert close.standing(who).zone >= apart.standing(who).zone
