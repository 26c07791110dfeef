from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from members.models import Notification, Participation
from repertoire.models import Entry, Revision
from repertoire.text import Text
from tasks import growing, sources
from tasks.models import LogEntry, Origin, Point, Rereading, Stretch, Task, Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db

REMARK = "Carry a field blank, so that the trip itself can be told from the river."
PRAISE = "You left the smudged reading open instead of guessing."
TERM = {
    "kind": "term",
    "title": "Field blank",
    "meaning": "Clean water carried along.",
    "body": "Carry one per trip.",
    "aliases": "",
    "area": "",
    "act": "save",
}
STORY = {
    "title": "The day of the smudge",
    "meaning": "A reading left open saved a month.",
    "who": "@maya",
    "happened": "3 October 2026",
    "told": "The third nitrate was smudged.",
    "went_wrong": "Nobody had a second sheet.",
    "taught": "Leave it open.",
    "touches": "[[field blank]]",
    "act": "save",
}


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def maya(domain):
    return make_membership(domain=domain, name="Maya Lindt")


@pytest.fixture
def amara(domain):
    return make_full(domain=domain, name="Amara Okoye")


@pytest.fixture
def review(domain, maya, amara):
    """Maya's work came back with a remark, and was recognised in its second round."""
    submission = make_submission(task=make_task(domain=domain), membership=maya)
    review = make_verdict(Verdict.RETURNED, submission=submission, reviewer=amara)
    Point.objects.create(review=review, number=1, text=REMARK)
    submission.outcome, submission.settled_at = Verdict.RETURNED, NOON
    submission.save()
    return review


@pytest.fixture
def note(domain, amara):
    return LogEntry.objects.create(
        task=make_task(domain=domain),
        author=amara,
        body="I read the whole sheet once.",
        written_at=NOON,
    )


def grow(task, kind, source, becomes="entry", **more):
    address = reverse("tasks:grow", args=[task.domain.slug, task.pk, kind, source.pk])
    return f"{address}?" + "&".join(
        f"{name}={value}" for name, value in {"as": becomes, **more}.items()
    )


def remark(review):
    return grow(review.submission.task, "remark", review.points.get())


def grew():
    return Participation.objects.filter(key__startswith="grew:")


def test_a_newcomers_entry_out_of_a_remark_waits_and_credits_when_taken_in(
    client, domain, maya, amara, review
):
    client.force_login(maya.member)
    page = client.get(remark(review))
    assertContains(page, f"&gt; {REMARK}")
    assertContains(page, f"@{amara.handle}")

    answer = client.post(remark(review), TERM)

    entry = Entry.objects.get(domain=domain)
    assertRedirects(answer, entry.get_absolute_url())
    proposal = entry.revisions.get()
    assert proposal.state == Revision.State.PROPOSED
    assert proposal.because_path == review.submission.task.get_absolute_url()
    assert (proposal.origin.author, proposal.origin.words) == (amara, REMARK)
    assert not grew().exists()

    settler = make_full(domain=domain)
    client.force_login(settler.member)
    at = [domain.slug, entry.shelf, entry.slug, proposal.pk]
    client.post(reverse("repertoire:take_in", args=at), {"words": "Thank you."})

    line = grew().get()
    assert (line.giver, line.receiver) == (settler, amara)
    assert (line.kind, line.channel, line.amount) == ("taken_in", "work", 0.25)
    assert Notification.objects.filter(
        member=amara.member, key=f"grew:{proposal.pk}"
    ).exists()


def test_both_ends_lead_to_each_other(client, domain, amara, review):
    client.force_login(amara.member)
    client.post(remark(review), TERM)

    entry = Entry.objects.get()
    shown = client.get(entry.get_absolute_url())
    assertContains(shown, "Grew out of work")
    assertContains(shown, REMARK)
    assertContains(shown, f"#review_{review.pk}")
    said = client.get(review.submission.get_absolute_url())
    assertContains(said, "Became:")
    assertContains(said, entry.get_absolute_url())


def test_visitors_do_not_read_what_was_said_of_work_that_came_back(
    client, amara, review
):
    client.force_login(amara.member)
    client.post(remark(review), TERM)
    client.logout()

    shown = client.get(Entry.objects.get().get_absolute_url())

    assertContains(shown, amara.name)
    assertNotContains(shown, REMARK)
    assertNotContains(shown, "#review_")


