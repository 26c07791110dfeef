"""Reckonings: the same result however it was come by, and one in force at any time."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from domain.centrality import Zone
from members import participating, positioning, reckoning
from members.models import (
    Membership,
    Participation,
    Reckoning,
    RulesVersion,
    TrajectoryPoint,
)
from tests.makers import NOON, make_membership
from tests.members.test_positioning import (
    START,
    busy,
    catch_up,
    domain,
    founders,
    points,
    recognise,
    standings,
)

__all__ = ["domain", "founders"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(domain, founders):
    """A community whose past was lived through week by week, and somebody in it."""
    author = make_membership(domain=domain)
    busy(author, founders=founders, works=16)
    positioning.reposition(domain=domain, at=NOON, everybody=True)
    return author


def begin(domain, *, rules=None):
    positioning.reposition(domain=domain, at=NOON)
    return reckoning.begin(domain=domain, at=NOON, rules=rules)


def in_force(domain):
    return Reckoning.objects.current().get(domain=domain)


def test_weeks_in_many_stretches_come_to_the_same_as_in_one(lived, monkeypatch):
    before, path = standings(lived.domain), points(lived.domain)
    monkeypatch.setattr(reckoning, "patience", lambda _reading: timedelta(0))
    begin(lived.domain)

    stretches = 0
    while positioning.go_on(at=NOON):
        stretches += 1

    assert stretches == 20
    assert standings(lived.domain) == before
    assert points(lived.domain) == path


def test_what_is_in_force_stays_until_the_new_one_has_caught_up(lived, monkeypatch):
    monkeypatch.setattr(reckoning, "patience", lambda _reading: timedelta(0))
    shown = in_force(lived.domain)
    begin(lived.domain)

    for _ in range(19):
        positioning.go_on(at=NOON)
        assert in_force(lived.domain) == shown
        lived.refresh_from_db()
        assert lived.zone == Zone.ACTIVE
    positioning.go_on(at=NOON)

    assert in_force(lived.domain) != shown
    assert not Reckoning.objects.filter(pk=shown.pk).exists()
    assert not lived.trajectory.exclude(reckoning=in_force(lived.domain)).exists()


def test_two_who_begin_work_out_one(lived):
    assert begin(lived.domain) == begin(lived.domain)


def test_one_lease_at_a_time(lived):
    begin(lived.domain)

    assert reckoning.lease(at=NOON)
    assert reckoning.lease(at=NOON + timedelta(minutes=1)) is None
    assert not positioning.go_on(at=NOON + timedelta(minutes=1))


def test_whoever_lost_their_lease_writes_nothing(lived):
    begin(lived.domain)
    slow = reckoning.lease(at=NOON)

    assert positioning.go_on(at=NOON + reckoning.LEASE + timedelta(seconds=1))
    with pytest.raises(reckoning.Overtaken):
        reckoning.hold(slow)


def test_a_reckoning_that_always_fails_is_parked(lived, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError

    begin(lived.domain)
    shown, at = in_force(lived.domain), NOON
    monkeypatch.setattr(reckoning.Course, "live", fail)
    for _ in range(reckoning.MOST_ATTEMPTS):
        with pytest.raises(RuntimeError):
            positioning.go_on(at=at)
        at += reckoning.LEASE + timedelta(seconds=1)

    assert not positioning.go_on(at=at)
    assert Reckoning.objects.get(state="parked").attempts == 3
    assert in_force(lived.domain) == shown


def test_beginning_again_takes_a_parked_one_up(lived):
    Reckoning.objects.filter(pk=begin(lived.domain).pk).update(state="parked")

    begin(lived.domain)
    catch_up(at=NOON)

    assert Reckoning.objects.get(domain=lived.domain).state == "current"


def test_a_late_line_while_it_runs_is_lived_through_too(lived, founders, monkeypatch):
    domain = lived.domain
    monkeypatch.setattr(reckoning, "patience", lambda _reading: timedelta(0))
    begin(domain)
    for _ in range(10):
        positioning.go_on(at=NOON)

    recognise(lived, by=founders[1], at=START + timedelta(days=3), item="found later")
    positioning.reposition_stale(at=NOON)
    catch_up(at=NOON)
    interrupted, path = standings(domain), points(domain)

    monkeypatch.undo()
    positioning.replay(domain=domain, at=NOON)
    assert standings(domain) == interrupted
    assert points(domain) == path


def test_a_line_told_late_twice_counts_once(lived, founders):
    for _ in range(2):
        recognise(lived, by=founders[1], at=START + timedelta(days=3), item="late")
        positioning.reposition_stale(at=NOON)
        catch_up(at=NOON)
    told = standings(lived.domain)

    positioning.replay(domain=lived.domain, at=NOON)

    assert standings(lived.domain) == told
    assert Participation.objects.filter(item="late").count() == 2


def test_what_is_voided_in_the_past_never_happened(domain, founders):
    author = make_membership(domain=domain)
    busy(author, founders=founders, works=16)
    positioning.reposition(domain=domain, at=NOON, everybody=True)
    before = standings(domain)
    recognise(author, by=founders[0], at=START + timedelta(days=30), item="wrong")
    positioning.reposition_stale(at=NOON)
    catch_up(at=NOON)
    assert standings(domain) != before

    for line in Participation.objects.filter(item="wrong"):
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
    catch_up(at=NOON)

    assert standings(domain) == before


def test_other_rules_recompute_the_past_beside_and_keep_the_old(lived):
    domain, old = lived.domain, in_force(lived.domain)
    path = points(domain)
    rules = RulesVersion.objects.create(
        domain=domain,
        number=1,
        changed={"level_half_life": 180.0, "active": [6.0, 4.5]},
        reason="We work in half-year seasons.",
        set_at=NOON,
    )

    positioning.replay(domain=domain, at=NOON, rules=rules)

    new = in_force(domain)
    assert new.rules == rules
    old.refresh_from_db()
    assert old.state == Reckoning.State.PAST
    kept = TrajectoryPoint.objects.filter(reckoning=old)
    assert kept.count() == len(path)
    lived.refresh_from_db()
    assert lived.zone < Zone.ACTIVE
    assert lived.trajectory.in_force().exists()
    assert not lived.trajectory.in_force().filter(reckoning=old).exists()


def test_a_week_later_the_domains_own_rules_are_still_its_own(lived):
    rules = RulesVersion.objects.create(
        domain=lived.domain,
        number=1,
        changed={"level_half_life": 180.0},
        reason="Seasons.",
        set_at=NOON,
    )
    positioning.replay(domain=lived.domain, at=NOON, rules=rules)

    later = NOON + timedelta(weeks=4)
    positioning.reposition(domain=lived.domain, at=later, everybody=True)
    followed = standings(lived.domain)
    positioning.replay(domain=lived.domain, at=later)

    assert in_force(lived.domain).rules == rules
    assert standings(lived.domain) == followed


def test_few_members_read_by_themselves_stand_where_everybody_read_puts_them(
    lived, founders
):
    at = NOON + timedelta(days=2)
    guest = make_membership(domain=lived.domain)
    # A review by somebody who is not full, credited when a founder recognises the work.
    recognise(guest, by=make_membership(domain=lived.domain), at=at, item="shared")
    recognise(lived, by=founders[2], at=at)
    positioning.reposition_stale(at=at)
    recognise(guest, by=founders[2], at=at, item="shared")
    positioning.reposition_stale(at=at)
    apart = {
        pk: position
        for pk, position in Membership.objects.values_list("pk", "position")
        if pk in {guest.pk, lived.pk}
    }

    Membership.objects.update(position=0.0)
    positioning.reposition(domain=lived.domain, at=at, everybody=True)

    for pk, position in apart.items():
        together = Membership.objects.get(pk=pk).position
        assert position == pytest.approx(together, abs=1e-9)


def test_organizers_see_how_far_it_has_come(client, lived, founders, monkeypatch):
    organizer = founders[0]
    Membership.objects.filter(pk=organizer.pk).update(is_organizer=True)
    client.force_login(organizer.member)
    page = reverse("members:circles", args=[lived.domain.slug])
    assertNotContains(client.get(page), "worked out from the beginning")

    monkeypatch.setattr(reckoning, "patience", lambda _reading: timedelta(0))
    leased = begin(lived.domain)
    assertContains(client.get(page), "about to be worked out from the beginning")
    positioning.go_on(at=NOON)
    positioning.go_on(at=NOON)
    assertContains(client.get(page), "2 of 20 weeks")
    Reckoning.objects.filter(pk=leased.pk).update(state="parked")
    assertContains(client.get(page), "whoever runs this site has to look")

    begin(lived.domain)
    catch_up(at=NOON)
    assertNotContains(client.get(page), "worked out from the beginning")
