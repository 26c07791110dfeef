"""Where organizers see who mostly recognise each other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from members.models import (
    KnownCircle,
    Membership,
    Notification,
    OrganizerAct,
    Reckoning,
)
from tests.makers import NOON, make_agent, make_full, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def organizer():
    return make_full(is_organizer=True)


def show(client, membership):
    client.force_login(membership.member)
    return client.get(reverse("members:circles", args=[membership.domain.slug]))


def with_rings(domain, rings):
    return Reckoning.objects.create(
        domain=domain, state=Reckoning.State.CURRENT, begun_at=NOON, rings=rings
    )


def ring_of(domain, *names):
    members = [make_membership(domain=domain, name=name) for name in names]
    return {"members": [one.pk for one in members], "lines": 24, "share": 0.934}


def test_a_circle_is_shown_with_its_lines_its_share_and_its_people(client, organizer):
    domain = organizer.domain
    with_rings(domain, [ring_of(domain, "Maya Lindt", "Noor Haddad", "Jun Sato")])

    page = show(client, organizer)

    assertContains(page, "24 lines between them")
    assertContains(page, "93 % of what they gave and got was mutual")
    for who in domain.memberships.filter(name__in=["Maya Lindt", "Jun Sato"]):
        assertContains(page, f'<a href="{who.get_absolute_url()}">{who.name}</a>')


def test_a_circle_is_nobodys_business_but_the_organizers(client, organizer):
    member = make_membership(domain=organizer.domain)

    assert show(client, member).status_code == 404
    client.logout()
    address = reverse("members:circles", args=[organizer.domain.slug])
    assert client.get(address).status_code == 302


def test_only_the_positions_in_force_tell(client, organizer):
    reckoning = with_rings(organizer.domain, [ring_of(organizer.domain, "A", "B", "C")])
    Reckoning.objects.filter(pk=reckoning.pk).update(state=Reckoning.State.PAST)

    assertContains(show(client, organizer), "Nobody here mostly recognises each other.")


def test_before_any_positions_there_is_nothing_to_tell(client, organizer):
    page = show(client, organizer)

    assertContains(page, "Nobody here mostly recognises each other.")
    assertNotContains(page, "lines between them")


def test_many_circles_cost_no_more_questions_than_one(client, organizer):
    domain, asked = organizer.domain, []
    reckoning = with_rings(domain, [])
    show(client, organizer)
    for many in (1, 4):
        reckoning.rings = [
            ring_of(domain, *(f"{one} of {many}-{ring}" for one in range(3)))
            for ring in range(many)
        ]
        reckoning.save()
        with CaptureQueriesContext(connection) as queries:
            page = show(client, organizer)
        asked.append(len(queries))
        assertContains(page, "24 lines between them", count=many)

    assert asked[0] == asked[1]


@pytest.fixture
def circle(organizer):
    """Three members who are a ring by the positions in force."""
    names = ("Maya Lindt", "Noor Haddad", "Jun Sato")
    ring = ring_of(organizer.domain, *names)
    with_rings(organizer.domain, [ring])
    return ring["members"]


def say(client, organizer, members, reason="They sample the same bend each week."):
    client.force_login(organizer.member)
    return client.post(
        reverse("members:acknowledge_circle", args=[organizer.domain.slug]),
        {"members": "-".join(map(str, members)), "reason": reason},
        follow=True,
    )


def test_a_circle_is_marked_as_known_with_a_reason_that_is_kept(
    client, organizer, circle
):
    page = say(client, organizer, circle)

    act = OrganizerAct.objects.get(domain=organizer.domain)
    assertContains(page, "They sample the same bend each week.")
    assertContains(page, "Known since")
    assertNotContains(page, "Mark as known")
    assert act.what == "Knows the circle of Jun Sato, Maya Lindt and Noor Haddad"
    assert act.reason == "They sample the same bend each week."


def test_its_members_are_told_what_was_said_and_what_it_does_not_change(
    client, organizer, circle
):
    say(client, organizer, circle)
    say(client, organizer, circle, reason="They are one household.")

    told = Notification.objects.filter(kind=Notification.Kind.RING)
    assert {one.member for one in told} == {
        one.member for one in Membership.objects.filter(pk__in=circle)
    }
    assert told.count() == 3
    assert {one.quote for one in told} == {"They sample the same bend each week."}
    assert "counts as one member’s" in told[0].sentence
    assert KnownCircle.objects.get().reason == "They are one household."


def test_a_reason_is_asked_for_at_the_field(client, organizer, circle):
    page = say(client, organizer, circle, reason=" ")

    assertContains(page, "Say why: they read it.", status_code=422)
    assertContains(page, 'aria-invalid="true"', status_code=422)
    assert not KnownCircle.objects.exists()


@pytest.mark.parametrize("is_agent", [False, True])
def test_nobody_speaks_about_a_circle_of_their_own(client, organizer, is_agent):
    domain = organizer.domain
    ring = ring_of(domain, "Maya Lindt", "Noor Haddad")
    own = organizer
    if is_agent:
        agent = make_agent(sponsor=organizer.member)
        own = make_membership(domain=domain, member=agent)
    ring["members"].append(own.pk)
    with_rings(domain, [ring])

    page = show(client, organizer)
    tried = say(client, organizer, ring["members"])

    assertContains(page, "This circle is your own")
    assertNotContains(page, "Mark as known")
    assertContains(tried, 'data-refusal="own_circle"', status_code=409)
    assert not KnownCircle.objects.exists()


def test_what_is_no_circle_cannot_be_known_as_one(client, organizer, circle):
    for members in (circle[:2], [*circle, organizer.pk]):
        tried = say(client, organizer, members)
        assertContains(tried, 'data-refusal="no_circle"', status_code=409)
    address = reverse("members:acknowledge_circle", args=[organizer.domain.slug])
    assert client.post(address, {"members": "all"}).status_code == 404


def test_only_organizers_mark_and_take_back(client, organizer, circle):
    say(client, organizer, circle)
    known = KnownCircle.objects.get()
    member = make_membership(domain=organizer.domain)
    forget = reverse("members:forget_circle", args=[organizer.domain.slug, known.pk])

    assert say(client, member, circle).status_code == 404
    assert client.post(forget).status_code == 404
    client.force_login(organizer.member)
    page = client.post(forget, follow=True)

    known.refresh_from_db()
    assert known.ended_at is not None
    assertContains(page, "Mark as known")
    assert list(OrganizerAct.objects.values_list("what", flat=True)) == [
        "Knows the circle of Jun Sato, Maya Lindt and Noor Haddad",
        "No longer knows the circle of Jun Sato, Maya Lindt and Noor Haddad",
    ]


def test_a_known_circle_stays_to_be_read_when_it_is_none_any_more(
    client, organizer, circle
):
    say(client, organizer, circle)
    Reckoning.objects.update(rings=[])

    page = show(client, organizer)

    assertContains(page, "Known, and no circle at present")
    assertContains(page, "Jun Sato")
