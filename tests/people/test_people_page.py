from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from domain.centrality import Zone
from domain.models import Domain
from members.models import Membership, TrajectoryPoint
from tests.makers import (
    HTMX,
    make_agent,
    make_core,
    make_domain,
    make_full,
    make_member,
    make_membership,
    make_reckoning,
)

pytestmark = pytest.mark.django_db


def page_of(domain):
    return reverse("members:people", args=[domain.slug])


def moved_inward(who, days_ago=10):
    """Somebody who was at the edge until lately and is inbound now."""
    now = timezone.now()
    for at, zone, position in (
        (now - timedelta(days=200), Zone.PERIPHERY, 1.0),
        (now - timedelta(days=days_ago), Zone.INBOUND, 2.4),
    ):
        TrajectoryPoint.objects.create(
            reckoning=make_reckoning(domain=who.domain),
            membership=who,
            at=at,
            zone=zone,
            position=position,
            momentum=position,
        )
    Membership.objects.filter(pk=who.pk).update(
        zone=Zone.INBOUND,
        position=2.4,
        zone_since=now - timedelta(days=days_ago),
        joined_at=now - timedelta(days=300),
    )
    return Membership.objects.get(pk=who.pk)


def test_a_visitor_sees_the_map_and_the_table(client):
    domain = make_domain()
    make_core(domain=domain, name="Amara Okoye")

    page = client.get(page_of(domain))

    assertContains(page, "<h1>People</h1>")
    assertContains(page, f'hx-get="{page_of(domain)}"')
    assertContains(page, 'aria-label="Core, 1 member"')
    assertContains(page, 'aria-label="Amara Okoye"')
    assertContains(page, "Everyone, core first")
    assertContains(page, "Choose somebody")


def test_a_member_sees_themselves_on_it(client):
    own = make_membership(name="Maya Lindt")
    client.force_login(own.member)

    page = client.get(page_of(own.domain))

    assertContains(page, 'aria-label="Maya Lindt, you"')
    assertContains(page, "See your profile")


def test_a_chosen_member_comes_alone_into_the_panel(client):
    domain = make_domain()
    noor = make_full(domain=domain, name="Noor Haddad")
    headers = {**HTMX, "HX-Target": "member_panel"}

    whole = client.get(page_of(domain), {"member": noor.handle})
    panel = client.get(page_of(domain), {"member": noor.handle}, headers=headers)

    assertContains(whole, '<h2 id="member_name">Noor Haddad</h2>')
    assertContains(panel, "Noor Haddad")
    assertContains(panel, "data-focus")
    assertNotContains(panel, "<h1>")
    assertNotContains(panel, '<svg class="map"')
    assert "HX-Target" in panel["Vary"]


def test_agents_and_those_away_are_told_apart(client):
    domain = make_domain()
    make_membership(domain=domain, member=make_agent(name="Driftwood"))
    make_full(
        domain=domain,
        name="Olga Lund",
        away_until=timezone.localdate() + timedelta(days=3),
    )

    page = client.get(page_of(domain))

    assertContains(page, 'aria-label="Driftwood, agent"')
    assertContains(page, 'aria-label="Olga Lund, away"')


def test_whoever_left_is_on_no_map(client):
    domain = make_domain()
    make_membership(domain=domain, name="Gone Away", left_at=timezone.now())

    assertNotContains(client.get(page_of(domain)), "Gone Away")


def test_a_community_for_members_only_is_not_there_for_others(client):
    domain = make_domain(visibility=Domain.Visibility.MEMBERS)
    insider = make_membership(domain=domain)

    assert client.get(page_of(domain)).status_code == 404
    client.force_login(make_member())
    assert client.get(page_of(domain)).status_code == 404
    client.force_login(insider.member)
    assert client.get(page_of(domain)).status_code == 200


