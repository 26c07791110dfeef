"""Handing in: the form, kept as it was typed until it has arrived."""

from django.contrib import messages
from django.db.models import Q
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
from tasks import legitimacy, legitimacy_of_parts, legitimacy_of_review, submitting
from tasks.models import Claim, Submission, Task
from tasks.review_forms import HandInForm


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def submit(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    claim = task.claims.filter(membership=request.membership).order_by("pk").last()
    if claim is None:
        messages.info(request, _("Claim a seat first: then you can hand in."))
        return redirect(task)
    if request.method == "POST":
        return _hand_in(request, task, claim)
    if waiting := _waiting(claim):
        return redirect(waiting)
    draft = Draft.objects.filter(
        member=request.user, key=submitting.draft_key(task.pk)
    ).first()
    form = HandInForm(
        initial=draft.fields if draft else _last_round(claim),
        points=submitting.open_points(task=task, author=request.membership),
    )
    refusal = legitimacy_of_review.refusal_to_hand_in(
        claim=claim, generation=claim.generation
    ) or legitimacy_of_parts.refusal_of_parts(task=task, claim=claim)
    return _page(request, task, claim, form, refusal=refusal, draft=draft)


@require_POST
@as_member
def keep_draft(request: OwnHttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed so far; saved at every pause, or by a button."""
    task = _task(request, pk)
    names = ("body", "links", "narration", "unsure")
    kept = drafting.keep(
        member=request.user,
        key=submitting.draft_key(task.pk),
        fields={
            name: text
            for name, text in request.POST.items()
            if name in names or name.startswith("answer_")
        },
        at=timezone.now(),
    )
    if not request.htmx:
        return redirect("tasks:submit", request.domain.slug, task.pk)
    return render_page(
        request,
        "tasks/submit.html",
        {"task": task, "draft": kept, "form": None},
        pieces=("draft_state",),
    )


def _hand_in(request: OwnHttpRequest, task: Task, claim: Claim) -> HttpResponse:
    points = submitting.open_points(task=task, author=request.membership)
    form = HandInForm(request.POST, request.FILES, points=points)
    if not form.is_valid():
        return _page(request, task, claim, form, status=422)
    typed = {**form.work(), "answers": form.answers(), "at": timezone.now()}
    try:
        if "take_back" in request.POST:
            submission = submitting.take_back_and_hand_in(
                task=task, membership=request.membership, **typed
            )
        else:
            submission = submitting.hand_in(
                claim=claim, generation=_generation(request), **typed
            )
    except Refused as refused:
        claim.refresh_from_db()
        return _page(request, task, claim, form, refusal=refused.refusal, status=409)
    return redirect(submission)


def _last_round(claim: Claim) -> dict[str, str]:
    """What came back is what the next round starts from."""
    rounds = Submission.objects.of_one_work(
        task=claim.task, author=claim.membership_id or 0
    )
    last = rounds.filter(claim__ended_at=None).order_by("round").last()
    return {"body": last.body, "links": "\n".join(last.links)} if last else {}


def _waiting(claim: Claim) -> Submission | None:
    """What waits for its reader already; of a jigsaw another may have handed it in."""
    own = Q(claim=claim) | Q(shared_with=claim)
    return Submission.objects.waiting().filter(own).distinct().first()


def _generation(request: OwnHttpRequest) -> int:
    given = request.POST.get("generation", "")
    return int(given) if given.isascii() and given.isdecimal() else 0


def _page(
    request: OwnHttpRequest,
    task: Task,
    claim: Claim,
    form: HandInForm,
    *,
    refusal: Refusal | None = None,
    draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    lapsed = refusal is not None and refusal.code == "lease_lapsed"
    return render_page(
        request,
        "tasks/submit.html",
        {
            "task": task,
            "claim": claim,
            "form": form,
            "refusal": refusal,
            "draft": draft,
            "can_take_back": lapsed
            and legitimacy.refusal_to_claim(task=task, membership=request.membership)
            is None,
        },
        status=status,
    )


def _task(request: OwnHttpRequest, pk: int) -> Task:
    return get_object_or_404(
        Task.objects.with_seats(request.membership)
        .filter(domain=request.domain)
        .select_related("domain", "area"),
        pk=pk,
    )
