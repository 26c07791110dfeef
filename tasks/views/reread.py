"""Settled work read again, blind: the work alone, without its author or what was said."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import drafting
from members.http import OwnHttpRequest, as_member
from members.models import Draft
from repertoire import rendering
from tasks import rereading
from tasks.models import Rereading
from tasks.review_forms import RereadForm


@require_POST
@as_member
def draw(request: OwnHttpRequest) -> HttpResponse:
    try:
        drawn = rereading.draw(membership=request.membership, at=timezone.now())
    except Refused as refused:
        messages.info(request, refused.refusal.sentence)
        return redirect("tasks:desk", request.domain.slug)
    return redirect("tasks:reread", request.domain.slug, drawn.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def reread(request: OwnHttpRequest, rereading_id: int) -> HttpResponse:
    found = _own(request, rereading_id)
    if request.method == "POST":
        return _send(request, found)
    draft = Draft.objects.filter(
        member=request.user, key=rereading.draft_key(found.pk)
    ).first()
    form = RereadForm(initial=draft.fields if draft else {})
    return _page(request, found, form, draft=draft)


@require_POST
@as_member
def keep_draft(request: OwnHttpRequest, rereading_id: int) -> HttpResponse:
    """Keep what was typed so far; saved at every pause, or by a button."""
    found = _own(request, rereading_id)
    draft = drafting.keep(
        member=request.user,
        key=rereading.draft_key(found.pk),
        fields=_typed(request),
        at=timezone.now(),
    )
    if not request.htmx:
        return redirect("tasks:reread", request.domain.slug, found.pk)
    return _page(request, found, RereadForm(initial=_typed(request)), draft=draft)


@require_POST
@as_member
def put_back(request: OwnHttpRequest, rereading_id: int) -> HttpResponse:
    found = _own(request, rereading_id)
    if rereading.put_back(rereading=found, reader=request.membership):
        messages.info(request, _("Left to somebody else."))
    return redirect("tasks:desk", request.domain.slug)


def _send(request: OwnHttpRequest, found: Rereading) -> HttpResponse:
    form = RereadForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    now = timezone.now()
    try:
        rereading.send(
            rereading=found, reader=request.membership, at=now, **form.cleaned_data
        )
    except Refused as refused:
        drafting.keep(
            member=request.user,
            key=rereading.draft_key(found.pk),
            fields=_typed(request),
            at=now,
        )
        return _page(request, found, form, refusal=refused.refusal, status=409)
    return redirect("tasks:reread", request.domain.slug, found.pk)


def _typed(request: OwnHttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("words", "verdict")}


def _own(request: OwnHttpRequest, pk: int) -> Rereading:
    """The member's own, or one that ran out on them and is nobody's now."""
    found = get_object_or_404(
        Rereading.objects.select_related(
            "submission__task__area", "submission__author", "first__reviewer"
        ),
        submission__task__domain=request.domain,
        reader=request.membership,
        pk=pk,
    )
    found.submission.task.domain = request.domain
    return found


def _page(
    request: OwnHttpRequest,
    found: Rereading,
    form: RereadForm,
    *,
    draft: Draft | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "tasks/reread.html",
        {
            "rereading": found,
            "submission": found.submission,
            "task": found.submission.task,
            "reader": rendering.reader_of(request.domain),
            "attachments": list(found.submission.attachments.order_by("pk")),
            "form": None if found.sent_at else form,
            "draft": draft,
            "refusal": refusal,
        },
        pieces=("draft_state",),
        status=status,
    )
