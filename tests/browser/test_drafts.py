"""What is typed stays: with a dead network, after signing out, in a window closed too soon."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from members.models import Draft
from tests.makers import make_domain, make_entry, make_full

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = "Carry two field blanks when it freezes."


@pytest.fixture
def entry():
    return make_entry(
        domain=make_domain(slug="river-watch"), title="Field blank", slug="field-blank"
    )


@pytest.fixture
def amara(entry, open_window):
    window = open_window(make_full(domain=entry.domain).member, expected=(401,))
    window.visit(edit_of(entry))
    return window


def edit_of(entry):
    at = [entry.domain.slug, entry.shelf, entry.slug]
    return reverse("repertoire:edit", args=at)


def body(window):
    return window.page.locator("textarea[name=body]")


def state(window, words):
    window.page.locator("#draft_state").get_by_text(words).wait_for()


def errors_are_meant(window):
    """What htmx says of answers that did not come, or were no."""
    meant = ("console: htmx:", "console: Response Status Error Code 401")
    window.complaints[:] = [
        complaint
        for complaint in window.complaints
        if not any(words in complaint for words in meant)
    ]


def test_what_the_network_swallowed_is_sent_when_it_is_back(amara):
    amara.context.set_offline(True)
    body(amara).fill(TYPED)
    state(amara, "Not saved yet; kept in this browser")

    amara.context.set_offline(False)
    state(amara, "Draft saved")

    errors_are_meant(amara)
    assert Draft.objects.get().fields["body"] == TYPED
    assert amara.page.evaluate("localStorage.length") == 0


def test_what_the_network_swallowed_is_offered_after_the_window_was_closed(
    amara, entry
):
    amara.context.set_offline(True)
    body(amara).fill(TYPED)
    state(amara, "Not saved yet")
    # Gone before the network is back, as if the window were.
    amara.page.evaluate("htmx.remove(document.querySelector('form[data-draft]'))")
    amara.context.set_offline(False)
    amara.page.on("dialog", lambda dialog: dialog.accept())

    amara.visit(edit_of(entry))
    amara.wait_for("This browser kept something you typed here")
    amara.look_over()
    amara.press("button", "Put it in the form")

    errors_are_meant(amara)
    assert body(amara).input_value() == TYPED
    state(amara, "Draft saved")


def test_what_was_saved_is_not_offered_again(amara, entry):
    body(amara).fill(TYPED)
    amara.press("button", "Save")
    amara.wait_for(TYPED)

    amara.visit(edit_of(entry))

    assert not amara.page.locator("#kept_here").is_visible()
    assert amara.page.evaluate("localStorage.length") == 0


def test_whoever_is_signed_out_while_typing_is_told_and_keeps_all(amara):
    Session.objects.all().delete()
    body(amara).fill(TYPED)
    state(amara, "You are signed out.")

    amara.press("button", "Save")

    errors_are_meant(amara)
    assert amara.path.startswith("/accounts/login")
    assert amara.sees("What you typed is kept")
