"""One seat, fifty real connections: races need real transactions and the real database.

Each test that passes is shown to fail, in the same run, with its guard taken out.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from domain.centrality import Zone
from domain.refusal import Refused
from tasks import claiming
from tasks.models import Claim
from tests.makers import NOON, make_domain, make_membership, make_task
from tests.races.racing import CROWD_ROUNDS, constraints_dropped

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 50
GUARDS = ("claim_one_holder_per_seat", "claim_generation_once_per_task")


def be_patient():
    """Fifty in a queue on a busy machine wait longer than a page may."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")


class Rivals:
    """Fifty threads, each with a connection of its own kept through every round."""

    def __init__(self, domain, number=RIVALS):
        self.members = [
            make_membership(domain=domain, zone=Zone.CORE) for _ in range(number)
        ]
        self.start = Barrier(number)
        self.pool = ThreadPoolExecutor(number)

    def race(self, attempt):
        """Let all try at one moment; return what each came to."""

        def run(member):
            be_patient()
            self.start.wait()
            try:
                return attempt(member)
            except Refused as refused:
                return refused.refusal.code

        return list(self.pool.map(run, self.members))

    def leave(self):
        # One for each thread: nobody passes before all have come.
        def close(_member):
            self.start.wait()
            connection.close()

        list(self.pool.map(close, self.members))
        self.pool.shutdown()


@pytest.fixture
def rivals():
    gathered = Rivals(make_domain())
    yield gathered
    gathered.leave()


def race_for_seats(rivals, rounds):
    """Race for one new seat a round; return how many each seat was sold to."""
    domain = rivals.members[0].domain
    sold = []
    for _ in range(rounds):
        task = make_task(domain=domain)
        outcomes = rivals.race(
            lambda member, task=task: claiming.claim(
                task=task, membership=member, at=NOON
            )
        )
        holders = task.claims.live().count()
        assert sum(isinstance(outcome, Claim) for outcome in outcomes) == holders
        assert {o for o in outcomes if isinstance(o, str)} <= {"seat_taken"}
        sold.append(holders)
        task.claims.live().update(ended_at=NOON, ending=Claim.Ending.RELEASED)
    return sold


def test_one_seat_ends_in_one_pair_of_hands(rivals):
    assert race_for_seats(rivals, CROWD_ROUNDS) == [1] * CROWD_ROUNDS


def test_the_constraint_alone_keeps_it_so(rivals, without_locks):
    assert race_for_seats(rivals, 10) == [1] * 10


def test_with_neither_the_seat_is_sold_many_times(rivals, without_locks):
    with constraints_dropped(Claim, *GUARDS):
        sold = race_for_seats(rivals, 10)

    assert max(sold) > 1


def test_an_eager_agent_cannot_hold_more_than_its_hands_will():
    domain = make_domain()
    eager = make_membership(domain=domain, zone=Zone.ACTIVE)
    tasks = [make_task(domain=domain) for _ in range(8)]
    start = Barrier(len(tasks))

    def run(task):
        be_patient()
        start.wait()
        try:
            return claiming.claim(task=task, membership=eager, at=NOON)
        except Refused as refused:
            return refused.refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        outcomes = list(pool.map(run, tasks))

    assert outcomes.count("hands_full") == 5
    assert eager.claims.live().count() == 3


def both(*acts):
    """Two acts at one moment, each on its own connection."""
    start = Barrier(len(acts))

    def run(act):
        be_patient()
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused.refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("_round", range(10))
def test_two_visitors_changing_their_minds_crosswise_do_not_wait_for_each_other(_round):
    domain = make_domain()
    one, other = make_task(domain=domain, seats=2), make_task(domain=domain, seats=2)
    claiming.hold(task=one, hold_key="first", at=NOON)
    claiming.hold(task=other, hold_key="second", at=NOON)

    both(
        lambda: claiming.hold(task=other, hold_key="first", at=NOON),
        lambda: claiming.hold(task=one, hold_key="second", at=NOON),
    )

    held = dict(Claim.objects.live().values_list("hold_key", "task"))
    assert held == {"first": other.pk, "second": one.pk}
