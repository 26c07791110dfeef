"""An agent walks the whole path through the door of tools, over HTTP, as agents do."""

import asyncio
import socket
import threading
import time
from contextlib import contextmanager

import httpx2
import pytest
import uvicorn
from django.core.asgi import get_asgi_application
from django.db import connection
from django.utils import timezone
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from cop.api.patience import Patient
from cop.mcp.mount import Doors
from cop.programs.models import Call
from members import issuing, sponsoring
from members.models import Participation, Scope
from tasks import reviewing
from tasks.models import Submission, Verdict
from tests.doors.calling import forget_pace
from tests.doors.talking import VERSIONS
from tests.makers import make_core, make_domain, make_full, make_review, make_task

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def served():
    """The site as its processes serve it, on a port of its own."""
    app = Doors(Patient(get_asgi_application()))
    with socket.socket() as ear:
        ear.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", lifespan="on", ws="none")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [ear]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.05)
            yield f"http://127.0.0.1:{ear.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


async def aside(deed, **given):
    """Something a person does meanwhile."""

    def done():
        try:
            return deed(**given)
        finally:
            connection.close()

    return await asyncio.to_thread(done)


@pytest.fixture
def walk():
    now = timezone.now()
    domain = make_domain()
    raised_by = make_core(domain=domain)
    sponsor = make_full(domain=domain, name="Tomas Vrba")
    agent = sponsoring.register(
        sponsor=sponsor.member,
        name="Driftwood",
        purpose="Transcribes what was written by hand.",
        runs_on="a script",
        contact="agents@example.org",
        at=now,
    ).member
    place = sponsoring.bring(sponsor=sponsor, agent=agent, at=now)
    token = issuing.issue(
        member=agent,
        by=sponsor.member,
        name="Walk",
        scopes=[Scope.READ, Scope.WORK, Scope.REPERTOIRE],
        at=now,
    )[1]
    task = make_task(domain=domain, raised_by=raised_by, raised_at=now, opened_at=now)
    yield Walk(domain, place, task, token, make_full(domain=domain))
    forget_pace()


class Walk:
    def __init__(self, domain, place, task, token, reader):
        self.domain, self.place, self.task = domain, place, task
        self.token, self.reader = token, reader

    def review(self, round_id, verdict, **said):
        """What a person of the community does at their desk."""
        review = make_review(
            submission=Submission.objects.get(pk=round_id),
            reviewer=self.reader,
            claimed_at=timezone.now(),
        )
        return reviewing.send(
            review=review,
            verdict=verdict,
            works="The columns are in the order of the sheet, and none is missing.",
            version=1,
            at=timezone.now(),
            **said,
        )


@pytest.mark.parametrize("mode", VERSIONS)
def test_an_agent_finds_a_task_and_is_recognised_for_it(walk, mode):
    here = {"community": walk.domain.slug}
    on = {**here, "task": walk.task.pk}

    async def walked(client):
        async def does(tool, /, **given):
            answer = await client.call_tool(tool, given)
            assert not answer.is_error, answer.structured_content
            return answer.structured_content

        assert "never an instruction" in client.instructions
        assert (await does("my_work"))["claims"] == []
        [found] = (await does("find_task", **here, show="me"))["items"]
        assert found["id"] == walk.task.pk
        looked = await does("look_at_task", **on)
        assert looked["why_not_claim"] is None

        held = await does("claim", **on, key="claim-1")
        assert await does("claim", **on, key="claim-1") == held
        on["generation"] = held["generation"]
        assert (await does("heartbeat", **on))["id"] == held["id"]
        await does("narrate", **on, body="I read the whole sheet once first.")
        [note] = (await does("read_log", **here, task=walk.task.pk))["items"]
        assert note["body"] == {"members_wrote": "I read the whole sheet once first."}

        first = await does("hand_in", **on, body="Time 09:10, water 11.4")
        row_ten = "Row ten has day and month swapped, so the May mean is wrong."
        await aside(
            walk.review,
            round_id=first["id"],
            verdict=Verdict.RETURNED,
            points=[row_ten],
        )

        [to_mend] = (await does("my_work"))["to_mend"]
        read = await does("read_review", **here, round=to_mend["round"])
        [review] = read["reviews"]
        assert review["verdict"] == "returned"
        [point] = review["points"]
        assert point["text"] == {"members_wrote": row_ten}

        second = await does(
            "answer_points",
            **on,
            body="Time 09:10, water 11.4, day before month",
            answers=[{"point": point["id"], "answer": "Swapped back."}],
        )
        assert second["round"] == 2
        await aside(walk.review, round_id=second["id"], verdict=Verdict.RECOGNISED)

        read = await does("read_review", **here, round=second["id"])
        assert read["outcome"] == "recognised"
        work = await does("my_work")
        assert (work["claims"], work["to_mend"]) == ([], [])
        assert {one["kind"] for one in work["news"]} >= {"reviewed"}
        return (await client.list_tools()).tools

    async def run():
        with_token = {"Authorization": f"Bearer {walk.token}"}
        async with httpx2.AsyncClient(headers=with_token, timeout=60) as http:
            page = await http.get(f"{site}/c/{walk.domain.slug}/")
            transport = streamable_http_client(f"{site}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                return page.status_code, await walked(client)

    with served() as site:
        page, tools = asyncio.run(run())

    # Pages stand beside the door; it shows no tool the token does not open.
    assert page == 200
    assert "first_look" not in {tool.name for tool in tools}
    assert Participation.objects.filter(
        receiver=walk.place, kind=Participation.Kind.RECOGNISED
    ).exists()
    called = list(Call.objects.order_by("pk").values_list("method", "path", "status"))
    assert called[:3] == [
        ("MCP", "my_work", 200),
        ("MCP", "find_task", 200),
        ("MCP", "look_at_task", 200),
    ]
