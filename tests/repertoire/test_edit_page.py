import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members import drafting
from members.models import Draft, Membership
from repertoire import revising
from repertoire.models import Entry
from repertoire.text import Text
from tests.makers import HTMX, NOON, make_entry, make_full, make_task

pytestmark = pytest.mark.django_db

BODY = "Carry one per trip.\n\nRinse it."


@pytest.fixture
def entry(domain):
    return make_entry(domain=domain, title="Field blank", slug="field-blank", body=BODY)


def edit_of(entry, query=""):
    at = [entry.domain.slug, entry.shelf, entry.slug]
    return reverse("repertoire:edit", args=at) + query


def form(entry, **given):
    return {
        "title": "Field blank",
        "meaning": entry.meaning,
        "body": BODY,
        "base": entry.current.pk,
        **given,
    }


def by_hand(membership, entry, **given):
    return form(entry, hand=drafting.hand_of(membership.member), **given)


def change_by_another(entry, body):
    return revising.revise(
        entry=entry,
        membership=make_full(domain=entry.domain, name="Bea Holt"),
        base=entry.current,
        text=Text(entry.title, entry.meaning, body),
        at=NOON,
    ).revision


def test_visitors_sign_in_first(client, entry):
    response = client.get(edit_of(entry))

    assert response.status_code == 302
    assert "next=" in response.url


def test_the_form_holds_the_living_text(client, entry, veteran):
    page = client.get(edit_of(entry))

    assertContains(page, "Editing: Field blank")
    assertContains(page, "Rinse it.")
    assertContains(page, "What you save is live at once")
    assertContains(page, f'method="post" action="{edit_of(entry)}"')
    assertContains(page, f'hx-post="{edit_of(entry)}"', count=3)


def test_saving_without_javascript(client, entry, veteran):
    response = client.post(
        edit_of(entry), form(entry, body=BODY + " Twice.", why="winter")
    )

    assertRedirects(response, entry.get_absolute_url())
    entry.refresh_from_db()
    assert (entry.current.number, entry.current.why) == (2, "winter")


def test_a_new_name_leads_to_the_new_address(client, entry, veteran):
    response = client.post(edit_of(entry), form(entry, title="Trip blank"))

    assert response.url.endswith("/vocabulary/trip-blank/")


def test_the_task_that_caused_it_is_kept(client, entry, veteran):
    task = make_task(domain=entry.domain)

    client.post(edit_of(entry), form(entry, body=BODY + " Twice.", task=task.pk))

    entry.refresh_from_db()
    assert entry.current.because_path == task.get_absolute_url()


def test_a_newcomers_longer_change_waits_and_says_so(client, entry, newcomer):
    response = client.post(
        edit_of(entry), form(entry, body=BODY + " more" * 30), follow=True
    )

    assertContains(response, "It waits for an active member")
    assertContains(response, "Take it back")
    entry.refresh_from_db()
    assert entry.current.number == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": ""}, "Give it a name."),
        ({"task": "999999"}, "There is no task with this number here."),
        ({"task": "soon"}, "Give the number of a task, such as 12."),
    ],
)
def test_a_field_says_what_to_do_and_keeps_what_was_typed(
    client, entry, veteran, given, sentence
):
    page = client.post(
        edit_of(entry), form(entry, body="Half an hour of typing", **given)
    )

    assertContains(page, sentence, status_code=422)
    assertContains(page, "Half an hour of typing", status_code=422)
    assertContains(page, "There is a problem", status_code=422)


def test_a_base_that_is_none_of_ours_is_not_found(client, entry, veteran):
    other = make_entry(domain=entry.domain)

    response = client.post(edit_of(entry), form(entry, base=other.current.pk))

    assert response.status_code == 404


def test_preview_without_javascript_and_with(client, entry, veteran):
    given = form(entry, body="See [[field blank]] and **more**", act="preview")

    page = client.post(edit_of(entry), given)
    piece = client.post(edit_of(entry), given, headers={**HTMX, "HX-Target": "preview"})

    assertContains(page, "<strong>more</strong>")
    assertContains(page, "Editing: Field blank")
    assertContains(piece, "<strong>more</strong>")
    assertNotContains(piece, "<h1")
    assert Entry.objects.get().current.number == 1


