import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members.models import Draft
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
    assertContains(page, f'hx-post="{edit_of(entry)}"', count=2)


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

    assertContains(response, "Saved together with what Bea Holt changed meanwhile")
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
    assertContains(page, "Never rinse it.", status_code=409)
    assertContains(page, f'name="base" value="{theirs.pk}"', status_code=409)
    assert Draft.objects.get().fields["body"].endswith("Never rinse it.")

    client.post(edit_of(entry), form(entry, body="One text.", base=theirs.pk))

    entry.refresh_from_db()
    assert (entry.current.number, entry.current.body) == (3, "One text.")


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