def test_whoever_reads_it_blind_does_not_read_it_elsewhere(
    client, domain, amara, review
):
    client.force_login(amara.member)
    client.post(remark(review), TERM)
    reader = make_full(domain=domain)
    Rereading.objects.create(
        submission=review.submission,
        first=review,
        chosen_at=NOON,
        reader=reader,
        claimed_at=NOON,
        due_at=NOON + timedelta(days=365),
    )
    client.force_login(reader.member)

    assertNotContains(client.get(Entry.objects.get().get_absolute_url()), REMARK)
    assert client.get(remark(review)).status_code == 404


def test_a_waiting_works_reviews_are_nobodys_source_yet(client, domain, maya, amara):
    submission = make_submission(task=make_task(domain=domain), membership=maya)
    said = make_verdict(submission=submission, reviewer=amara)
    client.force_login(make_full(domain=domain).member)

    assert client.get(grow(submission.task, "review", said)).status_code == 404


def test_sources_are_of_their_task_and_for_members(client, maya, note):
    assert client.get(grow(note.task, "note", note)).status_code == 302
    client.force_login(maya.member)
    assert client.get(grow(note.task, "note", note)).status_code == 200
    assert client.get(grow(note.task, "note", note, "poem")).status_code == 404
    other = make_task(domain=note.task.domain)
    assert client.get(grow(other, "note", note)).status_code == 404


def test_what_a_review_said_of_work_in_use_is_for_everybody(
    client, domain, maya, amara
):
    submission = make_submission(task=make_task(domain=domain), membership=maya)
    submission.outcome, submission.settled_at = Verdict.RECOGNISED, NOON
    submission.save()
    said = make_verdict(submission=submission, reviewer=amara, works=PRAISE)
    client.force_login(make_full(domain=domain).member)
    client.post(grow(submission.task, "review", said), TERM)
    client.logout()

    shown = client.get(Entry.objects.get().get_absolute_url())

    assertContains(shown, PRAISE)
    assertContains(shown, f"#review_{said.pk}")
    assert grew().get().receiver == amara


def test_a_stretch_is_told_as_a_story(client, domain, maya, amara, note):
    last = LogEntry.objects.create(
        task=note.task,
        author=amara,
        body="Then once more backwards.",
        written_at=NOON + timedelta(minutes=5),
    )
    stretch = Stretch.objects.create(
        task=note.task, first=note, last=last, marked_by=amara, marked_at=NOON
    )
    client.force_login(maya.member)
    page = client.get(grow(note.task, "stretch", stretch, "story"))
    assertContains(page, "Then once more backwards.")
    client.force_login(make_full(domain=domain).member)

    client.post(grow(note.task, "stretch", stretch, "story"), STORY)

    story = Entry.objects.get(kind=Entry.Kind.STORY)
    assert "## What it taught\n\nLeave it open." in story.current.body
    assert story.current.origin.log_entry == note
    assert grew().get().receiver == amara
    page = client.get(story.get_absolute_url())
    assertContains(page, "Who was there")
    assertContains(page, "3 October 2026")
    assertContains(client.get(note.task.get_absolute_url()), "Became:")


def test_finished_work_is_added_to_an_entry(client, domain, maya, amara):
    submission = make_submission(
        task=make_task(domain=domain),
        membership=maya,
        narration="A field blank first, then the rest.",
    )
    task = submission.task
    entry = make_entry(domain=domain, title="Field blank", slug="field-blank")
    domain.__class__.objects.update(vocabulary_version=7)
    client.force_login(amara.member)
    assert client.get(grow(task, "work", submission)).status_code == 404
    submission.outcome, submission.settled_at = Verdict.RECOGNISED, NOON
    submission.save()
    Task.objects.filter(pk=task.pk).update(state=Task.State.DONE, closed_at=NOON)

    assertContains(client.get(grow(task, "work", submission, "addition")), entry.title)
    address = grow(task, "work", submission, "addition", entry=entry.pk)
    page = client.get(address)
    assertContains(page, f"{entry.current.body}\n\n&gt; A field blank first")
    answer = client.post(
        address,
        {
            "title": entry.title,
            "meaning": entry.meaning,
            "body": f"{entry.current.body}\n\n> {submission.narration}",
            "base": entry.current.pk,
            "why": "Said while working.",
        },
    )

    assertRedirects(answer, entry.get_absolute_url())
    entry.refresh_from_db()
    assert entry.current.number == 2
    assert "A field blank first" in entry.current.body
    assert entry.current.origin.submission == submission
    assert grew().get().receiver == maya
    assertContains(client.get(task.get_absolute_url()), "Became:")


