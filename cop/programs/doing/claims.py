"""A seat, and what is done on it."""

from datetime import datetime

from django.db import transaction

from cop.programs import checking
from cop.programs.inside import Inside, NotThere
from cop.programs.looking.tasks import the_task
from cop.programs.saying import claims, notes, tasks
from cop.programs.saying.base import Done
from tasks import claiming, consulting, narrating, piecing
from tasks.models import Ask, Claim, LogEntry


def claim(
    inside: Inside, task: int, given: claims.Seat, *, at: datetime
) -> claims.MyClaim:
    own = inside.own
    made = claiming.claim(
        task=the_task(inside, task), membership=own, seat=given.seat, at=at
    )
    return claims.mine(made)


@transaction.atomic
def heartbeat(
    inside: Inside, task: int, given: claims.Held, *, at: datetime
) -> claims.MyClaim:
    held = checking.held(inside, task, given.generation)
    beaten = claiming.heartbeat(
        claim=held, membership=inside.own, generation=given.generation, at=at
    )
    return claims.mine(beaten)


@transaction.atomic
def release(
    inside: Inside, task: int, given: claims.Release, *, at: datetime
) -> claims.Claim:
    held = checking.held(inside, task, given.generation)
    released = claiming.release(
        claim=held, membership=inside.own, words=given.words, at=at
    )
    return claims.claim(released)


def extend_for(inside: Inside, claim: int, *, at: datetime) -> claims.Claim:
    """Give another holder a full window from now: for those who may judge the work."""
    own = inside.own
    found = (
        Claim.objects.filter(pk=claim, task__domain=inside.domain)
        .exclude(membership=None)
        .select_related("membership", "task__domain")
        .first()
    )
    if found is None:
        raise NotThere
    return claims.claim(claiming.extend(claim=found, membership=own, at=at))


def write_note(
    inside: Inside, task: int, given: notes.NewNote, *, at: datetime
) -> notes.Note:
    fields: dict[str, object] = {"body": given.body, "words": ""}
    with checking.kept_as_draft(inside, f"log:{task}", fields, at=at):
        held = checking.held(inside, task, given.generation)
        written = narrating.note(
            task=held.task, membership=inside.own, body=given.body, at=at
        )
    return notes.note(written)


def ask_about_note(
    inside: Inside, note: int, given: notes.AboutNote, *, at: datetime
) -> notes.Note:
    own = inside.own
    about = (
        LogEntry.objects.filter(pk=note, task__domain=inside.domain)
        .select_related("author__member", "about__author__member")
        .first()
    )
    if about is None:
        raise NotThere
    written = narrating.note(
        task=the_task(inside, about.task_id),
        membership=own,
        body=given.body,
        about=about,
        at=at,
    )
    return notes.note(written)


@transaction.atomic
def ask_for_a_person(
    inside: Inside, task: int, given: notes.NewAsk, *, at: datetime
) -> notes.Ask:
    held = checking.held(inside, task, given.generation)
    asked = consulting.ask(
        claim=held, membership=inside.own, question=given.question, at=at
    )
    return notes.ask(asked)


def take_ask_back(inside: Inside, ask: int, *, at: datetime) -> notes.Ask:
    own = inside.own
    return notes.ask(consulting.take_back(ask=_ask(inside, ask), membership=own, at=at))


def answer_ask(
    inside: Inside, ask: int, given: notes.NewAnswer, *, at: datetime
) -> notes.Ask:
    own = inside.own
    return notes.ask(
        consulting.answer(
            ask=_ask(inside, ask), membership=own, words=given.body, at=at
        )
    )


@transaction.atomic
def teach_part(
    inside: Inside, task: int, given: notes.Lesson, *, at: datetime
) -> notes.Note:
    held = checking.held(inside, task, given.generation)
    taught = piecing.teach(
        task=held.task, membership=inside.own, body=given.body, at=at
    )
    return notes.note(taught)


@transaction.atomic
def mark_part_ready(
    inside: Inside, task: int, given: claims.Held, *, at: datetime
) -> tasks.Part:
    held = checking.held(inside, task, given.generation)
    part = piecing.mark_ready(task=held.task, membership=inside.own, at=at)
    return tasks.part(part, holder=None, is_taught=True, is_ready=True)


@transaction.atomic
def take_part_up_again(
    inside: Inside, task: int, given: claims.Held, *, at: datetime
) -> Done:
    held = checking.held(inside, task, given.generation)
    piecing.take_up_again(task=held.task, membership=inside.own, at=at)
    return Done()


def _ask(inside: Inside, pk: int) -> Ask:
    found = (
        Ask.objects.filter(pk=pk, task__domain=inside.domain)
        .select_related("task")
        .first()
    )
    if found is None:
        raise NotThere
    the_task(inside, found.task_id)
    return found
