from datetime import timedelta

import pytest

from domain.models import Domain
from domain.refusal import Refused
from members import joining
from members.models import (
    JoinRequest,
    Membership,
    Notification,
    OrganizerAct,
    Participation,
    Stake,
)
from tests.makers import (
    NOON,
    make_agent,
    make_domain,
    make_full,
    make_member,
    make_membership,
)

pytestmark = pytest.mark.django_db


def make_organizer(domain):
    return make_full(domain=domain, is_organizer=True)


def test_anybody_may_walk_into_an_open_community():
    domain, member = make_domain(), make_member(name="Maya Lindt")
    data = domain.areas.get(slug="data")

    membership = joining.join(
        domain=domain,
        member=member,
        at=NOON,
        why="I swim there.",
        areas=[data],
        hours="hour",
    )

    assert (membership.name, membership.handle) == ("Maya Lindt", member.handle)
    assert (membership.joined_at, membership.hours) == (NOON, "hour")
    assert list(membership.areas.all()) == [data]
    assert Stake.objects.get(membership=membership).sentence == "I swim there."


def test_joining_is_written_in_the_ledger_and_moves_nobody():
    membership = joining.join(domain=make_domain(), member=make_member(), at=NOON)

    line = Participation.objects.get(giver=membership)
    assert (line.kind, line.channel, line.occurred_at) == ("joined", "", NOON)


def test_joining_twice_leaves_one_place_and_one_line():
    domain, member = make_domain(), make_member()

    first = joining.join(domain=domain, member=member, at=NOON)
    again = joining.join(domain=domain, member=member, at=NOON + timedelta(days=1))

    assert again == first
    assert Participation.objects.filter(giver=first).count() == 1


def test_a_handle_taken_by_somebody_from_an_imported_history_gets_a_number():
    domain, member = make_domain(), make_member(handle="maya")
    make_membership(domain=domain, member=make_member(), handle="maya")

    membership = joining.join(domain=domain, member=member, at=NOON)

    assert membership.handle == "maya-2"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Domain.Joining.REQUEST, "ask_first"),
        (Domain.Joining.INVITATION, "invitation_only"),
    ],
)
def test_nobody_walks_into_a_community_that_is_not_open(rule, code):
    domain = make_domain(joining=rule)

    with pytest.raises(Refused) as refused:
        joining.join(domain=domain, member=make_member(), at=NOON)

    assert refused.value.refusal.code == code
    assert not domain.memberships.exists()


def test_agents_do_not_walk_in_by_themselves():
    with pytest.raises(Refused) as refused:
        joining.join(domain=make_domain(), member=make_agent(), at=NOON)

    assert refused.value.refusal.code == "agents_are_registered"


def test_whoever_left_comes_back_to_the_same_place_even_if_the_door_has_closed():
    gone = make_full(left_at=NOON - timedelta(days=5))
    gone.domain.joining = Domain.Joining.INVITATION
    gone.domain.save()

    back = joining.join(domain=gone.domain, member=gone.member, at=NOON)

    assert (back.pk, back.left_at, back.zone) == (gone.pk, None, gone.zone)
    absence = back.absences.get()
    assert (absence.began_at, absence.ended_at) == (NOON - timedelta(days=5), NOON)


def test_asking_tells_every_organizer_once_with_the_words_first():
    domain = make_domain(joining=Domain.Joining.REQUEST)
    organizers = [make_organizer(domain), make_organizer(domain)]
    asker = make_member(name="Sol Berg")

    joining.ask(domain=domain, member=asker, why="My children swim there.", at=NOON)
    joining.ask(domain=domain, member=asker, why="They swim there daily.", at=NOON)

    assert JoinRequest.objects.get().why == "They swim there daily."
    told = Notification.objects.order_by("pk")
    assert [one.member for one in told] == [one.member for one in organizers]
    assert {(one.quote, one.sentence) for one in told} == {
        ("My children swim there.", "Sol Berg asks to join.")
    }


def test_nobody_asks_where_they_already_are():
    membership = make_membership()

    with pytest.raises(Refused) as refused:
        joining.ask(
            domain=membership.domain, member=membership.member, why="…", at=NOON
        )

    assert refused.value.refusal.code == "already_in"


def ask(domain):
    return joining.ask(domain=domain, member=make_member(), why="I care.", at=NOON)


def test_an_organizer_lets_somebody_in_and_it_is_logged():
    domain = make_domain(joining=Domain.Joining.REQUEST)
    organizer, asked = make_organizer(domain), ask(domain)

    membership = joining.answer(
        request=asked, organizer=organizer, accepted=True, reason="Welcome.", at=NOON
    )

    assert membership.member == asked.member
    assert membership.stakes.get().sentence == "I care."
    act = OrganizerAct.objects.get(organizer=organizer)
    assert (act.about, act.reason) == (membership, "Welcome.")
    told = Notification.objects.get(member=asked.member)
    assert (told.quote, told.actor) == ("Welcome.", organizer)


def test_an_organizer_may_say_no_and_the_asker_is_told():
    domain = make_domain(joining=Domain.Joining.REQUEST)
    organizer, asked = make_organizer(domain), ask(domain)

    answer = joining.answer(
        request=asked, organizer=organizer, accepted=False, reason="We pause.", at=NOON
    )

    assert answer is None
    assert not domain.memberships.filter(member=asked.member).exists()
    assert Notification.objects.get(member=asked.member).quote == "We pause."