def test_what_is_typed_is_kept_as_a_draft_until_saved(client, entry, veteran):
    given = form(entry, body="Half a sentence", act="draft")

    piece = client.post(
        edit_of(entry), given, headers={**HTMX, "HX-Target": "draft_state"}
    )
    again = client.get(edit_of(entry))
    anew = client.get(edit_of(entry, "?fresh"))
    client.post(edit_of(entry), form(entry, body=BODY + " Twice."))

    assertContains(piece, "Draft saved")
    assertContains(again, "Half a sentence")
    assertContains(again, "This is what you were writing")
    assertNotContains(anew, "Half a sentence")
    assert not Draft.objects.exists()


def test_a_draft_too_long_to_read_is_still_kept(client, entry, veteran):
    given = form(entry, body="a" * 250_000, act="preview")

    page = client.post(edit_of(entry), given)

    assertContains(page, "This text has 250,000 characters", status_code=422)
    assert len(Draft.objects.get().fields["body"]) == 250_000


def test_changes_elsewhere_in_the_text_are_put_together(client, entry, veteran):
    change_by_another(entry, BODY.replace("Carry one", "Carry two"))

    response = client.post(
        edit_of(entry),
        form(entry, body=BODY.replace("Rinse it.", "Rinse twice.")),
        follow=True,
    )

    assertContains(response, "Saved, together with what was changed meanwhile.")
    assertContains(
        response,
        "From Bea Holt (version 2): paragraph 1 changed (“Carry two per trip.”).",
    )
    entry.refresh_from_db()
    assert entry.current.body == "Carry two per trip.\n\nRinse twice."


def test_changes_of_one_line_are_shown_side_by_side_and_can_be_settled(
    client, entry, veteran
):
    theirs = change_by_another(entry, BODY.replace("Rinse it.", "Rinse it in spring."))

    page = client.post(
        edit_of(entry), form(entry, body=BODY.replace("Rinse it.", "Never rinse it."))
    )

    for words in ("Yours", "Theirs (version 2, Bea Holt)", "Start (version 1)"):
        assertContains(page, words, status_code=409)
    assertContains(page, "<ins>Never rinse</ins> it.", status_code=409)
    assertContains(page, "Rinse it<ins> in spring</ins>.", status_code=409)
    assertContains(page, f'name="base" value="{theirs.pk}"', status_code=409)
    assert Draft.objects.get().fields["body"].endswith("Never rinse it.")

    client.post(edit_of(entry), form(entry, body="One text.", base=theirs.pk))

    entry.refresh_from_db()
    assert (entry.current.number, entry.current.body) == (3, "One text.")


LINES = "Carry one blank\non every trip you make\nalong the river."
PARAGRAPHS = [
    "Carry one field blank on every trip.",
    "Rinse the bottle twice before it is filled.",
    "Label it with the day and your initials.",
]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(
            (
                LINES,
                LINES.replace("one", "two"),
                LINES.replace("make", "take"),
                LINES.replace("one", "two").replace("make", "take"),
            ),
            id="neighbouring lines",
        ),
        pytest.param(
            (
                "\n\n".join(PARAGRAPHS),
                "\n\n".join([*PARAGRAPHS[1:], PARAGRAPHS[0]]),
                "\n\n".join(PARAGRAPHS).replace("one field blank", "two field blanks"),
                "\n\n".join([*PARAGRAPHS[1:], "Carry two field blanks on every trip."]),
            ),
            id="moved while it was edited",
        ),
        pytest.param(
            (
                "\n\n".join(PARAGRAPHS),
                "\n\n".join(PARAGRAPHS[1:]),
                "\n\n".join([*PARAGRAPHS[:2], "Label it at once."]),
                "\n\n".join([PARAGRAPHS[1], "Label it at once."]),
            ),
            id="deleted while another was edited",
        ),
    ],
)
def test_what_two_made_of_one_text_is_put_together(client, domain, veteran, texts):
    base, theirs, mine, merged = texts
    entry = make_entry(domain=domain, title="Field blank", body=base)
    change_by_another(entry, theirs)

    response = client.post(edit_of(entry), form(entry, body=mine), follow=True)

    assertContains(response, "Saved, together with what was changed meanwhile.")
    assertContains(response, "From Bea Holt (version 2)")
    entry.refresh_from_db()
    assert entry.current.body == merged


