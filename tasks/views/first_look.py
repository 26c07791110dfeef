"""A first look: advice on work that waits, without a verdict."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import drafting
from members.http import OwnHttpRequest, as_member
from members.models import Draft
from repertoire import rendering
from tasks import legitimacy_of_review, reviewing
from tasks.models import Submission
from tasks.review_forms import FirstLookForm


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def first_look(request: OwnHttpRequest, submission: int) -> HttpResponse:
    found = get_object_or_404(
        Submission.objects.select_related(
            "task__domain", "author__domain", "author__member", "claim"
        ),
        task__domain=request.domain,
        pk=submission,
    )
    if request.method == "POST":
        return _give(request, found)
    draft = Draft.objects.filter(
        member=request.user, key=reviewing.draft_key(found.pk)
    ).first()
    refusal = legitimacy_of_review.refusal_to_look(
        submission=found, reader=request.membership
    )
    form = FirstLookForm(initial=draft.fields if draft else {})
    return _page(request, found, form, draft=draft, refusal=refusal)


def _give(request: OwnHttpRequest, submission: Submission) -> HttpResponse:
    form = FirstLookForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, form, status=422)
    now = timezone.now()
    try:
        reviewing.give_first_look(
            submission=submission,
            reader=request.membership,
            at=now,
            **form.cleaned_data,
        )
    except Refused as refused:
        drafting.keep(
            member=request.user,
            key=reviewing.draft_key(submission.pk),
            fields=form.cleaned_data,
            at=now,
        )
        return _page(request, submission, form, refusal=refused.refusal, status=409)
    messages.success(
        request,
        _("Sent to %(name)s.") % {"name": submission.author.first_name},
    )
    return redirect("tasks:desk", request.domain.slug)


def _page(
    request: OwnHttpRequest,
    submission: Submission,
    form: FirstLookForm,
    *,
    draft: Draft | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "tasks/first_look.html",
        {
            "submission": submission,
            "task": submission.task,
            "reader": rendering.reader_of(request.domain),
            "attachments": list(submission.attachments.order_by("pk")),
            "form": form,
            "draft": draft,
            "refusal": refusal,
        },
        status=status,
    )
