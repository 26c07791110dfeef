"""Twenty people editing one entry over HTTP: nothing anybody typed is lost.

Through the pages, each editor on a connection of their own. The row of the entry is
locked while a change is put together with the living text; the number of a version is
the second guard. Both are taken out here to see what they are for.
"""

import os
import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from repertoire import revising
from repertoire.models import Entry, Revision
from tests.makers import make_domain, make_entry, make_full
from tests.races.conftest import TOLD

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS = 20
#: Five, or fifty with `make test-races`.
ROUNDS = min(int(os.environ.get("RACE_ROUNDS", "20")) // 4, 50)
PARAGRAPHS = 12

BODY = "\n\n".join(f"Paragraph {n} says what it says." for n in range(PARAGRAPHS))


def be_patient():
    """Twenty in a queue on a busy machine wait longer than a page may."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")


class Editor:
    """Somebody at a browser, who puts one line of their own in each round."""

    def __init__(self, number, entry):
        self.number = number
        self.client = Client(raise_request_exception=False)
        self.client.force_login(make_full(domain=entry.domain).member)
        at = [entry.domain.slug, entry.shelf, entry.slug]
        self.address = reverse("repertoire:edit", args=at)
        self.lot = random.Random(number)
        self.saved, self.given_back, self.broken = [], [], []

    def edit(self, round_, start):
        line = f"Editor {self.number} in round {round_}."
        page = self.client.get(self.address + "?fresh").content.decode()
        fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page))
        body = unescape(
            re.search(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", page, re.DOTALL)[1]
        )
        start.wait()
        answer = self.client.post(
            self.address, {**fields, "act": "save", "body": self.changed(body, line)}
        )
        told = unescape(re.sub(r"</?ins>", "", answer.content.decode()))
        if answer.status_code == 302:
            self.saved.append(line)
        elif answer.status_code == 409 and line in told:
            self.given_back.append(line)
        else:
            self.broken.append(line)

    def changed(self, body, line):
        """A new paragraph, a line of one, or the end of one that others write to."""
        paragraphs = body.split("\n\n")
        place = self.lot.randrange(len(paragraphs))
        how = self.lot.choice(["paragraph", "line", "words"])
        if how == "paragraph":
            paragraphs.insert(place, line)
        else:
            paragraphs[place] += ("\n" if how == "line" else " ") + line
        return "\n\n".join(paragraphs)


def edit_at_once(entry, rounds):
    """Let all edit in every round; return the editors and the text that lives then."""
    editors = [Editor(number, entry) for number in range(EDITORS)]
    start = Barrier(EDITORS)

    def run(editor):
        be_patient()
        try:
            for round_ in range(rounds):
                editor.edit(round_, start)
        except BaseException:
            # The others would wait for ever.
            start.abort()
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(EDITORS) as pool:
        list(pool.map(run, editors))
    entry = Entry.objects.select_related("current").get(pk=entry.pk)
    return editors, entry.current.body


def lines_of(editors, name):
    return [line for editor in editors for line in getattr(editor, name)]


def round_of(line):
    return int(re.search(r"in round (\d+)", line)[1]) + 1


@pytest.fixture
def tell(record_property):
    """What the rounds came to, told at the end of a run."""

    def tell(editors, lost=()):
        counted = {
            name: len(lines_of(editors, name))
            for name in ("saved", "given_back", "broken")
        }
        first = f", the first in round {min(map(round_of, lost))}" if lost else ""
        record_property(
            TOLD,
            f"{EDITORS} editors: {counted['saved']} saved, {counted['given_back']}"
            f" given back, {counted['broken']} broken; {len(lost)} lost{first}",
        )

    return tell


@pytest.fixture
def entry():
    return make_entry(
        domain=make_domain(), title="Field blank", slug="field-blank", body=BODY
    )


@pytest.fixture
def without_lock(monkeypatch):
    """Read the entry, put together, save: what the lock is there to keep apart."""

    def read(entry):
        return Entry.objects.select_related("domain", "current__author", "area").get(
            pk=entry.pk
        )

    monkeypatch.setattr(revising, "locked", read)


@pytest.fixture
def joined_lock(monkeypatch):
    """Lock and read in one query: whoever waited finds the entry without a version."""

    def lock(entry):
        return (
            Entry.objects.select_for_update(no_key=True, of=("self",))
            .select_related("domain", "current__author", "area")
            .get(pk=entry.pk)
        )

    monkeypatch.setattr(revising, "locked", lock)


@contextmanager
def numbers_given_twice():
    (guard,) = (
        c
        for c in Revision._meta.constraints
        if c.name == "revision_number_once_per_entry"
    )
    with connection.schema_editor() as editor:
        editor.remove_constraint(Revision, guard)
    try:
        yield
    finally:
        Entry.objects.update(current=None)
        Revision.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Revision, guard)


def test_every_line_lives_or_was_given_back(entry, tell):
    editors, living = edit_at_once(entry, ROUNDS)

    saved, given_back = lines_of(editors, "saved"), lines_of(editors, "given_back")
    tell(editors, [line for line in saved if line not in living])
    assert lines_of(editors, "broken") == []
    assert len(saved) + len(given_back) == EDITORS * ROUNDS
    assert [line for line in saved if living.count(line) != 1] == []
    assert [line for line in given_back if line in living] == []
    # A race in which nobody met anybody, or nobody got through, would show nothing.
    assert len(saved) > EDITORS * ROUNDS / 4
    assert entry.revisions.count() == len(saved) + 1
    numbers = entry.revisions.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, len(saved) + 2))


def test_without_the_lock_much_breaks_at_the_number(entry, without_lock, tell):
    editors, _living = edit_at_once(entry, 2)

    tell(editors)
    assert lines_of(editors, "broken") != []


def test_with_neither_guard_what_was_said_to_be_saved_is_lost(
    entry, without_lock, tell
):
    with numbers_given_twice():
        editors, living = edit_at_once(entry, 2)

        lost = [line for line in lines_of(editors, "saved") if line not in living]
        tell(editors, lost)
        assert lost != []


def test_a_lock_does_not_see_the_version_it_waited_for_in_its_own_join(
    entry, joined_lock
):
    editors, _living = edit_at_once(entry, 2)

    assert lines_of(editors, "broken") != []
