"""The parts of a jigsaw: who holds which, what is taught and ready, what is still free."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.questions import Given, question
from domain.refusal import Refusal, Refused
from members.http import MemberHttpRequest, OwnHttpRequest, as_member, in_domain
from tasks import legitimacy, legitimacy_of_parts, piecing
from tasks.forms import NoteForm
from tasks.models import Claim, Part, Task


@dataclass(frozen=True, slots=True)
class Held:
    """One part, and in whose hands it is."""

    part: Part
    claim: Claim | None

    @property
    def is_taught(self) -> bool:
        return self.claim is not None and legitimacy_of_parts.is_taught(
            self.part, self.claim
        )

    @property
    def is_ready(self) -> bool:
        return self.claim is not None and self.part.ready_under_id == self.claim.pk


@require_safe
@in_domain
def show(request: MemberHttpRequest, pk: int) -> HttpResponse:
    return _page(request, _task(request, pk))


@require_POST
@as_member
def teach(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task, form = _task(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, task, form=form, status=422)
    return _done(
        request,
        task,
        lambda: piecing.teach(
            task=task,
            membership=request.membership,
            body=form.cleaned_data["body"],
            at=timezone.now(),
        ),
        form=form,
    )


@require_POST
@as_member
def ready(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    return _done(
        request,
        task,
        lambda: piecing.mark_ready(
            task=task, membership=request.membership, at=timezone.now()
        ),
    )


@require_POST
@as_member
def take_up_again(request: OwnHttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    return _done(
        request,
        task,
        lambda: piecing.take_up_again(
            task=task, membership=request.membership, at=timezone.now()
        ),
    )


def held(task: Task, claims: Sequence[Claim]) -> list[Held]:
    """The parts in order, each with its living or finished claim; none of other tasks."""
    if task.seats == 1:
        return []
    by_seat = {claim.seat: claim for claim in claims}
    return [Held(part, by_seat.get(part.seat)) for part in _parts_of.ask(task=task.pk)]


@question
def _parts_of() -> QuerySet[Part]:
    return (
        Part.objects.filter(task=Given("task"))
        .select_related("area", "taught_in")
        .order_by("seat")
    )


def _task(request: MemberHttpRequest, pk: int) -> Task:
    task = get_object_or_404(
        Task.objects.visible_to(request.user)
        .filter(domain=request.domain)
        .with_seats(request.membership)
        .select_related("domain", "area"),
        pk=pk,
    )
    if not task.is_jigsaw:
        raise Http404
    return task


def _done(
    request: OwnHttpRequest,
    task: Task,
    act: Callable[[], object],
    *,
    form: NoteForm | None = None,
) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _page(request, task, form=form, refusal=refused.refusal, status=409)
    return redirect(f"{task.get_absolute_url()}#parts")


def _page(
    request: MemberHttpRequest,
    task: Task,
    *,
    form: NoteForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    own = request.membership
    claims = [
        claim
        for claim in task.claims.with_review_pending()
        .select_related("membership")
        .order_by("seat", "generation")
        if claim.is_live or claim.ending == Claim.Ending.DONE
    ]
    return render_page(
        request,
        "tasks/parts.html",
        {
            "task": task,
            "parts": held(task, claims),
            "form": form,
            "refusal": refusal,
            "claim_refusal": legitimacy.refusal_to_claim(task=task, membership=own)
            if own
            else legitimacy.refusal_to_hold(task=task),
        },
        status=status,
    )
