"""One section of an entry is edited on its own, and all else stays."""

import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members import drafting
from members.models import Draft
from repertoire import markup, revising
from repertoire.models import Entry
from repertoire.text import Text
from tests.makers import HTMX, NOON, make_entry, make_full

pytestmark = pytest.mark.django_db

BODY = """Carry one per trip.

## Before

Rinse it.[^1]

> ## Said once

## After: the lab

Label it.

[^1]: Twice."""


@pytest.fixture
def entry(domain):
    return make_entry(domain=domain, title="Field blank", slug="field-blank", body=BODY)


def edit_of(entry, **query):
    at = [entry.domain.slug, entry.shelf, entry.slug]
    address = reverse("repertoire:edit", args=at)
    return f"{address}?{urlencode(query)}" if query else address


def form(entry, body, section="before", **given):
    return {"section": section, "body": body, "base": entry.current.pk, **given}


def change_by_another(entry, body):
    return revising.revise(
        entry=entry,
        membership=make_full(domain=entry.domain, name="Bea Holt"),
        base=entry.current,
        text=Text(entry.title, entry.meaning, body),
        at=NOON,
    ).revision


def bodies():
    return sorted(kept.fields["body"] for kept in Draft.objects.all())


def test_each_heading_leads_members_to_its_section(client, entry, newcomer):
    page = client.get(entry.get_absolute_url())

    assertContains(page, f'href="{edit_of(entry, section="before")}"')
    assertContains(page, f'href="{edit_of(entry, section="after-the-lab")}"')
    assertContains(page, 'aria-label="Edit: After: the lab"')
    assertNotContains(page, "Edit: Said once")
    client.logout()
    assertNotContains(client.get(entry.get_absolute_url()), "?section=")


def test_nobody_is_led_to_a_section_of_what_is_out_of_use(client, entry, veteran):
    Entry.objects.filter(pk=entry.pk).update(retired_at=NOON)

    assertNotContains(client.get(entry.get_absolute_url()), "?section=")


def test_the_form_holds_the_section_alone(client, entry, veteran):
    page = client.get(edit_of(entry, section="before"))

    assertContains(page, "Editing “Before” of Field blank")
    assertContains(page, "## Before\n\nRinse it.[^1]\n\n&gt; ## Said once</textarea>")
    assertNotContains(page, 'name="title"')
    assertNotContains(page, "Label it.")


def test_what_is_saved_is_put_back_in_its_place(client, entry, veteran):
    Entry.objects.filter(pk=entry.pk).update(aliases=["blank"])

    response = client.post(
        edit_of(entry), form(entry, "## Before you go\r\n\r\nRinse it.", why="shorter")
    )

    assertRedirects(response, entry.get_absolute_url())
    entry.refresh_from_db()
    assert entry.current.body == BODY.replace(
        "## Before\n\nRinse it.[^1]\n\n> ## Said once", "## Before you go\n\nRinse it."
    )
    assert (entry.title, entry.aliases) == ("Field blank", ["blank"])
    assert (entry.current.why, entry.current.number) == ("shorter", 2)


def test_what_was_changed_elsewhere_meanwhile_stays(client, entry, veteran):
    change_by_another(entry, BODY.replace("Label it.", "Label and date it."))

    response = client.post(
        edit_of(entry), form(entry, "## Before\n\nRinse it twice."), follow=True
    )

    assertContains(response, "Saved, together with what was changed meanwhile.")
    entry.refresh_from_db()
    assert "Label and date it." in entry.current.body
    assert "Rinse it twice." in entry.current.body


def test_a_section_renamed_meanwhile_keeps_its_name_and_what_was_typed(
    client, entry, veteran
):
    change_by_another(entry, BODY.replace("## Before", "## At home"))

    client.post(
        edit_of(entry),
        form(entry, "## Before\n\nRinse it twice.\n\n> ## Said once"),
    )

    entry.refresh_from_db()
    assert "## At home\n\nRinse it twice." in entry.current.body


def test_a_section_gone_meanwhile_is_settled_over_the_whole_text(
    client, entry, veteran
):
    typed = "## Before\n\nRinse it three times."
    theirs = change_by_another(
        entry, BODY.replace(BODY[BODY.index("## Before") : BODY.index("## After")], "")
    )

    page = client.post(edit_of(entry), form(entry, typed, window="0000000a"))

    assertContains(page, "Somebody changed the same lines", status_code=409)
    assertContains(page, "Rinse it three times.", status_code=409)
    kept = Draft.objects.get()
    assert kept.key == f"entry:{entry.pk}:0000000a"
    assert "Carry one" in kept.fields["body"]
    assert "three times" in kept.fields["body"]

    settled = {"title": entry.title, "body": f"Carry one.\n\n{typed}"}
    client.post(edit_of(entry), {**settled, "base": theirs.pk, "window": "0000000a"})
    entry.refresh_from_db()
    assert entry.current.body.endswith("three times.")
    assert bodies() == []


