"""The one table of acts, held against the door of tools: it refuses as API and page do."""

import re

import pytest
from django.utils import timezone

from cop.api.docs import _schema
from cop.mcp.tools import TOOLS
from cop.programs import pace
from cop.programs.acts import ACTS, BY_NAME, READS, Role
from domain.centrality import Zone
from domain.models import Domain
from domain.refusal import Refused
from members import pausing
from members.models import Pause, Scope
from tests.doors import scenes
from tests.doors.calling import Program
from tests.doors.talking import Agent, code_of, post
from tests.makers import (
    make_agent,
    make_claim,
    make_domain,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db

TOOLED = [act for act in ACTS if act.tool]
STAGED = [act for act in TOOLED if act.name in scenes.SCENES]
TEMPLATES = {
    operation["operationId"]: path.removeprefix("/api/v1")
    for path, operations in _schema()["paths"].items()
    for operation in operations.values()
}


def arguments_of(act, scene):
    """What the tool of an act is given for what the API is called with."""
    template = TEMPLATES[act.name].removeprefix("/communities/{community}/")
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9]+)", template)
    named = re.fullmatch(pattern, scene.path).groupdict()
    return {
        "community": scene.domain.slug,
        **{name: int(value) for name, value in named.items()},
        **(scene.given or {}),
    }


def said_by_the_api(scene, membership, client):
    """What the API refuses with; it is asked first, and a refusal changes nothing."""
    program = Program(membership, client=client)
    response = program.call(
        scene.method, scene.path_at(program), scene.given, **scene.headers(program)
    )
    said = response.json()
    return {"code": said["code"], "sentence": said["detail"], "opens": said["opens"]}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", STAGED, ids=lambda act: act.name)
def test_a_tool_answers_each_role_as_the_table_says(act, role):
    scene = scenes.of(act, role)
    expected = act.refusal_of(role)
    by_api = said_by_the_api(scene, scene.own, scene.client) if expected else None

    result = Agent(scene.own).call(act.tool, arguments_of(act, scene))

    assert code_of(result) == expected, result
    if by_api:
        assert result.structured_content == by_api


@pytest.mark.parametrize("tool", TOOLS)
def test_nobody_asks_without_a_token(tool):
    call = (
        f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}"}}}}'
    )

    response = post(call)

    assert (response.status_code, response.json()["code"]) == (401, "token")


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_a_tool_is_opened_by_its_own_scope_alone(tool, agent):
    others = tuple(scope for scope in Scope if scope != tool.scope)
    bot = Agent(agent, scopes=others)

    async def script(client):
        listed = {one.name for one in (await client.list_tools()).tools}
        return listed, await client.call_tool(tool.name, {})

    listed, result = bot.talk(script)

    assert tool.name not in listed
    assert code_of(result) == "scope"


def agents_only_observe(scene):
    scene.domain.agents = "observe"
    scene.domain.save()


def not_so_far_in(scene):
    scene.domain.agents = "periphery"
    scene.domain.save()
    type(scene.task).objects.filter(pk=scene.task.pk).update(centrality=Zone.INBOUND)


def an_area_of_peoples(scene):
    scene.task.area.agents_welcome = False
    scene.task.area.save()


def a_task_of_peoples(scene):
    type(scene.task).objects.filter(pk=scene.task.pk).update(agents_welcome=False)


def kept_for_newcomers(scene):
    type(scene.task).objects.filter(pk=scene.task.pk).update(for_newcomers=True)


def paused(scene):
    pausing.begin(membership=scene.own, cause=Pause.Cause.LAPSED, at=timezone.now())


def hands_full(scene):
    for _ in range(2):
        make_claim(
            task=scenes._task(scene), membership=scene.own, claimed_at=timezone.now()
        )


def sponsors_hands_full(scene):
    for _ in range(5):
        other = make_membership(
            domain=scene.domain, member=make_agent(sponsor=scene.own.member.sponsor)
        )
        make_claim(
            task=scenes._task(scene), membership=other, claimed_at=timezone.now()
        )


