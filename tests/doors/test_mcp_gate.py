"""Who comes in at the door of tools at all: hosts, origins, tokens, sizes, pace."""

import asyncio
import json

import httpx2
import pytest
from allauth.idp.oidc.models import Client as Registered
from allauth.idp.oidc.models import Token as Grant
from django.db import OperationalError
from django.utils import timezone

from cop.mcp import gate
from cop.mcp.mount import Doors
from cop.programs import resources
from members import issuing, sponsoring
from members.models import Scope, Token
from tests.doors.talking import HERE, Agent, code_of, door, in_here, nobody, post
from tests.makers import make_membership

pytestmark = pytest.mark.django_db

CALL = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "who_am_i", "arguments": {}},
    }
)
LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})


@pytest.fixture
def bot(agent):
    return Agent(agent)


def status_of(response):
    said = response.json()
    return response.status_code, said.get("code", "")


def test_without_a_token_one_is_led_to_where_they_are_given(client):
    response = post(CALL)

    assert status_of(response) == (401, "token")
    challenge = response.headers["WWW-Authenticate"]
    address = resources.metadata_address(resources.MCP)
    assert challenge == f'Bearer resource_metadata="{address}"'
    path = address.removeprefix(resources.address(""))
    assert client.get(path).json()["resource"] == resources.address("/mcp")


@pytest.mark.parametrize("shown", ["cop_wrong", "x" * 5000, "é", "a b", ""])
def test_tokens_that_are_none_are_told_apart_by_nobody(shown):
    response = post(CALL, Authorization=f"Bearer {shown}".encode())

    assert status_of(response) == (401, "token")


def test_a_revoked_token_and_a_stopped_agent_come_in_no_more(bot, agent):
    now = timezone.now()
    assert post(CALL, bot.token).status_code == 200
    [token] = Token.objects.filter(member=agent.member)
    issuing.revoke(token=token, by=agent.member.sponsor, at=now)
    assert post(CALL, bot.token).status_code == 401

    other = Agent(agent)
    assert post(CALL, other.token).status_code == 200
    sponsoring.stop(agent=agent.member, sponsor=agent.member.sponsor, at=now)
    assert post(CALL, other.token).status_code == 401


@pytest.mark.parametrize(
    ("made_for", "status"),
    [
        (["/mcp"], 200),
        ([""], 200),
        (["/api/v1"], 401),
        (["https://elsewhere.example/mcp"], 401),
    ],
)
def test_a_grant_opens_the_door_it_was_made_for(agent, made_for, status):
    registered = Registered.objects.create(
        id="sounding-line", name="Sounding Line", secret=""
    )
    grant = Grant(type=Grant.Type.ACCESS_TOKEN, client=registered, user=agent.member)
    grant.set_value("shown")
    grant.set_scopes([Scope.READ])
    grant.set_resources(
        [one if "://" in one else resources.address(one) for one in made_for]
    )
    grant.save()

    assert post(CALL, "shown").status_code == status


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "127.0.0.1.evil.example", ""]
)
def test_a_name_that_is_not_the_sites_is_answered_nothing(bot, host):
    # So a page from elsewhere cannot have its own name lead here (DNS rebinding).
    assert status_of(post(CALL, bot.token, Host=host)) == (421, "host")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "null", "http://testserver.evil.example",
        "http://testserver:81", "https://testserver", "file://", "http://", "http://[",
    ],
)  # fmt: skip
def test_pages_of_other_sites_do_not_call(bot, origin):
    assert status_of(post(CALL, bot.token, Origin=origin)) == (403, "origin")


