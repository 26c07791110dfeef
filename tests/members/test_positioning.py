"""Bringing positions up to date with the ledger, on the real database."""

import math
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from domain.centrality import Zone
from members import joining, leaving, participating, positioning
from members.models import (
    Membership,
    Notification,
    Participation,
    Reckoning,
    Ruling,
    TrajectoryPoint,
)
from members.position.explanation import explain
from members.practice import about
from tests.makers import (
    NOON,
    make_agent,
    make_domain,
    make_member,
    make_membership,
    make_reckoning,
)

pytestmark = pytest.mark.django_db

#: NOON is a Monday; twenty weeks before it.
START = NOON - timedelta(weeks=20)


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def founders(domain):
    founded = [make_membership(domain=domain) for _ in range(3)]
    for founder in founded:
        Ruling.objects.create(
            membership=founder,
            at_least=Zone.ACTIVE,
            begins_at=START,
            ends_at=START + timedelta(days=1000),
        )
    return founded


def recognise(author, *, by, at, item=None, area=None):
    """Write what a review of somebody's work writes: both its lines."""
    item = item or f"submission {author.pk} {at.isoformat()} {by.pk}"
    common = {
        "domain": author.domain,
        "item": item,
        "giver": by,
        "receiver": author,
        "at": at,
        "amount": 1.0,
        "area": area,
    }
    participating.record(
        kind=Participation.Kind.RECOGNISED,
        channel=Participation.Channel.WORK,
        key=f"recognised:{item}:{by.pk}",
        **common,
    )
    participating.record(
        kind=Participation.Kind.REVIEWED,
        channel=Participation.Channel.STEWARDSHIP,
        key=f"reviewed:{item}:{by.pk}",
        **common,
    )


def busy(author, *, founders, works=12):
    """Let somebody work, and carry a guest's work with a founder, week by week."""
    guests = [make_membership(domain=author.domain) for _ in range(3)]
    for number in range(works):
        at = START + timedelta(days=1 + 7 * number)
        founder = founders[number % len(founders)]
        guest = guests[number % len(guests)]
        recognise(author, by=founder, at=at)
        for by in (author, founder):
            recognise(guest, by=by, at=at, item=f"by {guest.pk} {number}")


def catch_up(*, at):
    """Go on with what is being worked out beside, until nothing is."""
    while positioning.go_on(at=at):
        pass


def standings(domain):
    return [
        {
            **row,
            "position": round(row["position"], 9),
            "momentum": round(row["momentum"], 9),
        }
        for row in domain.memberships.order_by("pk").values(
            "pk",
            "position",
            "momentum",
            "recognisers",
            "zone",
            "heading",
            "runs_below",
            "runs_quiet",
            "is_silent",
            "is_provisional",
        )
    ]


def points(domain):
    return [
        (membership, at, round(position, 9), zone)
        for membership, at, position, zone in TrajectoryPoint.objects.filter(
            membership__domain=domain
        )
        .order_by("membership", "at")
        .values_list("membership", "at", "position", "zone")
    ]


def mondays(trajectory):
    """Leave out what was seen in between, which a replay does not look at."""
    return [point for point in trajectory if point[1].hour == 0]


def test_a_recognition_moves_its_author_and_is_counted(domain, founders):
    newcomer = make_membership(domain=domain)
    recognise(newcomer, by=founders[0], at=NOON)

    counted = positioning.reposition_stale(at=NOON)

    newcomer.refresh_from_db()
    assert counted == 2
    assert newcomer.position == pytest.approx(math.log(2))
    assert newcomer.recognisers == 1
    assert newcomer.positioned_at == NOON
    assert not Participation.objects.uncounted().exists()
    assert positioning.reposition_stale(at=NOON) == 0


def test_the_area_most_of_the_work_lay_in_is_the_main_one(domain, founders):
    newcomer = make_membership(domain=domain)
    sampling, data = domain.areas.order_by("place")
    recognise(newcomer, by=founders[0], at=NOON, area=sampling)
    recognise(newcomer, by=founders[1], at=NOON, area=data)
    recognise(newcomer, by=founders[2], at=NOON, area=data)

    positioning.reposition_stale(at=NOON)

    newcomer.refresh_from_db()
    assert newcomer.main_area == data


def test_moving_inward_is_told_once(domain, founders):
    newcomer = make_membership(domain=domain)
    busy(newcomer, founders=founders, works=4)

    positioning.reposition_stale(at=START + timedelta(days=30))
    positioning.reposition_all(at=START + timedelta(days=31))

    newcomer.refresh_from_db()
    told = Notification.objects.get(
        member=newcomer.member, kind=Notification.Kind.MOVED
    )
    assert newcomer.zone == Zone.INBOUND
    assert "Inbound" in told.title
    assert told.path == newcomer.get_absolute_url()


