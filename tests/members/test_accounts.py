import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.models import Domain
from members.models import Member, Membership
from tests.makers import make_domain, make_member

pytestmark = pytest.mark.django_db

SIGNUP = "/accounts/signup/"
NEW = {
    "name": "Maya Lindt",
    "email": "maya@example.org",
    "password1": "a river in november",
}


def take(client, title):
    session = client.session
    session["taking_title"] = title
    session.save()


def test_short_addresses_lead_on_and_keep_where_one_wanted_to_go(client):
    for short, page in (
        ("/join/", "account_signup"),
        ("/login/", "account_login"),
        ("/logout/", "account_logout"),
    ):
        response = client.get(short, {"next": "/c/river-watch/"})

        assertRedirects(
            response,
            reverse(page) + "?next=%2Fc%2Friver-watch%2F",
            fetch_redirect_response=False,
        )


def test_three_fields_make_an_account(client):
    response = client.post(SIGNUP, NEW)

    member = Member.objects.get()
    assertRedirects(response, "/", fetch_redirect_response=False)
    assert (member.name, member.handle) == ("Maya Lindt", "maya-lindt")
    assert client.session["_auth_user_id"] == str(member.pk)


def test_the_address_is_confirmed_later(client):
    client.post(SIGNUP, NEW)

    address = EmailAddress.objects.get()
    confirmation = mail.outbox[0]
    assert not address.verified
    assert confirmation.subject == "Confirm your address"
    link = next(
        line for line in confirmation.body.splitlines() if "confirm-email" in line
    )
    page = client.get(link.split("testserver")[1])
    assertContains(page, "Yes, that is me")
    client.post(link.split("testserver")[1])
    address.refresh_from_db()
    assert address.verified


def test_an_open_community_is_joined_in_the_same_step(client):
    domain = make_domain()
    data = domain.areas.get(slug="data")

    page = client.get(SIGNUP, {"c": domain.slug})
    response = client.post(
        SIGNUP,
        {
            **NEW,
            "c": domain.slug,
            "areas": [data.pk],
            "hours": "hour",
            "why": "I swim there.",
            "next": f"/c/{domain.slug}/tasks/",
        },
    )

    own = Membership.objects.get()
    assertContains(page, f"Join {domain.name}")
    assertContains(page, "Create account and join")
    assertRedirects(response, f"/c/{domain.slug}/tasks/", fetch_redirect_response=False)
    assert (own.domain, own.name, own.hours) == (domain, "Maya Lindt", "hour")
    assert list(own.areas.all()) == [data]
    assert own.stakes.get().sentence == "I swim there."


def test_none_of_the_three_questions_has_to_be_answered(client):
    domain = make_domain()

    client.post(SIGNUP, {**NEW, "c": domain.slug})

    assert domain.memberships.get().hours == ""


def test_the_community_is_known_from_where_one_came(client):
    domain = make_domain()

    page = client.get(SIGNUP, {"next": f"/c/{domain.slug}/tasks/7/"})

    assertContains(page, f"Join {domain.name}")


def test_an_invitation_is_not_used_up_by_signing_up(client):
    domain = make_domain()
    back = f"/c/{domain.slug}/join/?invitation=token"

    response = client.post(SIGNUP, {**NEW, "next": back})

    assertRedirects(response, back, fetch_redirect_response=False)
    assert not domain.memberships.exists()


@pytest.mark.parametrize("joining", [Domain.Joining.REQUEST, Domain.Joining.INVITATION])
def test_a_community_that_is_not_open_is_not_joined_by_signing_up(client, joining):
    domain = make_domain(joining=joining)

    page = client.get(SIGNUP, {"c": domain.slug})
    client.post(SIGNUP, {**NEW, "c": domain.slug})

    assertNotContains(page, domain.name)
    assert Member.objects.exists()
    assert not domain.memberships.exists()


def test_whoever_pressed_claim_first_reads_what_they_are_about_to_take(client):
    domain = make_domain()
    take(client, "Transcribe the Mill Bridge field sheets")

    page = client.get(SIGNUP, {"c": domain.slug})
    sign_in = client.get(reverse("account_login"))

    for seen in (page, sign_in):
        assertContains(seen, "You are about to take:")
        assertContains(seen, "Transcribe the Mill Bridge field sheets")
    assertContains(page, "Create account and take the seat")


