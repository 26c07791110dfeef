"""What htmx swaps: focus goes where the news is, and is never lost."""

import pytest
from django.utils import timezone

from tasks import claiming
from tests.browser.windows import PHONE
from tests.makers import make_domain, make_full, make_membership, make_task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def domain():
    return make_domain(slug="river-watch")


@pytest.fixture
def task(domain):
    return make_task(domain=domain, observer_seats=2)


@pytest.fixture
def maya(domain, open_window):
    member = make_membership(domain=domain).member
    return open_window(member, expected=(409, 422))


def comes_into_focus(window, words):
    window.page.wait_for_function(
        "words => document.activeElement.innerText?.includes(words)", arg=words
    )


def claim_button(window):
    return window.page.locator(".rows").get_by_role("button", name="Claim")


def test_a_claim_on_the_board_says_until_when(maya, task):
    maya.visit("/c/river-watch/tasks/")
    claim_button(maya).click()

    comes_into_focus(maya, "You have it until")


def test_a_seat_somebody_was_quicker_to_take_says_so(maya, task, domain):
    maya.visit("/c/river-watch/tasks/")
    quicker = make_full(domain=domain)
    claiming.claim(task=task, membership=quicker, at=timezone.now())
    claim_button(maya).click()

    comes_into_focus(maya, "Someone took this seat a moment ago.")


def test_a_seat_is_taken_and_put_back(maya, task):
    maya.visit(task.get_absolute_url())
    maya.press("button", "Claim")
    comes_into_focus(maya, "You have it until")
    maya.page.get_by_text("Put it back").first.click()
    maya.press("button", "Put it back")

    maya.page.get_by_role("button", name="Claim", exact=True).wait_for()
    assert maya.focused()


def test_an_observer_keeps_the_place_of_the_button(maya, task):
    maya.visit(task.get_absolute_url())
    maya.press("button", "Observe")
    maya.page.get_by_role("button", name="Stop observing").wait_for()

    assert maya.focused()


def test_a_note_without_words_brings_up_the_problem(maya, task):
    maya.visit(task.get_absolute_url())
    maya.press("button", "Claim")
    comes_into_focus(maya, "You have it until")
    maya.press("button", "Add", within=maya.page.locator("#log"))

    comes_into_focus(maya, "There is a problem")


def test_a_filter_stays_in_focus_and_in_the_address(maya, task):
    maya.visit("/c/river-watch/tasks/")
    maya.page.get_by_label("With an observer seat").check()
    maya.page.wait_for_url("**/tasks/?*show=observe*")

    assert maya.focused() == maya.page.evaluate(
        "document.querySelector('input[value=observe]').id"
    )


def test_on_a_whole_page_too_what_stands_in_the_way_comes_into_focus(
    maya, task, domain
):
    maya.visit("/c/river-watch/?front")
    quicker = make_full(domain=domain)
    claiming.claim(task=task, membership=quicker, at=timezone.now())
    maya.press("button", f"Claim: {task.title}")

    comes_into_focus(maya, "Someone took this seat a moment ago.")


def test_the_header_of_a_phone_stays_on_one_line(domain, open_window):
    window = open_window(width=PHONE)
    window.visit("/c/river-watch/")

    header = window.page.locator(".top-row").bounding_box()
    assert header["height"] <= 64
    assert not window.page.get_by_role("link", name="Create account").is_visible()