def test_replaying_a_history_tells_nobody(domain, founders):
    busy(make_membership(domain=domain), founders=founders)

    positioning.replay(domain=domain, at=NOON)

    assert domain.memberships.filter(zone=Zone.ACTIVE).count() > 3
    assert not Notification.objects.exists()


def test_followed_live_or_replayed_it_comes_to_the_same(domain, founders):
    author = make_membership(domain=domain)
    busy(author, founders=founders, works=15)
    lines = list(Participation.objects.order_by("occurred_at", "pk"))
    Participation.objects.all().delete()
    for week in range(21):
        at = START + timedelta(weeks=week, days=2)
        due = [line for line in lines if line.occurred_at <= at]
        lines = lines[len(due) :]
        Participation.objects.bulk_create(due)
        positioning.reposition_stale(at=at)
    # By day small steps are left for Monday, when everything is written.
    at = START + timedelta(weeks=21)
    positioning.reposition_all(at=at)
    live, trajectory = standings(domain), points(domain)

    positioning.replay(domain=domain, at=at)

    assert standings(domain) == live
    assert mondays(points(domain)) == mondays(trajectory)
    author.refresh_from_db()
    assert author.zone == Zone.ACTIVE


def test_a_line_from_the_past_comes_right(domain, founders):
    author = make_membership(domain=domain)
    busy(author, founders=founders)
    late = Participation.objects.filter(receiver=author).earliest("occurred_at")
    Participation.objects.filter(pk=late.pk).delete()
    positioning.reposition_all(at=NOON)
    late.pk = None
    late.save()

    positioning.reposition_stale(at=NOON)
    catch_up(at=NOON)
    incremental, trajectory = standings(domain), points(domain)

    positioning.replay(domain=domain, at=NOON)
    assert standings(domain) == incremental
    assert points(domain) == trajectory


def test_a_weekly_run_keeps_what_the_next_starts_from(domain, founders):
    busy(make_membership(domain=domain), founders=founders)

    positioning.reposition_all(at=NOON)

    run = Reckoning.objects.current().get(domain=domain)
    assert run.week_at == NOON.replace(hour=0)
    assert str(founders[0].pk) in run.marks
    assert run.full_members == 4
    assert run.recognisers_needed == 1
    assert not run.is_provisional


def test_trajectories_have_at_most_a_point_a_week_and_one_for_each_zone(
    domain, founders
):
    author = make_membership(domain=domain)
    busy(author, founders=founders)

    positioning.reposition_all(at=NOON)

    trajectory = list(author.trajectory.order_by("at"))
    weeks = [point.at.isocalendar()[:2] for point in trajectory]
    assert len(weeks) == len(set(weeks))
    assert [point.zone for point in trajectory] == sorted(
        point.zone for point in trajectory
    )
    assert {point.zone for point in trajectory} == {2, 3}


def test_an_agents_giver_is_its_sponsor(domain, founders):
    sponsor = founders[0].member
    agent = make_membership(domain=domain, member=make_agent(sponsor=sponsor))
    author = make_membership(domain=domain)
    recognise(author, by=founders[0], at=NOON)
    recognise(author, by=agent, at=NOON)
    recognise(agent, by=founders[0], at=NOON)

    positioning.reposition_stale(at=NOON)

    author.refresh_from_db()
    agent.refresh_from_db()
    assert author.position == pytest.approx(math.log(1 + math.sqrt(2)))
    assert agent.recognisers == 0


def test_agents_of_an_absent_sponsor_are_one_giver_still(domain, founders):
    sponsor = make_member()
    agents = [
        make_membership(domain=domain, member=make_agent(sponsor=sponsor))
        for _ in range(2)
    ]
    author = make_membership(domain=domain)
    for agent in agents:
        recognise(author, by=agent, at=NOON)

    positioning.reposition_stale(at=NOON)

    author.refresh_from_db()
    assert author.position == pytest.approx(math.log(1 + 0.3 * math.sqrt(2)))


def test_whoever_left_is_full_no_longer_and_what_they_gave_fades_as_before(
    domain, founders
):
    author = make_membership(domain=domain)
    busy(author, founders=founders)
    positioning.reposition_all(at=NOON)
    Membership.objects.filter(pk=founders[0].pk).update(left_at=NOON)

    positioning.reposition_all(at=NOON + timedelta(hours=1))

    founders[0].refresh_from_db()
    author.refresh_from_db()
    assert founders[0].zone == Zone.PERIPHERY
    assert author.zone == Zone.ACTIVE


def test_a_founders_date_on_the_membership_is_a_term_too(domain):
    founder = make_membership(
        domain=domain, founder_until=NOON + timedelta(days=100), zone=Zone.ACTIVE
    )

    positioning.reposition_all(at=NOON)

    founder.refresh_from_db()
    assert founder.zone == Zone.ACTIVE
    assert founder.is_provisional


