"""The signs: what each means, and the very cases behind one of them."""

from typing import Final

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cop.health import evidence, reports
from cop.health.access import for_organizers, is_organizer
from cop.health.diagnosis import FAILURES
from cop.health.models import Reading
from cop.health.signs import SIGNS
from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain

_TABLES: Final[dict[str, str | Promise]] = {
    "readings": _("All readings"),
    "findings": _("What was found, each day"),
    "diagnoses": _("Failures called, and found gone"),
    "moves": _("Moves, and what came of them"),
    "questions": _("What members said, quarter by quarter"),
}


@require_safe
@in_domain
def define(request: MemberHttpRequest) -> HttpResponse:
    """What is measured here and why, told by the signs' own modules.

    Organizers see what was read; that it is read, and how, everybody may know.
    """
    called_from = {name for failure in FAILURES for name in failure.signs}
    return render_page(
        request,
        "health/signs.html",
        {
            "failures": FAILURES,
            "tables": _TABLES if is_organizer(request) else {},
            "signs": SIGNS,
            "limits": {name: reports.limit(sign) for name, sign in SIGNS.items()},
            "beside": [sign for sign in SIGNS.values() if sign.name not in called_from],
        },
    )


@require_safe
@for_organizers
def show(request: MemberHttpRequest, name: str) -> HttpResponse:
    """One sign as of its last reading, with every case behind the figure."""
    if name not in SIGNS:
        raise Http404
    sign, domain = SIGNS[name], request.domain
    reading = (
        Reading.objects.of(domain, who=sign.whose)
        .filter(sign=name)
        .latest_first()
        .first()
    )
    behind = None
    if reading:
        kept = evidence.lists_of(domain, [name], at=reading.measured_at)
        number = request.GET.get("page", 1)
        behind = evidence.behind(domain, kept[name], number=number)
    return render_page(
        request,
        "health/sign.html",
        {
            "sign": sign,
            "signal": reports.signal(sign, reading) if reading else None,
            "behind": behind,
        },
    )
