"""Each tool with missing, wrong, extra and hostile arguments, from the tools' own schemas."""

import json

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from cop.mcp import calls
from cop.mcp.tools import TOOLS
from cop.programs import entering, pace, resources
from members.models import Membership
from tasks.models import Claim, LogEntry, Submission
from tests.doors.talking import VERSIONS, Agent, code_of, post
from tests.makers import make_claim, make_domain, make_membership, make_task

pytestmark = pytest.mark.django_db

ALL = pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)

#: Of every kind of value there is, and such as nobody sends in good faith.
VALUES = [
    None, True, False, 0, 1, -1, 2**31, 2**63, 2**70, 1.5, "", "1", "x" * 300, "me",
    "\x00", "a\x00b", "\x1b[2J", "\u202edesrever", "\U000e0049\U000e0067", "'; DROP TABLE x;--",
    "../../etc/passwd", "{{ 7*7 }}", "<script>alert(1)</script>", "-", "null", [], [[]],
    ["x"], [None], [1], ["x" * 300] * 30, {}, {"$ref": "#"}, {"members_wrote": "x"},
]  # fmt: skip
ENORMOUS = "x" * 500_001


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch):
    """A thousand calls at once are of one minute."""
    monkeypatch.setattr(pace, "MOST_OF_A_PARTY", 10_000)
    monkeypatch.setattr(pace, "MOST_ACTS_OF_A_PARTY", 10_000)


@pytest.fixture
def bot(agent):
    agent.member.agent.calls_a_minute = 10_000
    agent.member.agent.save()
    return Agent(agent)


def sample(schema, name, domain):
    """A value that fits, and stands for nothing that is there."""
    if name == "community":
        return domain.slug
    if "$ref" in schema:
        return {"point": 999_999, "answer": "So."}
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "string":
        return "x" * schema.get("minLength", 1)
    if schema["type"] == "array":
        return [sample(schema["items"], "", domain)]
    return 999_999 if schema.get("maximum", 10**6) > 999_999 else schema["minimum"]


def fitting(tool, domain):
    schema = tool.input_schema
    return {
        name: sample(schema["properties"][name], name, domain)
        for name in schema.get("required", [])
    }


def asked(bot, tool, given):
    """The answers to many calls of one tool."""

    async def script(client):
        return [await client.call_tool(tool.name, one) for one in given]

    return bot.talk(script)


def counted():
    return [kind.objects.count() for kind in (Claim, LogEntry, Submission, Membership)]


@ALL
def test_schemas_are_json_schemas_that_take_nothing_else(tool):
    Draft202012Validator.check_schema(tool.input_schema)
    Draft202012Validator.check_schema(tool.output_schema)
    assert tool.input_schema["additionalProperties"] is False


@ALL
def test_what_is_missing_is_named(tool, bot, domain):
    whole = fitting(tool, domain)
    without = [
        {name: value for name, value in whole.items() if name != missing}
        for missing in whole
    ]

    results = asked(bot, tool, without)

    for missing, result in zip(whole, results, strict=True):
        assert code_of(result) == "unfit"
        told = result.structured_content["arguments"]
        assert told == {missing: f"“{missing}” is missing."}


@ALL
def test_what_fits_and_stands_for_nothing_is_told_so(tool, bot, domain):
    [result] = asked(bot, tool, [fitting(tool, domain)])

    assert code_of(result) not in {"fault", "unavailable", "unfit"}


@ALL
def test_arguments_nobody_asked_for_are_refused(tool, bot, domain):
    before = counted()
    extra = [
        {**fitting(tool, domain), name: "x"}
        for name in (
            "member",
            "as_member",
            "zone_",
            "__class__",
            "at",
            "who",
            "x" * 500,
        )
    ]

    results = asked(bot, tool, extra)

    assert {code_of(one) for one in results} == {"unfit"}
    assert all(len(one.structured_content["sentence"]) < 1000 for one in results)
    assert counted() == before


@ALL
def test_values_that_do_not_fit_are_named_and_no_value_breaks_anything(
    tool, bot, domain
):
    validator = Draft202012Validator(tool.input_schema)
    caller = as_caller(bot)
    before = counted()

    for name in tool.input_schema["properties"]:
        for value in (*VALUES, ENORMOUS):
            given = {**fitting(tool, domain), name: value}
            result = calls.call(caller, tool.name, given, at=timezone.now())

            code = code_of(result)
            shown = f"{name}={str(value)[:40]!r}: {result.content}"
            assert code not in {"fault", "unavailable"}, shown
            assert len(str(result.structured_content)) < 5000, shown
            if not validator.is_valid(given):
                assert code == "unfit", shown
                told = result.structured_content["arguments"]
                assert {place.partition(".")[0] for place in told} == {name}, shown

    assert counted() == before


def as_caller(bot):
    """What the gate makes of a token, asked here without the protocol around it."""
    now = timezone.now()
    who = entering.entrant(f"Bearer {bot.token}", at=now, door=resources.MCP)
    return calls.Caller(who, pace.step(who, acts=False, at=now))


@ALL
@pytest.mark.parametrize("given", [[], "x", 1, [1], {"community": {"a": [{}] * 50}}])
def test_arguments_are_an_object(tool, bot, given):
    """What no client of good manners sends is answered, and nothing breaks."""
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": tool.name, "arguments": given},
    }
    response = post(json.dumps(body), bot.token)

    said = response.json()
    refused = said.get("error") or said["result"]["structuredContent"]
    assert refused["code"] in {-32602, "unfit"}


@pytest.mark.parametrize("mode", VERSIONS)
def test_other_peoples_numbers_open_nothing(agent, domain, mode):
    theirs = make_claim(
        task=make_task(domain=domain), membership=make_membership(domain=domain)
    )
    elsewhere = make_claim(task=make_task(domain=make_domain()))
    before = counted()
    bot = Agent(agent, mode=mode)

    async def script(client):
        answers = []
        for claim in (theirs, elsewhere):
            on = {"community": domain.slug, "task": claim.task_id, "generation": 1}
            for tool, more in (
                ("heartbeat", {}),
                ("put_back", {}),
                ("narrate", {"body": "Mine."}),
                ("hand_in", {"body": "Mine."}),
                ("ask_for_a_person", {"question": "Whose?"}),
            ):
                answers.append(await client.call_tool(tool, {**on, **more}))
        return answers

    codes = [code_of(one) for one in bot.talk(script)]

    assert {*codes[:5]} <= {"no_claim", "no_seat"}
    assert {*codes[5:]} == {"not_there"}
    assert counted() == before
