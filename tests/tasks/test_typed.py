"""What is typed into notes, and into what grows out of them, stays until it is sent."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from members import drafting
from members.models import Draft
from repertoire.models import Entry
from tasks import claiming, narrating
from tasks.models import LogEntry
from tests.makers import HTMX, make_full, make_task

pytestmark = pytest.mark.django_db

TYPED = "An hour of typing."


@pytest.fixture
def veteran(client):
    membership = make_full(name="Amara Osei")
    client.force_login(membership.member)
    return membership


@pytest.fixture
def task(veteran):
    task = make_task(domain=veteran.domain)
    claiming.claim(task=task, membership=veteran, at=timezone.now())
    return task


def log_of(task):
    return reverse("tasks:log", args=[task.domain.slug, task.pk])


def draft(body, window="0000000a", **given):
    return {"body": body, "act": "draft", "window": window, **given}


def test_a_note_is_kept_until_it_is_added(client, task):
    target = {**HTMX, "HX-Target": "draft_state"}
    piece = client.post(log_of(task), draft(TYPED), headers=target)
    again = client.get(task.get_absolute_url())
    client.post(log_of(task), {"body": TYPED, "window": "0000000a"})

    assertContains(piece, "Draft saved")
    assertNotContains(piece, "<h1")
    assertContains(again, f"{TYPED}</textarea>")
    assertContains(again, "This is what you were writing")
    assert LogEntry.objects.get().body == TYPED
    assert not Draft.objects.exists()


def test_a_note_kept_can_be_let_go(client, task):
    client.post(log_of(task), draft(TYPED))
    kept = Draft.objects.get()

    recalled = f"{kept.key}@{kept.saved_at.isoformat()}"
    client.post(log_of(task), {"act": "forget", "recalled": recalled})

    assert not Draft.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_note_sent_signed_out_is_in_the_form_after_signing_in(client, task, veteran):
    client.logout()

    response = client.post(
        log_of(task), {"body": TYPED, "hand": drafting.hand_of(veteran.member)}
    )
    client.force_login(veteran.member)

    assert response.url.endswith("?next=" + task.get_absolute_url())
    assertContains(client.get(task.get_absolute_url()), f"{TYPED}</textarea>")
    assert not LogEntry.objects.exists()


def test_others_see_no_note_that_is_being_typed(client, task, veteran):
    client.post(log_of(task), draft(TYPED))

    client.force_login(make_full(domain=veteran.domain).member)

    assertNotContains(client.get(task.get_absolute_url()), TYPED)


@pytest.mark.parametrize(("becomes", "field"), [("entry", "body"), ("story", "told")])
def test_what_grows_out_of_a_note_is_kept_until_it_is_sent(
    client, task, veteran, becomes, field
):
    note = narrating.note(
        task=task, membership=veteran, body="Drift again.", at=timezone.now()
    )
    at = [task.domain.slug, task.pk, "note", note.pk]
    address = reverse("tasks:grow", args=at) + f"?as={becomes}"
    typed = {"kind": "term", "title": "Drift", field: TYPED, "window": "0000000a"}

    client.post(address, {**typed, "act": "draft"})
    again = client.get(address)
    anew = client.get(address + "&fresh")
    client.logout()
    hand = drafting.hand_of(veteran.member)
    client.post(address, {**typed, field: "Later.", "hand": hand})
    client.force_login(veteran.member)
    taken_up = client.get(address)
    client.post(address, {**typed, "act": "save"})

    assertContains(again, f"{TYPED}</textarea>")
    assertNotContains(anew, f"{TYPED}</textarea>")
    assertContains(taken_up, "Later.</textarea>")
    assert Entry.objects.get().title == "Drift"
    assert [kept.fields[field] for kept in Draft.objects.all()] == ["Later."]
