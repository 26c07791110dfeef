"""What is to be done, and what happens beside a seat."""

from datetime import datetime, timedelta

from django.db import transaction

from cop.programs import checking
from cop.programs.inside import Inside, NotThere
from cop.programs.looking import tasks as looking
from cop.programs.saying import notes, tasks
from cop.programs.saying.base import Done, number_of
from domain.centrality import Centrality, Consequence, Reliance
from domain.models import Area
from domain.refusal import Refused
from members.models import Membership
from tasks import highlighting, locks, observing, proposing, questioning
from tasks.models import LogEntry, Observation, Question, Stretch, Task
from tasks.proposing import Need, Piece


def propose_task(inside: Inside, given: tasks.NewTask, *, at: datetime) -> tasks.Task:
    own = inside.own
    made = proposing.propose(
        membership=own,
        need=_need(inside, given),
        pieces=[
            Piece(title=one.title, area=_area(inside, one.area)) for one in given.parts
        ],
        at=at,
    )
    return looking.one(inside, made.pk)


def open_task(inside: Inside, pk: int, *, at: datetime) -> tasks.Task:
    own = inside.own
    proposing.open_task(task=looking.the_task(inside, pk), membership=own, at=at)
    return looking.one(inside, pk)


@transaction.atomic
def edit_task(
    inside: Inside, pk: int, given: tasks.Need, *, match: str, at: datetime
) -> tasks.Task:
    own = inside.own
    found = looking.the_task(inside, pk)
    locks.member_and_task(own, pk)
    checking.insist_on(match, lambda: looking.one(inside, pk))
    proposing.edit(task=found, membership=own, need=_need(inside, given), at=at)
    return looking.one(inside, pk)


def place_task(
    inside: Inside, pk: int, given: tasks.Override, *, at: datetime
) -> tasks.Task:
    own = inside.own
    proposing.override(
        task=looking.the_task(inside, pk),
        membership=own,
        centrality=Centrality(number_of(given.zone)),
        reason=given.reason,
        at=at,
    )
    return looking.one(inside, pk)


def withdraw_task(
    inside: Inside, pk: int, given: tasks.Ending, *, at: datetime
) -> tasks.Task:
    own = inside.own
    proposing.withdraw(
        task=looking.the_task(inside, pk),
        membership=own,
        ending=Task.Ending(given.ending),
        reason=given.reason,
        at=at,
    )
    return looking.one(inside, pk)


def mark_used(
    inside: Inside, pk: int, given: tasks.Used, *, at: datetime
) -> tasks.Task:
    own = inside.own
    proposing.mark_used(
        task=looking.the_task(inside, pk),
        membership=own,
        used_in=given.used_in,
        at=at,
    )
    return looking.one(inside, pk)


def observe(inside: Inside, pk: int, *, at: datetime) -> tasks.Task:
    own = inside.own
    observing.observe(task=looking.the_task(inside, pk), membership=own, at=at)
    return looking.one(inside, pk)


def unobserve(inside: Inside, pk: int, *, at: datetime) -> tasks.Task:
    own = inside.own
    observing.leave(task=looking.the_task(inside, pk), membership=own, at=at)
    return looking.one(inside, pk)


def vouch(inside: Inside, observation: int, *, at: datetime) -> tasks.Task:
    own = inside.own
    seat = (
        Observation.objects.filter(pk=observation, task__domain=inside.domain)
        .select_related("task__domain", "membership__member")
        .first()
    )
    if seat is None:
        raise NotThere
    observing.vouch(observation=seat, by=own, at=at)
    return looking.one(inside, seat.task_id)


def ask_question(
    inside: Inside, pk: int, given: notes.NewQuestion, *, at: datetime
) -> notes.Question:
    own = inside.own
    task = looking.the_task(inside, pk)
    asked = (
        Membership.objects.filter(claims=given.claim, claims__task=task)
        .select_related("member")
        .first()
    )
    if asked is None:
        raise NotThere
    return notes.question(
        questioning.ask(task=task, membership=own, asked=asked, body=given.body, at=at)
    )


def answer_question(
    inside: Inside, pk: int, given: notes.NewAnswer, *, at: datetime
) -> notes.Question:
    own = inside.own
    asked = (
        Question.objects.filter(pk=pk, task__domain=inside.domain)
        .select_related("asker", "asked")
        .first()
    )
    if asked is None:
        raise NotThere
    answered = questioning.answer(
        question=asked, membership=own, body=given.body, at=at
    )
    return notes.question(answered)


def mark_stretch(
    inside: Inside, pk: int, given: tasks.Stretch, *, at: datetime
) -> tasks.Stretched:
    own = inside.own
    task = looking.the_task(inside, pk)
    found = LogEntry.objects.filter(task=task).select_related("author__member")
    ends = found.in_bulk([given.first, given.last])
    if given.first not in ends or given.last not in ends:
        raise NotThere
    made = highlighting.mark(
        task=task,
        membership=own,
        first=ends[given.first],
        last=ends[given.last],
        why=given.why,
        at=at,
    )
    return tasks.Stretched(
        id=made.pk, task=task.pk, first=made.first_id, last=made.last_id, why=made.why
    )


def unmark_stretch(inside: Inside, pk: int, *, at: datetime) -> Done:
    del at  # every act is told the time; this one leaves no trace of it
    own = inside.own
    marked = (
        Stretch.objects.filter(pk=pk, task__domain=inside.domain)
        .select_related("marked_by", "task")
        .first()
    )
    if marked is None:
        raise NotThere
    highlighting.take_back(stretch=marked, membership=own)
    return Done()


def _need(inside: Inside, given: tasks.Need) -> Need:
    said = given.model_dump(
        exclude={"area", "consequence", "reliance", "claim_days", "parts"}
    )
    if given.outside_url:
        checking.insist_on_address(given.outside_url)
    days = given.claim_days
    return Need(
        **said,
        area=_area(inside, given.area),
        consequence=Consequence[given.consequence.upper()],
        reliance=Reliance[given.reliance.upper()],
        claim_window=timedelta(days=days) if days else None,
    )


def _area(inside: Inside, slug: str) -> Area:
    found = inside.domain.areas.filter(slug=slug).first()
    if found is None:
        raise Refused(checking.no_such_area(slug))
    return found
