"""Moves: what is offered, what each button does, and what is said of it later."""

import math
from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cop.health import measuring, moving
from cop.health.models import Move, Reading
from cop.health.signs import SIGNS
from cop.health.signs.reading import Cases, Thing, Unit, share, waiting
from domain.centrality import Centrality, Zone
from domain.refusal import Refused
from members.models import Notification
from tests.makers import (
    NOON,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WEEKS = timedelta(weeks=1)


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def organizer(domain):
    return make_full(domain=domain, is_organizer=True, name="Amara Okoye")


def late(domain, number=1):
    for _ in range(number):
        author = make_membership(domain=domain)
        make_submission(
            task=make_task(domain=domain),
            membership=author,
            handed_in_at=NOON - 3 * DAY,
        )


def closed_task(domain):
    make_membership(domain=domain, zone=Zone.INBOUND)
    return make_task(
        domain=domain,
        centrality=Centrality.ACTIVE,
        observer_seats=0,
        state="open",
        opened_at=NOON - DAY,
    )


def test_those_that_touch_most_people_are_offered_and_nothing_empty(domain, organizer):
    closed_task(domain)
    late(domain, 2)

    offered = moving.offer(domain=domain, at=NOON)

    assert [(one.way, one.touches) for one in offered] == [("ask", 2), ("seats", 1)]


def test_at_most_three_a_week_and_what_was_made_is_one_of_them(domain, organizer):
    closed_task(domain)
    late(domain)
    first, *_rest = moving.offer(domain=domain, at=NOON)
    moving.make(move=first, membership=organizer, at=NOON)

    again = moving.offer(domain=domain, at=NOON + DAY)

    assert first.way not in [one.way for one in again]
    assert Move.objects.filter(domain=domain).count() <= 3


def test_what_is_no_longer_needed_is_not_offered_any_more(domain, organizer):
    task = closed_task(domain)
    moving.offer(domain=domain, at=NOON)
    task.observer_seats = 2
    task.save()

    assert moving.offer(domain=domain, at=NOON + DAY) == []
    assert not Move.objects.exists()


def test_seats_are_opened_and_the_history_says_so(domain, organizer):
    task = closed_task(domain)
    (move,) = moving.offer(domain=domain, at=NOON)

    moving.make(move=move, membership=organizer, at=NOON)

    task.refresh_from_db()
    assert task.observer_seats == 3
    change = task.changes.get()
    assert (change.changed_by, change.fields) == (
        organizer,
        {"observer_seats": ["0", "3"]},
    )


def test_readers_are_asked(domain, organizer):
    late(domain)
    reader = make_full(domain=domain)
    (move,) = moving.offer(domain=domain, at=NOON)

    moving.make(move=move, membership=organizer, at=NOON)

    asked = Notification.objects.filter(kind=Notification.Kind.REVIEW_WAITS)
    assert reader.member in {one.member for one in asked}


def test_whoever_raised_it_is_asked_what_became_of_it(domain, organizer):
    raiser = make_full(domain=domain)
    task = make_task(
        domain=domain,
        raised_by=raiser,
        raised_at=NOON - 60 * DAY,
        opened_at=NOON - 60 * DAY,
    )
    make_submission(task=task)
    task.state, task.closed_at = "done", NOON - 20 * DAY
    task.save()
    (move,) = moving.offer(domain=domain, at=NOON)
    assert move.way == "uses"

    moving.make(move=move, membership=organizer, at=NOON)

    told = Notification.objects.get(key=f"used:task:{task.pk}")
    assert told.member == raiser.member
    assert "asks where its result went" in told.sentence


def test_a_move_is_made_once(domain, organizer):
    late(domain)
    (move,) = moving.offer(domain=domain, at=NOON)
    moving.make(move=move, membership=organizer, at=NOON)

    with pytest.raises(Refused):
        moving.make(move=move, membership=organizer, at=NOON)


def reading(domain, value, low, high, *, on):
    Reading.objects.create(
        domain=domain,
        sign="first_response",
        on=on.date(),
        value=value,
        low=low,
        high=high,
        cases=40,
        measured_at=on,
    )


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ((30.0, 25.0, 35.0), Move.Outcome.HELPED),
        ((90.0, 80.0, 100.0), Move.Outcome.NO_CHANGE),
        ((68.0, 60.0, 76.0), Move.Outcome.NO_CHANGE),
        ((None, None, None), Move.Outcome.TOO_EARLY),
    ],
)
def test_what_came_of_it_is_said_four_weeks_later(domain, organizer, after, said):
    late(domain)
    reading(domain, 70.0, 60.0, 80.0, on=NOON)
    (move,) = moving.offer(domain=domain, at=NOON)
    moving.make(move=move, membership=organizer, at=NOON)
    assert moving.measure(domain=domain, at=NOON + 3 * WEEKS) == 0
    reading(domain, *after, on=NOON + 4 * WEEKS)

    assert moving.measure(domain=domain, at=NOON + 4 * WEEKS) == 1

    move.refresh_from_db()
    assert move.outcome == said
    assert moving.measure(domain=domain, at=NOON + 5 * WEEKS) == 0