def test_what_one_deleted_and_the_other_edited_is_shown_and_asked(
    client, domain, veteran
):
    entry = make_entry(domain=domain, title="Field blank", body="\n\n".join(PARAGRAPHS))
    change_by_another(entry, "\n\n".join(PARAGRAPHS[1:]))
    edited = PARAGRAPHS[0].replace("one field blank", "two field blanks")

    sent = form(entry, body="\n\n".join([edited, *PARAGRAPHS[1:]]))
    page = client.post(edit_of(entry), sent)

    assertContains(page, "Somebody changed the same lines", status_code=409)
    assertContains(page, "Nothing here.", status_code=409)
    assertContains(page, "<ins>two</ins> field", status_code=409)
    entry.refresh_from_db()
    assert entry.current.number == 2


def test_a_merge_names_everybody_whose_changes_it_took(client, entry, veteran):
    change_by_another(entry, BODY.replace("Carry one", "Carry two"))
    entry.refresh_from_db()
    revising.revise(
        entry=entry,
        membership=make_full(domain=entry.domain, name="Jun Sato"),
        base=entry.current,
        text=Text("Trip blank", "Water.", f"{entry.current.body}\n\nLabel it."),
        at=NOON,
    )

    first = entry.revisions.get(number=1)
    response = client.post(
        edit_of(entry),
        form(entry, base=first.pk, body=BODY.replace("Rinse it.", "Rinse twice.")),
        follow=True,
    )

    assertContains(response, "From Bea Holt (version 2): paragraph 1 changed")
    assertContains(
        response,
        "From Jun Sato (version 3): its name is “Trip blank” now; the short meaning"
        " changed; paragraph 3 is new (“Label it.”).",
    )
    entry.refresh_from_db()
    assert (entry.title, entry.current.body) == (
        "Trip blank",
        "Carry two per trip.\n\nRinse twice.\n\nLabel it.",
    )


def test_other_words_two_people_changed_are_both_changed(client, entry, veteran):
    Entry.objects.filter(pk=entry.pk).update(aliases=["blank", "theirs"])

    client.post(
        edit_of(entry), form(entry, aliases="mine, old", aliases_from="blank, old")
    )

    entry.refresh_from_db()
    assert entry.aliases == ["theirs", "mine"]


def test_the_same_member_saving_in_two_windows_loses_neither(client, entry, veteran):
    in_one = form(entry, body=BODY.replace("one", "two"), window="0000000a")
    in_other = form(entry, body=BODY.replace("it", "all"), window="0000000b")

    client.post(edit_of(entry), in_one)
    client.post(edit_of(entry), in_other)

    entry.refresh_from_db()
    assert entry.current.body == "Carry two per trip.\n\nRinse all."
    assert client.cookies["sent"].value == "0000000a.0000000b"


def test_the_same_member_changing_one_line_twice_is_shown_both(client, entry, veteran):
    in_one = form(entry, body=BODY.replace("one", "two"), window="0000000a")
    in_other = form(entry, body=BODY.replace("one", "three"), window="0000000b")

    client.post(edit_of(entry), in_one)
    page = client.post(edit_of(entry), in_other)

    assertContains(page, "Carry <ins>two</ins> per trip.", status_code=409)
    assertContains(page, "Carry <ins>three</ins> per trip.", status_code=409)


def draft(entry, body, window, **given):
    return form(entry, body=body, window=window, act="draft", **given)


def bodies():
    return sorted(kept.fields["body"] for kept in Draft.objects.all())


def test_two_windows_keep_a_draft_each_and_both_are_offered(client, entry, veteran):
    client.post(edit_of(entry), draft(entry, "In the one.", "0000000a"))
    client.post(edit_of(entry), draft(entry, "In the other.", "0000000b"))

    page = client.get(edit_of(entry))
    first = Draft.objects.get(key__endswith="a")
    asked = client.get(edit_of(entry, f"?draft={first.pk}"))
    client.post(edit_of(entry), form(entry, body="Saved.", window="0000000b"))

    assertContains(page, "In the other.</textarea>")
    assertContains(page, "typed in another window")
    assertContains(asked, "In the one.</textarea>")
    assert bodies() == ["In the one."]


