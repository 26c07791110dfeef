"""Where organizers see who mostly recognise each other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from members.models import Reckoning
from tests.makers import NOON, make_full, make_membership

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
