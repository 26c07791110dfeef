"""The door's own: what it lists, keys, the list of calls, resources, prompts, its page."""

import json
import re
from pathlib import Path

import pytest
from django.utils import timezone
from mcp.shared.exceptions import MCPError
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from cop.mcp import calls, resources
from cop.mcp.prompts import PROMPTS
from cop.mcp.tools import TOOLS
from cop.mcp.words import INSTRUCTIONS
from cop.programs.models import Answer, Call
from members.models import Draft, Scope
from tasks.models import LogEntry
from tests.doors.talking import LATEST, VERSIONS, Agent, code_of, post
from tests.makers import (
    make_claim,
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).resolve().parents[2] / "docs" / "agents.md"


@pytest.fixture
def bot(agent):
    return Agent(agent)


@pytest.fixture
def held(agent, domain):
    """What a write on a claim of one's own is given."""
    claim = make_claim(
        task=make_task(domain=domain), membership=agent, claimed_at=timezone.now()
    )
    return {"community": domain.slug, "task": claim.task_id, "generation": 1}


@pytest.mark.parametrize("mode", VERSIONS)
def test_tools_are_listed_for_models(agent, mode):
    bot = Agent(agent, mode=mode)

    async def script(client):
        return client.protocol_version, client.instructions, await client.list_tools()

    version, instructions, listed = bot.talk(script)

    assert version == {"auto": LATEST, "legacy": "2025-11-25"}[mode]
    assert instructions == INSTRUCTIONS
    assert [tool.name for tool in listed.tools] == [*TOOLS]
    for tool in listed.tools:
        assert 20 < len(tool.description) < 250
        assert tool.annotations.read_only_hint is not TOOLS[tool.name].is_act
        assert tool.annotations.open_world_hint is False
    # A model reads this with every conversation.
    given = [
        tool.model_dump(include={"name", "description", "input_schema"})
        for tool in listed.tools
    ]
    assert len(json.dumps(given)) < 30_000


def test_every_act_takes_a_key_and_no_reading_does():
    for tool in TOOLS.values():
        assert ("key" in tool.takes.model_fields) == tool.is_act


def test_the_same_key_is_done_once(bot, held):
    async def script(client):
        given = {**held, "body": "Half is done.", "key": "note-1"}
        return [
            await client.call_tool("narrate", given),
            await client.call_tool("narrate", given),
            await client.call_tool("narrate", {**given, "body": "All of it."}),
            await client.call_tool("heartbeat", {**held, "key": "note-1"}),
        ]

    first, again, other, another = bot.talk(script)

    assert again.structured_content == first.structured_content
    assert [code_of(other), code_of(another)] == ["key_taken", "key_taken"]
    assert LogEntry.objects.count() == 1


def test_what_was_refused_is_not_kept_under_its_key(bot, held):
    given = {**held, "generation": 2, "body": "Half is done.", "key": "note-1"}

    async def script(client):
        return [
            await client.call_tool("narrate", given),
            await client.call_tool("narrate", {**given, "generation": 1}),
        ]

    assert [code_of(one) for one in bot.talk(script)] == ["lease_lapsed", ""]
    assert Answer.objects.count() == 1


def test_what_was_refused_is_kept_as_a_draft(bot, held, agent):
    given = {**held, "generation": 2, "body": "All of it."}

    async def script(client):
        refused = await client.call_tool("hand_in", given)
        return refused, await client.call_tool("my_drafts", {})

    refused, drafts = bot.talk(script)

    assert code_of(refused) == "lease_lapsed"
    [draft] = drafts.structured_content["items"]
    assert draft["fields"]["body"] == {"members_wrote": "All of it."}
    assert Draft.objects.filter(member=agent.member).exists()


def test_calls_are_kept_beside_those_of_the_api(bot, held, agent):
    async def script(client):
        await client.call_tool("who_am_i", {})
        await client.call_tool("narrate", {**held, "generation": 7, "body": "So."})
        await client.read_resource(f"cop://{agent.domain.slug}/path")

    bot.talk(script)

    kept = Call.objects.order_by("pk").values_list("method", "path", "status", "code")
    assert list(kept) == [
        ("MCP", "who_am_i", 200, ""),
        ("MCP", "narrate", 409, "lease_lapsed"),
        ("MCP", "resources/read", 200, ""),
    ]


def test_what_breaks_says_so_and_nothing_of_how(bot, monkeypatch, caplog):
    def broken(*_given, **_more):
        raise ZeroDivisionError("a secret of the code")

    tool = TOOLS["who_am_i"]
    monkeypatch.setitem(
        TOOLS, "who_am_i", type(tool)(**{**vars_of(tool), "do": broken})
    )

    result = bot.call("who_am_i")

    assert code_of(result) == "fault"
    assert "secret" not in result.model_dump_json()
    assert "a secret of the code" in caplog.text


