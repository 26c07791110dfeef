import pytest

from domain.centrality import Centrality, Zone
from domain.refusal import Refused
from members.models import (
    Companion,
    Member,
    Membership,
    Notification,
    Participation,
)
from tasks import claiming, legitimacy, observing, readiness, stating
from tasks.models import Claim, Observation, Task
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_core,
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


def refusal_to_claim(task, membership):
    with pytest.raises(Refused) as refused:
        claiming.claim(task=task, membership=membership, at=NOON)
    return refused.value.refusal.code


def done_with_a_watcher(*, watcher=None, **given):
    """A task done to its end, whoever did it, and whoever watched."""
    if watcher:
        given["domain"] = watcher.domain
    claim = make_claim(task=make_task(**given))
    watcher = watcher or make_membership(domain=claim.task.domain)
    seat = observing.observe(task=claim.task, membership=watcher, at=NOON)
    claim.ended_at, claim.ending = NOON, Claim.Ending.DONE
    claim.save()
    stating.restate(claim.task, at=NOON)
    return claim.membership, Observation.objects.get(pk=seat.pk)


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
    assert Notification.objects.filter(member=seat.membership.member).count() == 1


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


def test_a_word_opens_one_such_task_in_the_area_that_was_watched():
    holder, seat = done_with_a_watcher(centrality=Centrality.INBOUND)
    watcher, domain = seat.membership, seat.task.domain
    inbound = {"domain": domain, "centrality": Centrality.INBOUND}
    here, also_here = (make_task(**inbound, area=seat.task.area) for _ in range(2))
    elsewhere = make_task(**inbound, area=domain.areas.exclude(pk=seat.task.area_id)[0])

    observing.vouch(observation=seat, by=holder, at=NOON)

    assert refusal_to_claim(elsewhere, watcher) == "not_ready"
    held = claiming.claim(task=here, membership=watcher, at=NOON)
    make_submission(claim=held)
    assert refusal_to_claim(also_here, watcher) == "one_further_in"


def test_a_companion_may_give_the_word():
    _holder, seat = done_with_a_watcher(centrality=Centrality.INBOUND)
    peer = make_membership(domain=seat.task.domain, zone=Zone.INBOUND)
    said = {"newcomer_said_at": NOON, "peer_said_at": NOON}
    Companion.objects.create(
        newcomer=seat.membership, peer=peer, offered_at=NOON, begun_at=NOON, **said
    )

    assert observing.vouch(observation=seat, by=peer, at=NOON).vouched_at == NOON


def test_a_word_is_a_persons_and_nobodys_about_themselves():
    holder, seat = done_with_a_watcher()
    sponsor = seat.membership.member
    holder.member.sponsor, holder.kind = sponsor, Member.Kind.AGENT
    holder.save()

    with pytest.raises(Refused) as refused:
        observing.vouch(observation=seat, by=holder, at=NOON)
    assert refused.value.refusal.code == "agents_do_not_vouch"

    Member.objects.filter(pk=holder.member.pk).update(
        kind=Member.Kind.AGENT, sponsor=sponsor
    )
    holder = Membership.objects.get(pk=holder.pk)
    holder.kind = Member.Kind.HUMAN
    with pytest.raises(Refused) as refused:
        observing.vouch(observation=seat, by=holder, at=NOON)
    assert refused.value.refusal.code == "same_hands"


def test_whoever_did_it_hears_who_watched_to_the_end():
    holder, seat = done_with_a_watcher(centrality=Centrality.INBOUND)

    told = Notification.objects.get(member=holder.member)

    assert seat.membership.name in told.sentence
    assert told.path.endswith("#observing")


def test_what_it_takes_is_said_as_things_to_do():
    def done():
        standing = legitimacy.standing_of(watcher)
        ways = readiness.ways_inward(standing)
        return [[step.done for step in way.steps] for way in ways]

    watcher = make_membership()
    assert done() == [[False], [False, False]]

    holder, seat = done_with_a_watcher(centrality=Centrality.INBOUND, watcher=watcher)
    assert done() == [[False], [True, False]]

    observing.vouch(observation=seat, by=holder, at=NOON)
    assert done() == [[False], [True, True]]


def test_nothing_is_asked_of_agents_and_in_the_core():
    for member in (make_core(), make_membership(member=make_agent())):
        assert readiness.ways_inward(legitimacy.standing_of(member)) == []
