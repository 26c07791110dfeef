import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.models import Domain
from repertoire.models import Entry, EntryLink, Revision
from tasks.models import Citation, LogEntry
from tests.makers import HTMX, make_entry, make_full, make_task, make_verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(domain):
    return make_entry(
        domain=domain,
        title="Field blank",
        slug="field-blank",
        body="A field blank is carried along with every [[lock spike]].",
    )


def page_of(entry, name="entry", *more):
    at = [entry.domain.slug, entry.shelf, entry.slug, *more]
    return reverse(f"repertoire:{name}", args=at)


def note(entry, words, *, task=None):
    task = task or make_task(domain=entry.domain)
    author = make_full(domain=entry.domain, name="Kofi Mensah")
    log_entry = LogEntry.objects.create(
        task=task, author=author, body=words, written_at=timezone.now()
    )
    return Citation.objects.create(
        domain=entry.domain,
        entry=entry,
        task=task,
        member=author,
        log_entry=log_entry,
        cited_at=timezone.now(),
    )


def test_an_entry_says_what_it_means_and_how_it_stands(client, entry):
    page = client.get(page_of(entry))

    assertContains(page, '<h1 id="entry_title" lang="en">Field blank</h1>')
    assertContains(page, entry.meaning)
    assertContains(page, "Used in")
    assertContains(page, "nothing yet")
    assertContains(page, 'class="wanted"')


def test_a_term_is_not_explained_on_its_own_page(client, entry):
    assertNotContains(client.get(page_of(entry)), 'class="term"')


def test_another_term_is(client, entry):
    make_entry(domain=entry.domain, title="Lock spike", slug="lock-spike")
    entry.domain.__class__.objects.update(vocabulary_version=2)

    page = client.get(page_of(entry))

    assertContains(
        page,
        'class="term" href="' + page_of(entry).replace("field-blank", "lock-spike"),
    )


def test_sentences_heard_in_practice_are_gathered(client, entry):
    note(entry, "Started late. First the **field blank**, then the sample. Cold.")
    review = make_verdict(works="Your field blanks are labelled as they should be.")
    Citation.objects.create(
        domain=entry.domain,
        entry=entry,
        task=review.submission.task,
        member=review.reviewer,
        review=review,
        cited_at=timezone.now(),
    )

    page = client.get(page_of(entry))

    assertContains(page, "First the field blank, then the sample.")
    assertContains(page, "Kofi Mensah")
    assertContains(page, f"reviewing {review.submission.author.name}")
    assertNotContains(page, "Started late")
    assertContains(page, "2 tasks, 1 review")


def test_an_old_address_leads_to_the_new_one(client, entry):
    Entry.objects.filter(pk=entry.pk).update(
        slug="trip-blank", former_slugs=["field-blank"]
    )

    response = client.get(page_of(entry))

    entry.refresh_from_db()
    assertRedirects(response, page_of(entry), status_code=301)


def test_what_is_not_there_is_not_found(client, entry):
    assert client.get(page_of(entry).replace("field-blank", "x")).status_code == 404
    assert client.get(page_of(entry).replace("field", "lock")).status_code == 404
    assert client.get(page_of(entry).replace("vocabulary", "shoes")).status_code == 404


def test_pointing_at_a_term_gets_its_card_from_the_same_address(client, entry):
    note(entry, "First the field blank.")

    card = client.get(page_of(entry), headers={**HTMX, "HX-Target": "term_card"})

    assertContains(card, entry.meaning)
    assertContains(card, "First the field blank.")
    assertContains(card, "1 task")
    assertNotContains(card, "<h1")


def test_the_card_is_a_page_too(client, entry):
    page = client.get(page_of(entry, "card"))

    assertContains(page, "The whole entry")
    assertContains(page, "<title>Field blank")


def test_uses_are_listed_newest_first(client, entry):
    task = make_task(domain=entry.domain, title="Check the September outliers")
    note(entry, "field blank", task=task)

    page = client.get(page_of(entry, "uses"))

    assertContains(page, "Check the September outliers")
    assertContains(page, "In the work log")


