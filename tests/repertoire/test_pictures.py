"""Pictures in entries: taken in while writing, shown to whoever may read."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from domain.models import Domain
from members.models import Draft
from repertoire import illustrating, legitimacy, markup
from repertoire.models import Picture
from tests.domain.test_pictures import WHERE, a_png, chunk
from tests.makers import HTMX, make_domain, make_entry

pytestmark = pytest.mark.django_db

SHOWN = a_png(chunk(b"tEXt", WHERE))


@pytest.fixture(autouse=True)
def _kept_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def entry(domain):
    return make_entry(domain=domain, slug="field-blank", body="# Why\n\nCarry one.")


def edit_of(entry):
    return reverse("repertoire:edit", args=[entry.domain.slug, entry.shelf, entry.slug])


def given(entry, content=SHOWN, shows="A jar [on] ice", **more):
    file = SimpleUploadedFile("jar.png", content, content_type="text/html")
    return {
        "title": entry.title,
        "meaning": "",
        "body": entry.current.body,
        "base": entry.current.pk,
        "act": "picture",
        "picture": file,
        "shows": shows,
        **more,
    }


def markdown_of(picture, words=r"A jar \[on\] ice"):
    return f"![{words}]({picture.get_absolute_url()})"


def test_without_javascript_it_stands_below_the_text(client, entry, newcomer):
    page = client.post(edit_of(entry), given(entry))

    picture = Picture.objects.get()
    assertContains(page, f"Carry one.\n\n{markdown_of(picture)}</textarea>")
    assertContains(page, "It is in the text:")
    assert (picture.words, picture.media_type) == ("A jar [on] ice", "image/png")
    assert picture.added_by == newcomer
    assert Draft.objects.get().fields["body"].endswith(markdown_of(picture))
    with picture.file.open() as kept:
        assert WHERE not in kept.read()


def test_with_javascript_the_page_is_told_what_to_put_in(client, entry, veteran):
    piece = client.post(
        edit_of(entry), given(entry), headers={**HTMX, "HX-Target": "picture"}
    )

    assertContains(piece, f'data-insert="{markdown_of(Picture.objects.get())}"')
    assertNotContains(piece, "textarea")
    assert Draft.objects.get().fields["body"] == entry.current.body


def test_into_one_section_and_into_what_is_new(client, entry, veteran, domain):
    in_section = given(entry, section="why", body="# Why")
    page = client.post(edit_of(entry), in_section)
    assertContains(page, f"# Why\n\n{markdown_of(Picture.objects.get())}</textarea>")

    for name, field in (("new", "body"), ("tell", "told")):
        address = reverse(f"repertoire:{name}", args=[domain.slug])
        page = client.post(address, {**given(entry), field: "Look:"})
        shown = markdown_of(Picture.objects.latest("pk"))
        assertContains(page, f"Look:\n\n{shown}</textarea>")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"shows": " "}, "Say what the picture shows."),
        ({"content": b"<svg onload=alert(1)>"}, "jar.png is no picture."),
        ({"content": b""}, "jar.png is empty."),
        ({"picture": ""}, "Choose a picture."),
    ],
)
def test_what_cannot_be_shown_says_so_at_the_field(
    client, entry, veteran, wrong, sentence
):
    page = client.post(edit_of(entry), given(entry, **wrong))

    field = "shows" if "shows" in wrong else "picture"
    assertContains(page, f'id="id_{field}_error"', status_code=422)
    assertContains(page, sentence, status_code=422)
    assertContains(page, "Carry one.</textarea>", status_code=422)
    assert not Picture.objects.exists()


def test_a_day_has_room_for_so_many(client, entry, veteran, monkeypatch):
    monkeypatch.setattr(legitimacy, "MOST_PICTURES_A_DAY", 1)
    client.post(edit_of(entry), given(entry))

    page = client.post(edit_of(entry), given(entry))

    assertContains(page, "Add the next one tomorrow.", status_code=422)
    assert Picture.objects.count() == 1


def test_who_may_read_the_community_sees_it_and_nobody_else(client, entry, veteran):
    client.post(edit_of(entry), given(entry))
    address = Picture.objects.get().get_absolute_url()
    client.logout()

    seen = client.get(address)

    assert b"".join(seen.streaming_content) == a_png()
    assert seen["Content-Type"] == "image/png"
    assert seen["Content-Security-Policy"] == "default-src 'none'; sandbox"

    Domain.objects.update(visibility=Domain.Visibility.MEMBERS)
    assert client.get(address).status_code == 404
    client.force_login(veteran.member)
    assert b"".join(client.get(address).streaming_content) == a_png()
    other = make_domain()
    assert (
        client.get(re.sub("/c/[^/]+/", f"/c/{other.slug}/", address)).status_code == 404
    )


def test_visitors_add_none(client, entry):
    assert client.post(edit_of(entry), given(entry)).status_code == 302
    assert not Picture.objects.exists()


def test_it_is_shown_in_the_entry_and_one_from_elsewhere_is_a_link(
    client, entry, veteran
):
    client.post(edit_of(entry), given(entry))
    shown = markdown_of(Picture.objects.get())
    body = f"{shown}\n\n![far](https://example.org/x.png)"
    client.post(edit_of(entry), given(entry, act="save", body=body, picture=""))

    entry.refresh_from_db()
    page = client.get(entry.get_absolute_url())

    assertContains(page, 'alt="A jar [on] ice"')
    assertContains(page, '<a href="https://example.org/x.png"')
    assert page.text.count("<img") == 1


def test_words_with_signs_stay_words():
    picture = Picture(words=r"a\] *b* <c> `d`", pk=1, domain=Domain(slug="r"))
    html = markup.render(illustrating.markdown_of(picture), anchor_prefix="t").html

    assert r'alt="a\] *b* &lt;c&gt; `d`"' in html


def test_the_same_picture_is_kept_once_and_said_in_the_words_of_who_shows_it(
    client, entry, veteran, tmp_path
):
    client.post(edit_of(entry), given(entry))

    page = client.post(edit_of(entry), given(entry, a_png(), "The jar again"))

    picture = Picture.objects.get()
    assert picture.words == "A jar [on] ice"
    assertContains(page, f"{markdown_of(picture, 'The jar again')}</textarea>")
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 1


def test_two_who_add_the_same_at_once_lead_to_one(
    client, entry, veteran, tmp_path, monkeypatch
):
    client.post(edit_of(entry), given(entry))
    found = QuerySet.first
    answers = iter([None])

    def not_yet(asked):
        kept = found(asked)
        return next(answers, kept) if isinstance(kept, Picture) else kept

    monkeypatch.setattr(QuerySet, "first", not_yet)
    page = client.post(edit_of(entry), given(entry))

    picture = Picture.objects.get()
    assertContains(page, f"{markdown_of(picture)}</textarea>")
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 1
