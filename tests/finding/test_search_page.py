"""The page of the one search."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cop.finding import matches, pace
from domain.models import Findable
from tasks.models import LogEntry
from tests.finding.test_asked import ODD
from tests.makers import (
    HTMX,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def slowly():
    caches["quick"].clear()


def search(client, words, headers=None, **asked):
    return client.get(
        reverse("cop:search"), {"q": words, **asked}, headers=headers or {}
    )


def test_the_best_entry_stands_on_top_when_it_is_called_so(client):
    domain = make_domain()
    author = make_full(domain=domain)
    told = make_task(
        domain=domain, raised_by=author, title="Field blank, field blank, field blank"
    )
    entry = make_entry(
        domain=domain,
        written_by=author,
        title="Field blank",
        aliases=["Travel blank"],
        meaning="Clean water carried along.",
    )

    by_name = search(client, "field  BLANK", **{"in": domain.slug})
    by_alias = search(client, "travel blank")
    below = search(client, "blank")

    box = f'<article class="card card-pad stack stack-2" aria-labelledby="called_{entry.pk}"'
    text = by_name.content.decode()
    assert text.index(box) < text.index(told.get_absolute_url())
    # Said once, with what it means.
    assert text.count(f'href="{entry.get_absolute_url()}"') == 1
    assertContains(by_name, "Clean water carried along.", 1)
    assertContains(by_alias, box)
    assertNotContains(below, box)


def test_one_word_may_be_called_by_several_entries(client):
    domain = make_domain()
    for kind in ("term", "tool"):
        make_entry(domain=domain, title="Blank", kind=kind, slug="blank")

    page = search(client, "blank")

    assert len(re.findall(r'aria-labelledby="called_\d+"', page.content.decode())) == 2


def test_each_kind_says_what_it_is_and_where_the_words_stand(client):
    domain = make_domain()
    author = make_full(domain=domain, name="Amara Okoye")
    make_entry(
        domain=domain,
        written_by=author,
        title="Weir gauge",
        body="Read it **below** the [sluice](https://example.org/a), not above.",
    )
    task = make_task(
        domain=domain, raised_by=author, brief="Photograph the sluice at noon."
    )
    note = LogEntry.objects.create(
        task=task,
        author=author,
        body="The sluice was `shut`, so the reading is low.",
        written_at=timezone.now(),
    )
    make_membership(domain=domain, name="Sluice Keeper")

    page = search(client, "sluice", **{"in": domain.slug})

    assertContains(page, "Read it below the <mark>sluice</mark>, not above.")
    assertContains(page, "dataset. Photograph the <mark>sluice</mark> at noon.")
    assertContains(page, "The <mark>sluice</mark> was shut, so the reading is low.")
    assertContains(page, task.url_of_note(note.pk))
    assertContains(page, "<mark>Sluice</mark> Keeper")
    for name, number in [("All", 4), ("Repertoire", 1), ("Tasks", 1), ("People", 1)]:
        assertContains(page, f'{name} <span class="meta">{number}</span>')


def test_marks_are_ours_alone(client):
    domain = make_domain()
    make_entry(
        domain=domain,
        title="Sluice <b>bold</b>",
        body="<script>alert('sluice')</script> \ue000not found\ue001 <mark>no</mark>",
    )

    page = search(client, "sluice")

    assertNotContains(page, "<b>bold")
    assertNotContains(page, "<script>alert")
    assertNotContains(page, "<mark>not found")
    assertNotContains(page, "<mark>no</mark>")
    assertContains(page, "<mark>Sluice</mark> &lt;b&gt;bold")


def test_narrowing_keeps_what_was_typed(client):
    domain = make_domain()
    make_task(domain=domain, title="Plot turbidity")
    make_entry(domain=domain, title="Turbidity gauge")

    tasks = search(client, "turbidity", type="tasks", **{"in": domain.slug})
    nowhere = search(client, "turbidity", area="data", **{"in": domain.slug})

    assertContains(tasks, "Plot <mark>turbidity</mark>")
    assertNotContains(tasks, "gauge")
    assertContains(tasks, f"?q=turbidity&amp;in={domain.slug}&amp;type=people")
    assertContains(nowhere, "Nothing for “turbidity”.")
    assertContains(nowhere, "Look everywhere")


def test_a_mistyped_word_is_asked_about(client):
    entry = make_entry(title="Turbidity")

    page = search(client, "turbidty")

    assertContains(page, "Did you mean")
    assertContains(page, entry.get_absolute_url())
    assertNotContains(search(client, "turbidity"), "Did you mean")


def test_a_member_may_write_what_is_missing_and_a_visitor_not(client):
    newcomer = make_membership()
    here = {"in": newcomer.domain.slug}

    visitors = search(client, "lock spike", **here)
    client.force_login(newcomer.member)
    members = search(client, "lock spike", **here)

    assertNotContains(visitors, "Write the entry")
    assertContains(members, "Write the entry")
    assertContains(members, "?title=lock%20spike")


def test_the_results_alone_are_swapped_while_one_types(client):
    make_entry(title="Turbidity")

    piece = search(client, "turb", headers={**HTMX, "HX-Target": "results"})

    text = piece.content.decode()
    assert text.strip().startswith('<section id="results"')
    assert "<mark>Turbidity</mark>" in text
    assert 'role="status">One result' in text


def test_results_are_paged_and_no_page_is_missing(client):
    domain = make_domain()
    author = make_full(domain=domain)
    for number in range(45):
        make_entry(domain=domain, written_by=author, title=f"Gauge number {number}")

    pages = [search(client, "gauge", page=page) for page in ("1", "2", "3", "9", "x")]

    found = [
        set(re.findall(r"vocabulary/(field-blank-\d+)/", p.content.decode()))
        for p in pages
    ]
    assert [len(titles) for titles in found] == [20, 20, 5, 5, 20]
    assert len(found[0] | found[1] | found[2]) == 45
    assertContains(pages[0], "Page 1 of 3")
    assertContains(pages[0], "?q=gauge&amp;page=2")


@pytest.mark.parametrize("typed", ODD, ids=range(len(ODD)))
def test_whatever_is_typed_there_is_an_answer(client, typed):
    for headers in ({}, {**HTMX, "HX-Target": "results"}):
        assert search(client, typed, headers=headers).status_code == 200


def test_what_cannot_be_looked_for_is_said(client):
    assertContains(search(client, ""), "Words of the repertoire")
    assertContains(search(client, "((("), "Type a word to look for")
    assertContains(search(client, "word " * 50), "That is long for a search.")


def test_a_search_that_takes_too_long_is_given_up_and_says_so(client, monkeypatch):
    make_entry(title="Turbidity")
    slow = "SELECT pg_sleep(5), ''"
    monkeypatch.setattr(matches, "PATIENCE", "50ms")
    monkeypatch.setattr(matches, "statement", lambda *_, **__: slow)

    page = search(client, "turbidity")

    assertContains(page, "That takes too long to look for.")


def test_people_search_as_fast_as_they_type_and_scripts_do_not(client, monkeypatch):
    monkeypatch.setattr(pace, "MOST_A_MINUTE", 2)
    newcomer = make_membership()

    visitors = [search(client, "x").status_code for _ in range(3)]
    client.force_login(newcomer.member)

    assert visitors == [200, 200, 429]
    assert search(client, "x").status_code == 200


def test_without_redis_everybody_may_search(client, settings):
    settings.CACHES = {
        **settings.CACHES,
        "quick": {
            **settings.CACHES["quick"],
            "LOCATION": "redis://127.0.0.1:1/0",
        },
    }

    assert search(client, "x").status_code == 200


@pytest.mark.parametrize("words", ["gauge", "guage", "gauge number"])
def test_a_page_asks_the_same_however_much_there_is(
    client, words, django_assert_max_num_queries
):
    newcomer = make_membership()
    domain = newcomer.domain
    client.force_login(newcomer.member)
    author = make_full(domain=domain, name="Gauge Keeper")

    def ask():
        with django_assert_max_num_queries(25) as asked:
            search(client, words, **{"in": domain.slug})
        return len(asked)

    asked = []
    for number in range(30):
        make_entry(domain=domain, written_by=author, title=f"Gauge number {number}")
        task = make_task(
            domain=domain, raised_by=author, title=f"Read gauge number {number}"
        )
        LogEntry.objects.create(
            task=task,
            author=author,
            body=f"Gauge number {number}",
            written_at=timezone.now() - timedelta(days=number),
        )
        if number in (3, 29):
            asked.append(ask())

    assert Findable.objects.filter(domain=domain).count() > 90
    assert asked[0] == asked[1]
