"""Answers to one question at one moment: each person has one, and none comes too late.

On real connections, each guard shown to matter by taking it out in the same run.
"""

import time
from datetime import timedelta

import pytest

from members import asking, leaving
from members.models import Membership, Pulse, PulseAnswer, PulseAsking
from tests.makers import NOON, make_domain, make_membership
from tests.races.test_verdict_race import Rivals

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20
LATER = NOON + timedelta(days=1)


@pytest.fixture
def rivals():
    rivals = Rivals(4)
    yield rivals
    rivals.leave()


def opened(number=6):
    domain = make_domain()
    people = [make_membership(domain=domain) for _ in range(number)]
    return asking.open_pulse(domain=domain, at=NOON), people


def answering(pulse, who, said):
    return lambda: asking.answer(
        membership=who, pulse=pulse, said=said, words=said, at=LATER
    )


def test_one_person_answering_in_four_windows_has_one_answer(rivals):
    pulse, people = opened()
    for _ in range(ROUNDS):
        rivals.race(
            *(answering(pulse, people[0], s) for s in ("yes", "no", "unsure", "yes"))
        )
        said, words = PulseAnswer.objects.values_list("said", "words").get()
        assert said == words
        PulseAnswer.objects.all().delete()


def closing_while_answering(rivals, rounds):
    """Close while a sixth person answers; return what was left over in each round."""
    left = []
    for _ in range(rounds):
        pulse, people = opened()
        for one in people[:5]:
            answering(pulse, one, "yes")()
        outcomes = rivals.race(
            answering(pulse, people[5], "no"),
            lambda pulse=pulse: asking.close(pulse=pulse, at=LATER),
            lambda pulse=pulse: asking.close(pulse=pulse, at=LATER),
            lambda pulse=pulse: asking.ask(pulse=pulse, at=LATER),
        )
        told = Pulse.objects.get(pk=pulse.pk)
        is_in = outcomes[0] != "pulse_closed"
        left.append((PulseAnswer.objects.count(), told.answered == 5 + is_in))
        PulseAnswer.objects.all().delete()
        PulseAsking.objects.all().delete()
    return left


def test_an_answer_counts_or_is_refused_when_it_closes_meanwhile(rivals):
    assert closing_while_answering(rivals, ROUNDS) == [(0, True)] * ROUNDS


def test_without_the_lock_answers_outlive_their_question(rivals, monkeypatch):
    def read(pulse):
        found = Pulse.objects.select_related("domain").get(pk=pulse.pk)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(asking, "_locked", read)

    assert closing_while_answering(rivals, 10) != [(0, True)] * 10


def test_whoever_leaves_while_answering_leaves_no_answer(rivals):
    for _ in range(ROUNDS):
        pulse, people = opened()
        who = people[0]
        rivals.race(
            answering(pulse, who, "yes"),
            answering(pulse, who, "no"),
            lambda who=who: leaving.leave(membership=who, at=LATER),
            lambda pulse=pulse: asking.remind(pulse=pulse, at=LATER),
        )
        assert not PulseAnswer.objects.exists()
        assert Membership.objects.get(pk=who.pk).left_at == LATER
