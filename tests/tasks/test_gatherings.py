"""Gatherings: who calls them, who is told, who was there, and what came of it."""

from datetime import timedelta

import pytest

from domain.centrality import Zone
from domain.refusal import Refused
from members.models import Notification, Participation
from repertoire.models import Revision
from tasks import came_of, gathering, observing
from tasks.gathering import Plan
from tasks.models import Attendance, Origin, Task
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

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def caller(domain):
    return make_full(domain=domain, name="Amara Okoye")


@pytest.fixture
def task(domain, caller):
    return make_task(domain=domain, raised_by=caller)


def plan(*tasks, **given):
    return Plan(
        **{
            "title": "Sheets at the mill",
            "what_for": "The autumn sheets are in the dataset.",
            "place": "The mill, upstairs",
            "starts_at": NOON + WEEK,
            "length": 2 * HOUR,
            "tasks": tasks,
            **given,
        }
    )


def announce(caller, *tasks, at=NOON, **given):
    return gathering.announce(membership=caller, plan=plan(*tasks, **given), at=at)


def refusal_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def told(membership):
    return list(
        Notification.objects.filter(
            member=membership.member, kind=Notification.Kind.GATHERING
        ).order_by("pk")
    )


# Calling


def test_whoever_calls_it_comes(caller, task):
    made = announce(caller, task)

    assert list(made.tasks.all()) == [task]
    assert made.attendances.get().answer == Attendance.Answer.COMING
    assert made.minutes == 120


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"zone": Zone.PERIPHERY}, "not_yours_to_call"),
        ({"zone": Zone.INBOUND}, "not_yours_to_call"),
        ({"zone": Zone.INBOUND, "is_organizer": True}, None),
        ({"zone": Zone.ACTIVE}, None),
    ],
)
def test_full_members_and_organizers_call_one(domain, task, given, code):
    somebody = make_membership(domain=domain, **given)

    if code is None:
        assert announce(somebody, task).called_by == somebody
    else:
        assert refusal_of(lambda: announce(somebody, task)) == code


def test_agents_call_none_however_far_in(domain, task):
    agent = make_full(domain=domain, member=make_agent())

    assert refusal_of(lambda: announce(agent, task)) == "agents_do_not_call"


def test_a_gathering_is_on_real_tasks_in_the_works(domain, caller, task):
    practice = make_task(domain=domain, is_practice=True)
    done = make_task(domain=domain, state=Task.State.DONE, closed_at=NOON)
    draft = make_task(domain=domain, state=Task.State.DRAFT)
    elsewhere = make_task()

    assert refusal_of(lambda: announce(caller)) == "no_task"
    assert refusal_of(lambda: announce(caller, task, practice)) == "practice_task"
    assert refusal_of(lambda: announce(caller, done)) == "not_in_the_works"
    assert refusal_of(lambda: announce(caller, draft)) == "not_in_the_works"
    assert refusal_of(lambda: announce(caller, elsewhere)) == "elsewhere"


def test_a_time_gone_by_is_refused(caller, task):
    assert refusal_of(lambda: announce(caller, task, starts_at=NOON)) == "gone_by"


# Telling


def test_those_it_touches_are_told_once_with_the_reason(domain, caller):
    sampling, data = domain.areas.order_by("place")
    first = make_task(domain=domain, area=sampling, raised_by=caller)
    second = make_task(domain=domain, area=data, raised_by=caller)
    holder, both, away, elsewhere = (make_membership(domain=domain) for _ in range(4))
    make_claim(task=first, membership=holder)
    both.areas.set([sampling, data])
    away.areas.set([sampling])
    away.away_until = (NOON + WEEK).date()
    away.save()
    caller.areas.set([sampling])

    announce(caller, first, second)

    (one,) = told(holder)
    assert "You hold one of its tasks." in one.sentence
    (one,) = told(both)
    assert one.sentence.endswith("because Sampling is one of your areas.")
    assert "Monday 23 November 2026, 12:00 to 14:00 UTC" in one.sentence
    assert "and 1 more task" in one.sentence
    assert one.quote == "The autumn sheets are in the dataset."
    assert [told(who) for who in (away, elsewhere, caller)] == [[], [], []]


def test_a_change_is_told_to_those_who_come_and_to_whom_it_touches_now(domain, caller):
    sampling, data = domain.areas.order_by("place")
    first = make_task(domain=domain, area=sampling)
    second = make_task(domain=domain, area=data)
    coming, cannot, new = (make_membership(domain=domain) for _ in range(3))
    new.areas.set([data])
    made = announce(caller, first)
    gathering.answer(gathering=made, membership=coming, coming=True, at=NOON)
    gathering.answer(gathering=made, membership=cannot, coming=False, at=NOON)

    changed = gathering.change(
        gathering=made,
        membership=caller,
        plan=plan(first, second, place="The weir"),
        version=1,
        at=NOON + HOUR,
    )

    assert changed.version == 2
    (one,) = told(coming)
    assert one.sentence.startswith("Changed by Amara Okoye.")
    assert "at: The weir" in one.sentence
    assert told(cannot) == []
    (one,) = told(new)
    assert "Data is one of your areas" in one.sentence


