"""What is typed into the forms for entries, stories and answers stays until it is sent."""

import re

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members import drafting
from members.models import Draft
from repertoire import revising
from repertoire.models import Entry, Revision
from repertoire.text import Text
from tests.makers import HTMX, NOON, make_entry, make_membership

pytestmark = pytest.mark.django_db

ENTRY = {
    "kind": "term",
    "title": "Trip blank",
    "meaning": "Water that went along.",
    "body": "An hour of typing.",
}
STORY = {"title": "The lost day", "told": "An hour of typing."}


@pytest.fixture(params=["new", "tell"])
def form(request, domain):
    """The address of a form, and what fills it."""
    typed = {"new": ENTRY, "tell": STORY}[request.param]
    return reverse(f"repertoire:{request.param}", args=[domain.slug]), typed


def drafted(typed, window="0000000a", **given):
    return {**typed, "act": "draft", "window": window, **given}


def named_in(page):
    return re.search(r'name="recalled" value="([^"]+)"', page.content.decode())[1]


def test_what_is_typed_is_kept_until_it_is_sent(client, form, veteran):
    address, typed = form

    piece = client.post(
        address, drafted(typed), headers={**HTMX, "HX-Target": "draft_state"}
    )
    again = client.get(address)
    anew = client.get(address + "?fresh")
    sent = {**typed, "act": "save", "window": "0000000a"}
    client.post(address, sent)

    assertContains(piece, "Draft saved")
    assertContains(again, "An hour of typing.</textarea>")
    assertContains(again, "This is what you were writing")
    assertNotContains(anew, "An hour of typing.</textarea>")
    assertContains(anew, "Also kept:")
    assert Entry.objects.get().title == typed["title"]
    assert not Draft.objects.exists()
    assert client.cookies["sent"].value == "0000000a"


def test_a_preview_keeps_what_it_shows(client, form, veteran):
    address, typed = form

    client.post(address, {**typed, "act": "preview", "window": "0000000a"})

    assert Draft.objects.get().fields["title"] == typed["title"]


def test_a_draft_taken_up_again_is_continued_and_can_be_let_go(client, form, veteran):
    address, typed = form
    client.post(address, drafted(typed))

    recalled = named_in(client.get(address))
    more = {"window": "0000000b", "recalled": recalled, "title": "More"}
    client.post(address, drafted(typed, **more))

    assert [draft.fields["title"] for draft in Draft.objects.all()] == ["More"]

    recalled = named_in(client.get(address))
    response = client.post(address, {"act": "forget", "recalled": recalled})

    assertRedirects(response, address)
    assert not Draft.objects.exists()


def test_a_form_that_comes_filled_in_is_not_written_over(client, domain, veteran):
    address = reverse("repertoire:new", args=[domain.slug])
    client.post(address, drafted(ENTRY))

    page = client.get(address, {"title": "Lock spike"})

    assertContains(page, 'value="Lock spike"')
    assertContains(page, "Also kept:")
    assertNotContains(page, "An hour of typing.</textarea>")


def test_what_is_sent_signed_out_is_in_the_form_after_signing_in(client, form, veteran):
    address, typed = form
    client.logout()

    response = client.post(address, {**typed, "hand": drafting.hand_of(veteran.member)})
    client.force_login(veteran.member)

    assert response.url.endswith("?next=" + address)
    assertContains(client.get(address), "An hour of typing.</textarea>")
    assertContains(client.get(address), "An hour of typing.</textarea>")
    assert not Entry.objects.exists()


@pytest.fixture
def proposal(domain):
    entry = make_entry(domain=domain, title="Field blank", slug="field-blank")
    return revising.revise(
        entry=entry,
        membership=make_membership(domain=domain, name="Jun Sato"),
        base=entry.current,
        text=Text(entry.title, entry.meaning, "Quite another text than before."),
        at=NOON,
    ).revision


def address_of(name, proposal):
    entry = proposal.entry
    at = [entry.domain.slug, entry.shelf, entry.slug, proposal.pk]
    return reverse(f"repertoire:{name}", args=at)


def test_an_answer_is_kept_until_it_is_given(client, proposal, veteran):
    take_in = address_of("take_in", proposal)
    typed = {"words": "Clearer than ours.", "window": "0000000a"}

    piece = client.post(
        take_in, {**typed, "act": "draft"}, headers={**HTMX, "HX-Target": "draft_state"}
    )
    again = client.get(address_of("proposal", proposal))
    client.post(take_in, typed)

    assertContains(piece, "Draft saved")
    assertContains(again, 'value="Clearer than ours."')
    proposal.refresh_from_db()
    assert proposal.state == Revision.State.LIVE
    assert not Draft.objects.exists()


def test_a_text_edited_before_it_is_taken_in_is_kept_too(client, proposal, veteran):
    edited = {
        "act": "draft",
        "window": "0000000a",
        "title": "Field blank",
        "body": "An hour of typing.",
        "base": proposal.entry.current.pk,
    }

    client.post(address_of("take_in", proposal), edited)

    page = client.get(address_of("proposal", proposal))
    assertContains(page, "Edit before taking it in")
    assertContains(page, "An hour of typing.</textarea>")


@pytest.mark.parametrize("answer", ["take_in", "decline"])
def test_an_answer_given_signed_out_is_there_after_signing_in(
    client, proposal, veteran, answer
):
    client.logout()
    typed = {"reason": "Not before spring.", "words": "Thank you."}

    response = client.post(
        address_of(answer, proposal),
        {**typed, "hand": drafting.hand_of(veteran.member)},
    )
    client.force_login(veteran.member)

    assert response.url.endswith("?next=" + address_of("proposal", proposal))
    page = client.get(address_of("proposal", proposal))
    assertContains(page, 'value="Not before spring."')
    proposal.refresh_from_db()
    assert proposal.state == Revision.State.PROPOSED
