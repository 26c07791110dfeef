"""Handing work in, changing it, and asking for another reader."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from cop.programs import checking
from cop.programs.inside import Inside
from cop.programs.looking.rounds import say, the_round
from cop.programs.looking.tasks import the_task
from cop.programs.saying import rounds
from domain.filing import Upload
from domain.refusal import Refused
from tasks import legitimacy, locks, reviewing, submitting
from tasks.models import Submission


def hand_in(
    inside: Inside,
    task: int,
    given: rounds.HandIn,
    *,
    at: datetime,
    files: Sequence[Upload] = (),
) -> rounds.Round:
    """Hand in a round; what is refused is kept as a draft by the deed."""
    own = inside.own
    found = the_task(inside, task)
    work: dict[str, Any] = {
        **_work(given),
        "answers": {one.point: one.answer for one in given.answers},
        "files": files,
        "at": at,
    }
    claim = (
        found.claims.filter(membership=own)
        .select_related("membership__member")
        .order_by("-generation")
        .first()
    )
    if claim is None:
        raise Refused(legitimacy.no_claim())
    if given.take_back:
        made = submitting.take_back_and_hand_in(task=found, membership=own, **work)
    else:
        claim.task = found
        made = submitting.hand_in(claim=claim, generation=given.generation, **work)
    return say(inside, _again(made))


@transaction.atomic
def edit_round(
    inside: Inside,
    pk: int,
    given: rounds.EditRound,
    *,
    match: str,
    at: datetime,
) -> rounds.Round:
    own = inside.own
    found = the_round(inside, pk)
    locks.member_and_task(own, found.task_id)
    checking.insist_on(match, lambda: say(inside, the_round(inside, pk)))
    made = submitting.edit(
        submission=found, membership=own, dropped=given.drop, at=at, **_work(given)
    )
    return say(inside, _again(made))


def withdraw_round(inside: Inside, pk: int, *, at: datetime) -> rounds.Round:
    own = inside.own
    made = submitting.withdraw(submission=the_round(inside, pk), membership=own, at=at)
    return say(inside, _again(made))


def ask_second_opinion(inside: Inside, pk: int, *, at: datetime) -> rounds.Round:
    own = inside.own
    made = reviewing.ask_second_opinion(
        submission=the_round(inside, pk), membership=own, at=at
    )
    return say(inside, _again(made))


def _work(given: rounds.Work) -> dict[str, Any]:
    for link in given.links:
        checking.insist_on_address(link)
    return {
        "body": given.body,
        "links": list(given.links),
        "narration": given.narration,
        "unsure": given.unsure,
    }


def _again(made: Submission) -> Submission:
    return Submission.objects.select_related(
        "task__domain", "task__area", "author__domain", "author__member", "claim__task"
    ).get(pk=made.pk)
