"""Changing what was handed in, as long as nobody has judged it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members.http import OwnHttpRequest, as_member
from tasks import legitimacy_of_review, submitting
from tasks.models import Submission
from tasks.review_forms import EditForm


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def edit(request: OwnHttpRequest, pk: int, submission: int) -> HttpResponse:
    found = get_object_or_404(
        Submission.objects.select_related("task__domain", "claim"),
        task=pk,
        task__domain=request.domain,
        author=request.membership,
        pk=submission,
    )
    if request.method == "POST":
        return _change(request, found)
    form = EditForm(
        submission=found,
        initial={
            "body": found.body,
            "links": "\n".join(found.links),
            "narration": found.narration,
            "unsure": found.unsure,
        },
    )
    refusal = legitimacy_of_review.refusal_to_change(
        submission=found, membership=request.membership
    )
    return _page(request, found, form, refusal=refusal)


def _change(request: OwnHttpRequest, submission: Submission) -> HttpResponse:
    form = EditForm(request.POST, request.FILES, submission=submission)
    if not form.is_valid():
        return _page(request, submission, form, status=422)
    try:
        submitting.edit(
            submission=submission,
            membership=request.membership,
            dropped=form.cleaned_data["drop"],
            at=timezone.now(),
            **form.work(),
        )
    except Refused as refused:
        return _page(request, submission, form, refusal=refused.refusal, status=409)
    return redirect(submission)


def _page(
    request: OwnHttpRequest,
    submission: Submission,
    form: EditForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "tasks/edit_submission.html",
        {
            "submission": submission,
            "task": submission.task,
            "form": form,
            "refusal": refusal,
        },
        status=status,
    )
