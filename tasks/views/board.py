"""The board, as a ladder from the edge inward or as a table."""

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
from tasks.models import Task
from tasks.views.row import rows_of

PER_PAGE = 50


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    question = board.Question.asked(request.GET)
    own = request.membership
    standing = legitimacy.standing_of(own) if own else None
    tasks = board.found(
        question, domain=request.domain, membership=own, standing=standing
    )
    shown = _table if question.view == "table" else _ladder
    return render_page(
        request,
        "tasks/board.html",
        {
            "asked": question,
            "counts": board.counts(
                domain=request.domain, membership=own, standing=standing
            ),
            "areas": board.areas_of(request.domain),
            "now": timezone.now(),
            **shown(request, question, tasks, standing),
        },
        pieces=("board",),
    )


def _ladder(
    request: MemberHttpRequest,
    question: board.Question,
    tasks: Any,
    standing: Standing | None,
) -> dict[str, Any]:
    rows = rows_of(request, board.rungs(tasks, request.membership), standing)
    by_zone: dict[int, list[Any]] = {zone: [] for zone in Zone}
    for row in rows:
        by_zone[row.task.centrality].append(row)
    own = request.membership
    wants_a_step = own is not None and not own.is_full and not question.is_filtered
    return {
        "rungs": by_zone,
        "total": sum(rows[0].task.in_zone for rows in by_zone.values() if rows),
        "step": stepping.next_step(own, standing=standing)
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
    tasks: Any,
    standing: Standing | None,
) -> dict[str, Any]:
    pages = Paginator[Task](tasks.order_by(*board.SORTS[question.sort]), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": rows_of(request, list(page.object_list), standing),
        "total": pages.count,
    }
