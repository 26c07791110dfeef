"""What is read of agents' words, and who is told when they drift."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from cop.health import alarming, jobs, past
from cop.health.models import Reading, WhoseDoing
from cop.health.past import WINDOW
from members.models import Member, Notification
from tasks.models import Verdict
from tests.makers import (
    NOON,
    make_agent,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain(founded_at=NOON - timedelta(days=900))


@pytest.fixture
def agent(domain):
    return make_membership(domain=domain, member=make_agent(), kind=Member.Kind.AGENT)


@pytest.fixture
def organizer(client, domain):
    organizer = make_full(domain=domain, is_organizer=True)
    client.force_login(organizer.member)
    return organizer


def tell(member, words, *, days_ago=5, outcome=Verdict.RECOGNISED):
    at = NOON - timedelta(days=days_ago)
    return make_submission(
        task=make_task(domain=member.domain),
        membership=member,
        narration=words,
        outcome=outcome,
        handed_in_at=at,
        settled_at=at,
    )


def drifted(domain, chance, *, days_ago=0):
    """A reading of how sure it is that agents drift."""
    at = NOON - timedelta(days=days_ago)
    return Reading.objects.create(
        domain=domain,
        who=WhoseDoing.AGENTS,
        sign="agents_drift",
        on=at.date(),
        value=0.1,
        cases=40,
        past_threshold=chance,
        measured_at=at,
    )


def words_of(domain):
    rows = past.read(domain, at=NOON).words
    return sorted(zip(rows["work"].tolist(), rows["times"].tolist(), strict=True))


def test_words_are_read_by_their_stems_without_those_of_no_meaning(domain, agent):
    told = tell(agent, "The gauge was read twice; reading gauges is what we do.")

    # gauge, read, twice; "is", "the", "was", "what", "we" and "do" say nothing.
    assert words_of(domain) == [(told.pk, 1), (told.pk, 2), (told.pk, 2)]


def test_only_recognised_work_of_two_windows_is_read(domain, agent):
    tell(agent, "gauge", outcome=Verdict.RETURNED)
    tell(agent, "gauge", days_ago=2 * WINDOW.days + 1)

    assert words_of(domain) == []


def test_of_a_community_without_agents_no_words_are_read(domain):
    tell(make_membership(domain=domain), "gauge")

    assert words_of(domain) == []


def test_the_night_reads_how_alike_they_are(client, domain, agent, organizer):
    person = make_membership(domain=domain)
    for _ in range(20):
        tell(agent, "gauge level river")
        tell(person, "gauge level meadow")

    jobs.night(domain, at=NOON)

    reading = Reading.objects.get(sign="agents_words", who=WhoseDoing.AGENTS)
    assert (reading.cases, round(reading.value, 1)) == (20, 0.7)
    page = client.get(reverse("health:health", args=[domain.slug]), {"who": "agents"})
    assertContains(page, "Conventions among agents")
    sign = client.get(reverse("health:sign", args=[domain.slug, "agents_words"]))
    assertContains(sign, "Mill Bridge", count=20)
    people = client.get(reverse("health:health", args=[domain.slug]))
    assertNotContains(people, "Conventions among agents")


def test_organizers_see_that_agents_drift_and_are_told_once_a_month(
    client, domain, organizer
):
    jobs.night(domain, at=NOON)
    drifted(domain, 0.95, days_ago=-1)

    for days in (1, 2, 33):
        alarming.tell(domain, at=NOON + timedelta(days=days))

    told = Notification.objects.filter(kind=Notification.Kind.DRIFT)
    assert [one.member for one in told] == [organizer.member] * 2
    page = client.get(reverse("health:health", args=[domain.slug]))
    assertContains(page, "Agents’ words move away from people’s.")


@pytest.mark.parametrize("chance", [None, 0.5, 0.89])
def test_of_what_is_not_sure_nobody_is_told(client, domain, organizer, chance):
    drifted(domain, 0.99, days_ago=7)
    drifted(domain, chance)

    alarming.tell(domain, at=NOON)

    assert Notification.objects.count() == 0