@pytest.mark.parametrize(
    "rule",
    [
        agents_only_observe,
        not_so_far_in,
        an_area_of_peoples,
        a_task_of_peoples,
        kept_for_newcomers,
        paused,
        hands_full,
        sponsors_hands_full,
    ],
)
def test_every_rule_about_agents_is_told_alike_by_page_api_and_tool(
    rule, client, monkeypatch
):
    codes = []
    begin = Refused.__init__

    def note(self, refusal):
        codes.append(refusal.code)
        begin(self, refusal)

    claim = BY_NAME["claim"]
    scene = scenes.of(claim, Role.AGENT)
    scene.task = scene.domain.tasks.get(pk=scene.about[0])
    rule(scene)

    by_api = said_by_the_api(scene, scene.own, scene.client)
    result = Agent(scene.own).call("claim", arguments_of(claim, scene))
    monkeypatch.setattr(Refused, "__init__", note)
    client.force_login(scene.own.member)
    response = client.post(*scenes.form_of(claim, scene))
    by_page = codes[-1] if codes else scenes.shown_refusal(response)

    assert result.is_error
    assert result.structured_content == by_api
    assert by_page == by_api["code"]


def test_what_others_may_not_know_of_is_not_there_for_tools():
    closed = make_domain(visibility=Domain.Visibility.MEMBERS)
    hidden = make_task(domain=closed)
    bot = Agent(make_membership(domain=make_domain()))

    async def script(client):
        given = {"community": closed.slug}
        return [
            await client.call_tool("look_at_community", given),
            await client.call_tool("look_at_task", {**given, "task": hidden.pk}),
            await client.call_tool("claim", {**given, "task": hidden.pk}),
            await client.call_tool("find_task", given),
        ]

    assert [code_of(one) for one in bot.talk(script)] == ["not_there"] * 4


def test_another_communitys_task_is_not_there_under_ones_own():
    own = make_membership(domain=make_domain())
    theirs = make_task(domain=make_domain())
    given = {"community": own.domain.slug, "task": theirs.pk}

    assert code_of(Agent(own).call("claim", given)) == "not_there"
    assert code_of(Agent(own).call("look_at_task", given)) == "not_there"


def test_every_tool_stands_in_the_table():
    assert {tool.act for tool in TOOLS.values()} <= {*BY_NAME, *READS}
    assert {act.tool for act in TOOLED} <= {*TOOLS}
    assert [act.name for act in TOOLED if TOOLS[act.tool].act != act.name] == []
    # The next round is handed in by the same act, with answers asked for.
    beside = {tool.name for tool in TOOLS.values() if tool.is_act}
    assert beside - {act.tool for act in TOOLED} == {"answer_points"}


def test_each_tool_was_asked_as_each_role():
    unstaged = {act.tool for act in TOOLED} - {act.tool for act in STAGED}
    assert unstaged == {"read_notices"}


@pytest.mark.usefixtures("one_long_minute")
def test_pace_is_that_of_the_api(agent):
    bot, program = Agent(agent), Program(agent)
    agent.member.agent.calls_a_minute = 3
    agent.member.agent.save()

    for _ in range(3):
        assert program.get("/api/v1/me").status_code == 200
    result = post(
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"who_am_i"}}',
        bot.token,
    )

    said = result.json()["result"]
    assert said["isError"]
    assert said["structuredContent"]["code"] == "pace"
    assert result.headers["RateLimit-Remaining"] == "0"


@pytest.mark.usefixtures("one_long_minute")
def test_acts_have_their_own_pace(agent, monkeypatch):
    monkeypatch.setattr(pace, "MOST_ACTS_OF_A_PARTY", 1)
    bot = Agent(agent)
    given = {"community": agent.domain.slug, "task": make_task(domain=agent.domain).pk}

    async def script(client):
        return [
            await client.call_tool("observe", given),
            await client.call_tool("unobserve", given),
            await client.call_tool("who_am_i", {}),
        ]

    assert [code_of(one) for one in bot.talk(script)][1:] == ["pace", ""]


def test_full_members_do_by_tool_what_they_do_by_page():
    scene = scenes.of(BY_NAME["edit_entry"], Role.CORE)

    result = Agent(scene.own).call(
        "edit_entry", arguments_of(BY_NAME["edit_entry"], scene)
    )

    assert result.structured_content["version"]["state"] == "live"
