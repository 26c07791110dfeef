import csv
from datetime import timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.health import alarming, charts, moves_told, pictures, reports, said
from cop.health.access import for_organizers
from cop.health.models import ChartTable, WhoseDoing
from domain.pages import render_page
from members.http import MemberHttpRequest

#: Older readings than this say more about the job than about the community.
STALE = timedelta(hours=36)


@require_safe
@for_organizers
def show(request: MemberHttpRequest) -> HttpResponse:
    domain = request.domain
    areas = list(domain.areas.order_by("place", "pk"))
    slug = request.GET.get("area", "")
    area = next((one for one in areas if one.slug == slug), None)
    who = request.GET.get("who", WhoseDoing.PEOPLE)
    # Areas are read of people alone: of agents there are too few in any one.
    if who not in WhoseDoing.values or area is not None:
        who = WhoseDoing.PEOPLE
    report = reports.latest(domain, area=area, who=who)
    period = _period(request)
    is_whole = area is None and who == WhoseDoing.PEOPLE
    now = timezone.now()
    return render_page(
        request,
        "health/health.html",
        {
            "report": report,
            "sentence": reports.sentence(report) if report else "",
            "is_stale": report is not None and now - report.measured_at > STALE,
            "is_whole": is_whole,
            "drift": alarming.drift(domain),
            "moves": moves_told.this_week(domain, at=now) if is_whole else [],
            "made": moves_told.lately_made(domain, at=now) if is_whole else [],
            "said": next(iter(said.results(domain, most=1)), None)
            if is_whole
            else None,
            "areas": areas,
            "area": area,
            "who": who,
            "whose_doing": WhoseDoing.choices,
            "pictures": pictures.pictures(
                domain, report.tables, on=report.on, period=period
            )
            if report and is_whole
            else [],
            "window_start": report.on - timedelta(days=period) if report else None,
            "period": period,
            "periods": charts.PERIODS,
        },
    )


def _period(request: MemberHttpRequest) -> int:
    """How far back charts look: what the address asks for, if that is on offer."""
    asked = request.GET.get("days", "")
    return next((days for days in charts.PERIODS if str(days) == asked), charts.USUAL)


@require_safe
@for_organizers
def download(request: MemberHttpRequest, chart: str) -> HttpResponse:
    """The chart's latest numbers, as a table for other programs."""
    table = (
        ChartTable.objects.filter(domain=request.domain, chart=chart)
        .order_by("-on")
        .first()
    )
    if chart not in charts.HEADS or table is None:
        raise Http404
    name = f"{request.domain.slug}-{chart}-{table.on}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response)
    writer.writerow(charts.HEADS[chart])
    writer.writerows(charts.within(chart, table.rows, _period(request)))
    return response
