"""One place, many readers; one hand-in, many clicks.

On real connections, each guard shown to matter by taking it out in the same run.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from domain.centrality import Centrality, Zone
from domain.refusal import Refused
from members.models import Participation
from tasks import reviewing, submitting
from tasks.models import Claim, Review, Submission, Verdict
from tests.makers import (
    NOON,
    make_claim,
    make_core,
    make_domain,
    make_membership,
    make_submission,
    make_task,
)
from tests.races.racing import CROWD_ROUNDS, constraints_dropped

pytestmark = pytest.mark.django_db(transaction=True)

READERS = 10
WORKS = "You left the smudged reading open instead of guessing at it."
LOST = {"taken", "settled", "read_already", "place_for_core"}


class Rivals:
    """Threads with a connection of their own each, kept through every round."""

    def __init__(self, number):
        self.number = number
        self.start = Barrier(number)
        self.pool = ThreadPoolExecutor(number)

    def race(self, *attempts):
        """Let all try at one moment; return what each came to."""

        def run(attempt):
            if connection.connection is None:
                # A busy machine must not look like a lost race.
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '60s'")
                    cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
            self.start.wait()
            try:
                return attempt()
            except Refused as refused:
                return refused.refusal.code

        return list(self.pool.map(run, attempts))

    def leave(self):
        def close(_number):
            # One for each thread: nobody passes before all have come.
            self.start.wait()
            connection.close()

        list(self.pool.map(close, range(self.number)))
        self.pool.shutdown()


@pytest.fixture
def gather():
    gathered = []

    def rivals(number):
        gathered.append(Rivals(number))
        return gathered[-1]

    yield rivals
    for each in gathered:
        each.leave()


@pytest.fixture
def domain():
    return make_domain()


def take_and_send(submission, reader):
    review = reviewing.take(submission=submission, reviewer=reader, at=NOON)
    return reviewing.send(
        review=review,
        verdict=Verdict.RECOGNISED,
        works=WORKS,
        version=1,
        at=NOON,
    )


def race_for_verdicts(rivals, domain, rounds):
    """Race for the two places of one submission a round; return verdicts by place."""
    readers = [make_core(domain=domain) for _ in range(READERS)]
    author = make_membership(domain=domain, zone=Zone.ACTIVE)
    said = []
    for _ in range(rounds):
        task = make_task(
            domain=domain, centrality=Centrality.ACTIVE, raised_by=readers[0]
        )
        submission = make_submission(task=task, membership=author, places=2)
        outcomes = rivals.race(
            *(
                lambda reader=reader, submission=submission: take_and_send(
                    submission, reader
                )
                for reader in readers
            )
        )
        assert {o for o in outcomes if isinstance(o, str)} <= LOST
        sent = Review.objects.sent().filter(submission=submission)
        assert sum(isinstance(o, Review) for o in outcomes) == sent.count()
        said.append(Counter(sent.values_list("place", flat=True)))
    return said


def test_each_place_takes_one_verdict(gather, domain):
    said = race_for_verdicts(gather(READERS), domain, CROWD_ROUNDS)

    assert {tuple(sorted(places.items())) for places in said} == {((1, 1), (2, 1))}
    assert Submission.objects.filter(outcome=Verdict.RECOGNISED).count() == CROWD_ROUNDS
    lines = Participation.objects.filter(kind=Participation.Kind.REVIEWED)
    assert lines.count() == 2 * CROWD_ROUNDS


def test_without_the_constraint_places_are_given_away_twice(gather, domain):
    with constraints_dropped(Review, "review_one_per_place"):
        said = race_for_verdicts(gather(READERS), domain, 10)

    assert max(max(places.values(), default=0) for places in said) > 1


def test_no_verdict_is_on_a_version_nobody_read(gather, domain):
    rivals = gather(2)
    reader = make_core(domain=domain)
    for _ in range(30):
        submission = make_submission(task=make_task(domain=domain, raised_by=reader))
        review = reviewing.take(submission=submission, reviewer=reader, at=NOON)

        sent, edited = rivals.race(
            lambda review=review: reviewing.send(
                review=review,
                verdict=Verdict.RECOGNISED,
                works=WORKS,
                version=1,
                at=NOON,
            ),
            lambda submission=submission: submitting.edit(
                submission=submission,
                membership=submission.author,
                body="Mended.",
                at=NOON,
            ),
        )

        submission.refresh_from_db()
        # One of the two came first, and the other was told.
        assert (sent, edited).count("changed_meanwhile") + (sent, edited).count(
            "verdict_given"
        ) == 1
        assert submission.version == (1 if submission.outcome else 2)


def test_a_double_click_hands_in_once(gather, domain):
    claim = make_claim(task=make_task(domain=domain))

    handed_in = gather(50).race(
        *(
            lambda: submitting.hand_in(
                claim=Claim.objects.get(pk=claim.pk),
                generation=claim.generation,
                body="One page.",
                at=NOON,
            )
            for _ in range(50)
        )
    )

    assert {submission.pk for submission in handed_in} == {Submission.objects.get().pk}
    lines = Participation.objects.filter(kind=Participation.Kind.HANDED_IN)
    assert lines.count() == 1
