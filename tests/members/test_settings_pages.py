import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from members.models import Member, Membership
from tests.makers import make_agent, make_full, make_member, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(client):
    own = make_membership(name="Maya Lindt")
    client.force_login(own.member)
    return own


WISHES = {"name": "Maya L.", "look": "dark", "mail": "off"}


def test_wishes_are_kept_and_the_name_changes_everywhere(client, own):
    response = client.post("/me/settings/", WISHES, follow=True)

    own.refresh_from_db()
    own.member.refresh_from_db()
    assertContains(response, "Saved.")
    assertContains(response, 'data-theme="dark"')
    assert own.name == own.member.name == "Maya L."
    assert (own.member.mail, own.member.keys_on) == (Member.Mail.OFF, False)


def test_a_name_is_needed_and_the_rest_is_kept(client, own):
    page = client.post("/me/settings/", {**WISHES, "name": ""})

    own.refresh_from_db()
    assertContains(page, "There is a problem", status_code=422)
    assert re.search(rb'value="dark"[^>]* checked', page.content)
    assert own.name == "Maya Lindt"


def place_of(own):
    return reverse("members:place", args=[own.domain.slug])


def test_how_one_takes_part_is_ones_own_in_each_community(client, own):
    data = own.domain.areas.get(slug="data")

    client.post(
        place_of(own),
        {
            "areas": [data.pk],
            "hours": "hour",
            "trajectory_sight": "core",
            "room": "2",
            "away_until": "2026-12-24",
        },
    )

    own.refresh_from_db()
    assert list(own.areas.all()) == [data]
    assert (own.hours, own.trajectory_sight) == ("hour", Membership.Sight.CORE)
    assert f"{own.away_until}" == "2026-12-24"


def test_a_date_that_is_none_is_said_at_the_field(client, own):
    page = client.post(
        place_of(own), {"trajectory_sight": "core", "away_until": "soon"}
    )

    own.refresh_from_db()
    assertContains(page, 'aria-invalid="true"', status_code=422)
    assert own.trajectory_sight == Membership.Sight.MEMBERS


def test_leaving_is_one_button(client, own):
    response = client.post(reverse("members:leave", args=[own.domain.slug]))

    own.refresh_from_db()
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert own.left_at is not None


def test_the_only_organizer_reads_why_they_cannot_go(client):
    organizer = make_full(is_organizer=True)
    make_membership(domain=organizer.domain)
    client.force_login(organizer.member)

    seen = client.get(place_of(organizer))
    tried = client.post(reverse("members:leave", args=[organizer.domain.slug]))
    closing = client.get("/me/settings/closing/")
    closed = client.post("/me/settings/closing/")

    assertContains(seen, 'data-refusal="last_organizer"')
    assertContains(tried, 'data-refusal="last_organizer"', status_code=409)
    assertContains(closing, 'data-refusal="last_organizer"')
    assertContains(closed, 'data-refusal="last_organizer"', status_code=409)


def test_closing_an_account_says_what_goes_and_signs_out(client, own):
    make_agent(sponsor=own.member)

    page = client.get("/me/settings/closing/")
    response = client.post("/me/settings/closing/")

    assertContains(page, "the one you answer for goes with you.")
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert "_auth_user_id" not in client.session
    assert not Member.objects.filter(pk=own.member_id).exists()


FOUNDING = {
    "unprompted": "Walk down to the river and write down what they see.",
    "name": "River Watch",
    "concern": "We measure the river.",
    "stakes": "Nobody would know.",
    "served": "Everyone downstream.",
    "areas": "Sampling\nData\n",
    "visibility": "public",
    "joining": "open",
}


def test_a_community_is_started_on_one_page(client):
    member = make_member()
    client.force_login(member)

    page = client.get("/start-a-community/")
    response = client.post("/start-a-community/", FOUNDING)

    founder = Membership.objects.get(member=member)
    assertContains(page, "What would people here do even if nobody asked them to?")
    assertRedirects(
        response,
        reverse("members:roster", args=[founder.domain.slug]),
        fetch_redirect_response=False,
    )
    assert founder.is_organizer
    assert founder.domain.areas.count() == 2


def test_one_word_is_not_a_concern_and_what_was_typed_stays(client):
    client.force_login(make_member())

    page = client.post("/start-a-community/", {**FOUNDING, "unprompted": "Rivers"})
    one_area = client.post("/start-a-community/", {**FOUNDING, "areas": "Data"})

    assertContains(page, "Say it in a sentence", status_code=422)
    assertContains(page, "Everyone downstream.", status_code=422)
    assertContains(one_area, "Name two to eight areas", status_code=422)
    assert not Membership.objects.exists()


def test_starting_needs_an_account(client):
    response = client.get("/start-a-community/")

    assert response["Location"] == "/accounts/login/?next=/start-a-community/"


@pytest.fixture
def organizer(client):
    organizer = make_full(is_organizer=True)
    client.force_login(organizer.member)
    return organizer


SECTIONS = ["domain", "zones", "seats", "areas", "members", "log"]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_settings_are_there_for_organizers_only(client, organizer, section):
    address = f"/c/{organizer.domain.slug}/settings/{section}/"
    other = make_membership(domain=organizer.domain)

    allowed = client.get(address)
    client.force_login(other.member)
    hidden = client.get(address)

    assert (allowed.status_code, hidden.status_code) == (200, 404)


