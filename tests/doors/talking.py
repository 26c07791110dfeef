"""An agent as tests have it talk: the official client, a token, and a community.

``in_here`` serves the door in the test's own thread, within its transaction; the whole
path is walked over HTTP, in ``test_mcp_path.py``.
"""

from dataclasses import dataclass, field
from unittest.mock import patch

import httpx2
from asgiref.sync import async_to_sync, sync_to_async
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from cop.mcp import aside
from cop.mcp.mount import Doors
from members.models import Scope
from tests.doors.calling import token_for

HERE = "http://testserver"
#: As the official client finds out what is spoken, and as older ones shake hands.
VERSIONS = ("auto", "legacy")
LATEST = "2026-07-28"


async def nobody(_scope, _receive, _send):
    raise AssertionError("This is not the door's.")


def door():
    return Doors(nobody)


def in_here(script):
    """Run a script with a door that asks the database in the test's own thread."""

    def ask(function, **_how):
        return sync_to_async(function, thread_sensitive=True)

    with (
        patch.object(aside, "sync_to_async", ask),
        patch.object(aside.connections, "close_all", lambda: None),
    ):
        return async_to_sync(script)()


@dataclass
class Agent:
    """Talks to the door as one member."""

    membership: object
    scopes: tuple = tuple(Scope.values)
    mode: str = LATEST
    token: str = field(default="")

    def __post_init__(self):
        self.token = self.token or token_for(self.membership.member, self.scopes)

    def talk(self, script):
        """Run an async script with a connected client."""

        async def run():
            app = door()
            async with (
                app.manager.run(),
                httpx2.AsyncClient(
                    transport=httpx2.ASGITransport(app=app),
                    headers={"Authorization": f"Bearer {self.token}"},
                    timeout=60,
                ) as http,
                Client(
                    streamable_http_client(f"{HERE}/mcp", http_client=http),
                    mode=self.mode,
                ) as client,
            ):
                return await script(client)

        return in_here(run)

    def call(self, tool, given=None):
        return self.talk(lambda client: client.call_tool(tool, given or {}))


def code_of(result):
    """The code of a refusal; empty where nothing was refused."""
    return result.structured_content["code"] if result.is_error else ""


def post(body, token="", path="/mcp", method="POST", **headers):
    """One bare request, as no client of good manners would send it."""

    async def run():
        app = door()
        async with (
            app.manager.run(),
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=app), timeout=60
            ) as http,
        ):
            given = {
                "Accept": "application/json, text/event-stream",
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {token}"} if token else {}),
                **headers,
            }
            return await http.request(
                method, f"{HERE}{path}", content=body, headers=given
            )

    return in_here(run)
