"""One search over the repertoire, tasks, people and logs: what the reader may see."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from psycopg.errors import QueryCanceled

from cop.finding import matches, pace, rows, scope
from cop.finding.asked import KINDS, Asked
from cop.finding.scope import Scope
from domain.models import Area, Domain, Findable
from domain.pages import render_page
from members.http import enter, memberships_of
from members.models import Member

A_PAGE = 20
#: With fewer results somebody may have mistyped.
FEW = 3

NAMES = {
    "": gettext_lazy("All"),
    "repertoire": gettext_lazy("Repertoire"),
    "tasks": gettext_lazy("Tasks"),
    "people": gettext_lazy("People"),
    "log": gettext_lazy("Log"),
}
TIMES = {
    "": gettext_lazy("Any time"),
    "month": gettext_lazy("The last 30 days"),
    "year": gettext_lazy("The last year"),
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    asked = Asked.of(request.GET.dict())
    within = _within(request, asked)
    areas = list(within.areas.order_by("place", "pk")) if within else []
    context = {
        "asked": asked,
        "within": within,
        "elsewhere": [
            own.domain for own in memberships_of(request) if own.domain != within
        ],
        "areas": areas,
        "times": TIMES.items(),
        "names": NAMES.items(),
        "trouble": "",
    }
    status = 200
    if not asked.words:
        found = {}
    elif not asked.can_be_found:
        found = {"trouble": _("Type a word to look for: letters or numbers.")}
    elif pace.is_too_fast(request, at=at):
        found, status = {"trouble": _("That was fast. Search again in a minute.")}, 429
    else:
        found = _found(request, asked, within=within, areas=areas, at=at)
    return render_page(
        request,
        "home/search.html",
        context | found,
        pieces=("results",),
        status=status,
    )


def _within(request: HttpRequest, asked: Asked) -> Domain | None:
    if not asked.within:
        return None
    readable = scope.readable(memberships_of(request))
    slug = get_object_or_404(readable, slug=asked.within).slug
    return enter(request, slug).domain


def _found(
    request: HttpRequest,
    asked: Asked,
    *,
    within: Domain | None,
    areas: list[Area],
    at: datetime,
) -> dict[str, Any]:
    searched = scope.scope_of(memberships_of(request), within)
    area = next((area.pk for area in areas if area.slug == asked.area), None)
    try:
        return _results(request, asked, searched, area_id=area, at=at)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return {
            "trouble": _("That takes too long to look for. Add a word, or be exact.")
        }


def _results(
    request: HttpRequest,
    asked: Asked,
    searched: Scope,
    *,
    area_id: int | None,
    at: datetime,
) -> dict[str, Any]:
    member = request.user if isinstance(request.user, Member) else None
    found = matches.find(asked, scope=searched, area_id=area_id, at=at)
    page = Paginator(found.best, A_PAGE).get_page(asked.page)
    first = page.number == 1
    called = rows.called(asked, scope=searched, member=member) if first else []
    answers = {(Findable.Kind.ENTRY.value, entry.pk) for entry in called}
    near = []
    if found.number < FEW and not called:
        known = {(match.kind, match.key) for match in found.best}
        near = [
            match
            for match in matches.alike(asked, scope=searched, area_id=area_id, at=at)
            if (match.kind, match.key) not in known
        ]
    listed = [
        match for match in page.object_list if (match.kind, match.key) not in answers
    ]
    shown = rows.rows([*listed, *near], asked=asked, scope=searched, member=member)
    nearby = {(match.kind, match.key) for match in near}
    return {
        "page": page,
        "called": called,
        "numbers": {
            name: found.numbers.get(kind.value, 0) for name, kind in KINDS.items()
        }
        | {"": found.number},
        "most": matches.MOST_WEIGHED,
        "rows": [row for row in shown if (row.kind, row.thing.pk) not in nearby],
        "near": [row for row in shown if (row.kind, row.thing.pk) in nearby],
    }