def test_saving_what_it_says_already_changes_nothing(caller, task):
    made = announce(caller, task)

    same = gathering.change(
        gathering=made, membership=caller, plan=plan(task), version=1, at=NOON + HOUR
    )

    assert (same.version, same.changed_at) == (1, NOON)


def test_of_two_who_change_it_at_once_the_second_is_told(domain, caller, task):
    made = announce(caller, task)
    other = make_full(domain=domain)
    gathering.change(
        gathering=made,
        membership=other,
        plan=plan(task, place="The weir"),
        version=1,
        at=NOON,
    )

    code = refusal_of(
        lambda: gathering.change(
            gathering=made,
            membership=caller,
            plan=plan(task, title="Another"),
            version=1,
            at=NOON,
        )
    )

    assert code == "changed_meanwhile"
    made.refresh_from_db()
    assert (made.title, made.place) == ("Sheets at the mill", "The weir")


def test_called_off_it_takes_no_answers_and_says_why(domain, caller, task):
    coming = make_membership(domain=domain)
    made = announce(caller, task)
    gathering.answer(gathering=made, membership=coming, coming=True, at=NOON)

    def off(because):
        return gathering.call_off(
            gathering=made, membership=caller, because=because, at=NOON + HOUR
        )

    assert refusal_of(lambda: off(" ")) == "no_reason"
    off("The bridge is closed.")

    (one,) = told(coming)
    assert (one.quote, "called it off" in one.sentence) == (
        "The bridge is closed.",
        True,
    )
    assert (
        refusal_of(
            lambda: gathering.answer(
                gathering=made, membership=coming, coming=True, at=NOON
            )
        )
        == "called_off"
    )


def test_a_task_that_is_done_meanwhile_stays_named(caller, task):
    made = announce(caller, task)
    Task.objects.filter(pk=task.pk).update(state=Task.State.DONE, closed_at=NOON)
    task.refresh_from_db()

    changed = gathering.change(
        gathering=made,
        membership=caller,
        plan=plan(task, place="The weir"),
        version=1,
        at=NOON + HOUR,
    )

    assert list(changed.tasks.all()) == [task]


# Afterwards


def tell(made, who, there, *, words="Two sheets are in.", version=1, at=NOON + WEEK):
    return gathering.tell(
        gathering=made,
        membership=who,
        there=there,
        came_of_it=words,
        version=version,
        at=at,
    )


def test_who_was_there_is_noted_by_whoever_called_it_or_a_full_member(
    domain, caller, task
):
    newcomer, full = make_membership(domain=domain), make_full(domain=domain)
    made = announce(caller, task)

    assert refusal_of(lambda: tell(made, full, [newcomer], at=NOON)) == "not_begun"
    assert refusal_of(lambda: tell(made, newcomer, [newcomer])) == "not_yours_to_tell"
    made = tell(made, full, [newcomer, full])
    assert (made.told_by, made.came_of_it) == (full, "Two sheets are in.")
    assert refusal_of(lambda: tell(made, caller, [])) == "changed_meanwhile"
    tell(made, caller, [newcomer], version=made.version)

    there = made.attendances.there().values_list("membership", flat=True)
    assert list(there) == [newcomer.pk]


def test_being_there_enters_no_ledger(domain, caller, task):
    made = announce(caller, task)
    tell(made, caller, [caller, make_membership(domain=domain)])

    assert not Participation.objects.exists()


def test_what_came_of_it_is_counted_from_the_records(domain, caller):
    there, elsewhere = make_membership(domain=domain), make_membership(domain=domain)
    tasks = [make_task(domain=domain, raised_by=caller) for _ in range(3)]
    made = announce(caller, *tasks)
    start = made.starts_at
    first = make_submission(
        task=tasks[0], membership=there, handed_in_at=start + DAY, is_first=True
    )
    type(first).objects.filter(pk=first.pk).update(
        outcome="recognised", settled_at=start + 2 * DAY
    )
    # By somebody who was not there, too late, and on a task that was not named.
    make_submission(task=tasks[1], membership=elsewhere, handed_in_at=start + DAY)
    make_submission(task=tasks[2], membership=there, handed_in_at=start + 15 * DAY)
    make_submission(membership=there, handed_in_at=start + DAY)
    observing.observe(task=tasks[1], membership=there, at=start + HOUR)
    observing.observe(task=tasks[2], membership=elsewhere, at=start + HOUR)
    entry = make_entry(domain=domain)
    version = Revision.objects.create(
        entry=entry,
        number=2,
        author=there,
        author_zone=1,
        title=entry.title,
        written_at=start + DAY,
    )
    grown = Origin.objects.create(
        revision=version, task=tasks[0], submission=first, author=there
    )
    tell(made, caller, [there, caller], at=start + HOUR)

    came = came_of.of([made])[made.pk]

    assert came.handed_in == came.first_works == came.recognised == [first]
    assert [seat.membership for seat in came.watched] == [there]
    assert came.grown == [grown]
    assert not came_of.of([made], withheld=first.pk)[made.pk].handed_in


def test_of_nobody_there_nothing_is_counted(caller, task):
    made = announce(caller, task)
    make_submission(task=task, handed_in_at=made.starts_at + DAY)

    assert not came_of.of([made])[made.pk]
