import re

import pytest
from django.urls import reverse

from domain.models import Domain
from repertoire.models import Entry
from repertoire.views import book
from tests.makers import make_entry, make_full, make_task

pytestmark = pytest.mark.django_db


def address(domain, shelf=None, page=None):
    name = "repertoire:book_shelf" if shelf else "repertoire:book"
    path = reverse(name, args=[domain.slug, *([shelf] if shelf else [])])
    return f"{path}?page={page}" if page else path


def write(domain, title, body, kind=Entry.Kind.TERM, **given):
    slug = title.lower().replace(" ", "-")
    return make_entry(
        domain=domain, title=title, slug=slug, body=body, kind=kind, **given
    )


def test_a_small_repertoire_is_one_book_by_shelf_and_alphabet(client, domain):
    write(domain, "Turbidity", "How clear it is.")
    write(domain, "blank", "Clean water.")
    write(domain, "Pump", "Prime it.", kind=Entry.Kind.TOOL)

    page = client.get(address(domain)).text

    assert re.findall(r'<h3 id="([^"]+)"', page) == [
        "vocabulary-blank",
        "vocabulary-turbidity",
        "tools-pump",
    ]
    contents = page[page.index('id="contents"') : page.index('<section class="sheet')]
    assert re.findall(r'href="#([^"]+)"', contents) == [
        "vocabulary",
        "vocabulary-blank",
        "vocabulary-turbidity",
        "tools",
        "tools-pump",
    ]


def test_links_lead_within_the_book_and_every_anchor_is_there_once(client, domain):
    write(domain, "Blank", "# Why\n\nSee [[Pump]], [[lid]].[^1]\n\n[^1]: Or not.")
    write(
        domain, "Pump", "# Why\n\nA blank first.[^1]\n\n[^1]: Always.", Entry.Kind.TOOL
    )

    page = client.get(address(domain)).text

    prose = "".join(
        re.findall(r'<div class="prose mt-3"[^>]*>.*?</div>', page, re.DOTALL)
    )
    assert '<a class="entry" href="#tools-pump">Pump</a>' in prose
    assert '<a class="term" href="#vocabulary-blank">blank</a>' in prose
    assert "<h4 id=" in prose
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_what_is_out_of_use_or_only_proposed_is_not_in_the_book(client, domain):
    retired = write(domain, "Old", "Gone.")
    proposed = write(domain, "New", "Perhaps.")
    Entry.objects.filter(pk=retired.pk).update(retired_at=retired.written_at)
    Entry.objects.filter(pk=proposed.pk).update(current=None)

    page = client.get(address(domain))

    assert "No words written down yet." in page.text
    assert client.get(address(domain, "vocabulary")).status_code == 404


def test_a_large_repertoire_is_read_in_parts(client, domain, monkeypatch):
    monkeypatch.setattr(book, "A_PART", 2)
    for title in ("Delta", "alpha", "Charlie", "bravo", "Echo"):
        write(domain, title, f"{title} is this.")
    write(domain, "Pump", "Prime it.", kind=Entry.Kind.TOOL)

    contents = client.get(address(domain)).text
    second = client.get(address(domain, "vocabulary", 2)).text

    parts = re.findall(r'<li><a href="([^"]+)">from “([^”]+)”', contents)
    assert parts == [
        (address(domain, "vocabulary", 1), "alpha"),
        (address(domain, "vocabulary", 2), "Charlie"),
        (address(domain, "vocabulary", 3), "Echo"),
        (address(domain, "tools", 1), "Pump"),
    ]
    assert "alpha is this" not in contents
    assert re.findall(r'<h3 id="([^"]+)"', second) == [
        "vocabulary-charlie",
        "vocabulary-delta",
    ]
    assert "Page 2 of 3" in second


def test_a_part_is_no_longer_than_a_server_can_bear(client, domain, monkeypatch):
    monkeypatch.setattr(book, "MOST_CHARACTERS", 30)
    write(domain, "Alpha", "Short enough to be read.")
    write(domain, "Bravo", "No longer short enough.")

    page = client.get(address(domain)).text

    assert "Short enough to be read." in page
    assert "No longer short enough." not in page
    assert "Its text is long: read it on its own page." in page


def test_a_private_book_is_for_members(client, domain):
    bea = make_full(domain=domain)
    write(domain, "Alpha", "First.")
    Domain.objects.update(visibility=Domain.Visibility.MEMBERS)

    assert client.get(address(domain)).status_code == 404
    client.force_login(bea.member)
    assert client.get(address(domain)).status_code == 200


@pytest.mark.parametrize("entries", [1, 6])
def test_the_book_costs_the_same_however_much_is_in_it(
    client, domain, entries, django_assert_num_queries
):
    author = make_full(domain=domain)
    for number in range(entries):
        task = make_task(domain=domain, raised_by=author)
        body = f"See #{task.pk}, @{author.handle}, [[Term {number + 1}]]."
        write(domain, f"Term {number}", body, written_by=author)

    client.get(address(domain))
    with django_assert_num_queries(5):
        client.get(address(domain))
