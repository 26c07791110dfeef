import pytest

from domain.refusal import Refused
from members import joining, leaving
from members.models import (
    Invitation,
    JoinRequest,
    Member,
    Membership,
    Notification,
    Participation,
    Stake,
)
from members.notifying import notify
from members.participating import record
from tasks import claiming
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_full,
    make_member,
    make_membership,
)

pytestmark = pytest.mark.django_db


def test_leaving_keeps_the_name_and_the_past():
    membership = make_membership(name="Maya Lindt")

    leaving.leave(membership=membership, at=NOON)

    membership.refresh_from_db()
    assert (membership.left_at, membership.name) == (NOON, "Maya Lindt")
    assert membership.member is not None


def test_seats_of_those_who_left_go_back_to_the_board():
    claim = make_claim(claimed_at=NOON)
    kept = make_claim(claimed_at=NOON)
    leaving.leave(membership=claim.membership, at=NOON)

    swept = claiming.release_overdue(at=NOON)

    claim.refresh_from_db()
    kept.refresh_from_db()
    assert (swept, claim.ending, kept.is_live) == (1, "lapsed", True)


def test_leaving_twice_changes_nothing():
    membership = leaving.leave(membership=make_membership(), at=NOON)

    again = leaving.leave(membership=membership, at=NOON.replace(hour=18))

    assert again.left_at == NOON


def test_the_only_organizer_does_not_leave_others_alone():
    organizer = make_full(is_organizer=True)
    other = make_membership(domain=organizer.domain)

    with pytest.raises(Refused) as refused:
        leaving.leave(membership=organizer, at=NOON)
    other.is_organizer = True
    other.save()
    gone = leaving.leave(membership=organizer, at=NOON)

    assert refused.value.refusal.code == "last_organizer"
    assert (gone.left_at, gone.is_organizer) == (NOON, False)


def test_whoever_is_alone_may_close_the_door_behind_them():
    organizer = make_full(is_organizer=True)

    assert leaving.leave(membership=organizer, at=NOON).left_at == NOON


def test_closing_an_account_takes_all_that_tells_who_it_was():
    member = make_member(name="Maya Lindt", email="maya@example.org")
    own = joining.join(
        domain=make_domain(), member=member, at=NOON, why="My river.", hours="hour"
    )
    JoinRequest.objects.create(
        domain=make_domain(), member=member, why="Mine.", asked_at=NOON
    )
    other = make_full(domain=own.domain, is_organizer=True)
    invitation, _ = joining.invite(
        domain=own.domain, organizer=other, email="Maya@example.org", at=NOON
    )
    notify(
        member=other.member,
        kind=Notification.Kind.OBSERVED,
        key="o:1",
        actor=own,
        title="Photo labels",
        sentence="Maya Lindt started observing your log.",
        path="/",
        at=NOON,
    )

    leaving.close_account(member=member, at=NOON)

    kept = Membership.objects.get(pk=own.pk)
    assert (kept.name, kept.handle) == ("A former member", f"former-member-{own.pk}")
    assert (kept.member, kept.left_at, kept.hours) == (None, NOON, "")
    assert not Member.objects.filter(pk=member.pk).exists()
    assert not Stake.objects.exists()
    assert not JoinRequest.objects.exists()
    assert not Notification.objects.exists()
    assert Invitation.objects.get(pk=invitation.pk).email == ""


def test_closing_an_account_keeps_the_work():
    reviewer = make_full()
    author = make_membership(domain=reviewer.domain)
    line = record(
        domain=author.domain,
        kind=Participation.Kind.RECOGNISED,
        channel=Participation.Channel.WORK,
        giver=reviewer,
        receiver=author,
        amount=1.0,
        key="recognised:1",
        item="submission:1",
        at=NOON,
    )

    leaving.close_account(member=author.member, at=NOON)

    line.refresh_from_db()
    assert (line.receiver_id, line.amount) == (author.pk, 1.0)


def test_agents_go_with_the_person_who_answers_for_them():
    sponsor = make_member()
    agent = make_membership(member=make_agent(sponsor=sponsor))

    leaving.close_account(member=sponsor, at=NOON)

    agent.refresh_from_db()
    assert (agent.member, agent.left_at, agent.is_agent) == (None, NOON, True)
    assert not Member.objects.filter(sponsor=sponsor.pk).exists()


def test_the_only_organizer_of_a_community_cannot_close_their_account():
    organizer = make_full(is_organizer=True)
    make_membership(domain=organizer.domain)

    with pytest.raises(Refused) as refused:
        leaving.close_account(member=organizer.member, at=NOON)

    assert refused.value.refusal.code == "last_organizer"
    assert Member.objects.filter(pk=organizer.member_id).exists()
