from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.makers import (
    HTMX,
    NOON,
    make_coinage,
    make_domain,
    make_entry,
    make_full,
    make_likeness,
    make_name_use,
)

pytestmark = pytest.mark.django_db


def address(domain, name="words", *args):
    return reverse(f"repertoire:{name}", args=[domain.slug, *args])


@pytest.fixture
def entry(domain):
    entry = make_entry(
        domain=domain, title="Field blank", slug="field-blank", aliases=["trip blank"]
    )
    make_name_use(entry=entry, name="Field blank", said=3, people=2)
    return entry


@pytest.fixture
def pair(domain, entry):
    other = make_entry(domain=domain, title="Travel bottle", slug="travel-bottle")
    return make_likeness(entries=(entry, other))


def test_a_word_is_shown_with_what_speaks_for_it(client, newcomer, domain):
    make_coinage(domain=domain)

    page = client.get(address(domain))

    assertContains(
        page, "Said 14 times by 5 people in 9 texts; in ordinary text not more"
    )
    assertContains(page, "once in 2,000,000 words")
    assertContains(page, '<p class="say say-sm">A lock spike.</p>', html=True)
    assertContains(page, '<a href="/t/1/">Weir walk</a>', html=True)
    assertContains(page, "?title=lock%20spike&amp;kind=vocabulary")
    assertNotContains(page, "Not a word of ours")


def test_visitors_are_asked_to_sign_in(client, domain):
    assert client.get(address(domain)).status_code == 302


def test_what_has_got_an_entry_meanwhile_is_left_out(client, newcomer, domain):
    make_coinage(domain=domain)
    make_entry(domain=domain, title="Lock-spike", slug="lock-spike")

    assertNotContains(client.get(address(domain)), "Said 14 times")


def test_a_full_member_says_it_is_no_word_of_ours_and_is_remembered(
    client, veteran, domain
):
    coinage = make_coinage(domain=domain)

    response = client.post(address(domain, "set_aside", coinage.pk))

    coinage.refresh_from_db()
    assertRedirects(response, address(domain))
    assert coinage.set_aside_by == veteran
    page = client.get(address(domain))
    assertNotContains(page, "Said 14 times")
    assertContains(page, "Amara Osei")
    client.post(address(domain, "bring_back_word", coinage.pk))
    assertContains(client.get(address(domain)), "Said 14 times")


def test_with_htmx_the_list_comes_back(client, veteran, domain):
    coinage = make_coinage(domain=domain)

    piece = client.post(
        address(domain, "set_aside", coinage.pk),
        headers={**HTMX, "HX-Target": "in_use"},
    )

    assertContains(piece, 'id="in_use"')
    assertNotContains(piece, "<h1")


@pytest.mark.parametrize("deed", ["set_aside", "bring_back_word"])
def test_newcomers_do_not_settle_words(client, newcomer, domain, deed):
    coinage = make_coinage(domain=domain)

    response = client.post(address(domain, deed, coinage.pk))

    coinage.refresh_from_db()
    assert (response.status_code, coinage.set_aside_at) == (409, None)


def test_words_of_another_community_are_not_found(client, veteran, domain):
    coinage = make_coinage(domain=make_domain())

    assert client.post(address(domain, "set_aside", coinage.pk)).status_code == 404


def test_an_alias_more_people_say_is_made_the_title_in_one_click(
    client, veteran, domain, entry
):
    use = make_name_use(
        entry=entry, name="trip blank", said=9, people=4, speakers=[veteran.pk]
    )
    page = client.get(address(domain))

    client.post(address(domain, "entitle", use.pk))

    entry.refresh_from_db()
    assertContains(page, "More people say “trip blank”.")
    assert (entry.title, entry.slug) == ("trip blank", "trip-blank")
    assert entry.aliases == ["Field blank"]
    assert entry.former_slugs == ["field-blank"]
    assert entry.current.body
    assertNotContains(client.get(address(domain)), "More people say")


def test_the_title_is_kept_and_nobody_is_asked_again(client, veteran, domain, entry):
    use = make_name_use(entry=entry, name="trip blank", said=9, people=4)

    client.post(address(domain, "keep", use.pk))

    page = client.get(address(domain))
    assertContains(page, "9 times, by 4")
    assertNotContains(page, "More people say")
    entry.refresh_from_db()
    assert entry.title == "Field blank"


def test_a_name_that_is_none_any_more_is_refused(client, veteran, domain, entry):
    use = make_name_use(entry=entry, name="trip blank", said=9, people=4)
    type(entry).objects.update(aliases=[])

    assert client.post(address(domain, "entitle", use.pk)).status_code == 409


@pytest.mark.parametrize("deed", ["entitle", "keep"])
def test_newcomers_do_not_settle_names(client, newcomer, domain, entry, deed):
    use = make_name_use(entry=entry, name="trip blank", said=9, people=4)

    assert client.post(address(domain, deed, use.pk)).status_code == 409
    entry.refresh_from_db()
    assert entry.title == "Field blank"


def test_two_entries_are_made_one(client, veteran, domain, pair):
    assertContains(client.get(address(domain)), "Both stand near: bridge.")

    client.post(address(domain, "unite", pair.pk), {"stays": pair.second.pk})

    first, second = pair.first, pair.second
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.retired_at is not None
    assert first.title in second.aliases
    assertNotContains(client.get(address(domain)), "Both stand near")


def test_two_entries_are_told_apart(client, veteran, domain, pair):
    client.post(address(domain, "tell_apart", pair.pk))

    pair.refresh_from_db()
    assert pair.settled_by == veteran
    assert pair.first.retired_at is None
    assertNotContains(client.get(address(domain)), "Both stand near")


@pytest.mark.parametrize("deed", ["unite", "tell_apart"])
def test_newcomers_do_not_settle_pairs(client, newcomer, domain, pair, deed):
    assert client.post(address(domain, deed, pair.pk)).status_code == 409


@pytest.mark.parametrize("rows", [1, 6])
def test_the_page_costs_the_same_however_much_was_said(
    client, veteran, domain, rows, django_assert_max_num_queries
):
    for number in range(rows):
        make_coinage(domain=domain, words=f"zword{'a' * number}")
        entry = make_entry(
            domain=domain, title=f"Kit {number}", slug=f"kit-{number}", aliases=["set"]
        )
        make_name_use(
            entry=entry, name=entry.title, said=5, people=3, speakers=[veteran.pk]
        )
        make_name_use(
            entry=entry,
            name="set",
            said=9,
            people=4,
            speakers=[make_full(domain=domain).pk],
        )
        make_coinage(
            domain=domain,
            words=f"aside {number}",
            set_aside_by=veteran,
            set_aside_at=NOON,
        )
    client.get(address(domain))

    with django_assert_max_num_queries(16):
        client.get(address(domain))


def test_an_empty_community_is_told_what_it_takes(client, newcomer, domain):
    assertContains(client.get(address(domain)), "Nothing stands out.")


def test_another_language_is_told_honestly(client, newcomer, domain):
    type(domain).objects.update(language="german")

    assertContains(client.get(address(domain)), "There is no list of ordinary text")


def test_old_words_are_remembered_to_be_old(domain):
    coinage = make_coinage(domain=domain, heard_at=NOON - timedelta(days=1))

    assert coinage.in_words == 2_000_000
