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
from cop.health.moves import WAYS, gather, invite, links, practice
from cop.health.signs import SIGNS
from cop.health.signs.reading import Cases, Thing, Unit, share, waiting
from domain.centrality import Centrality, Zone
from domain.refusal import Refused
from members import joining, participating
from members.models import Membership, Notification, Participation
from tasks import gathering, proposing
from tasks.models import Citation, Gathering, Submission, Task
from tests.makers import (
    NOON,
    make_agent,
    make_claim,
    make_domain,
    make_entry,
    make_full,
    make_member,
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


# Gather


def waiting_task(domain, **given):
    return make_task(domain=domain, opened_at=NOON - 10 * DAY, **given)


def offered(domain, way, at=NOON):
    return next((m for m in moving.offer(domain=domain, at=at) if m.way == way), None)


def test_a_gathering_is_announced_on_tasks_that_wait(domain, organizer):
    further_in = waiting_task(domain, centrality=Centrality.INBOUND)
    first, newer = waiting_task(domain), make_task(domain=domain, opened_at=NOON - DAY)
    make_membership(domain=domain, joined_at=NOON - 9 * DAY)
    near = make_membership(domain=domain, last_recognised_at=NOON - DAY)
    near.areas.set([first.area])
    move = offered(domain, "gather")
    assert (move.about, move.touches) == ([first.pk, further_in.pk], 1)
    assert newer.pk not in move.about

    move, made = moving.make(move=move, membership=organizer, at=NOON)

    held = Gathering.objects.get()
    assert held.called_by == organizer
    assert set(held.tasks.all()) == {first, further_in}
    assert made.led_to == move.led_to == held.get_absolute_url()
    assert Notification.objects.get(member=near.member).kind == "gathering"
    assert offered(domain, "gather", at=NOON + 2 * DAY) is None


def test_it_is_a_week_ahead_when_people_are_here_or_at_the_hour_of_the_last(
    domain, organizer
):
    assert gather.starts_at(domain, NOON) == NOON.replace(hour=18) + 7 * DAY
    for number, hour in enumerate((8, 20, 20)):
        participating.record(
            domain=domain,
            kind=Participation.Kind.NARRATED,
            key=f"note:{number}",
            item="task:1",
            giver=organizer,
            at=NOON.replace(hour=hour) - DAY,
        )
    assert gather.starts_at(domain, NOON) == NOON.replace(hour=20) + 7 * DAY
    make_gathering(organizer, waiting_task(domain), NOON.replace(hour=9) - 30 * DAY)

    start = gather.starts_at(domain, NOON)

    assert start == NOON.replace(hour=9) + 7 * DAY
    assert "Monday 23 November 2026, 09:00 to 11:00 UTC" in gather.does(domain, NOON)


def make_gathering(organizer, task, starts_at):
    return gathering.announce(
        membership=organizer,
        plan=gathering.Plan(
            title="Sheets",
            what_for="They are in.",
            place="The mill",
            starts_at=starts_at,
            length=2 * DAY / 24,
            tasks=[task],
        ),
        at=starts_at - DAY,
    )


# Invite


def test_people_with_free_hands_get_the_task_that_suits_them(domain, organizer):
    task = make_task(domain=domain)
    free, holding, away, silent, agent = (
        make_membership(domain=domain, name="Maya Lindt"),
        make_membership(domain=domain),
        make_membership(domain=domain, away_until=(NOON + DAY).date()),
        make_membership(domain=domain, is_silent=True),
        make_membership(domain=domain, member=make_agent()),
    )
    free.areas.set([task.area])
    make_claim(task=make_task(domain=domain), membership=holding)
    Membership.objects.filter(pk=organizer.pk).update(is_silent=True)
    found = invite.find(domain, NOON, None)
    assert list(found.about) == [free.pk]

    invite.make([free.pk, holding.pk, away.pk, silent.pk, agent.pk], organizer, NOON)

    told = Notification.objects.get()
    assert (told.member, told.title, told.actor) == (free.member, task.title, organizer)
    assert "Sampling is one of your areas" in told.sentence
    assert told.path == task.get_absolute_url()


def test_nobody_is_invited_twice_in_a_quarter(domain, organizer):
    make_task(domain=domain)
    free = make_membership(domain=domain)
    invite.make([free.pk], organizer, NOON)

    invite.make([free.pk], organizer, NOON + 90 * DAY)
    assert free.pk not in invite.find(domain, NOON + 90 * DAY, None).about
    assert Notification.objects.filter(member=free.member).count() == 1
    assert free.pk in invite.find(domain, NOON + 92 * DAY, None).about


def test_where_nothing_is_open_to_them_nobody_is_invited(domain, organizer):
    make_membership(domain=domain)
    make_task(domain=domain, centrality=Centrality.CORE)

    assert list(invite.find(domain, NOON, None).about) == []


# Links


def test_links_let_newcomers_in_where_first_tasks_wait(domain, organizer):
    make_task(domain=domain)
    make_task(domain=domain, centrality=Centrality.INBOUND)
    Membership.objects.update(joined_at=NOON - 300 * DAY)
    found = links.find(domain, NOON, None)
    assert found.touches == 1

    made = links.make(found.about, organizer, NOON)

    (link,) = made.links
    token = link.partition("invitation=")[2]
    newcomer = make_member()
    joining.accept_invitation(token=token, member=newcomer, at=NOON + DAY)
    assert Membership.objects.filter(domain=domain, member=newcomer).exists()
    for _ in range(3):
        make_membership(domain=domain, joined_at=NOON - DAY)
    assert links.find(domain, NOON, None).about == []


# Practice


def exercise(domain, *, number=3, title="Label ten practice photographs", **given):
    """One task a newcomer, each recognised long ago."""
    tasks = []
    for _ in range(number):
        author = make_membership(domain=domain, joined_at=NOON - 120 * DAY)
        task = make_task(
            domain=domain, title=title, raised_at=NOON - 110 * DAY, opened_at=NOON
        )
        handed = make_submission(
            task=task, membership=author, handed_in_at=NOON - 100 * DAY
        )
        Submission.objects.filter(pk=handed.pk).update(
            **{
                "outcome": "recognised",
                "settled_at": NOON - 99 * DAY,
                **given,
            }
        )
        Task.objects.filter(pk=task.pk).update(state="done", closed_at=NOON - 99 * DAY)
        tasks.append(task)
    return tasks


def test_what_looks_like_an_exercise_is_marked_and_can_be_taken_back(
    client, domain, organizer
):
    tasks = exercise(domain)
    found = practice.find(domain, NOON, None)
    assert (list(found.about), found.touches) == ([task.pk for task in tasks], 3)

    practice.make(found.about, organizer, NOON)

    task = Task.objects.get(pk=tasks[0].pk)
    change = task.changes.get()
    assert task.is_practice
    assert change.fields == {"is_practice": ["no", "yes"]}
    assert "nobody said that a result is used" in change.reason
    told = Notification.objects.get(member=task.raised_by.member)
    assert "take that back" in told.sentence
    assert practice.find(domain, NOON, None).about == []

    client.force_login(task.raised_by.member)
    assertContains(client.get(task.get_absolute_url()), "Somebody needs the result")
    address = reverse("tasks:real", args=[domain.slug, task.pk])
    assert client.post(address, {"reason": " "}).status_code == 409
    client.post(address, {"reason": "The archive uses them."})
    task.refresh_from_db()
    assert not task.is_practice


@pytest.mark.parametrize(
    "make_it_real",
    [
        lambda tasks: Task.objects.filter(pk=tasks[0].pk).update(used_at=NOON),
        lambda tasks: Submission.objects.filter(task=tasks[0]).update(
            outcome="declined"
        ),
        lambda tasks: Submission.objects.update(settled_at=NOON - 30 * DAY),
        lambda tasks: Membership.objects.update(joined_at=NOON - 400 * DAY),
        lambda tasks: Citation.objects.create(
            domain=tasks[0].domain,
            entry=make_entry(domain=tasks[0].domain),
            member=tasks[0].raised_by,
            task=tasks[0],
            submission=tasks[0].submissions.get(),
            cited_at=NOON,
        ),
        lambda tasks: Task.objects.filter(pk=tasks[0].pk).update(title="Another"),
    ],
    ids=["used", "another outcome", "of late", "no newcomers", "cites", "another task"],
)
def test_where_any_of_it_is_missing_it_is_no_exercise(domain, organizer, make_it_real):
    tasks = exercise(domain)
    make_it_real(tasks)

    assert practice.find(domain, NOON, None).about == []


def test_a_newcomer_does_not_say_what_is_practice(domain):
    task = make_task(domain=domain)

    with pytest.raises(Refused) as refused:
        proposing.mark_practice(
            task=task,
            membership=make_membership(domain=domain),
            is_practice=True,
            reason="No.",
            at=NOON,
        )
    assert refused.value.refusal.code == "not_yours_to_judge"


# Their buttons


def test_the_page_says_what_a_button_does_before_it_is_pressed(
    client, domain, organizer
):
    now = timezone.now()
    task = make_task(domain=domain, opened_at=now - 10 * DAY)
    make_membership(domain=domain, joined_at=now - 9 * DAY)
    measuring.measure(domain=domain, at=now)
    moves = {one.way: one for one in moving.offer(domain=domain, at=now)}
    client.force_login(organizer.member)
    page = client.get(reverse("health:health", args=[domain.slug]))
    assertContains(page, "It announces a gathering on these tasks in your name, on")
    assertContains(page, f'<a href="{task.get_absolute_url()}">{task.title}</a>')

    def press(way):
        address = reverse("health:make_move", args=[domain.slug, moves[way].pk])
        return client.post(address, follow=True)

    assertContains(press("gather"), "Working on what waits")
    told = press("links")
    assertContains(told, "Lets one person in, shown only now")
    assertContains(told, "?invitation=")
    assertContains(told, "See what it made")
    assertNotContains(
        client.get(reverse("health:health", args=[domain.slug])), "?invitation="
    )


@pytest.mark.parametrize("way", WAYS)
def test_every_move_says_what_it_does_and_which_signs_it_should_move(domain, way):
    assert WAYS[way].said(domain, NOON)
    assert set(WAYS[way].signs) <= set(SIGNS)
