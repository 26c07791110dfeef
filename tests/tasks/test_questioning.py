from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Centrality
from domain.refusal import Refused
from members.models import Notification
from tasks import observing, questioning, stating
from tasks.models import Claim, Question
from tasks.watched import observed_to_the_end
from tests.makers import NOON, make_claim, make_membership, make_submission, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return make_claim(task=make_task(centrality=Centrality.INBOUND))


@pytest.fixture
def watcher(claim):
    watcher = make_membership(domain=claim.task.domain, name="Bea Winter")
    observing.observe(task=claim.task, membership=watcher, at=NOON)
    return watcher


def ask(claim, watcher, body="Why not the left bank?", at=NOON):
    return questioning.ask(
        task=claim.task, membership=watcher, asked=claim.membership, body=body, at=at
    )


def refusal_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def test_a_question_and_its_answer_reach_the_other(claim, watcher):
    question = ask(claim, watcher)
    asked = Notification.objects.get(member=claim.membership.member)
    later = NOON + timedelta(days=3)
    answered = questioning.answer(
        question=question, membership=claim.membership, body="Too deep.", at=later
    )

    told = Notification.objects.get(member=watcher.member)
    assert (asked.quote, asked.actor) == ("Why not the left bank?", watcher)
    assert (told.quote, told.actor) == ("Too deep.", claim.membership)
    assert (answered.answer, answered.answered_at) == ("Too deep.", later)


def test_questions_come_from_those_who_watch(claim):
    passer_by = make_membership(domain=claim.task.domain)

    assert refusal_of(lambda: ask(claim, passer_by)) == "not_observing"


def test_nobody_asks_themselves_or_whoever_has_gone(claim, watcher):
    assert refusal_of(lambda: ask(claim, claim.membership)) == "yourself"
    Claim.objects.update(ended_at=NOON, ending=Claim.Ending.RELEASED)

    assert refusal_of(lambda: ask(claim, watcher)) == "does_not_do_it"


def test_three_questions_wait_at_most(claim, watcher):
    for _ in range(3):
        ask(claim, watcher)

    assert refusal_of(lambda: ask(claim, watcher)) == "questions_wait"


def test_an_answer_is_given_once_by_whoever_was_asked(claim, watcher):
    question = ask(claim, watcher)

    def answer(who, body="Too deep."):
        return questioning.answer(question=question, membership=who, body=body, at=NOON)

    assert refusal_of(lambda: answer(watcher)) == "not_asked"
    assert refusal_of(lambda: answer(claim.membership, " ")) == "empty"
    answer(claim.membership)
    assert refusal_of(lambda: answer(claim.membership)) == "answered"


def finish(claim):
    claim.ended_at, claim.ending = NOON, Claim.Ending.DONE
    claim.save()
    stating.restate(claim.task, at=NOON)


def test_whoever_watched_to_the_end_asks_afterwards_too(claim, watcher):
    finish(claim)

    assert ask(claim, watcher).asked == claim.membership
    assert observed_to_the_end(watcher, Centrality.INBOUND, claim.task.area)
    assert not observed_to_the_end(watcher, Centrality.ACTIVE)
    other = claim.task.domain.areas.exclude(pk=claim.task.area_id).get()
    assert not observed_to_the_end(watcher, Centrality.INBOUND, other)


def test_who_sat_down_once_it_was_handed_in_saw_nothing_of_it(claim, watcher):
    make_submission(claim=claim, handed_in_at=NOON - timedelta(hours=1))

    finish(claim)

    seat = claim.task.observations.get(membership=watcher)
    assert (seat.ended_at, seat.to_the_end) == (NOON, False)


def test_the_page_asks_and_answers_without_script(client, claim, watcher):
    task = claim.task
    ask_at = reverse("tasks:ask", args=[task.domain.slug, task.pk])
    client.force_login(watcher.member)
    assertContains(client.get(task.get_absolute_url()), "Ask whoever does it")

    empty = client.post(ask_at, {"claim": claim.pk, "body": ""})
    asked = client.post(ask_at, {"claim": claim.pk, "body": "Why there?"})

    assertContains(empty, "There is a problem", status_code=422)
    assertContains(empty, 'id="id_body"', status_code=422)
    assertRedirects(asked, f"{task.get_absolute_url()}#questions")
    question = Question.objects.get()
    client.force_login(claim.membership.member)
    assertContains(client.get(task.get_absolute_url()), "Your answer, when you like")
    answer_at = reverse("tasks:answer", args=[task.domain.slug, task.pk, question.pk])
    client.post(answer_at, {"body": "Too deep."})
    client.logout()
    page = client.get(task.get_absolute_url())
    assertContains(page, "Too deep.")
    assertNotContains(page, "Ask whoever does it")


def test_a_passer_by_is_refused_on_the_page(client, claim):
    client.force_login(make_membership(domain=claim.task.domain).member)
    task = claim.task

    page = client.post(
        reverse("tasks:ask", args=[task.domain.slug, task.pk]),
        {"claim": claim.pk, "body": "Why there?"},
    )

    assertContains(page, 'data-refusal="not_observing"', status_code=409)


def test_what_was_watched_stands_on_the_profile(client, claim, watcher):
    finish(claim)

    page = client.get(watcher.get_absolute_url())

    assertContains(page, "Watched to the end")
    assertContains(page, claim.task.title)
