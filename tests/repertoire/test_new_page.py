import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from repertoire.models import Entry
from tests.makers import HTMX, make_entry

pytestmark = pytest.mark.django_db


def new(domain, query=""):
    return reverse("repertoire:new", args=[domain.slug]) + query


FORM = {
    "kind": "term",
    "title": "Lock spike",
    "meaning": "A jump after the gate.",
    "body": "",
}


def test_visitors_sign_in_first(client, domain):
    assert client.get(new(domain)).status_code == 302


def test_a_wanted_word_is_filled_in(client, domain, newcomer):
    page = client.get(new(domain, "?title=lock+spike&kind=stories"))

    assertContains(page, 'value="lock spike"')
    assertContains(page, f'method="post" action="{new(domain)}"')
    assertContains(page, 'value="story" id="id_kind_3" required checked')


def test_a_veterans_entry_is_live(client, domain, veteran):
    response = client.post(new(domain), FORM)

    entry = Entry.objects.get()
    assertRedirects(response, entry.get_absolute_url())
    assert entry.current.number == 1


def test_a_newcomers_entry_waits_and_says_so(client, domain, newcomer):
    page = client.post(new(domain), FORM, follow=True)

    assertContains(page, "An active member takes it in")
    assertContains(page, "Maya Lindt proposed this")


def test_a_name_that_is_taken_is_answered_at_the_field(client, domain, veteran):
    make_entry(domain=domain, title="Lock spike", slug="lock-spike")

    page = client.post(new(domain), FORM)

    assertContains(page, "There is an entry with this name", status_code=409)
    assertContains(page, 'id="id_title_error"', status_code=409)
    assertContains(page, "A jump after the gate.", status_code=409)


def test_nothing_said_is_answered_at_the_field(client, domain, veteran):
    page = client.post(new(domain), {**FORM, "meaning": ""})

    assertContains(page, "Say what it is", status_code=409)


def test_preview_is_a_piece(client, domain, newcomer):
    given = {**FORM, "body": "**so**", "act": "preview"}

    piece = client.post(new(domain), given, headers={**HTMX, "HX-Target": "preview"})

    assertContains(piece, "<strong>so</strong>")
    assertNotContains(piece, "<h1")
    assert not Entry.objects.exists()
