"""Writing an entry: a section on its own, its preview, what is pasted, a picture."""

import pytest
from django.urls import reverse

from repertoire.models import Picture
from tests.domain.test_pictures import a_png
from tests.makers import make_domain, make_entry, make_full

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "Carry one.\n\n## At home\n\nRinse it.[^1]\n\n## At the river\n\nPour it.\n\n## In the lab\n\n[^1]: Twice."
COPIED = (
    '<p>See <a href="https://example.org/how">how</a>.<script>alert(1)</script></p>'
)
PLAIN = "See how."
MARKDOWN = "See [how](https://example.org/how)."

PASTE = """(field, [html, plain]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/html', html);
  clipboardData.setData('text/plain', plain);
  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def entry():
    return make_entry(
        domain=make_domain(slug="river-watch"),
        title="Field blank",
        slug="field-blank",
        body=BODY,
    )


@pytest.fixture
def amara(entry, open_window):
    return open_window(make_full(domain=entry.domain).member)


def edit(window, entry):
    at = [entry.domain.slug, entry.shelf, entry.slug]
    window.visit(reverse("repertoire:edit", args=at))
    return window.page.locator("textarea[name=body]")


def comes_to(field, text):
    field.page.wait_for_function(
        "([field, text]) => field.value === text", arg=[field.element_handle(), text]
    )


def test_a_section_is_found_edited_previewed_and_saved(amara, entry):
    amara.visit(entry.get_absolute_url())
    contents = amara.page.get_by_role("navigation", name="On this page")
    assert contents.get_by_role("link", name="At the river").is_visible()
    amara.look_over()

    amara.press("link", "Edit: At home")
    field = amara.page.locator("textarea[name=body]")
    assert field.input_value() == "## At home\n\nRinse it.[^1]"
    field.fill("## At home\n\nRinse it **well**.[^1]")
    amara.press("button", "Preview")
    amara.page.locator("#preview strong").wait_for()
    assert amara.page.locator("#preview .footnotes").inner_text().startswith("Twice.")
    amara.look_over()
    amara.press("button", "Save")
    amara.wait_for("Rinse it well.")

    entry.refresh_from_db()
    assert entry.current.body == BODY.replace("Rinse it.", "Rinse it **well**.")


def test_what_is_pasted_keeps_its_links_and_can_be_undone(amara, entry):
    field = edit(amara, entry)
    field.fill("Before.  After.")
    field.evaluate("field => field.setSelectionRange(8, 8)")

    field.evaluate(PASTE, [COPIED, PLAIN])
    comes_to(field, f"Before. {MARKDOWN} After.")
    amara.page.locator("#draft_state").get_by_text("Draft saved").wait_for()
    amara.page.keyboard.press("Control+z")
    comes_to(field, f"Before. {PLAIN} After.")
    amara.page.keyboard.press("Control+z")
    comes_to(field, "Before.  After.")


def test_what_is_pasted_plainly_or_without_the_network_stays_plain(amara, entry):
    field = edit(amara, entry)
    field.fill("")
    asked = []
    amara.page.on("request", lambda request: asked.append(request.url))
    amara.page.keyboard.down("Control")
    amara.page.keyboard.down("Shift")
    assert field.evaluate(PASTE, [COPIED, PLAIN]) is None
    amara.page.keyboard.up("Shift")
    amara.page.keyboard.up("Control")
    assert not [url for url in asked if url.endswith("/paste/")]

    amara.page.route("**/paste/", lambda route: route.abort())
    with amara.page.expect_event("requestfailed"):
        field.evaluate(PASTE, [COPIED, PLAIN])
    comes_to(field, PLAIN)


def test_a_picture_comes_where_the_cursor_is(settings, tmp_path, amara, entry):
    settings.MEDIA_ROOT = tmp_path
    field = edit(amara, entry)
    field.fill("Before.\n\nAfter.")
    field.evaluate("field => field.setSelectionRange(9, 9)")
    amara.page.get_by_text("Add a picture").click()
    amara.page.get_by_label("Picture", exact=True).set_input_files(
        {"name": "jar.png", "mimeType": "image/png", "buffer": a_png()}
    )
    amara.fill("What it shows", "A jar")

    amara.press("button", "Add the picture")
    amara.page.get_by_text("It is in the text:").wait_for()

    shown = f"![A jar]({Picture.objects.get().get_absolute_url()})"
    comes_to(field, f"Before.\n\n{shown}\n\nAfter.")
    amara.look_over()