def test_what_was_typed_is_kept_and_what_is_wrong_is_said_at_the_field(client):
    domain = make_domain()

    page = client.post(
        SIGNUP, {**NEW, "name": "", "c": domain.slug, "why": "I swim there."}
    )

    assertContains(page, "There is a problem")
    assertContains(page, "Say what people here may call you.")
    assertContains(page, 'aria-invalid="true"')
    assertContains(page, "maya@example.org")
    assertContains(page, "I swim there.")
    assert not Member.objects.exists()


def test_an_address_with_an_account_is_told_kindly(client):
    make_member(email="maya@example.org")

    page = client.post(SIGNUP, NEW)

    assertContains(page, "There is an account with this address. Sign in instead.")


@pytest.mark.parametrize("away", ["https://evil.example.org/", "//evil.example.org/"])
def test_nobody_is_sent_off_the_site(client, away):
    response = client.post(SIGNUP, {**NEW, "next": away})

    assertRedirects(response, "/", fetch_redirect_response=False)


def test_a_passkey_is_made_instead_of_a_password(client):
    domain = make_domain()
    form = {key: value for key, value in NEW.items() if key != "password1"}

    page = client.get(reverse("account_signup_by_passkey"), {"c": domain.slug})
    response = client.post(
        reverse("account_signup_by_passkey"), {**form, "c": domain.slug}
    )
    making = client.get(response["Location"])

    assertNotContains(page, 'type="password"')
    assertRedirects(
        response, reverse("mfa_signup_webauthn"), fetch_redirect_response=False
    )
    assertContains(making, "Create the passkey")
    assertContains(making, 'id="js_data"')
    assert domain.memberships.get().name == "Maya Lindt"


def test_signing_in_goes_where_one_wanted_to_go(client):
    member = make_member(email="maya@example.org")
    member.set_password("a river in november")
    member.save()

    response = client.post(
        reverse("account_login"),
        {
            "login": "Maya@example.org",
            "password": "a river in november",
            "next": "/me/",
        },
    )

    assertRedirects(response, "/me/", fetch_redirect_response=False)


def test_a_wrong_password_says_no_more_than_that(client):
    make_member(email="maya@example.org")

    known = client.post(
        reverse("account_login"), {"login": "maya@example.org", "password": "guess"}
    )
    unknown = client.post(
        reverse("account_login"), {"login": "nobody@example.org", "password": "guess"}
    )

    for page in (known, unknown):
        assertContains(page, "The address and the password do not belong together.")


MINE = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
]
ANYBODYS = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
    "account_email_verification_sent",
]


@pytest.mark.parametrize("name", ANYBODYS)
def test_every_page_of_the_entrance_is_in_our_looks(client, name):
    assertContains(client.get(reverse(name)), 'class="skip"')


@pytest.fixture
def signed_in(client):
    member = make_member()
    member.set_password("a river in november")
    member.save()
    client.post(
        reverse("account_login"),
        {"login": member.email, "password": "a river in november"},
    )
    return client


@pytest.mark.parametrize(
    "name",
    [*MINE, "mfa_add_webauthn", "mfa_activate_totp", "mfa_generate_recovery_codes"],
)
def test_every_page_of_an_account_is_in_our_looks(signed_in, name):
    assertContains(signed_in.get(reverse(name), follow=True), 'class="skip"')


def test_a_forgotten_password_is_replaced_through_a_mail(client):
    member = make_member(email="maya@example.org")
    member.set_password("a river in november")
    member.save()

    client.post(reverse("account_reset_password"), {"email": "maya@example.org"})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/key/" in line)
    page = client.get(link.split("testserver")[1], follow=True)
    client.post(
        page.request["PATH_INFO"],
        {"password1": "another river in may", "password2": "another river in may"},
    )

    member.refresh_from_db()
    assertContains(page, "Choose a new password")
    assert member.check_password("another river in may")


def test_a_used_link_says_so_and_offers_another(client):
    page = client.get("/accounts/password/reset/key/1-used/")

    assertContains(page, "This link has run out")
