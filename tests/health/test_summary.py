"""The paragraph for everybody: off until it is shared, honest, and of no few people."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cop.health import measuring, past, summary
from cop.health.models import Finding, Reading
from cop.health.signs import SIGNS
from cop.health.signs.reading import Scope, Thing
from members.models import OrganizerAct
from tests.makers import make_domain, make_full, make_membership

pytestmark = pytest.mark.django_db

PAGES = ("domain:about", "domain:home")


@pytest.fixture
def domain():
    domain = make_domain()
    measuring.measure(domain=domain, at=timezone.now())
    return domain


def read(domain, sign, value, cases):
    Reading.objects.filter(domain=domain, sign=sign, area=None, who="people").update(
        value=value, low=value, high=value, cases=cases
    )


def find(domain, **states):
    for mode, state in states.items():
        Finding.objects.filter(domain=domain, mode=mode.replace("_", "-")).update(
            state=state
        )


@pytest.mark.parametrize("page", PAGES)
def test_it_is_off_until_organizers_share_it(client, domain, page):
    address = reverse(page, args=[domain.slug])
    assertNotContains(client.get(address), "How it is")
    domain.summary_is_public = True
    domain.save()

    assertContains(client.get(address), "Too early to say how this community is doing")


def test_before_the_first_reading_it_is_too_early():
    assert "Too early" in summary.summary(make_domain()).words


def test_it_tells_the_three_questions_and_shares_in_words(domain):
    find(
        domain,
        no_domain="clear",
        practice_in_disguise="watch",
        no_path_inward="too_early",
    )
    read(domain, "competence", 0.68, 34)
    read(domain, "second_work", 0.47, 21)

    words = summary.summary(domain).words

    assert words == (
        "What people write down is used in the work, and the work is used. "
        "Newcomers do real work; some of what they do goes nowhere. "
        "Whether newcomers can see a way in: too early to say. "
        "Of those who first handed something in half a year ago, about two thirds had "
        "work recognised within three months. "
        "Of newcomers whose work was recognised, about half came back with more within "
        "three months."
    )


def test_nothing_is_told_of_fewer_than_five(domain):
    find(domain, no_domain="clear")
    read(domain, "competence", 0.75, 4)

    assert "handed something in" not in summary.summary(domain).words


@pytest.mark.parametrize("sign", summary.SHARES)
def test_what_is_told_counts_people(domain, sign):
    at = timezone.now()
    told = SIGNS[sign].take(past.read(domain, at=at), past.days(at), Scope())

    assert told.cases.of is Thing.PERSON


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "hardly any"), (0.5, "about half"), (1.0, "nearly all")],
)
def test_shares_in_words(share, words):
    assert summary.about(share) == words


def test_organizers_see_what_would_be_read_and_share_it(client, domain):
    client.force_login(make_full(domain=domain, is_organizer=True).member)
    address = reverse("health:sharing", args=[domain.slug])
    assertContains(client.get(address), "What everybody would read today")
    assertContains(client.get(address), "Too early to say how this community is doing")

    client.post(address, {"summary_is_public": "on", "time_zone": "Europe/Vienna"})

    domain.refresh_from_db()
    assert (domain.summary_is_public, domain.time_zone) == (True, "Europe/Vienna")
    assertContains(client.get(address), "What everybody reads today")
    assert OrganizerAct.objects.filter(domain=domain).count() == 1


def test_no_clock_that_there_is_not(client, domain):
    client.force_login(make_full(domain=domain, is_organizer=True).member)
    address = reverse("health:sharing", args=[domain.slug])

    assert client.post(address, {"time_zone": "Mars/Base"}).status_code == 422


def test_others_share_nothing(client, domain):
    client.force_login(make_membership(domain=domain).member)

    address = reverse("health:sharing", args=[domain.slug])
    assert client.get(address).status_code == 404
    assert client.post(address, {"time_zone": "UTC"}).status_code == 404
