"""One round: what was handed in, what happens next, and what was said about it."""

from datetime import datetime
from typing import cast

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members.http import MemberHttpRequest, OwnHttpRequest, as_member, in_domain
from members.models import Membership
from repertoire import rendering
from tasks import (
    asking,
    became,
    legitimacy_of_review,
    rereading,
    reviewing,
    said,
    stepping,
    submitting,
    waits,
)
from tasks.models import Attachment, Submission, Verdict
from tasks.said import IN_USE


@require_safe
@in_domain
def show(request: MemberHttpRequest, pk: int, submission: int) -> HttpResponse:
    found = _submission(request, pk, submission)
    now = timezone.now()
    if request.membership:
        if reading := rereading.kept_from(request.membership, task_id=pk):
            return redirect("tasks:reread", request.domain.slug, reading.pk)
        reviewing.note_opened(submission=found, reader=request.membership, at=now)
    return _page(request, found, at=now)


@require_POST
@as_member
def withdraw(request: OwnHttpRequest, pk: int, submission: int) -> HttpResponse:
    found = _submission(request, pk, submission)
    now = timezone.now()
    try:
        submitting.withdraw(submission=found, membership=request.membership, at=now)
    except Refused as refused:
        return _page(request, found, at=now, refusal=refused.refusal, status=409)
    return redirect(found)


@require_POST
@as_member
def ask_again(request: OwnHttpRequest, pk: int, submission: int) -> HttpResponse:
    """The author sees it differently, and wishes for another reader."""
    found = _submission(request, pk, submission)
    now = timezone.now()
    try:
        reviewing.ask_second_opinion(
            submission=found, membership=request.membership, at=now
        )
    except Refused as refused:
        return _page(request, found, at=now, refusal=refused.refusal, status=409)
    return redirect(found)


@require_safe
@in_domain
def attachment(
    request: MemberHttpRequest, pk: int, submission: int, attachment: int
) -> HttpResponse:
    """A file that came with the work: always a download, never a page of ours."""
    found = _submission(request, pk, submission)
    kept = get_object_or_404(Attachment, submission=found, pk=attachment)
    try:
        content = kept.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=kept.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # Django streams files through a class of its own, which is as good a response.
    return cast("HttpResponse", response)


def _submission(request: MemberHttpRequest, pk: int, submission: int) -> Submission:
    found = get_object_or_404(
        Submission.objects.select_related(
            "task__domain",
            "task__area",
            "author__domain",
            "author__member",
            "claim__task",
        ),
        task=pk,
        task__domain=request.domain,
        pk=submission,
    )
    # What is unsettled, or went back for another round, is between the author and the
    # community; the world sees the work once it is in use.
    if request.membership is None and found.outcome not in IN_USE:
        raise Http404
    return found


def _page(
    request: MemberHttpRequest,
    submission: Submission,
    *,
    at: datetime,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    membership = request.membership
    is_author = membership is not None and membership.pk == submission.author_id
    reviews = list(
        submission.reviews.sent()
        .standing()
        .select_related("reviewer")
        .prefetch_related("points")
        .order_by("sent_at", "pk")
    )
    return render_page(
        request,
        "tasks/submission.html",
        {
            "submission": submission,
            "task": submission.task,
            "reader": rendering.reader_of(request.domain),
            "attachments": list(submission.attachments.order_by("pk")),
            "answered": list(
                submission.answers.select_related("review__reviewer").order_by(
                    "review", "number"
                )
            ),
            "reviews": said.readable(reviews, submission, membership),
            "reading": list(
                submission.reviews.under_way().select_related("reviewer").order_by("pk")
            ),
            "differ": submission.is_waiting and submission.places > 2,  # noqa: PLR2004
            "rounds": list(
                Submission.objects.filter(
                    task=submission.task_id, author=submission.author_id
                ).order_by("round", "pk")
            ),
            "became": became.of_task(submission.task),
            "is_author": is_author,
            "refusal": refusal,
            "step": _step(submission),
            **(
                _next(submission, membership, at=at) if is_author and membership else {}
            ),
            "may_look": membership is not None
            and not is_author
            and legitimacy_of_review.refusal_to_look(
                submission=submission, reader=membership
            )
            is None,
            "may_review": membership is not None
            and not is_author
            and legitimacy_of_review.refusal_to_review(
                submission=submission, reviewer=membership
            )
            is None,
        },
        status=status,
    )


def _next(
    submission: Submission, membership: Membership, *, at: datetime
) -> dict[str, object]:
    """What its author can do now: one next step, and the ways back."""
    waiting, task = submission.is_waiting, submission.task
    returned = (
        submission.outcome == Verdict.RETURNED
        and submission.claim.is_live
        and not Submission.objects.filter(
            claim=submission.claim_id, round__gt=submission.round, withdrawn_at=None
        ).exists()
    )
    return {
        "asked": asking.asked(submission) if waiting else [],
        "wait": waits.waits_of(task.domain, at=at).expected(
            area_id=task.area_id,
            centrality=task.centrality,
            after=at - submission.handed_in_at,
        )
        if waiting
        else None,
        "returned": returned,
        "next_step": None if returned else stepping.next_step(membership, at=at),
        "may_change": waiting
        and legitimacy_of_review.refusal_to_change(
            submission=submission, membership=membership
        )
        is None,
        "may_ask_again": legitimacy_of_review.refusal_to_ask_again(
            submission=submission, membership=membership
        )
        is None,
    }


def _step(submission: Submission) -> int:
    """Where the round stands among Claimed, Handed in, Reviewed and In use."""
    if submission.outcome in IN_USE:
        return 3
    if submission.settled_at is not None:
        return 2
    return 0 if submission.withdrawn_at else 1
