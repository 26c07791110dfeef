import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from repertoire import revising
from repertoire.text import Text
from tests.makers import HTMX, NOON, make_entry, make_full

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(domain):
    entry = make_entry(
        domain=domain, title="Field blank", slug="field-blank", body="Carry one."
    )
    author = make_full(domain=domain, name="Bea Holt")
    for body in ("Carry one, two below 5 °C.", "Carry two."):
        base = entry.revisions.living().newest_first()[0]
        revising.revise(
            entry=entry,
            membership=author,
            base=base,
            text=Text(entry.title, f"Water. {body}", body),
            why="winter",
            at=NOON,
        )
    return entry


def page_of(entry, name, *more):
    at = [entry.domain.slug, entry.shelf, entry.slug, *more]
    return reverse(f"repertoire:{name}", args=at)


def test_history_says_who_and_why(client, entry):
    page = client.get(page_of(entry, "history"))

    assertContains(page, "3 versions")
    assertContains(page, "Bea Holt", count=2)
    assertContains(page, "winter", count=2)
    assertContains(page, "(Active)")


def test_two_versions_are_compared_whichever_is_picked_first(client, entry):
    response = client.get(page_of(entry, "history"), {"a": "3", "b": "1"})

    assertRedirects(response, page_of(entry, "diff", 1, 3))


def test_a_difference_is_shown_word_by_word(client, entry):
    page = client.get(page_of(entry, "diff", 1, 2))

    assertContains(page, "<h1>Version 1 → 2</h1>")
    assertContains(page, "<ins>, two below 5 °C</ins>")
    assertContains(page, "newer")
    assertContains(page, page_of(entry, "diff", 1, 2) + "?view=inline")
    assertNotContains(page, "Restore version")


def test_what_moved_is_told_on_both_sides_each_with_a_way_to_the_other(client, domain):
    first, second = "Carry one field blank on every trip.", "Rinse the bottle twice."
    entry = make_entry(domain=domain, body=f"{first}\n\n{second}\n\nLabel it all.")
    revising.revise(
        entry=entry,
        membership=make_full(domain=domain),
        base=entry.current,
        text=Text(
            entry.title,
            entry.meaning,
            f"{second}\n\nLabel it all.\n\n{first.replace('one', 'two')}",
        ),
        at=NOON,
    )

    for view in ("", "?view=inline"):
        page = client.get(page_of(entry, "diff", 1, 2) + view)
        assertContains(page, '<a class="meta" href="#is_5">Moved: paragraph 3 now</a>')
        assertContains(page, '<a class="meta" href="#was_1">Moved: paragraph 1 before')
        assertContains(page, 'id="was_1"')
        assertContains(page, 'id="is_5"')
        assertContains(page, "<del>one</del>")
        assertContains(page, "<ins>two</ins>")


def test_versions_far_apart_say_whose_both_are(client, entry):
    page = client.get(page_of(entry, "diff", 1, 3))

    assertContains(page, "From version 1 (")
    assertContains(page, "to version 3 (Bea Holt, ")


def test_a_body_that_did_not_change_says_so(client, entry):
    entry.refresh_from_db()
    revising.revise(
        entry=entry,
        membership=make_full(domain=entry.domain),
        base=entry.current,
        text=Text(entry.title, "Other.", entry.current.body),
        at=NOON,
    )

    page = client.get(page_of(entry, "diff", 3, 4))

    assertContains(page, "No word of the body differs.")


def test_versions_on_different_pages_of_the_history_can_be_compared(
    client, entry, monkeypatch
):
    monkeypatch.setattr("repertoire.views.history.A_PAGE", 2)

    page = client.get(page_of(entry, "history"))

    assertContains(page, 'name="a" type="number" min="1" max="3"')


def test_every_version_but_the_living_one_can_be_restored(client, entry, newcomer):
    page = client.get(page_of(entry, "diff", 1, 2))

    assertContains(page, "Restore version 1")
    assertContains(page, "Restore version 2")
    assertNotContains(client.get(page_of(entry, "diff", 2, 3)), "Restore version 3")


def test_in_line_is_a_piece_of_the_same_page(client, entry):
    address = page_of(entry, "diff", 2, 3) + "?view=inline"

    piece = client.get(address, headers={**HTMX, "HX-Target": "comparison"})

    assertContains(piece, 'class="diff"')
    assertContains(piece, "older")
    assertNotContains(piece, "<h1")


def test_members_may_restore(client, entry, newcomer):
    page = client.get(page_of(entry, "diff", 1, 2))

    assertContains(page, page_of(entry, "edit") + "?from=1")


@pytest.mark.parametrize(("a", "b"), [(1, 9), (0, 1), (3, 1)])
def test_versions_that_are_not_there_are_not_found(client, entry, a, b):
    assert client.get(page_of(entry, "diff", a, b)).status_code == 404
