"""The board, as a ladder from the edge inward or as a table."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from domain.centrality import Zone
from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from tasks import board, legitimacy, stepping
from tasks.legitimacy import Standing
from tasks.views.row import rows_of

PER_PAGE = 50


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    question = board.Question.asked(request.GET)
    own = request.membership
    standing = legitimacy.standing_of(own) if own else None
    now = timezone.now()
    seen = board.Board(request.domain, own, standing)
    counts = seen.counts()
    shown = (
        _table(request, question, seen, standing, counts=counts)
        if question.view == "table"
        else _ladder(request, question, seen, standing, now=now)
    )
    return render_page(
        request,
        "tasks/board.html",
        {
            "asked": question,
            "counts": counts,
            "areas": board.areas_of(request.domain),
            "now": now,
            **shown,
        },
        pieces=("board",),
    )


def _ladder(
    request: MemberHttpRequest,
    question: board.Question,
    seen: board.Board,
    standing: Standing | None,
    *,
    now: datetime,
) -> dict[str, Any]:
    rows = rows_of(request, seen.rungs(question), standing)
    by_zone: dict[int, list[Any]] = {zone: [] for zone in Zone}
    for row in rows:
        by_zone[row.task.centrality].append(row)
    own = request.membership
    wants_a_step = own is not None and not own.is_full and not question.is_filtered
    return {
        "rungs": by_zone,
        "total": sum(rows[0].task.in_zone for rows in by_zone.values() if rows),
        "step": stepping.next_step(own, at=now, standing=standing)
        if own and wants_a_step
        else None,
        "gate_zone": standing.next_zone if standing else None,
        "gate_words": legitimacy.what_opens_the_next_zone(standing) if standing else "",
        "here_words": legitimacy.where_one_stands(standing) if standing else "",
        "standing": standing,
    }


def _table(
    request: MemberHttpRequest,
    question: board.Question,
    seen: board.Board,
    standing: Standing | None,
    *,
    counts: dict[str, int],
) -> dict[str, Any]:
    total = seen.number(question) if question.is_filtered else counts["n_all"]
    page = Paginator[int](range(total), PER_PAGE).get_page(request.GET.get("page"))
    tasks = seen.rows(question, first=page.start_index(), last=page.end_index())
    return {
        "page": page,
        "rows": rows_of(request, tasks, standing),
        "total": total,
    }
