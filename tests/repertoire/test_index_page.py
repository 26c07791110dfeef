from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from domain.models import Domain
from repertoire.models import Entry, EntryLink, Revision
from tasks.models import Citation
from tests.makers import (
    HTMX,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db


def index(domain, query=""):
    return reverse("repertoire:index", args=[domain.slug]) + query


def cite(entry, *, task=None, at=None):
    return Citation.objects.create(
        domain=entry.domain,
        entry=entry,
        task=task or make_task(domain=entry.domain),
        member=entry.written_by,
        cited_at=at or timezone.now(),
    )


def test_a_visitor_sees_what_is_in_use_and_may_not_add(client, domain):
    entry = make_entry(domain=domain, title="Two-bank rule")
    make_entry(domain=domain, title="Forgotten word")
    cite(entry)

    page = client.get(index(domain))

    assertContains(page, "<h1>Repertoire</h1>")
    assertContains(page, "Two-bank rule")
    assertNotContains(page, "Forgotten word")
    assertContains(page, "1 task")
    assertContains(page, f'href="{index(domain, "?kind=vocabulary")}"')
    assertNotContains(page, "Add an entry")


def test_members_only_communities_show_strangers_nothing(client):
    domain = make_domain(visibility=Domain.Visibility.MEMBERS)

    assert client.get(index(domain)).status_code == 404


def test_each_kind_has_its_shelf(client, domain):
    make_entry(domain=domain, title="Field blank")
    make_entry(domain=domain, title="Kit list", kind=Entry.Kind.TOOL)

    page = client.get(index(domain, "?kind=tools"))

    assertContains(page, "Kit list")
    assertNotContains(page, "Field blank")
    assertContains(page, "1 entry")


def test_search_finds_names_other_words_and_meanings(client, domain):
    make_entry(domain=domain, title="Field blank", meaning="", aliases=["trip blank"])
    make_entry(domain=domain, title="Grab sample", meaning="Water taken at once.")

    assertContains(client.get(index(domain, "?q=trip")), "Field blank")
    assertContains(client.get(index(domain, "?q=waters")), "Grab sample")


def test_htmx_gets_the_shelf_alone(client, domain):
    make_entry(domain=domain, title="Field blank")

    piece = client.get(
        index(domain, "?q=blank"), headers={**HTMX, "HX-Target": "shelf"}
    )

    assertContains(piece, "Field blank")
    assertNotContains(piece, "<h1>")
    assert "HX-Target" in piece["Vary"]


def test_what_nobody_has_can_be_written(client, domain, newcomer):
    source = make_entry(domain=domain)
    EntryLink.objects.create(source=source, wanted="lock spike")

    assertContains(client.get(index(domain)), "?title=lock%20spike")
    assertContains(client.get(index(domain, "?q=lock+spike")), "Write the entry")


def test_an_empty_repertoire_asks_for_the_first_word(client, domain, newcomer):
    assertContains(
        client.get(index(domain)), "What do you keep explaining to newcomers?"
    )


def test_newcomers_changes_and_proposals_are_shown(client, domain, newcomer):
    entry = make_entry(domain=domain, title="Kit list")
    common = {
        "entry": entry,
        "author": newcomer,
        "author_zone": 1,
        "written_at": timezone.now(),
    }
    Revision.objects.create(
        **common, number=2, title="Kit list", is_mend=True, why="a typo"
    )
    Revision.objects.create(**common, title="Kit list, third edition", state="proposed")

    page = client.get(index(domain))

    assertContains(page, "a typo")
    assertContains(page, "Waiting to be taken in")
    assertContains(page, "Kit list, third edition")


def test_what_nobody_uses_any_more_is_listed(client, domain):
    old = timezone.now() - timedelta(days=400)
    make_entry(domain=domain, title="Lead line", written_at=old, changed_at=old)
    used = make_entry(
        domain=domain, title="Secchi disc", written_at=old, changed_at=old
    )
    cite(used)

    assertContains(client.get(index(domain)), "Nobody uses this one any more (1)")
    page = client.get(index(domain, "?unused=1"))
    assertContains(page, "Lead line")
    assertNotContains(page, "Secchi disc")


@pytest.mark.parametrize("query", ["", "?kind=vocabulary", "?q=word", "?changed=30d"])
@pytest.mark.parametrize("entries", [3, 30])
def test_the_page_costs_the_same_however_much_there_is(
    client, veteran, query, entries, django_assert_num_queries
):
    domain = veteran.domain
    task = make_task(domain=domain)
    for number in range(entries):
        author = make_membership(domain=domain)
        entry = make_entry(domain=domain, title=f"Word {number}", written_by=author)
        Revision.objects.filter(entry=entry).update(written_at=timezone.now())
        Entry.objects.filter(pk=entry.pk).update(changed_at=timezone.now())
        EntryLink.objects.create(source=entry, wanted=f"Wish {number}")
        Revision.objects.create(
            entry=entry,
            author=make_full(domain=domain),
            author_zone=3,
            title="More",
            state="proposed",
            written_at=timezone.now(),
        )
        cite(entry, task=task)

    with django_assert_num_queries(12 if query == "" else 9):
        client.get(index(domain, query))
