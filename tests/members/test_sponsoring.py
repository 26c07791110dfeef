from datetime import timedelta

import pytest

from domain.models import Domain
from domain.refusal import Refused
from members import issuing, joining, leaving, pausing, sponsoring
from members.legitimacy_of_agents import MOST_AGENTS_OF_ONE_SPONSOR, MOST_TOKENS
from members.models import (
    JoinRequest,
    Membership,
    Notification,
    OrganizerAct,
    Pause,
    Token,
)
from tests.makers import (
    NOON,
    make_agent,
    make_domain,
    make_member,
    make_membership,
)

pytestmark = pytest.mark.django_db


def register(sponsor, name="Driftwood"):
    return sponsoring.register(
        sponsor=sponsor,
        name=name,
        purpose="Types up field sheets.",
        runs_on="a script",
        contact="tomas@example.org",
        at=NOON,
    ).member


def sponsored(domain=None, **given):
    sponsor = make_membership(domain=domain or make_domain())
    agent = make_agent(sponsor=sponsor.member)
    return sponsor, make_membership(domain=sponsor.domain, member=agent, **given)


def refusal_of(deed, **given):
    with pytest.raises(Refused) as refused:
        deed(**given)
    return refused.value.refusal.code


def test_a_person_registers_an_agent_and_answers_for_it():
    tomas = make_member()

    agent = register(tomas)

    assert agent.is_agent
    assert agent.sponsor == tomas
    assert not agent.has_usable_password()
    assert agent.agent.purpose == "Types up field sheets."


def test_whoever_answers_for_an_agent_can_be_reached():
    assert refusal_of(register, sponsor=make_member(confirmed=False)) == "confirm_first"


def test_agents_answer_for_nobody():
    assert refusal_of(register, sponsor=make_agent()) == "people_answer"


def test_one_person_answers_for_a_few():
    tomas = make_member()
    first, *_ = [register(tomas) for _ in range(MOST_AGENTS_OF_ONE_SPONSOR)]

    assert refusal_of(register, sponsor=tomas) == "many_agents"
    sponsoring.stop(agent=first, sponsor=tomas, at=NOON)
    assert register(tomas)


def test_an_agent_comes_in_at_once_where_anybody_may():
    sponsor = make_membership()
    agent = register(sponsor.member)

    membership = sponsoring.bring(sponsor=sponsor, agent=agent, at=NOON)

    assert isinstance(membership, Membership)
    assert membership.is_agent


def test_an_agent_asks_where_people_ask_and_its_sponsor_hears_the_answer():
    domain = make_domain(joining=Domain.Joining.REQUEST)
    organizer = make_membership(domain=domain, is_organizer=True)
    sponsor = make_membership(domain=domain)
    agent = register(sponsor.member)

    asked = sponsoring.bring(
        sponsor=sponsor, agent=agent, why="It types faster than I do.", at=NOON
    )
    assert isinstance(asked, JoinRequest)
    assert organizer.member.notifications.get().quote == "It types faster than I do."
    membership = joining.answer(
        request=asked, organizer=organizer, accepted=True, at=NOON
    )

    assert membership.member == agent
    told = sponsor.member.notifications.get()
    assert told.sentence == f"{organizer.name} let Driftwood in."


def test_a_community_may_take_in_no_agents():
    sponsor = make_membership(domain=make_domain(agents=Domain.Agents.NONE))
    agent = register(sponsor.member)

    assert refusal_of(sponsoring.bring, sponsor=sponsor, agent=agent, at=NOON) == (
        "no_agents"
    )


def test_a_community_takes_in_as_many_agents_as_it_says():
    domain = make_domain(most_agents=1, joining=Domain.Joining.REQUEST)
    organizer = make_membership(domain=domain, is_organizer=True)
    sponsor = make_membership(domain=domain)
    first, second = register(sponsor.member), register(sponsor.member)
    asked = [
        sponsoring.bring(sponsor=sponsor, agent=agent, at=NOON)
        for agent in (first, second)
    ]

    joining.answer(request=asked[0], organizer=organizer, accepted=True, at=NOON)

    assert (
        refusal_of(
            joining.answer,
            request=asked[1],
            organizer=organizer,
            accepted=True,
            at=NOON,
        )
        == "enough_agents"
    )


def test_a_paused_agent_is_paused_until_whoever_paused_it_lets_it_go_on():
    sponsor, agent = sponsored()
    organizer = make_membership(domain=sponsor.domain, is_organizer=True)

    pausing.pause(membership=agent, by=sponsor, at=NOON)
    pausing.pause(membership=agent, by=organizer, words="Floods the board.", at=NOON)
    still = pausing.resume(membership=agent, by=sponsor, at=NOON)

    assert still.paused_at
    free = pausing.resume(membership=agent, by=organizer, words="Mended.", at=NOON)
    assert free.paused_at is None
    assert [act.what for act in OrganizerAct.objects.order_by("pk")] == [
        "Paused an agent",
        "Let an agent go on",
    ]
    told = sponsor.member.notifications.order_by("pk")
    assert [one.quote for one in told] == ["Floods the board.", "Mended."]


