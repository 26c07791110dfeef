"""The board, one task, and its log."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from cop.programs import paging
from cop.programs.inside import Inside, NotThere
from cop.programs.saying import claims, notes, rounds, tasks
from cop.programs.saying.base import Pages, number_of, why_not
from cop.programs.saying.entries import met
from cop.programs.saying.people import in_passing, maybe
from domain.refusal import Refusal, Refused
from members.models import Membership
from repertoire import meeting, rendering
from tasks import legitimacy, legitimacy_of_parts, neighbours, rereading
from tasks.board import SEATS, TIMES
from tasks.models import (
    Ask,
    Claim,
    LogEntry,
    Observation,
    Part,
    Question,
    Submission,
    Task,
)
from tasks.models.task import TaskQuerySet
from tasks.said import IN_USE

ORDER = ("centrality", "-is_awaited", "-came_at", "-pk")


def board(
    inside: Inside, asked: tasks.Asked, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[tasks.TaskInShort]:
    """The tasks that answer the question, from the edge inward, the newest first."""
    own = inside.membership
    standing = legitimacy.standing_of(own) if own else None
    seen = _seen(inside)
    found = _narrowed(seen, inside, asked, standing).annotate(
        came_at=Coalesce("opened_at", "raised_at")
    )

    def say(rows: Sequence[Any]) -> list[tasks.TaskInShort]:
        keys = [task.pk for task in rows]
        mine = _open_to(seen.filter(pk__in=keys), own, standing)
        for task in rows:
            task.domain = inside.domain
        return [tasks.in_short(task, is_open_to_me=task.pk in mine) for task in rows]

    return paging.page(
        found.select_related("area"), order=ORDER, cursor=cursor, limit=limit, say=say
    )


def the_task(inside: Inside, pk: int) -> Task:
    """The task as the reader may know it; ``with_seats``."""
    task = _seen(inside).select_related("area", "raised_by").filter(pk=pk).first()
    if task is None:
        raise NotThere
    task.domain = inside.domain
    if rereading.kept_from(inside.membership, task_id=pk):
        # Whoever reads it blind sees what became of it when theirs is sent.
        raise Refused(
            Refusal(
                "read_blind",
                _("You are reading this again, not knowing what was said of it."),
                _("Send what you make of it on its page first."),
            )
        )
    return task


def one(inside: Inside, pk: int) -> tasks.Task:
    task, own = the_task(inside, pk), inside.membership
    standing = legitimacy.standing_of(own) if own else None
    refusal = (
        legitimacy.refusal_to_claim(task=task, membership=own, standing=standing)
        if own
        else legitimacy.refusal_to_hold(task=task)
    )
    held = list(
        task.claims.filter(Q(ended_at=None) | Q(ending=Claim.Ending.DONE))
        .with_review_pending()
        .select_related("membership")
        .order_by("seat", "pk")
    )
    for claim in held:
        claim.task = task
    mine = next(
        (c for c in held if own and c.membership_id == own.pk and c.is_live), None
    )
    reader = rendering.reader_of(inside.domain)
    texts = (task.title, task.use, task.brief, task.done_means, task.if_wrong)
    mine_to_take = _open_to(_seen(inside).filter(pk=pk), own, standing)
    return tasks.Task(
        **tasks.facts(task, is_open_to_me=pk in mine_to_take),
        brief=task.brief,
        done_means=task.done_means,
        if_wrong=task.if_wrong,
        consequence=tasks.consequence(task.consequence),
        reliance=tasks.reliance(task.reliance),
        override_reason=task.override_reason,
        claim_days=task.window.total_seconds() / 86400,
        outside_url=task.outside_url,
        raised_by=in_passing(task.raised_by),
        raised_at=task.raised_at,
        used_in=task.used_in,
        ending=task.ending,
        ending_reason=task.ending_reason,
        claim=claims.mine(mine) if mine else None,
        why_not_claim=why_not(refusal),
        claims=[claims.claim(c) for c in held],
        watchers=_watchers(task),
        parts=_parts(task, held),
        questions=[
            notes.question(q)
            for q in Question.objects.filter(task=task)
            .select_related("asker", "asked")
            .order_by("asked_at", "pk")
        ],
        asks=[
            notes.ask(a)
            for a in Ask.objects.filter(task=task)
            .select_related("asked_by", "answered_by")
            .order_by("asked_at", "pk")
        ],
        rounds=[rounds.in_short(one) for one in _rounds(inside, task)],
        neighbours=tasks.neighbours(neighbours.of(task, own)),
        entries=[met(link) for link in meeting.met_in(reader, *texts)],
        wanted=list(reader.used_in("\n\n".join(texts)).wanted),
    )


def log(
    inside: Inside, pk: int, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[notes.Note]:
    """The notes of a task and the questions about them, the latest first."""
    task = the_task(inside, pk)
    return paging.page(
        LogEntry.objects.filter(task=task)
        .select_related("author")
        .prefetch_related("pictures"),
        order=("-written_at", "-pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [notes.note(note) for note in rows],
    )


def my_claim(inside: Inside, pk: int) -> claims.MyClaim:
    """My latest claim on a task, whether it lives or not."""
    task = the_task(inside, pk)
    claim = (
        task.claims.filter(membership=inside.own)
        .with_review_pending()
        .select_related("membership")
        .order_by("-generation")
        .first()
    )
    if claim is None:
        raise Refused(legitimacy.no_claim())
    claim.task = task
    return claims.mine(claim)


def _seen(inside: Inside) -> TaskQuerySet:
    return (
        Task.objects.visible_to(inside.member)
        .filter(domain=inside.domain)
        .with_seats(inside.membership)
    )


def _narrowed(
    found: TaskQuerySet,
    inside: Inside,
    asked: tasks.Asked,
    standing: legitimacy.Standing | None,
) -> TaskQuerySet:
    own = inside.membership
    if asked.show == "proposed" and own is not None:
        found = found.filter(state=Task.State.DRAFT)
    else:
        found = found.on_the_board()
    if asked.show == "me":
        if own is None or standing is None:
            return found.none()
        found = found.open_to(
            own, furthest_in=standing.furthest_in, further_in=standing.further_in
        )
    elif asked.show == "observe":
        found = found.with_an_observer_seat()
    elif asked.show == "awaited":
        found = found.filter(is_awaited=True)
    if asked.zone:
        found = found.filter(centrality=number_of(asked.zone))
    if asked.area:
        found = found.filter(area__slug__in=asked.area)
    if asked.time:
        found = found.filter(_any([TIMES[one] for one in asked.time]))
    if asked.seat:
        found = found.filter(_any([SEATS[one] for one in asked.seat]))
    if words := asked.q.strip():
        found = found.matching(words, language=inside.domain.language)
    return found


def _any(conditions: Sequence[Q]) -> Q:
    either = Q()
    for condition in conditions:
        if not condition:
            return Q()
        either |= condition
    return either


def _open_to(
    found: TaskQuerySet,
    own: Membership | None,
    standing: legitimacy.Standing | None,
) -> set[int]:
    if own is None or standing is None:
        return set()
    mine = found.open_to(
        own, furthest_in=standing.furthest_in, further_in=standing.further_in
    )
    return set(mine.values_list("pk", flat=True))


def _watchers(task: Task) -> list[tasks.Watcher]:
    seats = (
        Observation.objects.filter(Q(ended_at=None) | Q(to_the_end=True), task=task)
        .select_related("membership")
        .order_by("seat", "pk")
    )
    return [
        tasks.Watcher(
            id=seat.pk,
            who=in_passing(seat.membership),
            to_the_end=seat.to_the_end,
            is_vouched_for=seat.vouched_by_id is not None,
        )
        for seat in seats
    ]


def _parts(task: Task, held: Sequence[Claim]) -> list[tasks.Part]:
    if task.seats == 1:
        return []
    by_seat = {claim.seat: claim for claim in held}
    parts = Part.objects.filter(task=task).select_related("area", "taught_in")
    return [
        tasks.part(
            part,
            holder=maybe(by_seat[part.seat].membership)
            if part.seat in by_seat
            else None,
            is_taught=part.seat in by_seat
            and legitimacy_of_parts.is_taught(part, by_seat[part.seat]),
            is_ready=part.seat in by_seat
            and part.ready_under_id == by_seat[part.seat].pk,
        )
        for part in parts.order_by("seat")
    ]


def _rounds(inside: Inside, task: Task) -> list[Submission]:
    found = task.submissions.filter(withdrawn_at=None).select_related("author")
    if inside.membership is None:
        found = found.filter(outcome__in=IN_USE)
    listed = list(found.order_by("handed_in_at", "pk"))
    for one in listed:
        one.task = task
    return listed
