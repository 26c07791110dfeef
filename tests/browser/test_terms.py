"""A term explains itself to a mouse, to keys and to a finger, and without script."""

import pytest
from playwright.sync_api import expect

from tests.browser.windows import PHONE
from tests.makers import make_domain, make_entry, make_task


@pytest.fixture
def task(transactional_db):
    domain = make_domain(slug="river-watch")
    for title, meaning in [
        ("Field blank", "Clean water carried along."),
        ("Sheet", "One page of readings."),
    ]:
        make_entry(
            domain=domain,
            title=title,
            slug=title.lower().replace(" ", "-"),
            meaning=meaning,
            aliases=["blank"],
        )
    return make_task(domain=domain, brief="Carry two field blanks, then rinse a blank.")


def test_pointing_at_a_term_or_reaching_it_by_keys_explains_it(task, open_window):
    window = open_window()
    window.visit(task.get_absolute_url())
    card = window.page.locator("#term_card")
    term = window.page.get_by_role("link", name="field blanks", exact=True)

    term.hover()
    expect(card).to_contain_text("Clean water carried along.")
    expect(term).to_have_attribute("aria-describedby", "term_card")
    window.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(term).not_to_have_attribute("aria-describedby", "term_card")
    window.page.mouse.move(0, 0)
    term.focus()
    expect(card).to_be_visible()


def test_a_first_tap_explains_and_a_second_follows(task, open_window):
    window = open_window(width=PHONE, touched=True)
    window.visit(task.get_absolute_url())
    card = window.page.locator("#term_card")
    term = window.page.get_by_role("link", name="field blanks", exact=True)

    term.tap()
    expect(card).to_contain_text("Clean water carried along.")
    window.page.get_by_role("heading", level=1).tap()
    expect(card).to_be_hidden()
    term.tap()
    expect(card).to_be_visible()
    term.tap()

    window.page.wait_for_url("**/vocabulary/field-blank/")


def test_a_shared_name_asks_in_the_card_and_on_a_page(task, open_window):
    window = open_window()
    window.visit(task.get_absolute_url())
    term = window.page.locator("a.asks")

    term.hover()
    card = window.page.locator("#term_card")
    expect(card.get_by_role("link")).to_have_text(["Field blank", "Sheet"])
    card.get_by_role("link", name="Sheet").click()
    window.page.wait_for_url("**/vocabulary/sheet/")

    without = open_window(scripts=False)
    without.visit(task.get_absolute_url())
    without.page.locator("a.asks").click()
    expect(without.page.get_by_role("heading", level=1)).to_have_text("Which “blank”?")
    window.visit(without.page.url)
    window.look_over()
