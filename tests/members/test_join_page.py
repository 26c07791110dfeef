from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.models import Domain
from members import joining
from members.models import JoinRequest
from tests.makers import NOON, make_domain, make_full, make_member, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = make_member(name="Sol Berg")
    client.force_login(member)
    return member


def page_of(domain):
    return reverse("members:join", args=[domain.slug])


def test_a_visitor_makes_an_account_on_the_way(client):
    domain = make_domain()

    response = client.get(page_of(domain))

    assert response["Location"].startswith("/accounts/signup/?c=" + domain.slug)


def test_joining_works_without_javascript(client, member):
    domain = make_domain()

    page = client.get(page_of(domain))
    response = client.post(page_of(domain), {"why": "I swim there."})

    assertContains(page, "<h1>Join")
    assertRedirects(
        response,
        reverse("domain:start", args=[domain.slug]),
        fetch_redirect_response=False,
    )
    assert domain.memberships.get().stakes.get().sentence == "I swim there."


def test_joining_goes_on_to_where_one_wanted_to_go_on_this_site(client, member):
    domain, other = make_domain(), make_domain()

    home = client.post(page_of(domain) + f"?next=/c/{domain.slug}/tasks/7/", {})
    away = client.post(page_of(other) + "?next=https://evil.example.org/", {})

    assert home["Location"] == f"/c/{domain.slug}/tasks/7/"
    assert away["Location"] == reverse("domain:start", args=[other.slug])


def test_a_member_is_sent_on(client):
    own = make_membership()
    client.force_login(own.member)

    response = client.get(page_of(own.domain))

    assert response["Location"] == reverse("domain:start", args=[own.domain.slug])


def test_asking_needs_a_reason_and_says_when_it_was_asked(client, member):
    domain = make_domain(joining=Domain.Joining.REQUEST)

    empty = client.post(page_of(domain), {"why": ""})
    asked = client.post(
        page_of(domain), {"why": "My children swim there."}, follow=True
    )

    assertContains(empty, "Say in a sentence why you want to come in.", status_code=422)
    assertContains(asked, "An organizer answers")
    assertContains(asked, "My children swim there.")
    assert JoinRequest.objects.get().member == member


def test_a_closed_community_says_how_people_come_in(client, member):
    domain = make_domain(joining=Domain.Joining.INVITATION)

    page = client.get(page_of(domain))
    posted = client.post(page_of(domain), {})

    assertContains(page, 'data-refusal="invitation_only"')
    assertContains(posted, 'data-refusal="invitation_only"', status_code=409)


def invited(domain, **given):
    organizer = make_full(domain=domain, is_organizer=True)
    _, token = joining.invite(
        domain=domain, organizer=organizer, **{"at": NOON, **given}
    )
    return f"{page_of(domain)}?invitation={token}"


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def test_an_invitation_opens_the_door(client, member, at_noon):
    domain = make_domain(joining=Domain.Joining.INVITATION)
    link = invited(domain)

    page = client.get(link)
    response = client.post(link, {})
    again = client.post(link, {})

    assertContains(page, "Accept the invitation")
    assert response.status_code == 302
    assert domain.memberships.filter(member=member).exists()
    assertContains(again, 'data-refusal="used_invitation"', status_code=409)


def test_a_past_is_taken_over(client, member, at_noon):
    domain = make_domain()
    past = make_membership(domain=domain, name="theo")
    past.member = None
    past.save()
    link = invited(domain, claims=past)

    page = client.get(link)
    client.post(link, {})

    past.refresh_from_db()
    assertContains(page, "Are you theo?")
    assertNotContains(page, "What do you like doing?")
    assert (past.member, past.name) == (member, "Sol Berg")


def test_coming_and_going_is_kept_each_time(client, member, at_noon, monkeypatch):
    domain = make_domain()
    for day in range(5):
        now = NOON + timedelta(days=day)
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        if day % 2:
            client.post(reverse("members:leave", args=[domain.slug]))
        else:
            client.post(page_of(domain), {"why": "I swim there."})

    back = domain.memberships.get()
    kept = back.absences.order_by("pk").values_list("began_at", "ended_at")
    assert back.is_present
    assert list(kept) == [
        (NOON + timedelta(days=1), NOON + timedelta(days=2)),
        (NOON + timedelta(days=3), NOON + timedelta(days=4)),
    ]


def test_an_invitation_to_elsewhere_opens_nothing(client, member, at_noon):
    token = invited(make_domain()).split("=")[1]
    domain = make_domain(joining=Domain.Joining.INVITATION)

    page = client.get(f"{page_of(domain)}?invitation={token}")

    assertContains(page, 'data-refusal="unknown_invitation"')
