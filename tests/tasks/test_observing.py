import pytest

from domain.centrality import Centrality
from domain.refusal import Refused
from members.models import Notification, Participation
from tasks import claiming, observing, stating
from tasks.models import Claim, Task
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db


def refusal(task, membership):
    with pytest.raises(Refused) as refused:
        observing.observe(task=task, membership=membership, at=NOON)
    return refused.value.refusal.code


def done_with_a_watcher():
    """A task done to its end, whoever did it, and whoever watched."""
    claim = make_claim()
    watcher = make_membership(domain=claim.task.domain)
    seat = observing.observe(task=claim.task, membership=watcher, at=NOON)
    claim.ended_at, claim.ending = NOON, Claim.Ending.DONE
    claim.save()
    stating.restate(claim.task, at=NOON)
    seat.refresh_from_db()
    return claim.membership, seat


def test_a_newcomer_may_watch_core_work():
    newcomer = make_membership()
    task = make_task(domain=newcomer.domain, centrality=Centrality.CORE)

    seat = observing.observe(task=task, membership=newcomer, at=NOON)

    assert (seat.seat, seat.since_at) == (1, NOON)
    assert Participation.objects.get().kind == "observed"


def test_observer_seats_run_out_and_come_back():
    domain = make_domain()
    task = make_task(domain=domain, observer_seats=1)
    first, second = (make_membership(domain=domain) for _ in range(2))
    observing.observe(task=task, membership=first, at=NOON)

    assert refusal(task, second) == "no_observer_seat"
    assert observing.leave(task=task, membership=first, at=NOON)
    assert observing.observe(task=task, membership=second, at=NOON).seat == 1


def test_who_may_not_watch():
    domain = make_domain()
    member = make_membership(domain=domain)
    task = make_task(domain=domain)
    observing.observe(task=task, membership=member, at=NOON)
    held = make_task(domain=domain)
    claiming.claim(task=held, membership=member, at=NOON)

    assert refusal(task, member) == "observing_already"
    assert refusal(held, member) == "yours_already"
    assert refusal(task, make_membership()) == "elsewhere"
    assert (
        refusal(make_task(domain=domain, state="draft", opened_at=None), member)
        == "proposed"
    )
    assert (
        refusal(make_task(domain=domain, state="done", closed_at=NOON), member)
        == "closed"
    )


def test_agents_watch_too():
    agent = make_membership(member=make_agent())
    task = make_task(domain=agent.domain, centrality=Centrality.CORE)

    assert observing.observe(task=task, membership=agent, at=NOON)


def test_the_last_seat_done_ends_the_task_and_the_watching():
    _holder, seat = done_with_a_watcher()

    assert seat.task.state == Task.State.DONE
    assert (seat.to_the_end, seat.ended_at) == (True, NOON)
    assert Notification.objects.get().member == seat.membership.member


def test_whoever_did_it_vouches_for_whoever_watched():
    holder, seat = done_with_a_watcher()

    seat = observing.vouch(observation=seat, by=holder, at=NOON)

    assert seat.vouched_by == holder
    assert Notification.objects.filter(member=seat.membership.member).count() == 2


def test_others_do_not_vouch_and_nobody_vouches_for_who_left_early():
    holder, seat = done_with_a_watcher()
    other = make_membership(domain=holder.domain)

    with pytest.raises(Refused) as refused:
        observing.vouch(observation=seat, by=other, at=NOON)
    assert refused.value.refusal.code == "did_not_do_it"

    seat.to_the_end = False
    seat.save()
    with pytest.raises(Refused) as refused:
        observing.vouch(observation=seat, by=holder, at=NOON)
    assert refused.value.refusal.code == "not_to_the_end"


def test_where_a_task_stands_follows_from_its_seats():
    task = make_task(seats=2)
    first = make_submission(task=task).claim
    task.refresh_from_db()

    assert stating.restate(task, at=NOON).state == Task.State.OPEN
    second = make_claim(task=task, seat=2)
    assert stating.restate(task, at=NOON).state == Task.State.HELD
    make_submission(claim=second)
    assert stating.restate(task, at=NOON).state == Task.State.IN_REVIEW
    for claim in (first, second):
        claim.ended_at, claim.ending = NOON, Claim.Ending.DONE
        claim.save()
    assert stating.restate(task, at=NOON).state == Task.State.DONE
