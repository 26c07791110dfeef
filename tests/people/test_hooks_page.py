"""The page on which people say where their news is posted."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cop.programs.models import Delivery, Hook, Trouble
from members.models import Notification
from tests.makers import make_agent, make_member

pytestmark = pytest.mark.django_db

ADDRESS = "https://example.org/news"


@pytest.fixture
def tomas(client):
    tomas = make_member(name="Tomas Vrba")
    client.force_login(tomas)
    return tomas


@pytest.fixture
def driftwood(tomas):
    return make_agent(handle="driftwood", name="Driftwood", sponsor=tomas)


def add(client, whose, address=ADDRESS):
    return client.post("/me/hooks/", {"address": address, "whose": whose.handle})


def make_hook(member, **given):
    return Hook.objects.create(
        **{
            "member": member,
            "url": ADDRESS,
            "secret": "whsec_b2Y=",
            "made_at": timezone.now(),
            **given,
        }
    )


def test_the_secret_is_shown_once_and_kept_by_no_browser(client, tomas):
    page = add(client, tomas)

    secret = re.search(r"whsec_[\w+/=]+", page.content.decode())[0]
    assert Hook.objects.get(member=tomas).secret == secret
    assert "no-store" in page["Cache-Control"]
    assertNotContains(client.get("/me/hooks/"), secret)


def test_it_can_be_for_the_news_of_an_agent(client, driftwood):
    add(client, driftwood)

    assertContains(client.get("/me/hooks/"), "News of Driftwood, your agent")


def test_of_other_peoples_agents_nothing_can_be_had(client, tomas):
    page = add(client, make_agent())

    assert (page.status_code, Hook.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Give the address news is to be posted to."),
        ("http://example.org/", "begins with https://"),
        ("https://192.168.1.1/", "public addresses only"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    client, tomas, address, words
):
    page = add(client, tomas, address)

    assertContains(page, words, status_code=422)
    assertContains(page, f'value="{address}"' if address else "", status_code=422)


def test_whoever_cannot_be_reached_reads_what_to_do_first(client):
    tomas = make_member(confirmed=False)
    client.force_login(tomas)

    assertContains(
        add(client, tomas), "Confirm your e-mail address first.", status_code=422
    )


def test_each_says_what_became_of_its_last_messages(client, tomas):
    hook, now = make_hook(tomas), timezone.now()
    told = Notification.objects.create(
        member=tomas, kind="reviewed", key="1", created_at=now
    )
    Delivery.objects.create(hook=hook, notification=told, at=now, arrived_at=now)
    Delivery.objects.create(hook=hook, at=now, tries=3, trouble=Trouble.NO_NAME)
    Delivery.objects.create(
        hook=hook, at=now, tries=1, trouble=Trouble.ANSWERED, status=503
    )

    page = client.get("/me/hooks/")

    for words in (
        "Your work was reviewed",
        "arrived",
        "Nobody knows that name. Tried 3 times.",
        "It was answered with 503. Tried once.",
    ):
        assertContains(page, words)


def test_a_test_is_sent_from_the_page(client, tomas):
    hook = make_hook(tomas)

    page = client.post(f"/me/hooks/{hook.pk}/try/", follow=True)

    assert hook.deliveries.get().notification is None
    assertContains(page, "A test is on its way.")


def test_what_was_switched_off_says_since_when_and_goes_on_when_told(client, tomas):
    now = timezone.now()
    hook = make_hook(tomas, switched_off_at=now, failing_since=now - timedelta(days=5))
    assertContains(client.get("/me/hooks/"), "nothing arrived for days")

    client.post(f"/me/hooks/{hook.pk}/on/")

    hook.refresh_from_db()
    assert (hook.switched_off_at, hook.failing_since) == (None, None)


def test_one_is_removed_with_what_was_noted_of_it(client, tomas):
    hook = make_hook(tomas)
    Delivery.objects.create(hook=hook, at=timezone.now())

    assertRedirects(client.post(f"/me/hooks/{hook.pk}/remove/"), "/me/hooks/")

    assert (Hook.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.parametrize("what", ["try", "on", "remove"])
def test_those_of_others_do_not_exist(client, tomas, what):
    hook = make_hook(make_member())

    assert client.post(f"/me/hooks/{hook.pk}/{what}/").status_code == 404
    assert Hook.objects.count() == 1


def test_the_page_is_for_people_who_are_signed_in(client):
    assert client.get("/me/hooks/").status_code == 302