def test_a_draft_taken_up_in_a_new_window_is_continued_there(client, entry, veteran):
    client.post(edit_of(entry), draft(entry, "Half.", "0000000a"))
    recalled = client.get(edit_of(entry)).content.decode()
    named = re.search(r'name="recalled" value="([^"]+)"', recalled)[1]

    client.post(edit_of(entry), draft(entry, "More.", "0000000b", recalled=named))

    assert bodies() == ["More."]

    client.post(edit_of(entry), draft(entry, "Typed on.", "0000000a"))
    client.post(edit_of(entry), draft(entry, "Yet more.", "0000000b", recalled=named))

    assert bodies() == ["Typed on.", "Yet more."]


def test_a_draft_nobody_needs_is_let_go(client, entry, veteran):
    client.post(edit_of(entry), draft(entry, "Half.", "0000000a"))
    page = client.get(edit_of(entry)).content.decode()
    named = re.search(r'name="recalled" value="([^"]+)"', page)[1]

    response = client.post(edit_of(entry), {"act": "forget", "recalled": named})

    assertRedirects(response, edit_of(entry))
    assert bodies() == []


@pytest.mark.parametrize("named", ["", "x", "entry:0@2026-01-01", "review:7@soon"])
def test_nobody_lets_go_of_what_is_not_a_draft_of_this_entry(
    client, entry, veteran, named
):
    client.post(edit_of(entry), draft(entry, "Half.", "0000000a"))

    client.post(edit_of(entry), {"act": "forget", "recalled": named})

    assert bodies() == ["Half."]


def test_what_is_sent_after_the_session_ended_is_there_after_signing_in(
    client, entry, veteran
):
    client.logout()

    response = client.post(
        edit_of(entry), by_hand(veteran, entry, body="An hour of typing.")
    )

    assert response.status_code == 302
    assert response.url.endswith("?next=" + edit_of(entry))
    assertContains(client.get(response.url), "What you typed is kept")

    client.force_login(veteran.member)
    page = client.get(edit_of(entry))
    again = client.get(edit_of(entry))

    assertContains(page, "An hour of typing.</textarea>")
    assertContains(again, "An hour of typing.</textarea>")


def test_what_somebody_typed_is_not_shown_to_who_signs_in_after_them(
    client, entry, veteran
):
    client.logout()
    client.post(edit_of(entry), by_hand(veteran, entry, body="An hour of typing."))

    other = make_full(domain=entry.domain)
    client.force_login(other.member)

    assertNotContains(client.get(edit_of(entry)), "An hour of typing.")
    client.force_login(veteran.member)
    assertNotContains(client.get(edit_of(entry)), "An hour of typing.")


def test_what_names_no_hand_of_ours_is_not_set_aside(client, entry, veteran):
    client.logout()

    for hand in ({}, {"hand": f"{veteran.member_id}:made-up"}):
        client.post(edit_of(entry), form(entry, body="Typed by nobody.", **hand))

        assert "typed" not in client.session


