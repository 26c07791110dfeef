"""Two companions at once: of all who say yes at one moment, one walks the newcomer in.

On real connections, each guard shown to matter by taking it out in the same run.
"""

from datetime import timedelta

import pytest

from domain.centrality import Zone
from members import accompanying, joining
from members.models import Companion, Notification, Participation
from tests.makers import NOON, make_domain, make_member, make_membership
from tests.races.racing import CROWD_ROUNDS, Round, constraints_dropped, race

pytestmark = pytest.mark.django_db(transaction=True)


def offered_to_one_newcomer(number):
    """Make so many offers to one newcomer, who said yes to all, again and again."""
    domain = make_domain()
    newcomer = make_membership(domain=domain)
    peers = [make_membership(domain=domain, zone=Zone.INBOUND) for _ in range(number)]
    while True:
        yield [
            Companion.objects.create(
                newcomer=newcomer,
                peer=peer,
                offered_at=NOON - timedelta(days=1),
                newcomer_said_at=NOON,
            )
            for peer in peers
        ]
        Companion.objects.all().delete()


def accepting(bond):
    return lambda: accompanying.accept(companion=bond, membership=bond.peer, at=NOON)


def told_to_have_begun(bonds):
    return Notification.objects.filter(
        key__in=[f"companion:{bond.pk}:begun" for bond in bonds]
    ).count()


@race("the first", "the second")
def two_accept(racers):
    """One walks the newcomer in, the other is told; and nobody else is told so."""
    for bonds in offered_to_one_newcomer(2):
        said = racers.race(*(accepting(bond) for bond in bonds))
        walking = [outcome for outcome in said if isinstance(outcome, Companion)]
        begun = list(Companion.objects.begun())
        for bond in bonds:
            bond.refresh_from_db()
        is_right = (
            walking == begun
            and len(begun) == 1
            and said.count("walked_already") == 1
            and [bond.ending for bond in bonds if bond not in begun] == ["another"]
            and told_to_have_begun(bonds) == 2
        )
        first = "the second" if bonds[1] in begun else "the first"
        yield Round(first, is_right, (said, begun))


def test_one_of_two_who_say_yes_walks_the_newcomer_in(track):
    track.none_wrong(two_accept)


def test_without_locks_two_are_told_they_do(track, without_locks):
    track.one_wrong(two_accept)


@race(acts=4)
def four_accept(racers):
    """However many say yes, at most one of them walks."""
    for bonds in offered_to_one_newcomer(4):
        racers.race(*(accepting(bond) for bond in bonds))
        begun = Companion.objects.begun().count()
        yield Round("", begun == 1, begun)


def test_of_four_one_walks_the_newcomer_in(track):
    track.none_wrong(four_accept, rounds=CROWD_ROUNDS)


@pytest.fixture
def without_taking_back(monkeypatch):
    """Taking the other offers back waits for whoever is just accepting one of them."""
    monkeypatch.setattr(accompanying, "_begin", lambda *_, **__: None)


def test_the_constraint_alone_keeps_it_so(track, without_locks, without_taking_back):
    track.none_wrong(four_accept, rounds=10)


def test_with_neither_several_walk(track, without_locks, without_taking_back):
    with constraints_dropped(Companion, "companion_one_per_newcomer"):
        track.one_wrong(four_accept)


@race("passed", "accepted")
def pass_and_accept(racers):
    """The newcomer passes at the moment the peer says yes: one of the two is told."""
    for (bond,) in offered_to_one_newcomer(1):
        passed, accepted = racers.race(
            lambda bond=bond: accompanying.pass_on(
                companion=bond, membership=bond.newcomer, at=NOON
            ),
            accepting(bond),
        )
        bond.refresh_from_db()
        if bond.is_begun:
            is_right = (passed, accepted) == ("begun", bond)
        else:
            is_right = (passed, accepted) == (None, "over") and (
                bond.ending,
                bond.begun_at,
            ) == ("passed", None)
        yield Round(
            "accepted" if bond.is_begun else "passed", is_right, (passed, accepted)
        )


def test_passing_and_accepting_agree_who_came_first(track):
    track.none_wrong(pass_and_accept)


def test_without_locks_both_believe_they_were_first(track, without_locks):
    track.one_wrong(pass_and_accept)


@race(acts=6)
def six_join(racers):
    """Six newcomers come in at once where one peer has room for one."""
    domain = make_domain()
    peer = make_membership(domain=domain, zone=Zone.INBOUND, room=1)
    Participation.objects.create(
        domain=domain,
        key="acted",
        kind=Participation.Kind.NARRATED,
        giver=peer,
        item="task:1",
        occurred_at=NOON,
    )
    while True:
        members = [make_member() for _ in range(racers.number)]
        racers.race(
            *(
                lambda member=member: joining.join(
                    domain=domain, member=member, at=NOON
                )
                for member in members
            )
        )
        asked = Companion.objects.open().filter(peer=peer).count()
        yield Round("", asked == 1, asked)
        Companion.objects.all().delete()


def test_nobody_is_asked_beyond_their_room_by_many_who_join_at_once(track):
    track.none_wrong(six_join, rounds=CROWD_ROUNDS)


def test_without_the_domains_lock_they_are(track, without_locks):
    track.one_wrong(six_join)
