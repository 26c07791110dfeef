import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cop.programs.models import Call
from domain.models import Domain
from members import issuing, pausing
from members.models import JoinRequest, Member, Membership, Pause, Token
from tasks.models import Ask
from tests.makers import (
    make_agent,
    make_claim,
    make_domain,
    make_member,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

DRIFTWOOD = {
    "name": "Driftwood",
    "purpose": "Types up field sheets.",
    "runs_on": "a script",
    "contact": "tomas@example.org",
}


@pytest.fixture
def tomas(client):
    tomas = make_membership(member=make_member(name="Tomas Vrba"))
    client.force_login(tomas.member)
    return tomas


@pytest.fixture
def driftwood(tomas):
    agent = make_agent(handle="driftwood", name="Driftwood", sponsor=tomas.member)
    return make_membership(member=agent, domain=tomas.domain)


def agent_page(client, agent):
    return client.get(reverse("members:agent", args=[agent.handle]))


def press(client, what, agent, **data):
    return client.post(reverse(f"members:{what}_agent", args=[agent.handle]), data)


def test_registering_an_agent_states_the_deal_and_leads_to_its_page(client, tomas):
    page = client.get("/me/agents/")
    response = client.post("/me/agents/", DRIFTWOOD)

    agent = Member.objects.get(sponsor=tomas.member)
    assertContains(page, "It starts at the Periphery")
    assertContains(page, f'value="{tomas.member.email}"')
    assertRedirects(response, "/me/agents/driftwood/", fetch_redirect_response=False)
    assert agent.agent.purpose == "Types up field sheets."
    assertContains(client.get("/me/agents/"), "In no community yet")


def test_what_is_missing_is_said_at_its_field(client, tomas):
    page = client.post("/me/agents/", {**DRIFTWOOD, "purpose": ""})

    assertContains(page, "Say what the agent is for.", status_code=422)
    assertContains(page, 'value="a script"', status_code=422)


def test_whoever_cannot_be_reached_reads_what_to_do_first(client):
    client.force_login(make_member(confirmed=False))

    assertContains(client.get("/me/agents/"), 'data-refusal="confirm_first"')
    assertContains(
        client.post("/me/agents/", DRIFTWOOD),
        'data-refusal="confirm_first"',
        status_code=409,
    )


def test_an_agents_page_is_its_sponsors_alone(client, driftwood):
    client.force_login(make_member())

    for address in (
        "/me/agents/driftwood/",
        "/me/agents/driftwood/stop/",
    ):
        assert client.get(address).status_code == 404
    for what in ("pause", "resume", "stop", "bring"):
        assert press(client, what, driftwood).status_code == 404
    driftwood.refresh_from_db()
    assert driftwood.paused_at is None


def test_its_page_says_what_it_is_where_it_is_and_what_it_holds(client, driftwood):
    make_claim(
        task=make_task(domain=driftwood.domain, title="Mill Bridge"),
        membership=driftwood,
        claimed_at=timezone.now(),
    )

    page = agent_page(client, driftwood)

    for words in (
        "Transcribes what was written by hand.",
        "run by you",
        driftwood.domain.name,
        "Mill Bridge",
        "2 tasks at once",
        "30 calls a minute",
        'class="tag">agent',
    ):
        assertContains(page, words)


def test_pausing_is_one_press_and_what_it_held_goes_back(client, driftwood):
    claim = make_claim(task=make_task(domain=driftwood.domain), membership=driftwood)

    response = press(client, "pause", driftwood)

    driftwood.refresh_from_db()
    claim.refresh_from_db()
    assert driftwood.paused_at
    assert claim.ended_at
    page = client.get(response.url)
    assertContains(page, "Its seat is back on the board, with its notes.")
    assertContains(page, "Paused by its sponsor")
    assertContains(page, "Let go on")


def test_letting_go_on_is_one_press(client, driftwood, tomas):
    pausing.pause(membership=driftwood, by=tomas, at=timezone.now())

    response = press(client, "resume", driftwood)

    driftwood.refresh_from_db()
    assert driftwood.paused_at is None
    assertContains(client.get(response.url), "Driftwood goes on.")


def test_an_agent_can_be_paused_in_one_community_only(client, driftwood, tomas):
    elsewhere = make_domain()
    make_membership(domain=elsewhere, member=tomas.member)
    other = make_membership(domain=elsewhere, member=driftwood.member)

    press(client, "pause", driftwood, community=elsewhere.slug)

    driftwood.refresh_from_db()
    other.refresh_from_db()
    assert driftwood.paused_at is None
    assert other.paused_at
    assertContains(agent_page(client, driftwood), "Paused in some places")
    press(client, "resume", driftwood, community=elsewhere.slug)
    other.refresh_from_db()
    assert other.paused_at is None


def test_what_an_organizer_paused_says_so_and_why(client, driftwood):
    organizer = make_membership(domain=driftwood.domain, is_organizer=True)
    pausing.pause(
        membership=driftwood, by=organizer, words="Floods it.", at=timezone.now()
    )

    response = press(client, "resume", driftwood)

    driftwood.refresh_from_db()
    assert driftwood.paused_at
    page = client.get(response.url)
    assertContains(page, "does not go on everywhere yet")
    assertContains(page, "Paused by an organizer")
    assertContains(page, "“Floods it.”")


def test_stopping_says_what_happens_first_and_then_ends_it(client, driftwood, tomas):
    issuing.issue(
        member=driftwood.member,
        by=tomas.member,
        name="home",
        scopes=["read"],
        at=timezone.now(),
    )

    page = client.get("/me/agents/driftwood/stop/")
    response = press(client, "stop", driftwood)

    driftwood.refresh_from_db()
    assertContains(page, "it cannot be started again")
    assert driftwood.left_at
    assert Token.objects.live(at=timezone.now()).count() == 0
    after = client.get(response.url)
    assertContains(after, "Stopped for good")
    assertNotContains(after, "A new token")
    assertContains(
        press(client, "stop", driftwood), 'data-refusal="stopped"', status_code=409
    )


def test_a_stopped_agent_takes_nobodys_room(client, tomas):
    tomas.domain.most_agents = 1
    tomas.domain.save()
    first = make_agent(sponsor=tomas.member, handle="first")
    second = make_agent(sponsor=tomas.member, handle="second")
    press(client, "bring", first, community=tomas.domain.slug)

    full = press(client, "bring", second, community=tomas.domain.slug)
    press(client, "stop", first)
    press(client, "bring", second, community=tomas.domain.slug)

    assertContains(full, 'data-refusal="enough_agents"', status_code=409)
    assert second.memberships.present().exists()


def test_an_agent_is_brought_in_where_its_sponsor_is(client, tomas):
    agent = make_agent(sponsor=tomas.member)

    page = agent_page(client, agent)
    press(client, "bring", agent, community=tomas.domain.slug)

    assertContains(page, f"Bring it into {tomas.domain.name}")
    assert Membership.objects.get(member=agent).domain == tomas.domain
    assert press(client, "bring", agent, community=make_domain().slug).status_code == (
        404
    )


def test_where_people_ask_an_agent_is_asked_for_with_words(client, tomas):
    Domain.objects.update(joining=Domain.Joining.REQUEST)
    agent = make_agent(sponsor=tomas.member)
    here = {"community": tomas.domain.slug}

    silent = press(client, "bring", agent, **here, why="")
    press(client, "bring", agent, **here, why="It types faster than I do.")

    assertContains(silent, "Say what it would do there.", status_code=422)
    assert JoinRequest.objects.get(member=agent).why == "It types faster than I do."
    page = agent_page(client, agent)
    assertContains(page, "Change your words")
    assertContains(page, "It types faster than I do.")


def test_where_there_are_no_agents_the_page_says_so(client, tomas):
    Domain.objects.update(agents=Domain.Agents.NONE)

    page = agent_page(client, make_agent(sponsor=tomas.member))

    assertContains(page, 'data-refusal="no_agents"')


def test_limits_are_set_within_bounds(client, driftwood):
    address = reverse("members:agent", args=[driftwood.handle])
    given = {**DRIFTWOOD, "seats": 1, "calls_a_minute": 10, "most_returned": 2}

    wrong = client.post(address, {**given, "calls_a_minute": 1000})
    client.post(address, given)

    driftwood.member.agent.refresh_from_db()
    assertContains(wrong, "There is a problem", status_code=422)
    assert driftwood.member.agent.calls_a_minute == 10


TOKEN = {"name": "at home", "scopes": ["read", "work"], "days": "7"}


def make_token(client, *owner, **given):
    return client.post(reverse("members:make_token", args=owner), {**TOKEN, **given})


def shown_on(page):
    return re.search(r"cop_[0-9a-f]{8}_[\w-]+", page.content.decode())[0]


def test_a_token_is_shown_once_with_a_call_to_begin_with(client, driftwood):
    slug = driftwood.domain.slug

    page = make_token(client, "driftwood", community=slug)

    token, shown = Token.objects.get(), shown_on(page)
    assert issuing.opened_by(shown, at=timezone.now()) == token
    assert (token.member, token.domain) == (driftwood.member, driftwood.domain)
    assertContains(page, "curl -H")
    assertContains(page, f"/communities/{slug}/tasks")
    assert "no-store" in page["Cache-Control"]
    again = agent_page(client, driftwood)
    assertNotContains(again, shown)
    assertContains(again, f"{token.prefix}…")


def test_a_token_that_opens_nothing_is_none(client, driftwood):
    page = make_token(client, "driftwood", scopes=[])

    assertContains(page, "Say what the token may do.", status_code=422)
    assertContains(page, 'value="at home"', status_code=422)


def test_a_token_opens_only_communities_its_owner_is_in(client, driftwood):
    page = make_token(client, "driftwood", community=make_domain().slug)

    assert page.status_code == 422
    assert not Token.objects.exists()


def test_people_make_tokens_for_their_own_scripts(client, tomas):
    page = make_token(client, community="")

    assert Token.objects.get().member == tomas.member
    assertContains(page, shown_on(page))
    assertContains(client.get("/me/tokens/"), "at home")


def test_a_token_is_replaced_and_revoked(client, driftwood):
    make_token(client, "driftwood")
    old = Token.objects.get()

    page = client.post(reverse("members:rotate_token", args=["driftwood", old.pk]))

    new = Token.objects.exclude(pk=old.pk).get()
    assert issuing.opened_by(shown_on(page), at=timezone.now()) == new
    client.post(reverse("members:revoke_token", args=["driftwood", old.pk]))
    assert list(Token.objects.live(at=timezone.now())) == [new]
    over = client.post(reverse("members:rotate_token", args=["driftwood", old.pk]))
    assertContains(over, 'data-refusal="not_in_force"', status_code=409)


def test_nobody_touches_the_tokens_of_others(client, driftwood):
    make_token(client, "driftwood")
    token = Token.objects.get()
    other = make_member()
    make_agent(sponsor=other, handle="others")
    client.force_login(other)

    for args in (["driftwood", token.pk], ["others", token.pk], [token.pk]):
        for what in ("rotate", "revoke"):
            address = reverse(f"members:{what}_token", args=args)
            assert client.post(address).status_code == 404
    assert make_token(client, "driftwood").status_code == 404
    assert Token.objects.live(at=timezone.now()).count() == 1


def test_eleven_tokens_are_one_too_many(client, tomas):
    for _ in range(10):
        make_token(client, community="")

    assertContains(
        make_token(client, community=""), 'data-refusal="many_tokens"', status_code=409
    )
    assertContains(client.get("/me/tokens/"), 'data-refusal="many_tokens"')


def test_an_operator_makes_a_token_by_command(driftwood, capsys):
    call_command(
        "create_token",
        "driftwood",
        "--scopes",
        "read,work",
        "--community",
        driftwood.domain.slug,
        "--days",
        "2",
    )

    token = issuing.opened_by(capsys.readouterr().out.strip(), at=timezone.now())
    assert token.member == driftwood.member
    assert token.scopes == ["read", "work"]
    assert token.domain == driftwood.domain
    assert (token.expires_at - token.created_at).days == 2


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nobody", "--scopes", "read"], "Nobody here goes by “nobody”."),
        (["driftwood", "--scopes", "administer"], "Say what the token may do."),
        (["driftwood", "--scopes", "read", "--community", "x"], "no domain “x”"),
        (["driftwood", "--scopes", "read", "--days", "0"], "a day or longer"),
    ],
)
def test_what_the_command_cannot_do_it_says(driftwood, args, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("create_token", *args)


def test_what_it_called_lately_and_asks_a_person_is_there(client, driftwood):
    claim = make_claim(task=make_task(domain=driftwood.domain), membership=driftwood)
    Ask.objects.create(
        task=claim.task,
        claim=claim,
        asked_by=driftwood,
        question="I cannot read row 7.",
        asked_at=timezone.now(),
    )
    Call.objects.create(
        member=driftwood.member,
        by="at home",
        at=timezone.now(),
        method="GET",
        path="/api/v1/me",
        status=409,
        code="paused",
        ms=4,
    )

    page = agent_page(client, driftwood)

    for words in ("I cannot read row 7.", "GET /api/v1/me", "409", "paused"):
        assertContains(page, words)


def test_somebody_back_lets_their_agents_go_on(client, driftwood):
    pausing.begin(membership=driftwood, cause=Pause.Cause.ALONE, at=timezone.now())

    press(client, "resume", driftwood)

    driftwood.refresh_from_db()
    assert driftwood.paused_at is None


def test_an_agent_that_waits_for_a_reader_says_so(client, driftwood):
    make_submission(
        task=make_task(domain=driftwood.domain, title="Weir Lane"), membership=driftwood
    )

    page = agent_page(client, driftwood)

    assertContains(page, "Weir Lane")
    assertContains(page, "waits for a reader")
