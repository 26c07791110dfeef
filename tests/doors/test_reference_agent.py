"""The agent of ``examples/agent``, over HTTP, from finding a task to being recognised."""

import asyncio
import importlib.util
import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from members import issuing, sponsoring
from members.models import Participation, Scope
from tasks import reviewing
from tasks.models import LogEntry, Point, Submission, Verdict
from tests.doors.calling import forget_pace
from tests.doors.test_mcp_path import served
from tests.makers import (
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_review,
    make_task,
)

pytestmark = pytest.mark.django_db(transaction=True)

FILE = Path(__file__).parents[2] / "examples" / "agent" / "agent.py"


@pytest.fixture
def program(monkeypatch):
    spec = importlib.util.spec_from_file_location("reference_agent", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LOOKS", 0.05)
    return module


@pytest.fixture
def domain():
    domain = make_domain()
    writer = make_full(domain=domain)
    for title, body in (
        (
            "Field blank",
            "A bottle of clean water. See [[turbidity]] and [[Drift chek]].",
        ),
        ("Turbidity", "How murky the water is; beside it the [[field blank]]."),
    ):
        make_entry(domain=domain, written_by=writer, title=title, body=body)
    yield domain
    forget_pace()


def brought_in(domain):
    """An agent as its sponsor registers it and brings it in; and what opens the door."""
    now = timezone.now()
    sponsor = make_full(domain=domain, name="Tomas Vrba")
    agent = sponsoring.register(
        sponsor=sponsor.member,
        name="Link checker",
        purpose="Checks links.",
        runs_on="a script",
        contact="agents@example.org",
        at=now,
    ).member
    place = sponsoring.bring(sponsor=sponsor, agent=agent, at=now)
    scopes = [Scope.READ, Scope.WORK]
    return place, issuing.issue(
        member=agent, by=sponsor.member, name="Here", scopes=scopes, at=now
    )[1]


def review(reader, number, verdict, *, points=()):
    """Wait for a round, and say what it is worth, as a person at their desk does."""
    try:
        for _ in range(600):
            handed_in = Submission.objects.filter(round=number).first()
            if handed_in is not None:
                break
            time.sleep(0.05)
        made = make_review(
            submission=handed_in, reviewer=reader, claimed_at=timezone.now()
        )
        reviewing.send(
            review=made,
            verdict=verdict,
            works="Both entries are in the table, and each link stands beside its own.",
            version=handed_in.version,
            points=list(points),
            at=timezone.now(),
        )
    finally:
        connection.close()


def test_it_finds_its_task_does_it_and_answers_until_it_is_recognised(
    program, domain, monkeypatch
):
    place, token = brought_in(domain)
    make_task(domain=domain, raised_by=make_core(domain=domain), title="Field sheets")
    task = make_task(
        domain=domain,
        raised_by=make_core(domain=domain),
        title="Check the links of the repertoire",
    )
    reader = make_full(domain=domain)
    monkeypatch.setenv("TOKEN", token)

    async def both(site):
        program_runs = asyncio.create_task(program.main(site, domain.slug))
        await asyncio.to_thread(
            review,
            reader,
            1,
            Verdict.RETURNED,
            points=[
                "Say what “Field blank” links to, because others begin there.",
                "Put the list in order, so that one can go through it.",
            ],
        )
        await asyncio.to_thread(review, reader, 2, Verdict.RECOGNISED)
        await asyncio.wait_for(program_runs, 60)

    with served() as site:
        asyncio.run(both(site))

    first, second = Submission.objects.filter(task=task).order_by("round")
    assert "2 entries; 1 of their links lead nowhere." in first.body
    assert "| Field blank | Drift chek |" in first.body
    answers = list(Point.objects.order_by("number").values_list("answer", flat=True))
    assert "“Field blank” links to turbidity, Drift chek." in answers[0]
    assert "what goes beyond them a person has to do" in answers[1]
    assert second.outcome == Verdict.RECOGNISED
    assert LogEntry.objects.filter(task=task, author=place).count() == 4
    recognised = Participation.objects.filter(
        receiver=place, kind=Participation.Kind.RECOGNISED
    )
    assert recognised.exists()
