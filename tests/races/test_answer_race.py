"""One key, fifty askings at once: an act is done once, and everybody is answered.

Each test that passes is shown to fail, in the same run, with its guards taken out.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cop.programs import answering, pace
from cop.programs.models import Answer
from tasks.models import LogEntry
from tests.doors.calling import token_for
from tests.makers import make_claim, make_core, make_membership, make_task
from tests.races.racing import constraints_dropped

pytestmark = pytest.mark.django_db(transaction=True)

ASKINGS = 50


def be_patient():
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")


@pytest.fixture
def without_the_lock(monkeypatch):
    """Let nobody be alone at a key, and nobody act before all have looked for an answer:
    on a machine with little to spare they would come one after another and find it."""
    looked, kept = Barrier(ASKINGS), answering._kept

    def look(asked):
        found = kept(asked)
        looked.wait(timeout=120)
        return found

    monkeypatch.setattr(answering, "_alone", lambda _asked: True)
    monkeypatch.setattr(answering, "_kept", look)


@pytest.fixture
def ask(monkeypatch):
    """Ask fifty times at once to write one note; return all statuses, and how often it
    was written, taken back or not."""
    written, keep = [], answering._keep
    monkeypatch.setattr(
        answering,
        "_keep",
        lambda *given, **more: (written.append(1), keep(*given, **more)),
    )
    monkeypatch.setattr(pace, "step", lambda *_a, **_b: pace.Pace(120, 100, 30))
    raiser = make_core()
    task = make_task(
        domain=raiser.domain,
        raised_by=raiser,
        raised_at=timezone.now(),
        opened_at=timezone.now(),
    )
    holder = make_membership(domain=raiser.domain)
    make_claim(task=task, membership=holder, claimed_at=timezone.now())
    token = token_for(holder.member)
    address = f"/api/v1/communities/{task.domain.slug}/tasks/{task.pk}/notes"
    start = Barrier(ASKINGS)

    def one(_number):
        be_patient()
        start.wait()
        try:
            return (
                Client()
                .post(
                    address,
                    {"generation": 1, "body": "Half is done."},
                    content_type="application/json",
                    headers={
                        "Authorization": f"Bearer {token}",
                        "Idempotency-Key": "note-1",
                    },
                )
                .status_code
            )
        finally:
            connection.close()

    def run():
        with ThreadPoolExecutor(ASKINGS) as pool:
            return list(pool.map(one, range(ASKINGS))), len(written)

    return run


def test_fifty_askings_under_one_key_write_one_note(ask):
    statuses, written = ask()

    assert LogEntry.objects.count() == 1
    assert Answer.objects.count() == 1
    assert written == 1
    # Done, replayed, or told that it is being done: nobody is left without an answer.
    assert set(statuses) <= {201, 409}
    assert 201 in statuses


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_the_constraint_still_writes_one(ask):
    statuses, written = ask()

    assert LogEntry.objects.count() == 1
    assert set(statuses) == {201, 409}
    assert written == ASKINGS


@pytest.mark.usefixtures("without_the_lock")
def test_without_both_each_asking_writes_one(ask):
    with constraints_dropped(Answer, "answer_once_for_a_key"):
        ask()

        assert LogEntry.objects.count() == ASKINGS