def test_the_sites_own_pages_and_those_it_trusts_may(bot, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.friends.example", "https://a.example"]

    for origin in (
        HERE,
        settings.SITE_URL,
        "https://b.friends.example",
        "https://a.example",
    ):
        assert post(CALL, bot.token, Origin=origin).status_code == 200
    refused = post(CALL, bot.token, Origin="https://friends.example.evil.example")
    assert refused.status_code == 403


def test_hosts_are_the_settings_own(bot, settings):
    settings.ALLOWED_HOSTS = [".example.org"]

    assert post(CALL, bot.token, Host="tools.example.org").status_code == 200
    assert post(CALL, bot.token, Host="testserver").status_code == 421


def test_in_the_clear_nobody_is_led_on(bot, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert status_of(post(CALL, bot.token)) == (403, "clear")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS", "PATCH"])
def test_no_stream_is_held_open(bot, method):
    response = post("", bot.token, method=method)

    assert status_of(response) == (405, "method")
    assert response.headers["Allow"] == "POST"


def test_two_tokens_at_once_are_none(bot):
    async def run():
        app = door()
        transport = httpx2.ASGITransport(app=app)
        async with app.manager.run(), httpx2.AsyncClient(transport=transport) as http:
            shown = ("Authorization", f"Bearer {bot.token}")
            return await http.post(f"{HERE}/mcp", content=CALL, headers=[shown, shown])

    assert in_here(run).status_code == 401


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("x" * (2**20 + 1), 413),
        ("", 400),
        ("{", 400),
        ("[" * 100_000, 400),
        (b"\xff\xfe", 400),
        ("[]", 400),
        (f"[{CALL},{CALL}]", 400),
        ('{"jsonrpc":"2.0"}', 400),
        ('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":7}', 400),
        (f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":{"9" * 5000}}}}}', 400),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("version", ["", "2025-06-18", "2026-07-28", "1999-01-01"])
def test_what_cannot_be_read_is_told_apart(bot, sent, status, version):
    more = {"MCP-Protocol-Version": version} if version else {}

    response = post(sent, bot.token, **more)

    assert response.status_code == status


def test_a_tool_nobody_made_is_an_error(bot):
    response = post(CALL.replace("who_am_i", "drop_tables"), bot.token)

    assert response.json()["error"]["code"] == -32602


@pytest.mark.usefixtures("one_long_minute")
def test_every_answer_is_nobody_elses_and_says_how_many_are_left(bot):
    response = post(CALL, bot.token)

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Vary"] == "authorization"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["RateLimit-Limit"] == "120"
    assert response.headers["RateLimit-Remaining"] == "119"
    assert "Mcp-Session-Id" not in response.headers


@pytest.mark.usefixtures("one_long_minute")
def test_one_call_too_many_is_told_when_to_go_on(bot, agent):
    agent.member.agent.calls_a_minute = 1
    agent.member.agent.save()
    post(CALL, bot.token)

    called, listed = post(CALL, bot.token), post(LIST, bot.token)

    said = called.json()["result"]["structuredContent"]
    assert said["code"] == "pace"
    assert "seconds" in said["opens"]
    assert listed.json()["error"]["data"]["code"] == "pace"


def test_everything_else_is_the_sites():
    reached = []

    async def site(scope, _receive, _send):
        reached.append(scope["path"])

    async def run():
        app = Doors(site)
        for path in ("/", "/mcp-else", "/api/v1/me", "/mcp/x"):
            await app({"type": "http", "path": path}, None, None)

    asyncio.run(run())

    assert reached == ["/", "/mcp-else", "/api/v1/me", "/mcp/x"]


def test_a_process_begins_and_ends_with_it():
    said = []

    async def run():
        asked = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive():
            return next(asked)

        async def send(message):
            said.append(message["type"])

        await Doors(nobody)({"type": "lifespan"}, receive, send)

    asyncio.run(run())

    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


@pytest.mark.parametrize("version", [b"2025-06-18", b"2026-07-28"])
def test_whoever_hangs_up_breaks_nothing(bot, version):
    sent = []

    async def run():
        app = door()
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/mcp",
            "scheme": "http",
            "query_string": b"",
            "headers": [
                (b"host", b"testserver"),
                (b"authorization", f"Bearer {bot.token}".encode()),
                (b"content-type", b"application/json"),
                (b"accept", b"application/json, text/event-stream"),
                (b"mcp-protocol-version", version),
            ],
        }

        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        async with app.manager.run():
            await app(scope, receive, send)

    in_here(run)

    assert [one for one in sent if one.get("status") == 200] == []


def test_a_lost_database_is_told_so(bot, monkeypatch):
    def lost(*_given, **_more):
        raise OperationalError("gone")

    monkeypatch.setattr(gate, "_caller", lost)

    response = post(CALL, bot.token)

    assert status_of(response) == (503, "unavailable")
    assert response.headers["Retry-After"]


def test_a_person_may_come_with_a_token_of_their_own(domain):
    person = make_membership(domain=domain)

    result = Agent(person).call("who_am_i")

    assert code_of(result) == ""
    assert result.structured_content["kind"] == "human"
