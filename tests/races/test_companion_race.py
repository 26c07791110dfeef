"""Two companions at once: of all who say yes at one moment, one walks the newcomer in.

Each test that passes is shown to fail, in the same run, with its guards taken out.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, connection

from domain.centrality import Zone
from domain.refusal import Refused
from members import accompanying, joining
from members.models import Companion, Participation
from tests.makers import NOON, make_domain, make_member, make_membership

pytestmark = pytest.mark.django_db(transaction=True)

#: `make test-races` runs two hundred.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
GUARD = "companion_one_per_newcomer"


def at_once(*acts):
    """Start all acts at one moment, each on a connection of its own."""
    start = Barrier(len(acts))

    def run(act):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
            cursor.execute("SELECT 1")
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused.refusal.code
        except OperationalError:
            return "deadlock"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def make_offers(domain, number=4):
    """Offers to one newcomer, who said yes to all of them."""
    newcomer = make_membership(domain=domain)
    return [
        Companion.objects.create(
            newcomer=newcomer,
            peer=make_membership(domain=domain, zone=Zone.INBOUND),
            offered_at=NOON - timedelta(days=1),
            newcomer_said_at=NOON,
        )
        for _ in range(number)
    ]


def race_for_newcomers(rounds):
    """Return how many walked each newcomer, and what the others were told."""
    domain, walked, told = make_domain(), [], set()
    for _ in range(rounds):
        offers = make_offers(domain)
        outcomes = at_once(
            *(
                lambda bond=bond: accompanying.accept(
                    companion=bond, membership=bond.peer, at=NOON
                )
                for bond in offers
            )
        )
        walked.append(
            Companion.objects.begun().filter(newcomer=offers[0].newcomer).count()
        )
        told |= {outcome for outcome in outcomes if isinstance(outcome, str)}
    return walked, told


@contextmanager
def constraint_dropped():
    guard = next(c for c in Companion._meta.constraints if c.name == GUARD)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Companion, guard)
    try:
        yield
    finally:
        Companion.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Companion, guard)


@pytest.fixture
def without_locks(monkeypatch):
    monkeypatch.setattr(accompanying, "_lock", lambda *_: None)


def test_one_of_all_who_say_yes_walks_the_newcomer_in():
    assert race_for_newcomers(ROUNDS) == ([1] * ROUNDS, {"walked_already"})


def test_the_constraint_alone_keeps_it_so(without_locks):
    walked, told = race_for_newcomers(10)

    assert walked == [1] * 10
    assert told <= {"walked_already", "deadlock"}


def test_with_neither_several_walk_one_newcomer_in(without_locks, monkeypatch):
    # Taking the other offers back waits for whoever is just accepting one of them.
    monkeypatch.setattr(accompanying, "_begin", lambda *_, **__: None)
    with constraint_dropped():
        walked, _told = race_for_newcomers(20)

    assert max(walked) > 1


def passed_and_accepted():
    """The newcomer passes at the moment the peer says yes; return how it came out."""
    (bond,) = make_offers(make_domain(), number=1)
    passed, accepted = at_once(
        lambda: accompanying.pass_on(companion=bond, membership=bond.newcomer, at=NOON),
        lambda: accompanying.accept(companion=bond, membership=bond.peer, at=NOON),
    )
    bond.refresh_from_db()
    return bond, passed, accepted


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_passing_and_accepting_agree_who_came_first(_round):
    bond, passed, accepted = passed_and_accepted()

    if bond.is_begun:
        assert (passed, accepted) == ("begun", bond)
    else:
        assert (bond.ending, bond.begun_at) == ("passed", None)
        assert (passed, accepted) == (None, "over")


def test_without_locks_both_believe_they_were_first(without_locks):
    both = 0
    for _ in range(30):
        _bond, passed, accepted = passed_and_accepted()
        both += passed is None and isinstance(accepted, Companion)

    assert both > 0


def asked_beyond_their_room(newcomers=6):
    """How many are offered to one peer with room for one, all joining at once."""
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
    members = [make_member() for _ in range(newcomers)]
    at_once(
        *(
            lambda member=member: joining.join(domain=domain, member=member, at=NOON)
            for member in members
        )
    )
    return Companion.objects.open().filter(peer=peer).count() - 1


def test_nobody_is_asked_beyond_their_room_by_many_who_join_at_once():
    assert [asked_beyond_their_room() for _ in range(5)] == [0] * 5


def test_without_the_domains_lock_they_are(monkeypatch):
    monkeypatch.setattr(joining, "_locked", lambda domain: domain)

    assert max(asked_beyond_their_room() for _ in range(20)) > 0
