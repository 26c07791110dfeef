"""One sitting: several small pieces of work on one page, each with its own verdict."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member
from members.models import Draft
from repertoire import rendering
from tasks import review_queue, reviewing, sitting
from tasks.models import Review, Submission
from tasks.review_forms import ReviewForm


@require_POST
@as_member
def take(request: OwnHttpRequest) -> HttpResponse:
    chosen = [int(pk) for pk in request.POST.getlist("submission") if pk.isdecimal()]
    submissions = list(
        Submission.objects.filter(task__domain=request.domain, pk__in=chosen)
        .select_related("task__domain", "author__member", "author__domain")
        .order_by("handed_in_at", "pk")
    )
    try:
        sitting.take_together(
            submissions=submissions, reviewer=request.membership, at=timezone.now()
        )
    except Refused as refused:
        messages.warning(
            request, f"{refused.refusal.sentence} {refused.refusal.opens}".strip()
        )
        return redirect("tasks:desk", request.domain.slug)
    return redirect("tasks:sitting", request.domain.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def sit(request: OwnHttpRequest) -> HttpResponse:
    reading = review_queue.under_way(request.membership)
    if request.method == "POST":
        return _send(request, reading)
    return _page(request, reading, _forms(request, reading))


@require_POST
@as_member
def keep_drafts(request: OwnHttpRequest) -> HttpResponse:
    """Keep what was typed about all of them."""
    reading, now = review_queue.under_way(request.membership), timezone.now()
    sitting.keep_drafts(
        typed=[
            (review, form.words())
            for review, form in zip(reading, _bound(request, reading), strict=True)
            if form.is_begun()
        ],
        at=now,
    )
    if not request.htmx:
        return redirect("tasks:sitting", request.domain.slug)
    return _page(request, reading, _forms(request, reading), saved_at=now)


@require_POST
@as_member
def keep(request: OwnHttpRequest) -> HttpResponse:
    """Keep all of them for another while."""
    sitting.keep_together(
        reviews=review_queue.under_way(request.membership), at=timezone.now()
    )
    return redirect("tasks:sitting", request.domain.slug)


def _send(request: OwnHttpRequest, reading: list[Review]) -> HttpResponse:
    """Send what is whole; what is begun comes back with what it lacks, kept."""
    now = timezone.now()
    forms = _bound(request, reading)
    begun = [pair for pair in zip(reading, forms, strict=True) if pair[1].is_begun()]
    whole = [(review, form.words()) for review, form in begun if form.is_valid()]
    sent = sitting.send_together(typed=whole, at=now)
    sitting.keep_drafts(
        typed=[(r, form.words()) for r, form in begun if not form.is_valid()], at=now
    )
    if sent.reviews:
        names = [review.submission.author.first_name for review in sent.reviews]
        messages.success(
            request,
            ngettext("Sent to %(names)s.", "%(count)d sent: to %(names)s.", len(names))
            % {"count": len(names), "names": ", ".join(dict.fromkeys(names))},
        )
    gone = {review.submission_id for review in sent.reviews}
    left = [
        (review, form)
        for review, form in zip(reading, forms, strict=True)
        if review.submission_id not in gone
    ]
    for review, form in left:
        if refusal := sent.refused.get(review.submission_id):
            form.add_error(None, f"{refusal.sentence} {refusal.opens}".strip())
    if any(form.errors for _review, form in left if form.is_begun()):
        for _review, form in left:
            if not form.is_begun():
                form.errors.clear()
        return _page(
            request,
            [review for review, _form in left],
            [form for _review, form in left],
            status=409 if sent.refused else 422,
        )
    if not sent.reviews:
        messages.warning(request, _("Nothing was filled in yet."))
    return redirect(
        "tasks:sitting" if left else "tasks:desk",
        request.domain.slug,
    )


def _bound(request: OwnHttpRequest, reading: list[Review]) -> list[ReviewForm]:
    forms = [
        ReviewForm(request.POST, prefix=f"s{review.submission_id}")
        for review in reading
    ]
    for form in forms:
        form.is_valid()
    return forms


def _forms(request: OwnHttpRequest, reading: list[Review]) -> list[ReviewForm]:
    drafts: dict[str, dict[str, Any]] = dict(
        Draft.objects.filter(
            member=request.user,
            key__in=[reviewing.draft_key(review.submission_id) for review in reading],
        ).values_list("key", "fields")
    )
    forms = []
    for review in reading:
        fields = drafts.get(reviewing.draft_key(review.submission_id), {})
        forms.append(
            ReviewForm(
                initial={**fields, "version": review.submission.version},
                points=fields.get("points", ()),
                prefix=f"s{review.submission_id}",
            )
        )
    return forms


def _page(
    request: OwnHttpRequest,
    reading: list[Review],
    forms: list[ReviewForm],
    *,
    saved_at: datetime | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_page(
        request,
        "tasks/sitting.html",
        {
            "sittings": list(zip(reading, forms, strict=True)),
            "reader": rendering.reader_of(request.domain),
            "due_at": min((review.due_at for review in reading), default=None),
            "saved_at": saved_at,
            "on_their_way": review_queue.on_their_way(request.membership),
            "lacking": sum(bool(form.errors) for form in forms),
        },
        pieces=("draft_state",),
        status=status,
    )