def test_practice_work_moves_nobody(domain, founders):
    newcomer = make_membership(domain=domain)
    recognise(newcomer, by=founders[0], at=NOON)
    Participation.objects.update(practice=True)

    assert positioning.reposition_stale(at=NOON) == 2

    newcomer.refresh_from_db()
    assert newcomer.position == 0


def test_a_members_page_reads_their_lines_alone_and_says_the_same(domain, founders):
    author = make_membership(domain=domain)
    busy(author, founders=founders)
    positioning.reposition_all(at=NOON)
    author.refresh_from_db()

    practice, run = about(author, at=NOON)
    why = explain(practice, run, author.pk)

    assert why.position == pytest.approx(author.position, abs=1e-9)
    assert why.momentum == pytest.approx(author.momentum, abs=1e-9)
    assert why.zone == author.zone
    assert set(why.recognisers) == {founder.pk for founder in founders}
    assert why.next_zone is Zone.CORE
    assert why.fading.at > run.at


@pytest.mark.parametrize("works", [1, 12])
def test_a_members_page_costs_the_same_however_long_the_ledger(
    domain, founders, works, django_assert_num_queries
):
    author = make_membership(domain=domain)
    busy(author, founders=founders, works=works)
    positioning.reposition_all(at=NOON)
    author = Membership.objects.select_related("domain").get(pk=author.pk)

    with django_assert_num_queries(8):
        about(author, at=NOON)


def test_what_takes_back_a_recognition_moves_both(domain, founders):
    newcomer = make_membership(domain=domain)
    recognise(newcomer, by=founders[0], at=START + timedelta(days=1))
    positioning.reposition_all(at=NOON)
    for line in list(Participation.objects.all()):
        participating.record(
            domain=domain,
            kind=Participation.Kind.COUNTERED,
            channel=Participation.Channel(line.channel),
            key=f"countered:{line.key}",
            item=line.item,
            giver=line.giver,
            receiver=line.receiver,
            amount=-line.amount,
            at=NOON,
        )

    positioning.reposition_stale(at=NOON)

    newcomer.refresh_from_db()
    assert newcomer.position == 0
    catch_up(at=NOON)
    assert not newcomer.trajectory.in_force().exists()


def test_positions_can_be_recomputed_by_hand(domain, founders, capsys):
    busy(make_membership(domain=domain), founders=founders, works=3)

    call_command("recompute_positions", "--domain", domain.slug, "--from-scratch")

    assert f"{domain.slug}: 18 new lines" in capsys.readouterr().out
    assert not Participation.objects.uncounted().exists()


def test_a_domain_that_is_not_there_is_said_so():
    with pytest.raises(CommandError, match="no domain"):
        call_command("recompute_positions", "--domain", "nowhere")


def test_a_newcomer_is_read_while_others_mostly_recognise_each_other(domain, founders):
    newcomer = make_membership(domain=domain)
    make_reckoning(
        domain=domain,
        week_at=NOON,
        rings=[{"members": [one.pk for one in founders], "lines": 9, "share": 0.8}],
    )

    _practised, run = about(newcomer, at=NOON)

    assert run.standing(newcomer.pk).position == 0


def test_a_replay_knows_who_was_gone_for_a_while(domain, founders):
    author = make_membership(domain=domain, joined_at=START)
    busy(author, founders=founders)
    left_at, back_at = START + timedelta(weeks=6), START + timedelta(weeks=11)
    for week in range(21):
        at = START + timedelta(weeks=week, days=2)
        if at == left_at + timedelta(days=2):
            leaving.leave(membership=author, at=left_at)
        if at == back_at + timedelta(days=2):
            joining.join(domain=domain, member=author.member, at=back_at)
        positioning.reposition_all(at=at)
    at = START + timedelta(weeks=21)
    positioning.reposition_all(at=at)
    live, trajectory = standings(domain), points(domain)

    positioning.replay(domain=domain, at=at)

    own = author.trajectory.in_force().order_by("at")
    gone = own.filter(at__gt=left_at, at__lt=back_at)
    assert standings(domain) == live
    assert mondays(points(domain)) == mondays(trajectory)
    assert {point.zone for point in gone} == {Zone.PERIPHERY}
    assert own.filter(at__lte=left_at).last().zone > Zone.PERIPHERY
    assert own.last().zone > Zone.PERIPHERY


def test_whoever_stood_for_a_community_and_left_did_stand_for_it(domain):
    founder = make_membership(domain=domain, founder_until=NOON, zone=Zone.ACTIVE)
    busy(make_membership(domain=domain), founders=[founder])
    leaving.leave(membership=founder, at=NOON - timedelta(weeks=2))

    positioning.replay(domain=domain, at=NOON)

    zones = list(
        founder.trajectory.in_force().order_by("at").values_list("zone", flat=True)
    )
    assert zones[0] >= Zone.ACTIVE
    assert zones[-1] == Zone.PERIPHERY
