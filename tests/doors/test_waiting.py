"""What waits on a program: news since a cursor, and waiting for it while holding nothing."""

import asyncio

import pytest
from django.db import connection
from django.utils import timezone

from cop.api import patience
from cop.api.patience import Patient
from cop.programs.looking import notices
from members import notifying, pausing
from members.models import Notification, Pause
from tasks import consulting, reviewing
from tasks.models import Verdict
from tests.doors.calling import Program
from tests.makers import (
    make_claim,
    make_full,
    make_membership,
    make_review,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db


def tell(member, key, at=None):
    return notifying.notify(
        member=member,
        kind=Notification.Kind.TASK,
        key=key,
        title="Transcribe",
        sentence="Something moved.",
        path="/",
        at=at or timezone.now(),
    )


@pytest.fixture
def program(agent):
    return Program(agent)


def waiting(program, since=""):
    return program.get(f"/api/v1/waiting?since={since}").json()


def keys_of(said):
    return [one["id"] for one in said["news"]]


def test_news_comes_once(program, agent):
    first = tell(agent.member, "one")

    said = waiting(program)

    assert keys_of(said) == [first.pk]
    assert keys_of(waiting(program, said["cursor"])) == []
    second = tell(agent.member, "two")
    again = waiting(program, said["cursor"])
    assert keys_of(again) == [second.pk]
    assert keys_of(waiting(program, again["cursor"])) == []


def test_what_comes_to_light_late_is_not_left_out(program, agent):
    # Its number is older, but its transaction ends after it was asked for.
    late = tell(agent.member, "late")
    number = late.pk
    late.delete()
    seen = tell(agent.member, "seen")

    said = waiting(program)
    late.pk = number
    late.save(force_insert=True)

    assert keys_of(said) == [seen.pk]
    assert keys_of(waiting(program, said["cursor"])) == [number]


def test_a_cursor_stays_short(program, agent):
    old = timezone.now() - 2 * notices.SETTLES_IN
    for number in range(40):
        tell(agent.member, f"{number}", at=old)

    said = waiting(program)

    assert len(said["news"]) == 40
    assert len(said["cursor"]) < 30
    assert keys_of(waiting(program, said["cursor"])) == []


def test_all_that_waits_is_said(program, agent, domain):
    now = timezone.now()
    task = make_task(domain=domain)
    claim = make_claim(task=task, membership=agent, claimed_at=now)
    consulting.ask(claim=claim, membership=agent, question="Which one?", at=now)

    said = waiting(program)

    assert [one["id"] for one in said["claims"]] == [claim.pk]
    assert [one["question"] for one in said["asks"]] == ["Which one?"]
    pausing.begin(membership=agent, cause=Pause.Cause.LAPSED, at=now)
    assert [one["causes"] for one in waiting(program)["paused"]] == [["lapsed"]]


def test_work_that_came_back_says_what_is_asked_of_it(program, agent, domain):
    now = timezone.now()
    round_ = make_submission(
        task=make_task(domain=domain), membership=agent, handed_in_at=now
    )
    review = make_review(
        submission=round_, reviewer=make_full(domain=domain), claimed_at=now
    )
    reviewing.send(
        review=review,
        verdict=Verdict.RETURNED,
        works="The columns are in the order of the sheet, and none is missing.",
        points=["Row ten has day and month swapped, so the May mean would be wrong."],
        version=1,
        at=now,
    )

    said = waiting(program)

    assert [one["kind"] for one in said["news"]] == ["reviewed"]
    [to_mend] = said["to_mend"]
    point = to_mend["points"][0]
    again = program.post(
        f"tasks/{to_mend['task']}/rounds",
        {
            "generation": round_.claim.generation,
            "body": "Put right.",
            "answers": [{"point": point["id"], "answer": "Swapped back."}],
        },
    )
    assert again.json()["round"] == 2
    assert again.json()["answered"][0]["answer"] == "Swapped back."


# Waiting


class Line:
    """A call over ASGI, with whoever makes it at the other end."""

    def __init__(self, program, query):
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/v1/waiting",
            "query_string": query.encode(),
            "headers": [(b"authorization", f"Bearer {program.token}".encode())],
        }
        self.gone = asyncio.Event()
        self.said = False

    async def receive(self):
        if not self.said:
            self.said = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}


class Answered:
    """Stands for Django: what it was passed on, and when."""

    def __init__(self):
        self.calls = []

    async def __call__(self, scope, receive, send):
        self.calls.append(await receive())


async def _none(_message):
    return None


def wait(app, line, *, leaves_after=None, then=None):
    async def run():
        loop = asyncio.get_running_loop()
        begun = loop.time()
        call = asyncio.ensure_future(app(line.scope, line.receive, _none))
        if then is not None:
            await asyncio.sleep(0.3)
            await asyncio.to_thread(then)
        if leaves_after is not None:
            await asyncio.sleep(leaves_after)
            line.gone.set()
        await call
        return loop.time() - begun

    return asyncio.run(run())


@pytest.fixture
def django():
    return Answered()


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_is_answered_when_there_is_news(agent, django):
    def then():
        tell(agent.member, "news")
        connection.close()

    took = wait(Patient(django, every=0.1), Line(Program(agent), "wait=20"), then=then)

    assert 0.2 < took < 10
    assert [call["type"] for call in django.calls] == ["http.request"]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_longer_than_they_asked(agent, django):
    took = wait(Patient(django, every=0.1), Line(Program(agent), "wait=1"))

    assert 1 <= took < 15
    assert len(django.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_is_waited_for_no_longer(agent, django):
    took = wait(
        Patient(django, every=5), Line(Program(agent), "wait=20"), leaves_after=0.3
    )

    assert took < 10
    assert django.calls == []


@pytest.mark.django_db(transaction=True)
def test_a_party_waits_a_few_times_at_once(agent, django, monkeypatch):
    monkeypatch.setattr(patience, "MOST_OF_A_PARTY", 0)

    took = wait(Patient(django, every=0.1), Line(Program(agent), "wait=20"))

    assert took < 10
    assert len(django.calls) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("query", ["", "wait=0", "wait=26", "wait=x", "wait=-1"])
def test_other_calls_do_not_wait(agent, django, query):
    assert wait(Patient(django), Line(Program(agent), query)) < 10
    assert len(django.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_waiting_holds_no_connection(agent, django):
    patient = Patient(django, every=30)
    line = Line(Program(agent), "wait=25")

    async def run():
        call = asyncio.ensure_future(patient(line.scope, line.receive, _none))
        while not patient.here:  # noqa: ASYNC110 - nobody tells when it begins
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        held = await asyncio.to_thread(_connections)
        line.gone.set()
        await call
        return held

    before = _connections()
    assert asyncio.run(run()) <= before
    assert not patient.here


def _connections():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        [number] = cursor.fetchone()
    connection.close()
    return number


def test_members_are_told_of_each_other_nothing(program, domain):
    tell(make_membership(domain=domain).member, "theirs")

    assert waiting(program)["news"] == []
