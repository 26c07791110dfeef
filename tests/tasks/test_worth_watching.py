"""Narration: pictures in the log, stretches worth watching, and finished neighbours."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.refusal import Refused
from members.models import Notification
from tasks import highlighting, narrating
from tasks.models import Claim, LogEntry, Picture, Stretch, Task
from tests.domain.test_pictures import WHERE, a_png, chunk
from tests.makers import (
    HTMX,
    NOON,
    make_agent,
    make_claim,
    make_core,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def claim():
    return make_claim()


def a_log(claim, *bodies):
    return [
        narrating.note(
            task=claim.task,
            membership=claim.membership,
            body=body,
            at=NOON + timedelta(minutes=number),
        )
        for number, body in enumerate(bodies)
    ]


def sheet(content=None, name="sheet.png"):
    return SimpleUploadedFile(name, content or a_png(chunk(b"eXIf", WHERE)))


def add(client, claim, **given):
    address = reverse("tasks:log", args=[claim.task.domain.slug, claim.task_id])
    return client.post(address, {"body": "Look at the third line.", **given})


def test_a_note_shows_a_picture_without_where_it_was_taken(client, claim):
    client.force_login(claim.membership.member)

    add(client, claim, pictures=sheet(), words="The smudged third line")

    picture = Picture.objects.get()
    page = client.get(claim.task.get_absolute_url())
    assertContains(page, 'alt="The smudged third line"')
    assertContains(page, picture.get_absolute_url())
    shown = client.get(picture.get_absolute_url())
    content = b"".join(shown.streaming_content)
    assert content == a_png()
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pictures": sheet()}, "Say what the picture shows."),
        (
            {"pictures": sheet(b"<svg/>", "a.png"), "words": "A map"},
            "a.png is no picture.",
        ),
    ],
)
def test_a_picture_needs_words_and_to_be_one(client, claim, given, said):
    client.force_login(claim.membership.member)
    for value in given.values():
        getattr(value, "seek", lambda _: None)(0)

    page = add(client, claim, **given)

    assertContains(page, said, status_code=422)
    assertContains(page, "Look at the third line.", status_code=422)
    assert not LogEntry.objects.exists()


def test_a_note_that_does_not_come_about_leaves_no_file(claim, kept):
    with pytest.raises(Refused):
        narrating.note(
            task=claim.task,
            membership=make_membership(domain=claim.task.domain),
            body="A note.",
            pictures=[sheet()],
            words="A sheet",
            at=NOON,
        )

    assert [path for path in kept.rglob("*") if path.is_file()] == []


def test_a_picture_of_a_members_only_community_is_for_members(client, claim):
    narrating.note(
        task=claim.task,
        membership=claim.membership,
        body="A note.",
        pictures=[sheet()],
        words="A sheet",
        at=NOON,
    )
    claim.task.domain.visibility = "members"
    claim.task.domain.save()

    assert client.get(Picture.objects.get().get_absolute_url()).status_code == 404


def test_a_veteran_marks_a_stretch_and_takes_it_back(client, claim):
    veteran = make_full(domain=claim.task.domain, name="Amara Okoye")
    first, _between, last = a_log(claim, "One.", "Two.", "Three.")
    client.force_login(veteran.member)
    slug, pk = claim.task.domain.slug, claim.task_id

    marked = client.post(
        reverse("tasks:mark", args=[slug, pk]),
        {"first": first.pk, "last": last.pk, "why": "How a smudge is read."},
    )

    stretch = Stretch.objects.get()
    assertRedirects(marked, claim.task.url_of_note(first.pk))
    page = client.get(claim.task.get_absolute_url())
    assertContains(page, "Worth watching from here, says Amara Okoye.")
    assertContains(page, "How a smudge is read.")
    assert Notification.objects.get(member=claim.membership.member).quote == stretch.why

    back = reverse("tasks:unmark", args=[slug, pk, stretch.pk])
    log = client.post(back, headers={**HTMX, "HX-Target": "log"})
    assertNotContains(log, "Worth watching from here")
    assert not Stretch.objects.exists()


def mark(claim, by, first, last):
    return highlighting.mark(
        task=claim.task, membership=by, first=first, last=last, at=NOON
    )


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def test_who_may_not_mark(claim):
    domain = claim.task.domain
    first, last = a_log(claim, "One.", "Two.")
    newcomer = make_membership(domain=domain)
    agent = make_full(domain=domain, member=make_agent())

    for who in (newcomer, agent):
        assert refusal(lambda who=who: mark(claim, who, first, last)) == (
            "not_yours_to_mark"
        )
    assert refusal(lambda: mark(claim, make_full(), first, last)) == "elsewhere"


def test_a_stretch_runs_forward_and_through_one_log(claim):
    veteran = make_full(domain=claim.task.domain)
    first, last = a_log(claim, "One.", "Two.")
    other = a_log(make_claim(task=make_task(domain=claim.task.domain)), "Else.")[0]

    assert refusal(lambda: mark(claim, veteran, last, first)) == "backwards"
    assert refusal(lambda: mark(claim, veteran, first, other)) == "elsewhere"


def test_only_whoever_marked_it_or_an_organizer_takes_it_back(claim):
    domain = claim.task.domain
    note = a_log(claim, "One.")[0]
    stretch = mark(claim, make_full(domain=domain), note, note)

    def take_back(who):
        highlighting.take_back(stretch=stretch, membership=who)

    assert refusal(lambda: take_back(make_full(domain=domain))) == "marked_already"
    take_back(make_core(domain=domain, is_organizer=True))
    assert not Stretch.objects.exists()


def finished(domain, title, *notes, **given):
    claim = make_claim(task=make_task(domain=domain, title=title, **given))
    written = a_log(claim, *notes)
    claim.ended_at, claim.ending = NOON, Claim.Ending.DONE
    claim.save()
    submission = make_submission(
        claim=claim, outcome="recognised", settled_at=NOON, narration="First the blank."
    )
    make_verdict(submission=submission, looked_at="The blank, then the drift.")
    Task.objects.filter(pk=claim.task_id).update(state="done", closed_at=NOON)
    return claim, written


def test_an_open_task_shows_how_finished_neighbours_were_done(client):
    domain = make_domain()
    finished(domain, "Sort the photographs")
    finished(domain, "Read the gauge")
    claim, notes = finished(domain, "Check the drift", "Nothing.", "See the drift.")
    elsewhere = domain.areas.order_by("place")[1]
    finished(domain, "Phone the lock-keeper", area=elsewhere)
    highlighting.mark(
        task=claim.task,
        membership=make_full(domain=domain),
        first=notes[1],
        last=notes[1],
        at=NOON,
    )
    newcomer = make_membership(domain=domain)
    client.force_login(newcomer.member)

    page = client.get(make_task(domain=domain).get_absolute_url())

    text = page.content.decode()
    assert text.index("Check the drift") < text.index("Read the gauge")
    assertNotContains(page, "Sort the photographs")
    assertNotContains(page, "Phone the lock-keeper")
    assert text.index("See the drift.") < text.index("Nothing.")
    for words in ("worth watching", "First the blank.", "The blank, then the drift."):
        assertContains(page, words)