def test_the_list_is_narrowed_by_area_and_zone(client):
    domain = make_domain()
    data = domain.areas.get(slug="data")
    make_membership(domain=domain, name="In Data", main_area=data)
    likes = make_membership(domain=domain, name="Likes Data")
    likes.areas.add(data)
    make_core(domain=domain, name="Elsewhere Core")

    by_area = client.get(page_of(domain), {"view": "list", "area": "data"})
    by_zone = client.get(page_of(domain), {"view": "list", "zone": "4"})

    assertContains(by_area, "In Data")
    assertContains(by_area, "Likes Data")
    assertNotContains(by_area, "Elsewhere Core")
    assertContains(by_zone, "Elsewhere Core")
    assertNotContains(by_zone, "In Data")


def test_who_moved_inward_is_shown_to_those_who_may_know(client):
    domain = make_domain()
    reader = make_membership(domain=domain)
    moved_inward(make_membership(domain=domain, name="Open Path"))
    moved_inward(
        make_membership(domain=domain, name="Closed Path", trajectory_sight="core")
    )
    asked = {"view": "list", "moved": "90d"}

    as_visitor = client.get(page_of(domain), asked)
    client.force_login(reader.member)
    as_member = client.get(page_of(domain), asked)
    client.force_login(make_core(domain=domain).member)
    as_core = client.get(page_of(domain), asked)

    assertContains(as_visitor, "Nobody fits.")
    assertContains(as_member, "Open Path")
    assertNotContains(as_member, "Closed Path")
    assertContains(as_core, "Closed Path")


def test_the_map_tells_nobody_who_moved_that_may_not_know(client):
    domain = make_domain()
    moved_inward(make_membership(domain=domain, name="Noor Haddad"))
    reader = make_membership(domain=domain)

    visitor = client.get(page_of(domain))
    client.force_login(reader.member)
    member = client.get(page_of(domain))

    assertContains(visitor, 'aria-label="Noor Haddad"')
    assertContains(member, 'aria-label="Noor Haddad, moved inward"')


def test_nobody_is_shown_to_others_as_heading_out(client):
    domain = make_domain()
    quiet = make_full(domain=domain, heading=Membership.Heading.OUT)
    other = make_full(domain=domain)
    organizer = make_full(domain=domain, is_organizer=True)
    seen = {}

    for who in (quiet, other, organizer):
        client.force_login(who.member)
        seen[who] = client.get(page_of(domain), {"view": "list"})

    assertContains(seen[quiet], "Quieter than your year")
    assertNotContains(seen[other], "uieter than")
    assertContains(seen[organizer], "Quieter than their year")


def test_a_crowded_ring_shows_some_and_leads_to_the_rest(client):
    domain = make_domain()
    for _ in range(75):
        make_membership(domain=domain)

    page = client.get(page_of(domain))

    assertContains(page, f"{page_of(domain)}?zone=1&amp;view=list")
    assertContains(page, 'aria-label="51 more"')
    assert page.content.count(b"m-node") < 40


def test_filters_that_fit_nobody_can_be_cleared(client):
    domain = make_domain()
    make_membership(domain=domain)

    page = client.get(page_of(domain), {"view": "list", "zone": "4"})

    assertContains(page, "Nobody fits.")
    assertContains(page, "Clear the filter")


def test_the_list_is_read_in_pages(client):
    domain = make_domain()
    for _ in range(51):
        make_membership(domain=domain)

    first = client.get(page_of(domain), {"view": "list"})
    second = client.get(page_of(domain), {"view": "list", "page": "2"})

    assertContains(first, "Page 1 of 2")
    assert second.content.count(b'<span class="who">') == 1


def queries(client, asking, domain, **asked):
    with asking(60) as made:
        client.get(page_of(domain), asked)
    return len(made)


@pytest.mark.parametrize("view", ["map", "list"])
def test_the_page_costs_the_same_with_3_and_with_300(
    client, django_assert_max_num_queries, view
):
    few, many = make_domain(), make_domain()
    for domain, count in ((few, 3), (many, 300)):
        own = make_core(domain=domain)
        client.force_login(own.member)
        for _ in range(count):
            make_membership(domain=domain).areas.set(domain.areas.all())
        cost = queries(client, django_assert_max_num_queries, domain, view=view)
        if domain == few:
            least = cost

    assert cost == least