def test_a_section_that_does_not_exist_is_not_there(client, organizer):
    address = f"/c/{organizer.domain.slug}/settings/danger/"

    assert client.get(address).status_code == 404


def settings_of(organizer, section):
    return reverse("members:community_settings", args=[organizer.domain.slug, section])


def test_the_communitys_words_are_saved_or_said_to_be_missing(client, organizer):
    words = {
        "name": "Tamsel Watch",
        "concern": "c",
        "stakes": "s",
        "served": "w",
        "language": "english",
        "visibility": "public",
        "joining": "request",
    }

    wrong = client.post(settings_of(organizer, "domain"), {**words, "name": ""})
    right = client.post(settings_of(organizer, "domain"), words, follow=True)

    organizer.domain.refresh_from_db()
    assert wrong.status_code == 422
    assertContains(right, "Saved.")
    assert (organizer.domain.name, organizer.domain.joining) == (
        "Tamsel Watch",
        "request",
    )


def test_zones_have_the_communitys_names(client, organizer):
    given = {f"name_{n}": f"Zone {n}" for n in range(1, 5)}
    given |= {f"promise_{n}": f"Promise {n}" for n in range(1, 5)}

    wrong = client.post(settings_of(organizer, "zones"), {**given, "name_3": ""})
    client.post(settings_of(organizer, "zones"), given)

    organizer.domain.refresh_from_db()
    assertContains(wrong, "Give every zone a name.", status_code=422)
    assertContains(wrong, "Promise 4", status_code=422)
    assert organizer.domain.zone_names == ["Zone 1", "Zone 2", "Zone 3", "Zone 4"]


def test_seats_are_kept_as_long_as_organizers_say(client, organizer):
    given = {"claim_days": 3, "review_minutes": 90, "hold_minutes": 10}

    wrong = client.post(settings_of(organizer, "seats"), {**given, "claim_days": 0})
    client.post(settings_of(organizer, "seats"), given)

    organizer.domain.refresh_from_db()
    assert wrong.status_code == 422
    assert organizer.domain.claim_window.days == 3


def test_areas_are_changed_one_by_one(client, organizer):
    slug = organizer.domain.slug
    data = organizer.domain.areas.get(slug="data")

    client.post(reverse("members:add_area", args=[slug]), {"name": "Outreach"})
    twice = client.post(reverse("members:add_area", args=[slug]), {"name": "Outreach"})
    empty = client.post(
        reverse("members:rename_area", args=[slug, data.pk]),
        {f"area{data.pk}-name": ""},
    )
    client.post(
        reverse("members:rename_area", args=[slug, data.pk]),
        {f"area{data.pk}-name": "Numbers"},
    )

    assertContains(twice, 'data-refusal="area_there"', status_code=409)
    assertContains(empty, "Give the area a name.", status_code=422)
    assert set(organizer.domain.areas.values_list("name", flat=True)) == {
        "Sampling",
        "Numbers",
        "Outreach",
    }


def test_an_invitation_link_is_shown_once(client, organizer):
    slug = organizer.domain.slug

    page = client.post(
        reverse("members:invite", args=[slug]), {"email": "sol@example.org"}
    )
    later = client.get(reverse("members:roster", args=[slug]))

    assertContains(page, f"http://testserver/c/{slug}/join/?invitation=")
    assertContains(later, "sol@example.org")
    assert b"?invitation=" not in later.content


def test_duties_need_a_reason(client, organizer):
    other = make_membership(domain=organizer.domain)
    address = reverse(
        "members:change_duties", args=[organizer.domain.slug, other.handle]
    )

    without = client.post(address, {"what": "appoint", "reason": ""})
    client.post(address, {"what": "appoint", "reason": "Knows us all."})

    other.refresh_from_db()
    assertContains(without, "Give a reason. It is kept.", status_code=422)
    assert other.is_organizer


def test_a_member_is_endorsed_for_a_reason(client, organizer):
    other = make_membership(domain=organizer.domain)
    address = reverse(
        "members:change_duties", args=[organizer.domain.slug, other.handle]
    )

    client.post(address, {"what": "endorse", "zone": "2", "reason": "Ran the lab."})

    ruling = other.rulings.get()
    assert (ruling.at_least, ruling.reason) == (2, "Ran the lab.")
    assert ruling.ends_at > timezone.now()


def test_the_log_tells_what_organizers_did(client, organizer):
    client.post(
        reverse("members:add_area", args=[organizer.domain.slug]), {"name": "Outreach"}
    )

    page = client.get(reverse("members:organizer_log", args=[organizer.domain.slug]))

    assertContains(page, "Added the area Outreach")
    assertContains(page, organizer.name)


def test_the_settings_of_a_community_are_in_two_groups_that_say_what_is_there(client):
    organizer = make_full(is_organizer=True)
    client.force_login(organizer.member)

    page = client.get(reverse("members:areas", args=[organizer.domain.slug]))

    nav = re.search(r'<nav class="side-nav".*?</nav>', page.content.decode(), re.DOTALL)
    assert nav
    assert re.findall(r"<h2[^>]*>([^<]+)", nav[0]) == ["Set up", "Look after"]
    assert len(re.findall(r"<li><a [^>]*>[^<]+<small>[^<]+</small></a>", nav[0])) == 10
    assert re.findall(r'aria-current="page">([^<]+)', nav[0]) == ["Areas"]