def test_nobody_else_pauses_an_agent():
    _, agent = sponsored()
    passer_by = make_membership(domain=agent.domain)

    code = refusal_of(pausing.pause, membership=agent, by=passer_by, at=NOON)

    assert code == "not_yours_to_pause"


def test_people_are_not_paused():
    organizer = make_membership(is_organizer=True)
    person = make_membership(domain=organizer.domain)

    code = refusal_of(pausing.pause, membership=person, by=organizer, at=NOON)

    assert code == "people_do_not_pause"


def test_agents_of_somebody_who_leaves_stop_there_and_go_on_when_they_are_back():
    sponsor, agent = sponsored()

    leaving.leave(membership=sponsor, at=NOON)

    agent.refresh_from_db()
    assert agent.paused_at == NOON
    assert agent.pauses.get().cause == Pause.Cause.ALONE
    back = joining.join(domain=sponsor.domain, member=sponsor.member, at=NOON)
    assert pausing.resume(membership=agent, by=back, at=NOON).paused_at is None


def test_a_stopped_agent_has_nothing_left_to_act_with():
    sponsor, agent = sponsored()
    _token, shown = issue(agent.member, sponsor.member)

    sponsoring.stop(agent=agent.member, sponsor=sponsor.member, at=NOON)

    agent.refresh_from_db()
    assert agent.paused_at == NOON
    assert issuing.opened_by(shown, at=NOON) is None
    code = refusal_of(issue, member=agent.member, by=sponsor.member)
    assert code == "stopped"


def issue(member, by, **given):
    return issuing.issue(
        member=member,
        by=by,
        **{"name": "home", "scopes": ["read", "work"], "at": NOON, **given},
    )


def test_a_token_opens_as_long_as_it_lasts_and_only_its_hash_is_kept():
    person = make_member()

    token, shown = issue(person, person, lasts=timedelta(days=2))

    assert issuing.opened_by(shown, at=NOON) == token
    assert issuing.opened_by(shown + "x", at=NOON) is None
    assert issuing.opened_by(shown, at=NOON + timedelta(days=2)) is None
    assert shown.split("_", 2)[2] not in str(Token.objects.values().get())


def test_when_a_token_was_used_is_noted_to_the_minute():
    person = make_member()
    token, shown = issue(person, person)

    for seconds in (0, 30, 61):
        issuing.opened_by(shown, at=NOON + timedelta(seconds=seconds))

    token.refresh_from_db()
    assert token.last_used_at == NOON + timedelta(seconds=61)


def test_a_token_is_replaced_without_a_gap():
    person = make_member()
    old, shown = issue(person, person)

    new, shown_now = issuing.rotate(token=old, by=person, at=NOON)

    soon, later = NOON + timedelta(hours=23), NOON + timedelta(hours=24)
    assert issuing.opened_by(shown, at=soon) == old
    assert issuing.opened_by(shown, at=later) is None
    assert issuing.opened_by(shown_now, at=later) == new
    assert new.scopes == old.scopes


def test_a_revoked_token_opens_nothing():
    person = make_member()
    token, shown = issue(person, person)

    issuing.revoke(token=token, by=person, at=NOON)

    assert issuing.opened_by(shown, at=NOON) is None


@pytest.mark.parametrize("deed", [issuing.revoke, issuing.rotate])
def test_others_do_not_touch_a_token(deed):
    person = make_member()
    token, _shown = issue(person, person)

    assert refusal_of(deed, token=token, by=make_member(), at=NOON) == "not_yours"


def test_an_agent_makes_no_tokens_itself():
    agent = make_agent()

    assert refusal_of(issue, member=agent, by=agent) == "not_yours"


def test_there_are_as_many_tokens_as_one_can_tell_apart():
    person = make_member()
    for _ in range(MOST_TOKENS):
        issue(person, person)

    assert refusal_of(issue, member=person, by=person) == "many_tokens"


def test_no_scope_opens_nothing_anybody_knows():
    person = make_member()

    for scopes in ([], ["administer"]):
        code = refusal_of(issue, member=person, by=person, scopes=scopes)
        assert code == "unknown_scope"


def test_the_sponsor_is_told_when_something_else_paused_their_agent():
    sponsor, agent = sponsored()

    pausing.begin(membership=agent, cause=Pause.Cause.LAPSED, at=NOON)

    told = sponsor.member.notifications.get()
    assert told.kind == Notification.Kind.AGENT
    assert "Three of its claims ran out in a row" in told.sentence
