"""The question of the quarter: to answer it, to read what was said, to choose the next."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.health import said
from cop.health.forms import AnswerForm, PlanForm
from domain.pages import render_page
from domain.refusal import Refused
from members import asking
from members.http import OwnHttpRequest, as_member, as_organizer
from members.models import Pulse


@require_safe
@as_member
def show(request: OwnHttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@as_member
def answer(request: OwnHttpRequest, pk: int) -> HttpResponse:
    pulse = get_object_or_404(request.domain.pulses, pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        asking.answer(
            membership=request.membership,
            pulse=pulse,
            at=timezone.now(),
            **form.cleaned_data,
        )
    except Refused as refused:
        messages.error(request, refused.refusal.sentence)
    else:
        messages.success(
            request, _("Kept. You can change it until the question closes.")
        )
    return redirect("health:pulse", request.domain.slug)


@require_POST
@as_member
def withdraw(request: OwnHttpRequest, pk: int) -> HttpResponse:
    pulse = get_object_or_404(request.domain.pulses, pk=pk)
    asking.withdraw(membership=request.membership, pulse=pulse)
    messages.success(request, _("Your answer is gone."))
    return redirect("health:pulse", request.domain.slug)


@require_POST
@as_member
def dismiss(request: OwnHttpRequest, pk: int) -> HttpResponse:
    pulse = get_object_or_404(request.domain.pulses, pk=pk)
    asking.dismiss(membership=request.membership, pulse=pulse, at=timezone.now())
    return redirect("domain:home", request.domain.slug)


@require_POST
@as_organizer
def plan(request: OwnHttpRequest) -> HttpResponse:
    """Choose what is asked next."""
    form = PlanForm(request.POST)
    if not form.is_valid():
        return _page(request, planned=form, status=422)
    try:
        asking.plan(
            organizer=request.membership, at=timezone.now(), **form.cleaned_data
        )
    except Refused as refused:
        messages.error(request, refused.refusal.sentence)
    else:
        messages.success(request, _("Saved."))
    return redirect("health:pulse", request.domain.slug)


@require_POST
@as_organizer
def ask(request: OwnHttpRequest) -> HttpResponse:
    """Ask this quarter's question now."""
    try:
        asking.open_by_hand(organizer=request.membership, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.refusal.sentence)
    else:
        messages.success(request, _("Asked."))
    return redirect("health:pulse", request.domain.slug)


def _page(
    request: OwnHttpRequest,
    *,
    form: AnswerForm | None = None,
    planned: PlanForm | None = None,
    status: int = 200,
) -> HttpResponse:
    domain, own, at = request.domain, request.membership, timezone.now()
    pulse = domain.pulses.open().first()
    refusal = asking.refusal_to_answer(membership=own, at=at)
    return render_page(
        request,
        "health/pulse.html",
        {
            "pulse": pulse,
            "refusal": refusal,
            "form": form or _own_form(request, pulse),
            "at_least": said.at_least(pulse) if pulse else 0,
            "results": said.results(domain),
            **(_for_organizers(request, planned) if own.is_organizer else {}),
        },
        status=status,
    )


def _own_form(request: OwnHttpRequest, pulse: Pulse | None) -> AnswerForm:
    given = (
        asking.own_answer(membership=request.membership, pulse=pulse) if pulse else None
    )
    if given is None:
        return AnswerForm()
    return AnswerForm(initial={"said": given.said, "words": given.words})


def _for_organizers(
    request: OwnHttpRequest, planned: PlanForm | None
) -> dict[str, object]:
    refusal = asking.refusal_to_open(domain=request.domain, at=timezone.now())
    return {
        "plan": planned or PlanForm.of(asking.plan_of(request.domain)),
        "why": said.WHY,
        "refusal_to_open": refusal,
    }
