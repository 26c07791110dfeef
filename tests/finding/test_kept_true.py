"""Whatever writes a thing, the search reads what it says now: bulk writers included."""

import pytest
from django.db import connection
from django.db.models import F

from domain import rewording
from domain.models import Domain, Findable
from members.models import Membership
from repertoire import confirming, proposing, revising
from repertoire.models import Entry, Revision
from repertoire.text import Text
from tasks.models import LogEntry, Task
from tests.makers import (
    NOON,
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db


def found(kind, words, language="english"):
    rows = Findable.objects.matching(kind, words, language=language)
    return set(rows.values_list("key", flat=True))


def test_an_entry_is_found_as_it_was_last_revised():
    core = make_core()
    text = Text("Lock spike", "A sudden value at a lock.", "Boats raise the sluice.")
    kind = Entry.Kind.TERM
    entry = revising.write(
        domain=core.domain, membership=core, kind=kind, text=text, at=NOON
    )

    assert found("entry", "sluices") == {entry.pk}

    new = Text("Lock surge", "A sudden value at a lock.", "Barges raise the weir.")
    revising.revise(entry=entry, membership=core, base=entry.current, text=new, at=NOON)

    assert found("entry", "sluice") == set()
    assert found("entry", "barge weirs") == {entry.pk}
    # Search knows old names.
    assert found("entry", "lock spike") == {entry.pk}


def test_a_proposed_and_a_retired_entry_have_no_row():
    core = make_core()
    newcomer = make_membership(domain=core.domain)
    text = Text("Lock spike", "A sudden value at a lock.", "")
    kind = Entry.Kind.TERM
    proposed = revising.write(
        domain=core.domain, membership=newcomer, kind=kind, text=text, at=NOON
    )

    assert found("entry", "spike") == set()

    proposing.take_in(
        proposal=proposed.revisions.get(), membership=core, words="Thank you.", at=NOON
    )
    assert found("entry", "spike") == {proposed.pk}

    proposed.refresh_from_db()
    confirming.retire(entry=proposed, membership=core, at=NOON)
    assert found("entry", "spike") == set()


def test_bulk_writers_are_heard():
    author = make_full()
    domain = author.domain
    # As an import writes them: entries first, the versions they show afterwards.
    entries = Entry.objects.bulk_create(
        Entry(
            domain=domain,
            kind="term",
            title=f"Reading {number}",
            slug=f"reading-{number}",
            written_by=author,
            written_at=NOON,
            changed_at=NOON,
            current_id=10_000 + number,
        )
        for number in range(3)
    )
    assert found("entry", "reading") == set()
    Revision.objects.bulk_create(
        Revision(
            pk=entry.current_id,
            entry=entry,
            number=1,
            author=author,
            author_zone=author.zone,
            title=entry.title,
            body="Turbidity by eye.",
            written_at=NOON,
        )
        for entry in entries
    )
    assert found("entry", "turbidity") == {entry.pk for entry in entries}

    Entry.objects.filter(pk=entries[0].pk).update(title="Secchi disc")
    assert found("entry", "secchi") == {entries[0].pk}
    Revision.objects.filter(pk=10_000).update(body="Depth by rope.")
    assert found("entry", "rope") == {entries[0].pk}

    task = make_task(domain=domain, raised_by=author)
    LogEntry.objects.bulk_create(
        LogEntry(task=task, author=author, body=f"Smudged {n}", written_at=NOON)
        for n in range(3)
    )
    assert len(found("note", "smudge")) == 3
    LogEntry.objects.filter(body="Smudged 1").update(body="Clear")
    assert len(found("note", "smudge")) == 2
    Entry.objects.filter(pk=entries[1].pk).update(current=None)
    assert found("entry", "turbidity") == {entries[2].pk}


def test_tasks_and_their_notes_open_together():
    task = make_task(title="Count the eels", state=Task.State.DRAFT)
    note = LogEntry.objects.create(
        task=task, author=task.raised_by, body="Eels by night", written_at=NOON
    )
    closed = Findable.objects.filter(members_only=True).values_list("kind", "key")
    assert set(closed) == {("task", task.pk), ("note", note.pk)}

    task.state = Task.State.OPEN
    task.save(update_fields=["state"])

    assert not closed.all().exists()


def test_people_are_found_until_they_leave():
    noor = make_membership(name="Noor Haddad")

    assert found("member", "haddad") == {noor.pk}
    Membership.objects.filter(pk=noor.pk).update(name="Noor Aziz")
    assert (found("member", "haddad"), found("member", "aziz")) == (set(), {noor.pk})

    Membership.objects.filter(pk=noor.pk).update(left_at=NOON)
    assert found("member", "aziz") == set()


def test_what_is_deleted_is_not_found():
    entry = make_entry()
    task = make_task(domain=entry.domain)
    LogEntry.objects.create(
        task=task, author=task.raised_by, body="Eels", written_at=NOON
    )

    task.delete()
    entry.delete()

    assert not Findable.objects.exclude(kind="member").exists()


def test_a_long_text_is_read_as_far_as_it_can_be():
    words = " ".join(f"word{number}" for number in range(300_000))

    entry = make_entry(body=words)

    assert found("entry", "word7") == {entry.pk}


def test_each_community_is_read_in_its_own_language():
    german = make_domain(language="german")
    entry = make_entry(domain=german, title="Messung", body="Die Proben der Flüsse.")

    assert found("entry", "Probe Fluss", "german") == {entry.pk}
    assert found("entry", "Probe Fluss", "english") == set()


def test_a_change_of_language_reaches_everything_in_time(monkeypatch):
    monkeypatch.setattr(rewording, "AT_ONCE", 2)
    author = make_full()
    domain = author.domain
    entry = make_entry(domain=domain, written_by=author, body="Die Proben der Flüsse.")
    task = make_task(domain=domain, raised_by=author, brief="Zählt die Proben.")
    for number in range(5):
        LogEntry.objects.create(
            task=task, author=author, body=f"{number} Proben", written_at=NOON
        )
    elsewhere = make_task(brief="Count the samples.")

    Domain.objects.filter(pk=domain.pk).update(language="german")
    reworded = rewording.reword_stale()

    assert reworded == Findable.objects.filter(domain=domain).count()
    assert found("entry", "Probe", "german") == {entry.pk}
    assert found("task", "Probe", "german") == {task.pk}
    assert len(found("note", "Probe", "german")) == 5
    assert found("task", "sample") == {elsewhere.pk}
    assert rewording.reword_stale() == 0


def test_unchanged_things_are_not_read_again():
    task = make_task()
    written = Findable.objects.filter(kind="task").annotate(version=F("id"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin FROM domain_findable WHERE kind = 'task'")
        before = cursor.fetchall()
        task.generation += 1
        task.save()
        cursor.execute("SELECT xmin FROM domain_findable WHERE kind = 'task'")
        after = cursor.fetchall()

    assert written.count() == 1
    assert after == before