def test_a_request_is_answered_once():
    domain = make_domain(joining=Domain.Joining.REQUEST)
    organizer, asked = make_organizer(domain), ask(domain)
    joining.answer(request=asked, organizer=organizer, accepted=True, at=NOON)

    with pytest.raises(Refused) as refused:
        joining.answer(request=asked, organizer=organizer, accepted=False, at=NOON)

    assert refused.value.refusal.code == "answered"


def test_only_organizers_of_the_community_answer_and_invite():
    domain = make_domain(joining=Domain.Joining.REQUEST)
    asked, elsewhere = ask(domain), make_organizer(make_domain())

    for stranger in (make_full(domain=domain), elsewhere):
        with pytest.raises(Refused) as refused:
            joining.answer(request=asked, organizer=stranger, accepted=True, at=NOON)
        assert refused.value.refusal.code == "organizers_only"
        with pytest.raises(Refused):
            joining.invite(domain=domain, organizer=stranger, at=NOON)


def test_an_invitation_lets_one_person_in_and_only_its_hash_is_kept():
    domain = make_domain(joining=Domain.Joining.INVITATION)
    invitation, token = joining.invite(
        domain=domain, organizer=make_organizer(domain), at=NOON
    )
    first, second = make_member(), make_member()

    membership = joining.accept_invitation(token=token, member=first, at=NOON)
    with pytest.raises(Refused) as refused:
        joining.accept_invitation(token=token, member=second, at=NOON)

    assert membership.member == first
    assert token not in invitation.token_hash
    assert refused.value.refusal.code == "used_invitation"
    assert not domain.memberships.filter(member=second).exists()


def test_an_invitation_runs_out():
    domain = make_domain()
    _, token = joining.invite(domain=domain, organizer=make_organizer(domain), at=NOON)
    late = NOON + joining.INVITATION_WINDOW

    with pytest.raises(Refused) as refused:
        joining.accept_invitation(token=token, member=make_member(), at=late)

    assert refused.value.refusal.code == "late_invitation"


def test_a_withdrawn_invitation_lets_nobody_in():
    domain = make_domain()
    organizer = make_organizer(domain)
    invitation, token = joining.invite(domain=domain, organizer=organizer, at=NOON)

    joining.withdraw_invitation(invitation=invitation, organizer=organizer, at=NOON)

    with pytest.raises(Refused) as refused:
        joining.accept_invitation(token=token, member=make_member(), at=NOON)
    assert refused.value.refusal.code == "late_invitation"


def test_a_made_up_token_lets_nobody_in():
    with pytest.raises(Refused) as refused:
        joining.accept_invitation(token="guessed", member=make_member(), at=NOON)

    assert refused.value.refusal.code == "unknown_invitation"


def known_from_history(domain):
    return Membership.objects.create(
        domain=domain,
        handle="theo",
        name="theo",
        joined_at=NOON - timedelta(days=900),
        zone_since=NOON - timedelta(days=400),
        zone=3,
        position=5.4,
    )


def test_the_person_behind_an_imported_membership_takes_over_its_past():
    domain = make_domain()
    past = known_from_history(domain)
    _, token = joining.invite(
        domain=domain, organizer=make_organizer(domain), claims=past, at=NOON
    )
    person = make_member(name="Theo Rams")

    membership = joining.accept_invitation(token=token, member=person, at=NOON)

    assert (membership.pk, membership.member) == (past.pk, person)
    assert (membership.name, membership.handle) == ("Theo Rams", "theo")
    assert (membership.zone, membership.joined_at) == (past.zone, past.joined_at)


def test_a_past_is_not_given_to_somebody_who_has_one():
    domain = make_domain()
    past, own = known_from_history(domain), make_membership(domain=domain)
    _, token = joining.invite(
        domain=domain, organizer=make_organizer(domain), claims=past, at=NOON
    )

    with pytest.raises(Refused) as refused:
        joining.accept_invitation(token=token, member=own.member, at=NOON)

    assert refused.value.refusal.code == "has_a_place"


def test_a_membership_with_an_account_is_offered_to_nobody():
    domain = make_domain()

    with pytest.raises(Refused) as refused:
        joining.invite(
            domain=domain,
            organizer=make_organizer(domain),
            claims=make_membership(domain=domain),
            at=NOON,
        )

    assert refused.value.refusal.code == "has_an_account"


def test_an_agent_comes_in_beside_the_person_who_answers_for_it():
    sponsor = make_membership()
    agent = make_agent(sponsor=sponsor.member)

    membership = joining.bring_agent(sponsor=sponsor, agent=agent, at=NOON)

    assert membership.is_agent
    assert membership.domain == sponsor.domain


def test_nobody_brings_an_agent_somebody_else_answers_for():
    sponsor = make_membership()

    with pytest.raises(Refused) as refused:
        joining.bring_agent(sponsor=sponsor, agent=make_agent(), at=NOON)

    assert refused.value.refusal.code == "not_the_sponsor"


def test_an_agent_is_not_brought_where_its_sponsor_has_left():
    sponsor = make_membership(left_at=NOON)
    agent = make_agent(sponsor=sponsor.member)

    with pytest.raises(Refused) as refused:
        joining.bring_agent(sponsor=sponsor, agent=agent, at=NOON)

    assert refused.value.refusal.code == "sponsor_is_elsewhere"
