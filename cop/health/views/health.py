import csv
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.health import pictures, reports
from cop.health.access import is_organizer, with_health
from cop.health.charts import HEADS
from cop.health.models import ChartTable, State
from domain.pages import render_page
from members.http import MemberHttpRequest

#: Older readings than this say more about the job than about the community.
STALE = timedelta(hours=36)


@require_safe
@with_health
def show(request: MemberHttpRequest) -> HttpResponse:
    domain = request.domain
    report = reports.latest(domain)
    now = timezone.now()
    return render_page(
        request,
        "health/health.html",
        {
            "report": report,
            "worst": _worst(report),
            "is_stale": report is not None
            and now - report.cards[0].finding.measured_at > STALE,
            "opens_details": is_organizer(request),
            "pictures": pictures.pictures(domain, report.tables, on=report.on)
            if report
            else [],
            "window_start": report.on - timedelta(days=90) if report else None,
        },
    )


def _worst(report: reports.Report | None) -> list[reports.Card]:
    """The cards that matter most, for the one sentence on top."""
    order = (State.ACT, State.WATCH)
    cards = report.cards if report else []
    for state in order:
        found = [card for card in cards if card.finding.state == state]
        if found:
            return found
    return []


@require_safe
@with_health
def download(request: MemberHttpRequest, chart: str) -> HttpResponse:
    """The chart's latest numbers, as a table for other programs."""
    table = (
        ChartTable.objects.filter(domain=request.domain, chart=chart)
        .order_by("-on")
        .first()
    )
    if chart not in HEADS or table is None:
        raise Http404
    name = f"{request.domain.slug}-{chart}-{table.on}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response)
    writer.writerow(HEADS[chart])
    writer.writerows(table.rows)
    return response
