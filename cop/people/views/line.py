"""One line of the ledger: what it says, and whether it should stand.

Its two sides read it and may dispute it; organizers answer, and may void it.
"""

from collections.abc import Callable

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refusal, Refused
from members import disputing, legitimacy
from members.forms import LineForm
from members.http import OwnHttpRequest, as_member
from members.models import Dispute, Participation
from tasks import voiding


@require_safe
@as_member
def show(request: OwnHttpRequest, handle: str, pk: int) -> HttpResponse:
    return _page(request, _line(request, handle, pk))


@require_POST
@as_member
def dispute(request: OwnHttpRequest, handle: str, pk: int) -> HttpResponse:
    line = _line(request, handle, pk)
    return _decide(
        request,
        line,
        lambda reason: disputing.dispute(
            line=line,
            membership=request.membership,
            reason=reason,
            at=timezone.now(),
        ),
    )


@require_POST
@as_member
def answer(request: OwnHttpRequest, handle: str, pk: int) -> HttpResponse:
    """An organizer voids the line, or keeps it against the dispute that is open."""
    line = _line(request, handle, pk)
    if not request.membership.is_organizer:
        raise Http404

    def decide(reason: str) -> object:
        at = timezone.now()
        if request.POST.get("what") != "keep":
            return voiding.void(
                line=line, organizer=request.membership, reason=reason, at=at
            )
        raised = get_object_or_404(
            Dispute, line=line, pk=_number(request.POST.get("dispute"))
        )
        return disputing.keep(
            dispute=raised, organizer=request.membership, reason=reason, at=at
        )

    return _decide(request, line, decide)


def _decide(
    request: OwnHttpRequest, line: Participation, deed: Callable[[str], object]
) -> HttpResponse:
    form = LineForm(request.POST)
    if not form.is_valid():
        return _page(request, line, form=form, status=422)
    try:
        deed(form.cleaned_data["reason"])
    except Refused as refused:
        return _page(request, line, form=form, refusal=refused.refusal, status=409)
    return redirect(disputing.address_of(line))


def _line(request: OwnHttpRequest, handle: str, pk: int) -> Participation:
    """The line, if it is evidence about that member and the reader may judge it."""
    about = Q(giver__handle=handle) | Q(receiver__handle=handle)
    line = get_object_or_404(
        Participation.objects.evidence()
        .exclude(kind=Participation.Kind.COUNTERED)
        .filter(about)
        .select_related(
            "domain", "giver__member", "receiver__member", "voiding__organizer"
        ),
        domain=request.domain,
        pk=pk,
    )
    # Their domain is this one: spare both sides asking for it.
    for side in (line.giver, line.receiver):
        if side is not None:
            side.domain = request.domain
    if not request.membership.is_organizer and not legitimacy.speaks_for_a_side(
        line=line, membership=request.membership
    ):
        raise Http404
    return line


def _page(
    request: OwnHttpRequest,
    line: Participation,
    *,
    form: LineForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = request.membership
    disputes = list(
        line.disputes.select_related("membership", "answered_by").order_by("raised_at")
    )
    return render_page(
        request,
        "people/line.html",
        {
            "line": line,
            "about": line.gainer,
            "other": line.other,
            "voiding": getattr(line, "voiding", None),
            "disputes": disputes,
            "open_dispute": next(
                (one for one in disputes if one.answered_at is None), None
            ),
            "form": form or LineForm(),
            "refusal": refusal,
            "may_dispute": legitimacy.refusal_to_dispute(line=line, membership=reader)
            is None,
            "not_to_judge": legitimacy.refusal_to_judge_line(
                line=line, organizer=reader
            )
            if reader.is_organizer
            else None,
        },
        status=status,
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
