from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from domain.centrality import Zone
from members.models import Membership
from tasks.models import Part
from tests.makers import make_claim, make_domain, make_membership, make_task

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def own(client, domain):
    own = come(domain, "Maya Lindt")
    client.force_login(own.member)
    return own


def come(domain, name, at=MARCH, **given):
    return make_membership(domain=domain, name=name, joined_at=at, **given)


def page_of(domain, month="2026-03"):
    return reverse("members:cohort", args=[domain.slug, month])


def test_those_who_came_in_a_month_see_one_another_by_name(client, domain, own):
    come(domain, "Zora Weiss")
    come(domain, "Amara Okoye", zone=Zone.CORE)
    come(domain, "Jun Sato", at=MARCH + timedelta(days=30))
    come(domain, "Kofi Mensah", left_at=MARCH + timedelta(days=3))

    page = client.get(page_of(domain))

    text = page.content.decode()
    names = ("Amara Okoye", "Maya Lindt", "Zora Weiss")
    places = [text.index(f">{name}</a>") for name in names]
    assert places == sorted(places)
    assertNotContains(page, "Jun Sato")
    assertNotContains(page, "Kofi Mensah")
    assertContains(page, page_of(domain, "2026-04"))


def test_how_somebody_moves_is_told_to_whom_they_let_see_it(client, domain, own):
    moving = {"heading": Membership.Heading.IN}
    come(domain, "Zora Weiss", trajectory_sight=Membership.Sight.CORE, **moving)

    hidden = client.get(page_of(domain))
    Membership.objects.update(trajectory_sight=Membership.Sight.MEMBERS)

    assertNotContains(hidden, "Heading in")
    assertContains(client.get(page_of(domain)), "Heading in")


def test_what_they_work_on_and_what_could_be_done_together(client, domain, own):
    mate = come(domain, "Zora Weiss")
    make_claim(
        task=make_task(domain=domain, title="Count the mayflies"), membership=mate
    )
    jigsaw = make_task(domain=domain, title="One day on the river", seats=2)
    for seat, area in enumerate(domain.areas.order_by("place"), start=1):
        Part.objects.create(task=jigsaw, seat=seat, title=f"{area}", area=area)
    make_claim(task=jigsaw, membership=mate, seat=1)
    jigsaw.state = "open"
    jigsaw.save()

    page = client.get(page_of(domain))

    assertContains(page, "Count the mayflies")
    assertContains(page, "Free: Data.")
    assertContains(page, "On it: Zora.")


@pytest.mark.parametrize("month", ["2026-13", "0000-01", "soon", "9999-12"])
def test_no_such_month(client, domain, own, month):
    assert client.get(page_of(domain, month)).status_code == 404


def test_an_empty_month_leads_back_to_ones_own(client, domain, own):
    page = client.get(page_of(domain, "2025-01"))

    assertContains(page, "Nobody came in that month")
    assertContains(page, page_of(domain))


def test_whoever_came_alone_is_not_told_of_company(client, domain, own):
    alone = client.get(page_of(domain))
    come(domain, "Zora Weiss")

    assertContains(alone, "Only you so far.")
    assertContains(client.get(page_of(domain)), "You came in together.")


def test_cohorts_are_for_members(client, domain):
    assert client.get(page_of(domain)).status_code == 302


@pytest.mark.parametrize("others", [1, 6])
def test_the_page_costs_the_same_however_many_came(
    client, domain, own, others, django_assert_max_num_queries
):
    for number in range(others):
        mate = come(domain, f"Mate {number}")
        make_claim(task=make_task(domain=domain), membership=mate)
    client.get(page_of(domain))

    with django_assert_max_num_queries(16):
        client.get(page_of(domain))