def test_two_who_add_to_the_same_lines_see_both(client, domain, amara, note):
    entry = make_entry(domain=domain, body="One line.")
    base = entry.current
    client.force_login(amara.member)
    address = grow(note.task, "note", note, "addition", entry=entry.pk)
    typed = {"title": entry.title, "meaning": entry.meaning, "base": base.pk}
    client.post(address, {**typed, "body": "One line, changed."})

    answer = client.post(address, {**typed, "body": "One line, otherwise."})

    assert answer.status_code == 409
    assertContains(answer, "Somebody changed the same lines", status_code=409)
    assert Origin.objects.count() == 1


def test_ones_own_words_and_those_of_ones_agent_credit_nobody(
    client, domain, amara, note
):
    client.force_login(amara.member)
    client.post(grow(note.task, "note", note), TERM)
    agent = make_membership(domain=domain, member=make_agent(sponsor=amara.member))
    said = LogEntry.objects.create(
        task=note.task, author=agent, body="Read twice.", written_at=NOON
    )
    client.post(grow(note.task, "note", said), {**TERM, "title": "Reading twice"})

    assert Origin.objects.count() == 2
    assert not grew().exists()


def take_in(client, settler, proposal):
    client.force_login(settler.member)
    entry = proposal.entry
    at = [entry.domain.slug, entry.shelf, entry.slug, proposal.pk]
    client.post(reverse("repertoire:take_in", args=at), {"words": "Thank you."})


def gained(member):
    """What the ledger says somebody gained by work, line by line."""
    lines = Participation.objects.filter(receiver=member, channel="work")
    return sorted(lines.values_list("amount", flat=True))


def test_ones_own_words_in_ones_own_entry_give_no_more_than_writing_it(
    client, domain, maya, amara
):
    said = LogEntry.objects.create(
        task=make_task(domain=domain), author=maya, body="Read twice.", written_at=NOON
    )
    client.force_login(maya.member)
    client.post(grow(said.task, "note", said), TERM)

    take_in(client, amara, Revision.objects.proposed().get())

    assert Origin.objects.get().revision.state == Revision.State.LIVE
    assert gained(maya) == [0.5]


def test_whoever_answers_for_an_agent_gains_nothing_by_its_writing_their_words_down(
    client, domain, amara, note
):
    agent = make_membership(domain=domain, member=make_agent(sponsor=amara.member))
    source = sources.find("note", note.pk, task=note.task, reader=agent, at=NOON)
    growing.write(
        source=source,
        membership=agent,
        kind=Entry.Kind.TERM,
        text=Text("Whole sheet", "Read before typing.", ""),
        at=NOON,
    )

    take_in(client, make_full(domain=domain), Revision.objects.proposed().get())

    assert gained(amara) == []
    assert gained(agent) == [0.5]


def test_whoever_writes_and_their_agent_credit_the_same_words_once(
    client, domain, maya, amara
):
    said = LogEntry.objects.create(
        task=make_task(domain=domain), author=maya, body="Read twice.", written_at=NOON
    )
    agent = make_membership(domain=domain, member=make_agent(sponsor=amara.member))
    source = sources.find("note", said.pk, task=said.task, reader=agent, at=NOON)
    growing.write(
        source=source,
        membership=agent,
        kind=Entry.Kind.TERM,
        text=Text("Reading twice", "What it is.", ""),
        at=NOON,
    )
    client.force_login(amara.member)
    client.post(grow(said.task, "note", said), TERM)

    take_in(client, make_full(domain=domain), Revision.objects.proposed().get())

    assert Origin.objects.count() == 2
    assert gained(maya) == [0.25]


def test_a_source_credits_its_author_once(client, domain, amara, note):
    client.force_login(make_full(domain=domain).member)
    for title in ("Whole sheet", "Reading first"):
        client.post(grow(note.task, "note", note), {**TERM, "title": title})

    assert Origin.objects.count() == 2
    assert gained(amara) == [0.25]


def test_what_is_missing_or_taken_is_said_beside_the_field(client, domain, note):
    client.force_login(make_full(domain=domain).member)
    empty = client.post(grow(note.task, "note", note), {**TERM, "title": ""})
    assert empty.status_code == 422
    client.post(grow(note.task, "note", note), TERM)
    again = client.post(grow(note.task, "note", note), TERM)
    assert again.status_code == 409
    assertContains(again, "There is an entry with this name", status_code=409)
    shown = client.post(grow(note.task, "note", note), {**TERM, "act": "preview"})
    assertContains(shown, "Carry one per trip.")
    assert Origin.objects.count() == 1
