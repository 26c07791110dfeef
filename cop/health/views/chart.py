import csv

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from cop.health.access import with_health
from cop.health.charts import HEADS
from cop.health.models import ChartTable
from members.http import MemberHttpRequest


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
