"""An agent stops and asks; a person answers; the seat is kept meanwhile, for a while."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.refusal import Refused
from members import pausing
from members.models import Notification, Pause
from tasks import claiming, consulting, narrating
from tasks.consulting import HOLDS, MOST_THAT_HOLD
from tasks.legitimacy_of_asks import MOST_OPEN
from tasks.models import Ask
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_full,
    make_membership,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def sponsor(domain):
    return make_membership(domain=domain, name="Tomas Vrba")


@pytest.fixture
def claim(domain, sponsor):
    agent = make_membership(
        domain=domain, member=make_agent(sponsor=sponsor.member), name="Driftwood"
    )
    return make_claim(task=make_task(domain=domain), membership=agent, claimed_at=NOON)


def ask(claim, question="Which sheet counts?", at=NOON):
    return consulting.ask(
        claim=claim, membership=claim.membership, question=question, at=at
    )


def refusal_of(act, *given, **named):
    with pytest.raises(Refused) as refused:
        act(*given, **named)
    return refused.value.refusal.code


def test_the_sponsor_and_whoever_raised_the_task_are_told(claim, sponsor):
    ask(claim)

    told = Notification.objects.filter(actor=claim.membership)
    assert {(one.member, one.kind) for one in told} == {
        (sponsor.member, Notification.Kind.AGENT),
        (claim.task.raised_by.member, Notification.Kind.TASK),
    }
    assert {one.quote for one in told} == {"Which sheet counts?"}


def test_a_sponsor_who_raised_it_is_told_once(domain, sponsor):
    agent = make_membership(domain=domain, member=make_agent(sponsor=sponsor.member))
    task = make_task(domain=domain, raised_by=sponsor)
    ask(make_claim(task=task, membership=agent, claimed_at=NOON))

    assert [one.kind for one in Notification.objects.filter(actor=agent)] == [
        Notification.Kind.AGENT
    ]


def test_the_answer_reaches_the_agent(claim, sponsor):
    asked = ask(claim)

    answered = consulting.answer(
        ask=asked, membership=sponsor, words="The left one.", at=NOON
    )

    assert (answered.answer, answered.answered_by) == ("The left one.", sponsor)
    told = Notification.objects.get(member=claim.membership.member)
    assert (told.quote, told.actor) == ("The left one.", sponsor)


def test_who_answers(claim, domain):
    asked = ask(claim)
    newcomer = make_membership(domain=domain)
    another = make_membership(domain=domain, member=make_agent())
    answer = {"ask": asked, "words": "The left one.", "at": NOON}

    assert refusal_of(consulting.answer, membership=newcomer, **answer) == (
        "not_yours_to_answer"
    )
    assert refusal_of(consulting.answer, membership=another, **answer) == (
        "people_answer_asks"
    )
    consulting.answer(membership=make_full(domain=domain), **answer)
    assert refusal_of(consulting.answer, membership=claim.task.raised_by, **answer) == (
        "answered"
    )


def test_people_write_it_in_the_log(domain):
    held = make_claim(task=make_task(domain=domain), claimed_at=NOON)

    assert refusal_of(ask, held) == "agents_ask"


def test_nothing_is_asked_without_words_or_a_seat(claim):
    assert refusal_of(ask, claim, "  ") == "empty"
    claiming.release(claim=claim, membership=claim.membership, at=NOON)
    assert refusal_of(ask, claim) == "no_seat"


def test_a_paused_agent_asks_nothing(claim):
    pausing.begin(membership=claim.membership, cause=Pause.Cause.LAPSED, at=NOON)

    assert refusal_of(ask, claim) == "paused"


def test_at_most_three_wait_at_once(claim, sponsor):
    first, *_ = [ask(claim, f"{number}?") for number in range(MOST_OPEN)]

    assert refusal_of(ask, claim) == "asks_wait"
    consulting.take_back(ask=first, membership=claim.membership, at=NOON)
    assert ask(claim)


def test_what_was_taken_back_is_not_answered(claim, sponsor):
    asked = ask(claim)
    consulting.take_back(ask=asked, membership=claim.membership, at=NOON)

    assert refusal_of(
        consulting.answer, ask=asked, membership=sponsor, words="x", at=NOON
    ) == ("ask_withdrawn")
    assert refusal_of(consulting.take_back, ask=asked, membership=sponsor, at=NOON) == (
        "not_yours"
    )


def test_the_seat_is_kept_while_a_question_waits(claim):
    late = claim.due_at - timedelta(hours=1)

    ask(claim, at=late)
    claiming.release_overdue(at=late + HOLDS - timedelta(minutes=1))
    claim.refresh_from_db()
    assert claim.is_live

    claiming.release_overdue(at=late + HOLDS + timedelta(minutes=1))
    claim.refresh_from_db()
    assert claim.ending == claim.Ending.LAPSED


def test_asking_is_no_way_to_sit_on_a_task(claim):
    at = claim.due_at - timedelta(hours=1)
    for _ in range(MOST_THAT_HOLD + 1):
        asked = ask(claim, at=at)
        consulting.take_back(ask=asked, membership=claim.membership, at=at)
        claim.refresh_from_db()
        at = claim.due_at - timedelta(hours=1)
    held_until = claim.due_at

    asked = ask(claim, at=at)
    claim.refresh_from_db()
    assert claim.due_at == held_until
    # Whoever says something on the way is at work, and may ask again.
    consulting.take_back(ask=asked, membership=claim.membership, at=at)
    narrating.note(
        task=claim.task, membership=claim.membership, body="Half is done.", at=at
    )
    claim.refresh_from_db()
    at = claim.due_at - timedelta(hours=1)
    ask(claim, at=at)
    claim.refresh_from_db()
    assert claim.due_at == at + HOLDS


# The page


def answer_on_the_page(client, ask, words):
    task = ask.task
    address = reverse("tasks:answer_ask", args=[task.domain.slug, task.pk, ask.pk])
    return client.post(address, {"body": words})


def test_the_question_stands_on_the_task_with_a_form_for_who_may_answer(
    client, claim, sponsor, domain
):
    asked = ask(claim)
    address = reverse("tasks:answer_ask", args=[domain.slug, claim.task_id, asked.pk])

    client.force_login(make_membership(domain=domain).member)
    page = client.get(claim.task.get_absolute_url())
    assertContains(page, "Which sheet counts?")
    assertNotContains(page, address)

    client.force_login(sponsor.member)
    assertContains(client.get(claim.task.get_absolute_url()), address)
    response = answer_on_the_page(client, asked, "The left one.")
    assertRedirects(response, f"{claim.task.get_absolute_url()}#ask_{asked.pk}")
    assertContains(client.get(claim.task.get_absolute_url()), "The left one.")


def test_what_is_missing_and_what_is_refused_is_said_there(client, claim, sponsor):
    asked = ask(claim)
    client.force_login(sponsor.member)

    assertContains(
        answer_on_the_page(client, asked, ""), "Write a line first.", status_code=422
    )
    Ask.objects.filter(pk=asked.pk).update(withdrawn_at=NOON)
    refused = answer_on_the_page(client, asked, "The left one.")
    assertContains(refused, 'data-refusal="ask_withdrawn"', status_code=409)
