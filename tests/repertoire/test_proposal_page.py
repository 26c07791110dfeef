from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from repertoire import proposing, revising
from repertoire.models import Entry
from repertoire.text import Text
from tests.makers import NOON, make_agent, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

BODY = "Carry one per trip.\n\nRinse it."
TWO_CHANGES = (
    "Carry one per trip, in the side pocket of the blue bag.\n\nRinse it.\n\n"
    "Store it cold for as long as the trip lasts, and longer where you can."
)


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
    page = client.post(page_of(proposal, "decline"), {"reason": ""})

    assertContains(page, "Say why, so that the author can learn.", status_code=409)


def test_turning_down_is_shown_with_its_reason(client, proposal, veteran):
    response = client.post(
        page_of(proposal, "decline"), {"reason": "We carry two now."}
    )

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


def test_what_an_agent_proposed_is_its_sponsors_to_take_back(client, entry, veteran):
    agent = make_membership(
        domain=entry.domain, member=make_agent(sponsor=veteran.member)
    )
    proposed = revise(entry, agent, "Something quite different. " * 9).revision
    page = client.get(page_of(proposed))
    assertNotContains(page, "Take it in")
    assertContains(page, "Take it back")

    client.post(page_of(proposed, "withdraw"))

    assertContains(client.get(page_of(proposed)), "Its author took it back.")


def test_members_see_who_was_asked_and_that_it_slipped(client, entry, newcomer):
    own = revise(entry, newcomer, "Something quite different. " * 9).revision
    page = client.get(page_of(own))
    assertContains(page, f"Asked to read it: {entry.written_by.name}.")
    assertContains(page, "After two days more are asked")

    proposing.make_up_for_waits(at=NOON + timedelta(hours=49))

    assertContains(client.get(page_of(own)), "More were asked after two days;")
    client.logout()
    assertNotContains(client.get(page_of(own)), "Asked to read it")


def test_a_proposed_entry_is_read_with_its_other_names(client, domain, veteran):
    entry = revising.write(
        domain=domain,
        membership=make_membership(domain=domain),
        kind=Entry.Kind.TERM,
        text=Text("Lock spike", "A short rise.", ""),
        aliases=["lock bump"],
        at=NOON,
    )

    assertContains(client.get(page_of(entry.revisions.get())), "lock bump")


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


def test_portions_are_ticked_and_the_rest_goes_back_with_the_reason(
    client, entry, newcomer
):
    own = revise(entry, newcomer, TWO_CHANGES).revision
    steward = make_full(domain=entry.domain, name="Noor Haddad")
    client.force_login(steward.member)
    page = client.get(page_of(own))
    assertContains(page, 'name="portion"', count=2)
    assertContains(page, "Untick what should stay out.")
    ticked = {"portioned": "1", "portion": "0", "words": "Thank you, Maya."}

    page = client.post(page_of(own, "take_in"), ticked)
    assertContains(page, "Say why the rest stays out.", status_code=409)
    assertContains(page, " checked", count=1, status_code=409)
    client.post(page_of(own, "take_in"), {**ticked, "reason": "We do not know yet."})

    client.force_login(newcomer.member)
    assertContains(client.get(page_of(own)), "Noor Haddad took in part of it")
    rest = own.rests.get()
    page = client.get(page_of(rest))
    assertContains(page, "We do not know yet.")
    assertContains(page, "Propose it again")
    edit = f"{entry.get_absolute_url()}edit/"
    page = client.get(edit, {"again": rest.pk})
    assertContains(page, "Store it cold for as long as the trip lasts")


def test_what_is_ticked_can_be_edited_first(client, entry, proposal, veteran):
    page = client.post(
        page_of(proposal, "take_in"), {"act": "edit", "words": "Thank you."}
    )
    assertContains(page, "Edit before taking it in")
    assertContains(page, "More to say.")

    client.post(
        page_of(proposal, "take_in"),
        {
            "title": "Field blank",
            "meaning": entry.meaning,
            "body": f"{BODY}\n\nMore to say, in other words.",
            "base": entry.current.pk,
            "words": "Thank you.",
        },
    )

    entry.refresh_from_db()
    assert (entry.current.number, entry.current.author) == (3, veteran)
    assert entry.current.base == proposal


def test_a_change_says_why_it_is_more_than_a_mend(client, entry, newcomer):
    own = revise(entry, newcomer, BODY.replace("one", "two")).revision

    assertContains(client.get(page_of(own)), "a word that may turn the sense")
    assertContains(client.get(page_of(own)), "Too early to say how long")


def test_who_comes_second_is_told(client, proposal, veteran):
    proposing.decline(
        proposal=proposal,
        membership=make_full(domain=proposal.entry.domain),
        words="We say it already.",
        at=NOON,
    )

    page = client.post(page_of(proposal, "take_in"), {"words": "Thank you."})

    assertContains(page, "Somebody has answered", status_code=409)
    assertContains(page, "We say it already.", status_code=409)
