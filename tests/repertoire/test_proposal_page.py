import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from repertoire import revising
from repertoire.text import Text
from tests.makers import NOON, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

BODY = "Carry one per trip.\n\nRinse it."


@pytest.fixture
def entry(domain):
    return make_entry(domain=domain, title="Field blank", slug="field-blank", body=BODY)


@pytest.fixture
def proposal(entry):
    author = make_membership(domain=entry.domain, name="Wen Liu")
    return revise(entry, author, f"{BODY}\n\n{'More to say. ' * 9}").revision


def revise(entry, membership, body):
    return revising.revise(
        entry=entry,
        membership=membership,
        base=entry.current,
        text=Text(entry.title, entry.meaning, body),
        at=NOON,
    )


def page_of(proposal, name="proposal"):
    entry = proposal.entry
    at = [entry.domain.slug, entry.shelf, entry.slug, proposal.pk]
    return reverse(f"repertoire:{name}", args=at)


def test_everybody_sees_what_would_change_and_that_it_waits(client, proposal):
    page = client.get(page_of(proposal))

    assertContains(page, "Wen Liu")
    assertContains(page, "It waits for an active member")
    assertContains(page, "<ins>More to say.")
    assertNotContains(page, "Take it in")


def test_a_veteran_takes_it_in(client, proposal, veteran):
    assertContains(client.get(page_of(proposal)), "Take it in")

    response = client.post(page_of(proposal, "take_in"), {"words": "Thank you."})

    assertRedirects(response, proposal.entry.get_absolute_url())
    page = client.get(page_of(proposal))
    assertContains(page, "Amara Osei took it in; it is version 2.")
    assertContains(page, "Thank you.")


def test_turning_down_without_a_reason_is_answered_at_the_field(
    client, proposal, veteran
):
    page = client.post(page_of(proposal, "decline"), {"words": ""})

    assertContains(page, "Say why, so that the author can learn.", status_code=409)


def test_turning_down_is_shown_with_its_reason(client, proposal, veteran):
    response = client.post(page_of(proposal, "decline"), {"words": "We carry two now."})

    assertRedirects(response, page_of(proposal))
    page = client.get(page_of(proposal))
    assertContains(page, "Not taken in, Amara Osei")
    assertContains(page, "We carry two now.")


def test_newcomers_cannot_take_it_in(client, proposal, newcomer):
    response = client.post(page_of(proposal, "take_in"))

    assertContains(response, "keep the repertoire true", status_code=409)
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_an_author_takes_it_back(client, entry, newcomer):
    own = revise(entry, newcomer, "Something quite different. " * 9).revision

    response = client.post(page_of(own, "withdraw"))

    assertRedirects(response, page_of(own))
    assertContains(client.get(page_of(own)), "Its author took it back.")


def test_a_clash_is_shown_and_settled_by_hand(client, entry, proposal, veteran):
    theirs = revise(entry, make_full(domain=entry.domain), f"{BODY}\nOther.").revision

    page = client.post(page_of(proposal, "take_in"), {"words": "Thank you."})
    assertContains(page, "The proposal", status_code=409)
    assertContains(page, f'name="base" value="{theirs.pk}"', status_code=409)

    client.post(
        page_of(proposal, "take_in"),
        {
            "title": "Field blank",
            "meaning": entry.meaning,
            "body": "One text.",
            "base": theirs.pk,
            "words": "Thank you.",
        },
    )

    entry.refresh_from_db()
    assert (entry.current, entry.current.body) == (proposal, "One text.")


def test_a_proposal_of_another_entry_is_not_found(client, proposal):
    other = make_entry(domain=proposal.entry.domain)
    at = [other.domain.slug, other.shelf, other.slug, proposal.pk]

    assert client.get(reverse("repertoire:proposal", args=at)).status_code == 404
