"""Agents against their sponsor's budget and against its brake, on real connections.

Each guard is shown to matter by taking it out in the same run.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from domain.refusal import Refused
from members import legitimacy_of_agents, pausing
from members.models import Member, Membership, Pause
from tasks import budget, claiming, halting, narrating
from tasks.models import Claim, LogEntry
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_membership,
    make_task,
)
from tests.races.racing import Round, race

pytestmark = pytest.mark.django_db(transaction=True)


def sponsored(domain, number):
    sponsor = make_membership(domain=domain)
    agents = [
        make_membership(domain=domain, member=make_agent(sponsor=sponsor.member))
        for _ in range(number)
    ]
    return sponsor, agents


@race("first", "second")
def two_agents_of_one_sponsor(racers):
    """Each claims another task while there is room for one."""
    _sponsor, agents = sponsored(make_domain(), 2)
    raiser = make_membership(domain=agents[0].domain)
    while True:
        tasks = [make_task(domain=raiser.domain, raised_by=raiser) for _ in agents]
        said = racers.race(
            *(
                lambda task=task, agent=agent: claiming.claim(
                    task=task, membership=agent, at=NOON
                )
                for task, agent in zip(tasks, agents, strict=True)
            )
        )
        held = Claim.objects.live().count()
        first = "first" if isinstance(said[0], Claim) else "second"
        yield Round(first, held == 1 and "sponsor_full" in said, said)
        Claim.objects.live().update(ended_at=NOON, ending=Claim.Ending.RELEASED)


@pytest.fixture
def _room_for_one(monkeypatch):
    monkeypatch.setattr(budget, "MOST_HELD", 1)


@pytest.mark.usefixtures("_room_for_one")
def test_two_agents_at_once_do_not_come_to_more_than_their_sponsors_budget(track):
    track.none_wrong(two_agents_of_one_sponsor)


@pytest.mark.usefixtures("_room_for_one")
def test_without_the_sponsors_lock_they_do(track, monkeypatch):
    lock = QuerySet.select_for_update
    monkeypatch.setattr(
        QuerySet,
        "select_for_update",
        lambda rows, **given: rows if rows.model is Member else lock(rows, **given),
    )

    track.one_wrong(two_agents_of_one_sponsor)


@race("claimed", "paused")
def claim_and_pause(racers):
    """Whoever comes first, a paused agent ends up with nothing in its hands."""
    sponsor, (agent,) = sponsored(make_domain(), 1)
    raiser = make_membership(domain=sponsor.domain)
    while True:
        task = make_task(domain=raiser.domain, raised_by=raiser)
        said, _paused = racers.race(
            lambda task=task: claiming.claim(task=task, membership=agent, at=NOON),
            lambda: halting.halt(membership=agent, by=sponsor, at=NOON),
        )
        held = Claim.objects.live().filter(membership=agent).count()
        first = "claimed" if isinstance(said, Claim) else "paused"
        yield Round(first, held == 0 and (first == "claimed" or said == "paused"), said)
        Claim.objects.live().update(ended_at=NOON, ending=Claim.Ending.RELEASED)
        pausing.resume(membership=agent, by=sponsor, at=NOON)
        Pause.objects.all().delete()


@pytest.fixture
def _nobody_asks_whether_it_is_paused(monkeypatch):
    monkeypatch.setattr(legitimacy_of_agents, "refusal_to_act", lambda **_: None)


def test_a_paused_agent_holds_nothing_whatever_it_had_begun(track):
    track.none_wrong(claim_and_pause)


@pytest.mark.usefixtures("_nobody_asks_whether_it_is_paused")
def test_without_asking_under_the_lock_it_does(track):
    track.one_wrong(claim_and_pause)


@race("resumed", "paused")
def resume_and_pause(racers):
    """Its sponsor lets it go on as an organizer pauses it: what stands on it is true."""
    sponsor, (agent,) = sponsored(make_domain(), 1)
    organizer = make_membership(domain=sponsor.domain, is_organizer=True)
    while True:
        pausing.pause(membership=agent, by=sponsor, at=NOON)
        resumed, _paused = racers.race(
            lambda: pausing.resume(membership=agent, by=sponsor, at=NOON),
            lambda: pausing.pause(membership=agent, by=organizer, at=NOON),
        )
        agent.refresh_from_db(fields=["paused_at"])
        causes = list(agent.pauses.open().values_list("cause", flat=True))
        first = "paused" if getattr(resumed, "paused_at", None) else "resumed"
        is_right = causes == [Pause.Cause.ORGANIZER] and agent.paused_at is not None
        yield Round(first, is_right, (causes, agent.paused_at))
        Pause.objects.all().delete()
        Membership.objects.filter(pk=agent.pk).update(paused_at=None)


def test_what_one_stops_as_another_lets_it_go_on_is_stopped(track):
    track.none_wrong(resume_and_pause)


def test_without_the_lock_of_the_membership_it_goes_on(track, monkeypatch):
    lock = QuerySet.select_for_update
    monkeypatch.setattr(
        QuerySet,
        "select_for_update",
        lambda rows, **given: rows if rows.model is Membership else lock(rows, **given),
    )

    track.one_wrong(resume_and_pause)


def note_while_being_paused():
    """Begin to write while the pause is not yet committed; return what it came to."""
    sponsor, (agent,) = sponsored(make_domain(), 1)
    task = make_task(domain=agent.domain)
    make_claim(task=task, membership=agent, claimed_at=NOON)

    def write():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")
            return narrating.note(task=task, membership=agent, body="One.", at=NOON)
        except Refused as refused:
            return refused.refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            pausing.pause(membership=agent, by=sponsor, at=NOON)
            written = pool.submit(write)
            wait_for_one_that_waits()
        return written.result(timeout=60)


def wait_for_one_that_waits():
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("Nobody waits for a lock.")


def test_what_waits_for_a_lock_as_its_agent_is_paused_is_refused():
    said = note_while_being_paused()

    assert said == "paused"
    assert not LogEntry.objects.exists()


@pytest.mark.usefixtures("_nobody_asks_whether_it_is_paused")
def test_without_asking_under_the_lock_it_is_taken():
    said = note_while_being_paused()

    assert isinstance(said, LogEntry)