def told(value, half):
    return [value, value - half, value + half]


def test_of_several_signs_each_has_to_move_further():
    """One sign at the edge of its own interval is no news where three were looked at."""
    before = {"offered": told(0.50, 0.10)}
    after = {"offered": told(0.66, 0.10)}
    beside = {name: told(0.3, 0.05) for name in ("reach_inbound", "reach_active")}

    alone = moving.outcome(before, after)
    among_three = moving.outcome(before | beside, after | beside)

    assert (alone, among_three) == (Move.Outcome.HELPED, Move.Outcome.NO_CHANGE)


def test_what_is_counted_decides_nothing():
    before, after = {"next_open": told(2.0, 0.0)}, {"next_open": told(9.0, 0.0)}

    assert moving.outcome(before, after) == Move.Outcome.TOO_EARLY


def test_a_sign_surely_worse_is_no_help():
    before = {"offered": told(0.5, 0.1), "reach_inbound": told(0.5, 0.1)}
    after = {"offered": told(0.9, 0.1), "reach_inbound": told(0.1, 0.1)}

    assert moving.outcome(before, after) == Move.Outcome.NO_CHANGE


#: As the moves look at them: one sign, two, or three.
LOOKED_AT = (
    ("legitimacy",),
    ("first_response", "slow_response"),
    ("offered", "uptake", "competence"),
)
LIVES = 400


def signs_of(draw, number, names):
    """Readings of so many cases each, the like of which is drawn every time."""
    read = {}
    for name in names:
        keys = np.arange(number)
        if SIGNS[name].unit is Unit.SHARE:
            cases = Cases(Thing.PERSON, keys, draw.random(number) < 0.6)
            one = share(cases, threshold=0.5, healthy=SIGNS[name].healthy).measure
        else:
            cases = Cases(Thing.SUBMISSION, keys, draw.random(number) < 0.9)
            one = waiting(cases, draw.exponential(40, number), threshold=48).measure
        read[name] = [one.value, one.low, one.high]
    return read


@pytest.mark.parametrize("names", LOOKED_AT, ids=len)
def test_where_nothing_happens_one_in_twenty_looks_better_by_chance(names):
    """Both windows drawn anew: the worst case, for those of a move share most days."""
    draw = np.random.default_rng(28)
    better = worse = 0
    for _life in range(LIVES):
        before, after = signs_of(draw, 60, names), signs_of(draw, 60, names)
        better += moving.outcome(before, after) == Move.Outcome.HELPED
        worse += moving.outcome(after, before) == Move.Outcome.HELPED

    # Five in a hundred, and two standard errors of so many lives.
    most = LIVES * 0.05 + 2 * math.sqrt(LIVES * 0.05 * 0.95)
    assert better <= most
    assert worse <= most


def test_the_page_offers_them_and_tells_what_came_of_them(client, domain, organizer):
    now = timezone.now()
    make_submission(
        task=make_task(domain=domain),
        membership=make_membership(domain=domain),
        handed_in_at=now - 3 * DAY,
    )
    measuring.measure(domain=domain, at=now)
    (move,) = moving.offer(domain=domain, at=now)
    client.force_login(organizer.member)
    page = reverse("health:health", args=[domain.slug])
    assertContains(client.get(page), "Ask reviewers")

    told = client.post(
        reverse("health:make_move", args=[domain.slug, move.pk]), follow=True
    )

    assertContains(told, "in four weeks")
    assertContains(told, "four weeks are not over yet")
    assertNotContains(told, "Ask reviewers")


def test_only_organizers_make_moves(client, domain, organizer):
    late(domain)
    (move,) = moving.offer(domain=domain, at=NOON)
    client.force_login(make_membership(domain=domain).member)

    address = reverse("health:make_move", args=[domain.slug, move.pk])
    assert client.post(address).status_code == 403
