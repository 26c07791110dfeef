import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from repertoire import rendering
from tests.makers import make_domain, make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    domain = make_domain(slug="river-watch")
    make_entry(
        domain=domain, title="Field blank", slug="field-blank", aliases=["blank"]
    )
    make_entry(
        domain=domain,
        title="Blank",
        slug="blank",
        meaning="A sheet nobody has filled in.",
    )
    return domain


def address(domain, name):
    return f"{reverse('repertoire:choice', args=[domain.slug])}?name={name}"


def test_a_shared_name_leads_to_every_meaning(domain):
    html = rendering.reader_of(domain).markdown("Two blanks.")

    page = Client().get(address(domain, "Blank"))

    assert f'<a class="term asks" href="{address(domain, "Blank")}">blanks</a>' in html
    assertContains(page, "A sheet nobody has filled in.")
    assertContains(page, 'href="/c/river-watch/repertoire/vocabulary/field-blank/"')
    assertContains(page, 'href="/c/river-watch/repertoire/vocabulary/blank/"')


def test_the_card_is_the_same_choice(domain):
    card = Client().get(
        address(domain, "blank"),
        headers={"HX-Request": "true", "HX-Target": "term_card"},
    )

    assertContains(card, "A sheet nobody has filled in.")
    assertNotContains(card, "<h1")


def test_a_name_that_has_been_settled_leads_to_its_entry(domain):
    page = Client().get(address(domain, "field%20BLANK"))

    assertRedirects(page, "/c/river-watch/repertoire/vocabulary/field-blank/")


@pytest.mark.parametrize("name", ["", "nothing", "x" * 400, "%00"])
def test_a_name_nobody_has_is_not_found(domain, name):
    assert Client().get(address(domain, name)).status_code == 404


def test_no_entry_is_cited_until_one_is_linked(domain):
    reader = rendering.reader_of(domain)
    ids = reader.lexicon.ids

    assert reader.entries_in("Two blanks, one blank") == []
    assert reader.entries_in("[[vocabulary/blank]]") == [
        (ids["vocabulary/blank"], True)
    ]


def test_a_title_is_linked_before_another_entrys_alias(domain):
    reader = rendering.reader_of(domain)

    assert reader.entries_in("[[blank]]") == [
        (reader.lexicon.ids["vocabulary/blank"], True)
    ]


def test_a_link_to_an_alias_of_two_asks(domain):
    for number in range(2):
        make_entry(
            domain=domain, title=f"Kit {number}", slug=f"kit-{number}", aliases=["Set"]
        )
    domain.vocabulary_version += 1
    reader = rendering.reader_of(domain)

    assert reader.entries_in("the [[set]]") == []
    assert 'class="term asks"' in reader.markdown("the [[set]]")


@pytest.mark.parametrize("meanings", [2, 6])
def test_the_page_costs_the_same_however_many_meanings(
    domain, meanings, django_assert_num_queries
):
    for number in range(meanings):
        make_entry(
            domain=domain, title=f"Jar {number}", slug=f"jar-{number}", aliases=["jar"]
        )
    domain.vocabulary_version += 1
    domain.save(update_fields=["vocabulary_version"])
    Client().get(address(domain, "jar"))

    with django_assert_num_queries(2):
        Client().get(address(domain, "jar"))