@pytest.fixture
def strict(veteran):
    """A browser that must show where its forms are from; the veteran is signed in."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(veteran.member)
    return client


def test_a_form_from_before_its_writer_signed_in_anew_is_filled_in_again(
    strict, entry, veteran
):
    response = strict.post(
        edit_of(entry), by_hand(veteran, entry, body="An hour of typing.")
    )

    assertRedirects(response, edit_of(entry), fetch_redirect_response=False)
    page = strict.get(edit_of(entry))
    assertContains(page, "An hour of typing.</textarea>")
    assertContains(page, "send it once more")
    entry.refresh_from_db()
    assert entry.current.number == 1


def test_a_form_made_elsewhere_is_refused_and_keeps_nothing(strict, entry):
    other = make_full(domain=entry.domain)

    for sent in (form(entry, body="x"), by_hand(other, entry, body="x")):
        assert strict.post(edit_of(entry), sent).status_code == 403

    assert "typed" not in strict.session
    assert not Draft.objects.exists()


def test_a_draft_that_comes_after_the_session_ended_stays_in_the_page(
    client, entry, veteran
):
    client.logout()

    response = client.post(
        edit_of(entry), draft(entry, "Typing.", "0000000a"), headers=HTMX
    )

    assert (response.status_code, response.content) == (401, b"")


def test_what_is_too_long_for_any_form_is_not_set_aside(client, entry, veteran):
    client.logout()

    response = client.post(edit_of(entry), by_hand(veteran, entry, body="a" * 400_001))

    assert response.status_code == 302
    assert "typed" not in client.session


def test_what_somebody_sends_after_leaving_is_there_if_they_come_back(
    client, entry, veteran
):
    Membership.objects.filter(pk=veteran.pk).update(left_at=NOON)

    response = client.post(
        edit_of(entry), by_hand(veteran, entry, body="An hour of typing.")
    )
    Membership.objects.filter(pk=veteran.pk).update(left_at=None)

    assertRedirects(
        response,
        reverse("members:join", args=[entry.domain.slug]),
        fetch_redirect_response=False,
    )
    assertContains(client.get(edit_of(entry)), "An hour of typing.</textarea>")


def rename(entry, title):
    return revising.revise(
        entry=entry,
        membership=make_full(domain=entry.domain, name="Bea Holt"),
        base=entry.current,
        text=Text(title, entry.meaning, entry.current.body),
        at=NOON,
    )


def test_an_entry_renamed_while_it_was_edited_is_saved_under_its_new_name(
    client, entry, veteran
):
    address, sent = edit_of(entry), form(entry, body=BODY + " Twice.")
    rename(entry, "Trip blank")

    kept = client.post(address, {**sent, "act": "draft"})
    response = client.post(address, sent, follow=True)

    assert kept.status_code == 200
    assertContains(response, "its name is “Trip blank” now")
    entry.refresh_from_db()
    assert (entry.title, entry.current.body) == ("Trip blank", BODY + " Twice.")


def test_what_was_typed_is_never_saved_to_another_entry_that_took_its_name(
    client, entry, veteran
):
    address, sent = edit_of(entry), form(entry, body=BODY + " Twice.")
    rename(entry, "Trip blank")
    other = make_entry(domain=entry.domain, title="Field blank", slug="field-blank")

    response = client.post(address, sent)

    entry.refresh_from_db()
    assert response.url == entry.get_absolute_url()
    assert entry.current.body == BODY + " Twice."
    assert other.revisions.count() == 1


def test_an_entry_taken_out_of_use_while_it_was_edited_keeps_what_was_typed(
    client, entry, veteran
):
    Entry.objects.filter(pk=entry.pk).update(retired_at=NOON)

    page = client.post(edit_of(entry), form(entry, body="An hour of typing."))

    for words in (
        "An hour of typing.</textarea>",
        "is out of use.",
        "Bring it back</button>",
        "Make it a new entry</button>",
    ):
        assertContains(page, words, status_code=409)
    assertContains(client.get(edit_of(entry)), "An hour of typing.</textarea>")

    new = reverse("repertoire:new", args=[entry.domain.slug])
    sent = form(entry, body="An hour of typing.", act="preview")
    assertContains(client.post(new, sent), "An hour of typing.</textarea>")


def test_restoring_meets_what_was_changed_meanwhile_like_any_change(
    client, entry, veteran
):
    change_by_another(entry, BODY.replace("one", "two"))
    entry.refresh_from_db()
    opened = entry.current
    revising.revise(
        entry=entry,
        membership=make_full(domain=entry.domain, name="Jun Sato"),
        base=opened,
        text=Text(entry.title, entry.meaning, opened.body.replace("two", "three")),
        at=NOON,
    )

    page = client.post(edit_of(entry), form(entry, body=BODY, base=opened.pk))

    assertContains(page, "Carry <ins>three</ins> per trip.", status_code=409)
    assertContains(page, "Carry <ins>one</ins> per trip.", status_code=409)


def test_restoring_opens_the_form_with_the_old_text(client, entry, veteran):
    change_by_another(entry, "Other words.")

    page = client.get(edit_of(entry, "?from=1"))

    assertContains(page, "Rinse it.")
    assertContains(page, "Back to version 1")
    assert client.get(edit_of(entry, "?from=9")).status_code == 404


def test_an_entry_out_of_use_cannot_be_edited(client, entry, veteran):
    Entry.objects.filter(pk=entry.pk).update(retired_at=NOON)

    response = client.get(edit_of(entry), follow=True)

    assertContains(response, "Bring it back first.")
