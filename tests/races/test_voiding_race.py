"""Two organizers, one line: one counter line, and the other is told.

On real connections; the guard is shown to matter by taking it out in the same run.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from domain.refusal import Refused
from members import disputing, participating
from members.models import Membership, OrganizerAct, Participation, Voiding
from tests.makers import NOON, make_domain, make_full, make_membership

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15


@pytest.fixture
def rivals():
    """Two threads that begin at one moment, each with a connection of its own."""
    start, pool = Barrier(2), ThreadPoolExecutor(2)

    def race(*attempts):
        def run(attempt):
            if connection.connection is None:
                # A busy machine must not look like a lost race.
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '60s'")
            start.wait()
            try:
                return attempt()
            except Refused as refused:
                return refused.refusal.code
            except IntegrityError:
                return "broke"

        return list(pool.map(run, attempts))

    yield race

    def close(_number):
        start.wait()
        connection.close()

    list(pool.map(close, range(2)))
    pool.shutdown()


def void_at_once(rivals, rounds):
    """Let two organizers void one line, again and again; return what became of each."""
    domain = make_domain()
    organizers = [make_full(domain=domain, is_organizer=True) for _ in range(2)]
    by, author = make_full(domain=domain), make_membership(domain=domain)
    outcomes = Counter()
    for number in range(rounds):
        line = participating.record(
            domain=domain,
            kind=Participation.Kind.RECOGNISED,
            channel=Participation.Channel.WORK,
            giver=by,
            receiver=author,
            amount=1.0,
            key=f"recognised:{number}",
            item=f"work:{number}",
            at=NOON,
        )
        outcomes.update(
            outcome if isinstance(outcome, str) else "done"
            for outcome in rivals(
                *(
                    lambda organizer=organizer, line=line: disputing.void(
                        line=line, organizer=organizer, reason="A slip.", at=NOON
                    )
                    for organizer in organizers
                )
            )
        )
    return outcomes


def test_two_organizers_void_a_line_once(rivals):
    outcomes = void_at_once(rivals, ROUNDS)

    assert outcomes == {"done": ROUNDS, "voided": ROUNDS}
    counters = Participation.objects.filter(kind=Participation.Kind.COUNTERED)
    assert counters.count() == Voiding.objects.count() == ROUNDS
    assert OrganizerAct.objects.count() == ROUNDS


def test_without_the_lock_the_second_breaks_instead_of_being_told(rivals, monkeypatch):
    monkeypatch.setattr(
        disputing,
        "_lock_sides",
        lambda line: Membership.objects.get(pk=line.receiver_id),
    )

    outcomes = void_at_once(rivals, 40)

    assert outcomes["broke"] > 0
    # The ledger itself still takes each line back once.
    counters = Participation.objects.filter(kind=Participation.Kind.COUNTERED)
    assert counters.count() == 40
