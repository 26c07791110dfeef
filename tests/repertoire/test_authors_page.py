import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from repertoire import authors, revising
from repertoire.authorship import authorship
from repertoire.models import Revision
from repertoire.text import Text
from tests.makers import NOON, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

ONE = "Carry one field blank on every trip you make."
TWO = "Rinse the bottle twice before you fill it here."


@pytest.fixture
def entry(domain):
    entry = make_entry(
        domain=domain, title="Field blank", slug="field-blank", meaning="", body=ONE
    )
    amara = make_full(domain=domain, name="Amara Osei")
    revise(entry, amara, f"{ONE}\n\n{TWO}", "bottles too")
    bea = make_full(domain=domain, name="Bea Holt")
    revise(entry, bea, f"{ONE}\n\n{TWO.replace('twice', 'once')}", "once is enough")
    return entry


def revise(entry, author, body, why=""):
    entry.refresh_from_db()
    return revising.revise(
        entry=entry,
        membership=author,
        base=entry.current,
        text=Text(entry.title, entry.meaning, body),
        why=why,
        at=NOON,
    )


def authors_of(entry):
    at = [entry.domain.slug, entry.shelf, entry.slug]
    return reverse("repertoire:authors", args=at)


def test_each_paragraph_says_who_wrote_it_when_and_why_and_who_mended_it(client, entry):
    page = client.get(authors_of(entry))

    for words in (
        "Who wrote “Field blank”",
        TWO.replace("twice", "once"),
        "bottles too",
        "Mended by Bea Holt",
        "Amara Osei 44 %",
        "Bea Holt 6 %",
    ):
        assertContains(page, words)
    at = [entry.domain.slug, entry.shelf, entry.slug]
    assertContains(page, reverse("repertoire:diff", args=[*at, 1, 2]))


def test_paragraphs_of_one_version_stand_together(client, entry):
    revise(entry, make_full(domain=entry.domain), f"{ONE}\n\n{TWO}\n\nA.\n\nB.", "more")

    assertContains(client.get(authors_of(entry)), "A.\n\nB.</div>")


def test_history_leads_there_and_it_leads_back(client, entry):
    at = [entry.domain.slug, entry.shelf, entry.slug]
    history = reverse("repertoire:history", args=at)

    assertContains(client.get(history), authors_of(entry))
    assertContains(client.get(authors_of(entry)), history)


def test_what_was_never_taken_in_has_no_authors_yet(client, domain):
    entry = revising.write(
        domain=domain,
        membership=make_membership(domain=domain),
        kind="term",
        text=Text("Lock spike", "A jump.", ""),
        at=NOON,
    )

    assert client.get(authors_of(entry)).status_code == 404


def test_what_was_written_stays_text(client, entry):
    revise(entry, make_full(domain=entry.domain), "<b>bold</b>")

    assertNotContains(client.get(authors_of(entry)), "<b>bold</b>")


@pytest.mark.parametrize("is_kept", [True, False])
def test_it_asks_no_more_often_with_many_versions(client, entry, is_kept):
    def queries():
        client.get(authors_of(entry))
        if not is_kept:
            caches["quick"].clear()
        with CaptureQueriesContext(connection) as asked:
            client.get(authors_of(entry))
        return len(asked)

    few = queries()
    Revision.objects.bulk_create(
        Revision(
            entry=entry,
            number=number,
            author=make_full(domain=entry.domain),
            author_zone=3,
            title="Field blank",
            body=f"{ONE}\n\nParagraph {number}.",
            written_at=NOON,
        )
        for number in range(4, 40)
    )

    assert queries() == few


def test_it_is_worked_out_once_for_each_version(client, entry, monkeypatch):
    worked_out = []

    def work_out(versions):
        worked_out.append(len(versions))
        return authorship(versions)

    monkeypatch.setattr(authors, "authorship", work_out)

    for _ in range(2):
        assertContains(client.get(authors_of(entry)), "bottles too")
    revise(entry, make_full(domain=entry.domain), "Other words.")
    newer = client.get(authors_of(entry))

    assert worked_out == [3, 4]
    assertContains(newer, "Other words.")


def test_without_redis_it_is_worked_out_each_time(client, entry, settings):
    away = {**settings.CACHES["quick"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "quick": away}

    assertContains(client.get(authors_of(entry)), "bottles too")
