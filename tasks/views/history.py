"""What became of a task: who took it, what was changed, what was handed in."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from tasks import rereading
from tasks.models import Task

#: More moments than this are a story for another page.
MOST_MOMENTS = 200


@require_safe
@in_domain
def show(request: MemberHttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(
        Task.objects.visible_to(request.user)
        .filter(domain=request.domain)
        .select_related("raised_by", "opened_by"),
        pk=pk,
    )
    if reading := rereading.kept_from(request.membership, task_id=pk):
        return redirect("tasks:reread", request.domain.slug, reading.pk)
    task.domain = request.domain
    moments = [
        *_of_the_task(task),
        *_of_claims(task),
        *_of_rounds(task),
        *_changes(task),
    ]
    return render_page(
        request,
        "tasks/history.html",
        {"task": task, "moments": sorted(moments, key=lambda m: m["at"])},
    )


def _moment(at: datetime, icon: str, title: str, **more: Any) -> dict[str, Any]:
    return {"at": at, "icon": icon, "title": title, **more}


def _of_the_task(task: Task) -> list[dict[str, Any]]:
    moments = [_moment(task.raised_at, "flag", _("Proposed"), who=task.raised_by)]
    if task.opened_at:
        moments.append(_moment(task.opened_at, "plus", _("Opened"), who=task.opened_by))
    if task.closed_at:
        ending = Task.Ending(task.ending).label if task.ending else _("Closed")
        moments.append(
            _moment(task.closed_at, "check", str(ending), words=task.ending_reason)
        )
    if task.used_at:
        moments.append(_moment(task.used_at, "arrow", _("In use"), meta=task.used_in))
    return moments


def _of_claims(task: Task) -> list[dict[str, Any]]:
    moments = []
    claims = task.claims.filter(membership__isnull=False).select_related("membership")
    for claim in claims.order_by("-generation")[:MOST_MOMENTS]:
        moments.append(
            _moment(claim.claimed_at, "people", _("Claimed"), who=claim.membership)
        )
        if claim.ended_at and claim.ending in ("released", "lapsed"):
            moments.append(
                _moment(
                    claim.ended_at,
                    "undo",
                    claim.get_ending_display(),
                    who=claim.membership,
                    words=claim.ending_words,
                )
            )
    return moments


def _of_rounds(task: Task) -> list[dict[str, Any]]:
    moments = []
    rounds = task.submissions.select_related("author").order_by("-pk")[:MOST_MOMENTS]
    for submission in rounds:
        submission.task = task
        moments.append(
            _moment(
                submission.handed_in_at,
                "out",
                _("Round %(round)d handed in") % {"round": submission.round},
                who=submission.author,
                href=submission.get_absolute_url(),
            )
        )
        if submission.settled_at and submission.outcome != "returned":
            moments.append(
                _moment(
                    submission.settled_at,
                    "talk",
                    submission.get_outcome_display(),
                    href=submission.get_absolute_url(),
                )
            )
    return moments


def _changes(task: Task) -> list[dict[str, Any]]:
    changes = task.changes.select_related("changed_by").order_by("-pk")[:MOST_MOMENTS]
    return [
        _moment(
            change.changed_at,
            "pen",
            _("What is needed changed"),
            who=change.changed_by,
            words=change.reason,
            fields=change.fields,
        )
        for change in changes
    ]