def vars_of(tool):
    return {name: getattr(tool, name) for name in tool.__dataclass_fields__}


def test_more_than_can_be_told_at_once_is_refused(bot, domain, monkeypatch):
    monkeypatch.setattr(calls, "LONGEST_ANSWER", 100)

    result = bot.call("look_at_community", {"community": domain.slug})

    assert code_of(result) == "too_long"


def test_two_changes_of_one_line_come_back_both(domain):
    own = make_full(domain=domain)
    entry = make_entry(
        domain=domain, written_by=make_core(domain=domain), body="One line."
    )
    given = {
        "community": domain.slug,
        "entry": entry.pk,
        "base": entry.current_id,
        "title": entry.title,
    }

    async def script(client):
        return [
            await client.call_tool("edit_entry", {**given, "body": "One line, mine."}),
            await client.call_tool("edit_entry", {**given, "body": "Quite another."}),
        ]

    saved, clashed = Agent(own).talk(script)

    assert code_of(saved) == ""
    assert code_of(clashed) == "clash"
    theirs = clashed.structured_content["theirs"]
    assert theirs["body"] == {"members_wrote": "One line, mine."}
    assert "members_wrote" in clashed.structured_content["merged"]


def test_resources_are_listed_community_by_community(monkeypatch):
    monkeypatch.setattr(resources, "LISTED", 2)
    own = make_membership(domain=make_domain(name="A"))
    other = make_membership(domain=make_domain(name="B"), member=own.member)
    entries = [make_entry(domain=own.domain, title=f"Entry {n}") for n in range(3)]

    async def script(client):
        found, cursor = [], None
        for _ in range(9):
            page = await client.list_resources(cursor=cursor)
            found += [one.uri for one in page.resources]
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    assert Agent(own).talk(script) == [
        f"cop://{own.domain.slug}/path",
        *(f"cop://{own.domain.slug}/entries/{entry.pk}" for entry in entries),
        f"cop://{other.domain.slug}/path",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "cop://{slug}/entries/999999",
        "cop://{slug}/tasks/99999999999999999999",
        "cop://{slug}/tasks/9223372036854775808",
        "cop://{slug}/../path",
        "cop://closed/path",
        "cop://{slug}/path\n",
        "file:///etc/passwd",
        "https://evil.example/",
        "x" * 100_000,
    ],
)
def test_names_of_nothing_read_nothing(bot, domain, name):
    make_domain(slug="closed", visibility="members")

    async def script(client):
        with pytest.raises(MCPError) as told:
            await client.read_resource(name.format(slug=domain.slug))
        return told.value

    assert bot.talk(script).error.data["code"] == "not_there"


def test_resources_and_prompts_ask_for_the_scope_of_reading(agent, domain):
    bot = Agent(agent, scopes=(Scope.WORK,))

    async def script(client):
        for ask in (
            client.read_resource(f"cop://{domain.slug}/path"),
            client.list_resources(),
            client.get_prompt("take_your_first_task", {"community": domain.slug}),
        ):
            with pytest.raises(MCPError) as told:
                await ask
            assert told.value.error.data["code"] == "scope"

    bot.talk(script)


@pytest.mark.parametrize(
    "given",
    [{}, {"community": "a", "task": "x"}, {"community": "a b", "task": "1"},
     {"community": "a", "task": "1", "more": "x"}, {"community": "a", "task": "1\n2. Send"}],
)  # fmt: skip
def test_a_prompt_takes_names_and_numbers_alone(bot, given):
    async def script(client):
        with pytest.raises(MCPError) as told:
            await client.get_prompt("hand_in", given)
        return told.value

    assert bot.talk(script).error.data["code"] == "unfit"


def test_the_page_on_agents_tells_every_tool_prompt_and_resource():
    page = PAGE.read_text()

    rows = [
        f"| `{tool.name}` | `{tool.scope}` | {tool.words.split('. ')[0].rstrip('.')} |"
        for tool in TOOLS.values()
    ]
    assert "\n".join(rows) in page
    assert re.findall(r"`(\w+)` and `(\w+)`. They hold no", page) == [
        tuple(prompt.name for prompt in PROMPTS)
    ]
    assert [one for one in resources.KINDS if f"`{one.template}`" not in page] == []


@pytest.mark.parametrize("version", HANDSHAKE_PROTOCOL_VERSIONS)
def test_older_versions_are_spoken(bot, version):
    params = {
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": "old", "version": "1"},
    }
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}

    said = post(json.dumps(hello), bot.token).json()["result"]

    assert said["protocolVersion"] == version
    assert said["instructions"] == INSTRUCTIONS
