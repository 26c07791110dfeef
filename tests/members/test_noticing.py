"""Organizers are told of members who mostly recognise each other, once and carefully."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.urls import reverse

from domain.centrality import Zone
from members import acknowledging, noticing, participating, positioning
from members.models import KnownCircle, Notification, Participation, Ruling
from tests.makers import NOON, make_domain, make_full, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def organizer(domain):
    return make_full(domain=domain, is_organizer=True)


@pytest.fixture
def ring(domain):
    names = ("Maya Lindt", "Noor Haddad", "Jun Sato")
    return [make_membership(domain=domain, name=name).pk for name in names]


def told(organizer):
    return Notification.objects.filter(
        member=organizer.member, kind=Notification.Kind.RING
    )


def test_organizers_are_told_of_a_new_ring_and_nobody_else_is(domain, organizer, ring):
    assert noticing.notice_rings(domain=domain, rings=[ring], at=NOON) == 1

    notification = told(organizer).get()
    assert notification.title == (
        "Jun Sato, Maya Lindt and Noor Haddad mostly recognise each other"
    )
    assert notification.path == reverse("members:circles", args=[domain.slug])
    assert "may be a team" in notification.sentence
    assert Notification.objects.count() == 1


def test_a_ring_is_told_once_and_not_every_week(domain, organizer, ring):
    for week in (ring, ring[::-1], ring[:3], ring):
        noticing.notice_rings(domain=domain, rings=[week], at=NOON)

    assert told(organizer).count() == 1


def test_a_ring_that_grows_is_news_and_one_that_shrinks_is_not(domain, organizer, ring):
    larger = [*ring, make_membership(domain=domain).pk]
    noticing.notice_rings(domain=domain, rings=[ring], at=NOON)
    noticing.notice_rings(domain=domain, rings=[larger], at=NOON)
    noticing.notice_rings(domain=domain, rings=[larger[1:]], at=NOON)

    assert told(organizer).count() == 2


def test_a_ring_elsewhere_is_not_known_here(domain, organizer, ring):
    elsewhere = make_domain()
    other = make_full(domain=elsewhere, is_organizer=True)
    noticing.notice_rings(domain=elsewhere, rings=[ring], at=NOON)

    assert noticing.notice_rings(domain=domain, rings=[ring], at=NOON) == 1
    assert told(organizer).count() == told(other).count() == 1


def test_without_rings_nothing_is_asked_or_told(
    domain, organizer, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert noticing.notice_rings(domain=domain, rings=[], at=NOON) == 0


def known(domain, members, **given):
    return KnownCircle.objects.create(
        domain=domain, members=sorted(members), reason="A team", known_at=NOON, **given
    )


def test_a_ring_organizers_know_of_is_not_told_and_a_new_face_in_it_is(
    domain, organizer, ring
):
    known(domain, ring)
    larger = [*ring, make_membership(domain=domain).pk]

    assert noticing.notice_rings(domain=domain, rings=[ring, ring[:3]], at=NOON) == 0
    assert noticing.notice_rings(domain=domain, rings=[larger], at=NOON) == 1


def test_of_a_known_team_any_part_is_known_however_it_shifts(domain, organizer, ring):
    fourth = make_membership(domain=domain).pk
    known(domain, ring)
    known(domain, [ring[0], ring[1], fourth])

    told = noticing.notice_rings(domain=domain, rings=[[*ring, fourth]], at=NOON)
    assert told == 1
    known(domain, [ring[2], fourth, ring[0]])
    shifted = [ring[0], ring[2], fourth]
    assert noticing.notice_rings(domain=domain, rings=[shifted], at=NOON) == 0


def test_a_circle_no_longer_known_is_told_again(domain, organizer, ring):
    known(domain, ring, ended_at=NOON)

    assert noticing.notice_rings(domain=domain, rings=[ring], at=NOON) == 1


def recognise(author, *, by, at):
    participating.record(
        kind=Participation.Kind.RECOGNISED,
        channel=Participation.Channel.WORK,
        key=f"recognised:{author.pk}:{by.pk}:{at.isoformat()}",
        domain=author.domain,
        item=f"submission {author.pk} {at.isoformat()}",
        giver=by,
        receiver=author,
        at=at,
        amount=1.0,
    )


def test_a_ring_in_the_ledger_reaches_the_organizers_the_next_week(domain, organizer):
    friends = [make_membership(domain=domain) for _ in range(3)]
    others = [make_full(domain=domain) for _ in range(6)]
    for founder in others[:3]:
        Ruling.objects.create(
            membership=founder,
            at_least=Zone.ACTIVE,
            begins_at=NOON - timedelta(days=60),
            ends_at=NOON + timedelta(days=60),
        )
    for turn in range(4):
        at = NOON - timedelta(days=20 + turn)
        for author, by in permutations(friends, 2):
            recognise(author, by=by, at=at)
        for number, author in enumerate(others[3:]):
            recognise(author, by=others[(number + turn) % 3], at=at)

    positioning.reposition_all(at=NOON)
    positioning.reposition_all(at=NOON + timedelta(weeks=1))

    members = "-".join(str(friend.pk) for friend in friends)
    assert [notification.key for notification in told(organizer)] == [f"ring:{members}"]

    # That it is known settles the notice, and moves nobody.
    before = list(domain.memberships.order_by("pk").values("pk", "position", "zone"))
    acknowledging.acknowledge(
        organizer=organizer,
        members=[friend.pk for friend in friends],
        reason="They sample the same bend each week.",
        at=NOON + timedelta(weeks=1),
    )
    positioning.reposition_all(at=NOON + timedelta(weeks=1))
    after = list(domain.memberships.order_by("pk").values("pk", "position", "zone"))
    assert after == before