def test_a_section_that_is_gone_leads_to_the_whole_entry(client, entry, veteran):
    response = client.get(edit_of(entry, section="never"), follow=True)

    assertRedirects(response, edit_of(entry))
    assertContains(response, "That section has another name by now, or is gone.")
    assertContains(response, "Label it.")


def test_a_newcomers_change_of_a_section_is_proposed(client, entry, newcomer):
    response = client.post(
        edit_of(entry), form(entry, "## Before" + " and more" * 30), follow=True
    )

    assertContains(response, "It waits for an active member")
    proposed = entry.revisions.get(state="proposed")
    assert proposed.body.startswith("Carry one per trip.\n\n## Before and more")
    assert proposed.body.endswith("Label it.\n\n[^1]: Twice.")


def test_drafts_of_sections_and_of_the_whole_stay_apart(client, entry, veteran):
    whole = {"title": "Field blank", "base": entry.current.pk, "act": "draft"}
    client.post(edit_of(entry), {**whole, "body": "All of it."})
    client.post(edit_of(entry), form(entry, "Before, half.", act="draft"))
    client.post(edit_of(entry), form(entry, "After.", "after-the-lab", act="draft"))

    page = client.get(edit_of(entry))
    of_section = client.get(edit_of(entry, section="before"))
    fresh = client.get(edit_of(entry, section="before", fresh=""))

    assertContains(page, "All of it.</textarea>")
    assertContains(page, "typed into one section")
    assertContains(page, "section=after-the-lab&amp;draft=")
    assertContains(of_section, "Before, half.</textarea>")
    assertNotContains(of_section, "All of it.")
    assertContains(fresh, "Rinse it.")
    assert f'data-draft="{veteran.member.pk}/entry:' not in of_section.text

    client.post(edit_of(entry), form(entry, "## Before\n\nSaved."))
    assert bodies() == ["After.", "All of it."]


def test_a_draft_of_a_section_that_is_gone_is_still_found(client, entry, veteran):
    client.post(edit_of(entry), form(entry, "Before, half.", act="draft"))
    change_by_another(entry, "Carry one per trip.")

    page = client.get(edit_of(entry))
    address = re.search(r'href="([^"]*section=[^"]*)"', page.text)[1]
    recalled = client.get(address.replace("&amp;", "&"))

    assertContains(recalled, "Before, half.</textarea>")
    assertContains(recalled, f'name="base" value="{entry.current.pk}"')


def test_a_draft_of_a_section_is_let_go_where_it_stands(client, entry, veteran):
    client.post(edit_of(entry), form(entry, "Before, half.", act="draft"))
    address = edit_of(entry, section="before")
    named = re.search(r'name="recalled" value="([^"]+)"', client.get(address).text)[1]
    given = {"act": "forget", "recalled": named, "base": entry.current.pk}

    client.post(edit_of(entry), given)
    assert bodies() == ["Before, half."]

    response = client.post(address, {**given, "section": "before"})

    assertRedirects(response, address)
    assert bodies() == []


def test_what_was_typed_into_a_section_while_signed_out_is_there_again(
    client, entry, veteran
):
    hand = drafting.hand_of(veteran.member)
    client.logout()
    client.post(edit_of(entry), form(entry, "An hour of typing.", hand=hand))
    client.force_login(veteran.member)

    response = client.get(edit_of(entry), follow=True)

    assertRedirects(response, edit_of(entry, section="before"))
    assertContains(response, "An hour of typing.</textarea>")


def test_a_section_is_previewed_as_it_looks_in_the_whole(client, entry, veteran):
    given = form(entry, "## Before\n\n**Rinse** it.[^1]", act="preview")

    page = client.post(edit_of(entry), given)
    piece = client.post(edit_of(entry), given, headers={**HTMX, "HX-Target": "preview"})

    for shown in (page, piece):
        assertContains(shown, "<strong>Rinse</strong>")
        assertContains(shown, '<li id="preview-note:1"><p>Twice.')
        assertNotContains(shown, "<p>Label it.")
    assertContains(page, "Editing “Before”")


def test_a_text_too_long_with_all_around_it_says_so_at_the_field(
    client, entry, veteran
):
    given = form(entry, "a" * (markup.LONGEST - 50), act="preview")

    page = client.post(edit_of(entry), given)
    piece = client.post(edit_of(entry), given, headers={**HTMX, "HX-Target": "preview"})

    assertContains(page, 'id="id_body_error"', status_code=422)
    assertContains(piece, 'href="#id_body"', status_code=422)
    assertContains(piece, "Divide it into several entries", status_code=422)


def test_a_section_the_version_never_had_comes_at_its_end(client, entry, veteran):
    client.post(edit_of(entry), form(entry, "## Winter\n\nIce.", "winter"))

    entry.refresh_from_db()
    assert entry.current.body == f"{BODY}\n\n## Winter\n\nIce."


@pytest.mark.parametrize("base", ["", "x", "0"])
def test_a_section_of_no_version_is_not_found(client, entry, veteran, base):
    response = client.post(edit_of(entry), {**form(entry, "x"), "base": base})

    assert response.status_code == 404
