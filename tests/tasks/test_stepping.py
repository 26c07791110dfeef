"""The next step: real work for this person now, and why."""

from datetime import timedelta

import pytest

from domain.centrality import Centrality, Zone
from members.models import Membership, Participation
from tasks import citing, fit, stepping
from tasks.models import Citation, Claim, Task, Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

HOUR = Membership.Hours.HOUR


@pytest.fixture
def domain():
    return make_domain(areas=("Sampling", "Data", "Telling"))


def in_area(domain, name):
    return domain.areas.get(name=name)


def steps(membership, **given):
    return stepping.next_steps(membership, at=NOON, **given)


def test_their_own_area_and_time_come_first_and_are_said(domain):
    maya = make_membership(domain=domain, hours=HOUR)
    maya.areas.add(in_area(domain, "Data"))
    make_task(domain=domain, effort_minutes=20)
    make_task(domain=domain, area=in_area(domain, "Data"), effort_minutes=600)
    best = make_task(domain=domain, area=in_area(domain, "Data"), effort_minutes=40)

    first, *others = steps(maya)

    assert first.task == best
    assert first.why == (
        "Because Data is one of your areas and it fits into the time you have in a week."
    )
    assert len(others) == 2
    assert all(other.why for other in others)


def test_who_is_here_to_read_it_is_named(domain):
    maya = make_membership(domain=domain)
    maya.areas.add(in_area(domain, "Data"))
    amara = make_full(domain=domain, name="Amara Okoye")
    resting = make_full(domain=domain, capacity=Membership.Capacity.NONE)
    away = make_full(domain=domain, away_until=NOON.date())
    for who, name in ((amara, "Data"), (resting, "Sampling"), (away, "Sampling")):
        who.areas.add(in_area(domain, name))
    make_task(domain=domain, area=in_area(domain, "Data"))
    make_task(domain=domain, area=in_area(domain, "Sampling"))

    assert [step.reader for step in steps(maya)] == ["Amara Okoye", ""]


def test_what_waits_longest_and_is_waited_for_comes_sooner(domain):
    maya = make_membership(domain=domain)
    make_task(domain=domain)
    old = make_task(domain=domain, opened_at=NOON - timedelta(days=60))
    awaited = make_task(domain=domain, is_awaited=True)

    first, second, _third = steps(maya)

    assert (first.task, second.task) == (old, awaited)
    assert first.why == "Because it has waited 60 days."
    assert second.why == "Because someone is waiting for the result."


def test_where_work_was_recognised_they_are_offered_work_of_their_zone(domain):
    lena = make_membership(domain=domain, zone=Zone.INBOUND, position=2.5)
    data = in_area(domain, "Data")
    Participation.objects.create(
        domain=domain,
        key="recognised:1",
        kind=Participation.Kind.RECOGNISED,
        receiver=lena,
        giver=make_full(domain=domain),
        amount=1,
        item="submission:1",
        area=data,
        occurred_at=NOON,
    )
    here = make_task(domain=domain, area=data, centrality=Centrality.INBOUND)
    make_task(domain=domain, area=data)
    make_task(domain=domain, centrality=Centrality.INBOUND)

    first = stepping.next_step(lena, at=NOON)

    assert first.task == here
    assert "1 work of yours was recognised in Data" in first.why


def test_words_they_have_worked_with_speak_for_a_task(domain):
    maya = make_membership(domain=domain)
    blank = make_entry(domain=domain, title="Field blank")
    before = make_claim(task=make_task(domain=domain), membership=make_full())
    citing.cite(task=before.task, text="The [[Field blank]].", member=maya, at=NOON)
    Citation.objects.filter(task=before.task).update(
        submission=make_submission(claim=before)
    )
    make_task(domain=domain)
    known = make_task(domain=domain, brief="Read [[Field blank]] first.")
    citing.cite(task=known, text=known.brief, at=NOON)

    first = stepping.next_step(maya, at=NOON)

    assert first.task == known
    assert f"you have worked with {blank.title} before" in first.why


def test_nothing_is_offered_that_could_not_be_claimed(domain):
    maya = make_membership(domain=domain)
    make_task(domain=domain, is_practice=True)
    make_task(domain=domain, centrality=Centrality.INBOUND)
    make_task(domain=domain, state=Task.State.DRAFT, opened_at=None)
    make_claim(task=make_task(domain=domain))

    assert steps(maya) == []


def test_what_a_first_timer_was_sent_back_to_goes_to_nobody_at_the_edge(domain):
    maya, sent_back_to = make_membership(domain=domain), make_membership(domain=domain)
    further_in = make_membership(domain=domain, zone=Zone.INBOUND, position=2.5)
    claim = make_claim(
        task=make_task(domain=domain, seats=2),
        membership=sent_back_to,
        ended_at=NOON,
        ending=Claim.Ending.RELEASED,
    )
    make_submission(claim=claim, outcome=Verdict.RETURNED, settled_at=NOON)
    claim.task.state = Task.State.OPEN
    claim.task.save()

    assert steps(maya) == []
    assert stepping.next_step(sent_back_to, at=NOON).task == claim.task
    assert stepping.next_step(further_in, at=NOON).task == claim.task


def test_nothing_is_offered_to_full_hands(domain):
    maya = make_membership(domain=domain)
    make_claim(task=make_task(domain=domain), membership=maya)
    make_task(domain=domain)

    assert steps(maya) == []


def test_agents_are_offered_what_agents_may_take(domain):
    agent = make_membership(domain=domain, member=make_agent())
    make_task(domain=domain, agents_welcome=False)
    make_task(domain=domain, for_newcomers=True)
    welcome = make_task(domain=domain)

    assert [step.task for step in steps(agent)] == [welcome]


def test_another_of_the_three_can_stand_in_front(domain):
    maya = make_membership(domain=domain)
    for _ in range(4):
        make_task(domain=domain)

    asked, again, turned = steps(maya), steps(maya), steps(maya, first=1)

    assert asked == again
    assert [step.number for step in asked] == [1, 2, 3]
    assert [step.number for step in turned] == [2, 3, 1]


@pytest.mark.parametrize("name", fit.WEIGHTS)
def test_each_term_alone_speaks_for_the_task_it_is_about(name):
    seeker = fit.Seeker(
        zone=Zone.INBOUND, areas={1}, minutes=60, recognised={1: 2, 2: 0}
    )
    plain = {"area": 2, "area_name": "Data", "minutes": 240, "days": 1.0}
    suits = fit.Offer(
        area=1,
        area_name="Sampling",
        centrality=Centrality.INBOUND,
        minutes=30,
        days=30.0,
        is_awaited=True,
        words=2,
        met=["Field blank"],
    )
    other = fit.Offer(**plain, centrality=Centrality.PERIPHERY)
    weights = {name: 1.0}

    assert 0 <= fit.fit(seeker, other, weights=weights) < 1
    assert fit.fit(seeker, suits, weights=weights) > fit.fit(
        seeker, other, weights=weights
    )
    assert fit.SAID[name](seeker, suits)