def test_confirming_without_javascript(client, entry, veteran):
    response = client.post(page_of(entry, "confirm"))

    assertRedirects(response, page_of(entry))
    entry.refresh_from_db()
    assert entry.confirmed_by == veteran


def test_confirming_swaps_how_it_stands(client, entry, veteran):
    piece = client.post(
        page_of(entry, "confirm"), headers={**HTMX, "HX-Target": "standing"}
    )

    assertContains(piece, "Noted, thank you")
    assertContains(piece, "Amara Osei")
    assertNotContains(piece, "<h1")


def test_out_of_use_and_back_again(client, entry, veteran):
    client.post(page_of(entry, "retire"))
    assertContains(client.get(page_of(entry)), "Out of use since")

    client.post(page_of(entry, "bring_back"))
    assertNotContains(client.get(page_of(entry)), "Out of use since")


def test_newcomers_may_edit_and_not_tend(client, entry, newcomer):
    page = client.get(page_of(entry))
    response = client.post(page_of(entry, "retire"))

    assertContains(page, page_of(entry, "edit"))
    assertNotContains(page, "Still true")
    assertContains(response, "keep the repertoire true", status_code=409)


def test_visitors_read_and_sign_in_to_tend(client, entry):
    assertNotContains(client.get(page_of(entry)), page_of(entry, "edit"))
    assert client.post(page_of(entry, "confirm")).status_code == 302


def test_a_proposed_entry_shows_what_is_proposed(client, entry, newcomer):
    Revision.objects.filter(entry=entry).update(
        state="proposed", number=None, author=newcomer
    )
    Entry.objects.filter(pk=entry.pk).update(current=None)

    page = client.get(page_of(entry))

    assertContains(page, "Maya Lindt proposed this")
    assertContains(page, "is carried along with every")


@pytest.mark.parametrize(
    ("name", "queries"), [("entry", 15), ("card", 9), ("uses", 11), ("history", 10)]
)
def test_the_pages_cost_the_same_however_much_it_is_used(
    client, entry, name, queries, django_assert_num_queries
):
    client.force_login(make_full(domain=entry.domain).member)
    use_much(entry, range(3))
    client.get(page_of(entry))

    with django_assert_num_queries(queries):
        client.get(page_of(entry, name))
    use_much(entry, range(3, 30))
    with django_assert_num_queries(queries):
        client.get(page_of(entry, name))


def use_much(entry, numbers):
    for number in numbers:
        note(entry, f"First the field blank, {number}.")
        other = make_entry(domain=entry.domain)
        EntryLink.objects.create(source=entry, target=other)
        for given in ({"number": number + 2}, {"state": "proposed"}):
            Revision.objects.create(
                entry=entry,
                author=make_full(domain=entry.domain),
                author_zone=3,
                title="Field blank",
                written_at=timezone.now(),
                **given,
            )


LONG = "# Why\n\nSo.\n\n## At home\n\nRinse.\n\n### Twice\n\nYes.\n\n# When\n\nNow."


def test_a_long_text_says_what_stands_where(client, entry):
    Revision.objects.filter(entry=entry).update(body=LONG)

    page = client.get(page_of(entry))

    assertContains(page, '<nav class="mt-4" aria-label="On this page">')
    contents = page.text[page.text.index('<ul class="toc') :].split("</nav>")[0]
    assert re.sub(r'<a href="#text-([^"]+)">[^<]*</a>', r"\1", contents) == (
        '<ul class="toc sub mt-2"><li>why<ul><li>at-home<ul><li>twice</li></ul></li>'
        "</ul></li><li>when</li></ul></details>"
    )


def test_a_short_text_needs_no_contents(client, entry):
    Revision.objects.filter(entry=entry).update(body="# Why\n\n## How\n\nSo.")

    assertNotContains(client.get(page_of(entry)), "On this page")


@pytest.mark.parametrize(("language", "code"), [("german", "de"), ("simple", "")])
def test_the_text_says_in_which_language_it_is(client, entry, language, code):
    Domain.objects.update(language=language)

    page = client.get(page_of(entry))

    assertContains(page, f'<div class="prose mt-5" lang="{code}">')
    assertContains(page, f'<h1 id="entry_title" lang="{code}">')
