import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from repertoire import retelling, stories
from repertoire.models import Entry
from repertoire.stories import Story
from tasks import citing
from tests.makers import NOON, make_entry, make_full, make_membership, make_task

pytestmark = pytest.mark.django_db

TOLD = Story(
    who="@maya",
    happened="3 October 2026",
    told="The third nitrate was smudged.\n\n```\n## When it happened\n```",
    went_wrong="Nobody had a second sheet.",
    taught="Leave it open.",
    touches="[[field blank]], #12",
)


def test_what_is_written_down_is_told_apart_again():
    body = stories.written(TOLD)

    again, telling = stories.told_apart(body)

    assert again == TOLD
    assert telling.startswith("## What happened\n\nThe third nitrate")
    assert "## What went wrong" in telling
    assert "3 October" not in telling
    assert stories.written(Story(told="Only this.")) == "## What happened\n\nOnly this."


def test_what_stands_elsewhere_belongs_to_the_telling():
    body = "Once.\n\n## who was there ##\n\n@maya\n\n## Later\n\nMore."

    story, telling = stories.told_apart(body)

    assert story == Story(who="@maya")
    assert telling == "Once.\n\n## Later\n\nMore."


def test_a_story_is_asked_for_one_thing_at_a_time(client, domain, veteran):
    address = reverse("repertoire:tell", args=[domain.slug])
    assertContains(client.get(address), "What did it teach?")
    typed = {
        "title": "The smudge",
        "meaning": "A reading left open.",
        "told": "It was smudged.",
        "taught": "Leave it open.",
    }
    assert client.post(address, {**typed, "told": ""}).status_code == 422
    assertContains(client.post(address, {**typed, "act": "preview"}), "What happened")

    client.post(address, typed)

    story = Entry.objects.get(kind=Entry.Kind.STORY)
    assert story.current.body == (
        "## What happened\n\nIt was smudged.\n\n## What it taught\n\nLeave it open."
    )
    assert client.post(address, typed).status_code == 409


def test_a_newcomers_story_is_proposed(client, domain, newcomer):
    address = reverse("repertoire:tell", args=[domain.slug])
    page = client.post(address, {"title": "Once", "told": "So it was."}, follow=True)

    assertContains(page, "until then it waits here")


def told_on(domain, story, *, by, area=None):
    task = make_task(domain=domain, area=area or domain.areas.first())
    citing.cite(
        task=task,
        text=f"As in [[{story.title}]].",
        member=by,
        log_entry=task.log.create(author=by, body="x", written_at=NOON),
        at=NOON,
    )


@pytest.fixture
def story(domain):
    entry = make_entry(domain=domain, kind=Entry.Kind.STORY, title="The smudge")
    domain.vocabulary_version += 1
    domain.save()
    return entry


def is_canonical(story):
    story.refresh_from_db()
    return story.canonical_at is not None


def test_three_who_tell_a_story_on_make_it_one_told_here(
    client, domain, story, newcomer
):
    told_on(domain, story, by=story.written_by)
    for _ in range(2):
        told_on(domain, story, by=make_membership(domain=domain))
    assert not is_canonical(story)
    start = reverse("domain:start", args=[domain.slug])
    path = reverse("domain:path", args=[domain.slug])
    assertNotContains(client.get(start), "A story told here")

    told_on(domain, story, by=make_full(domain=domain))

    assert is_canonical(story)
    assertContains(client.get(start), story.get_absolute_url())
    assertContains(client.get(path), "Stories told here")
    assertContains(client.get(story.get_absolute_url()), "A story told here")


def test_so_do_two_areas(domain, story):
    by = make_membership(domain=domain)
    for area in domain.areas.all():
        told_on(domain, story, by=by, area=area)

    assert is_canonical(story)


def test_what_is_no_story_is_not_told(domain):
    entry = make_entry(domain=domain)
    retelling.note(entries=[entry.pk], at=NOON)
    assert not is_canonical(entry)
