"""Organizers are told of members who mostly recognise each other, once and carefully."""

import pytest
from django.urls import reverse

from members import noticing
from members.models import Notification
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
