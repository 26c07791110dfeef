"""Who shapes the repertoire: accepted edits a month, by the zone of the author then."""

from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMonth

from domain.centrality import Zone
from domain.models import Domain
from repertoire.models import Revision

HEADS = ("month", "zone 1", "zone 2", "zone 3", "zone 4")

MONTHS = 6


def tabulate(domain: Domain, at: datetime) -> list[list[object]]:
    """Rows of (month as YYYY-MM, edits by zone 1 to 4), the last six months."""
    months = _months(at)
    counted = (
        Revision.objects.living()
        .filter(entry__domain=domain, written_at__gte=months[0], written_at__lte=at)
        .annotate(month=TruncMonth("written_at"))
        .values_list("month", "author_zone")
        .annotate(edits=Count("pk"))
    )
    edits = {(month.date(), zone): count for month, zone, count in counted}
    return [
        [f"{month:%Y-%m}", *(edits.get((month.date(), zone), 0) for zone in Zone)]
        for month in months
    ]


def _months(at: datetime) -> list[datetime]:
    month = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [month]
    while len(months) < MONTHS:
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    return months[::-1]
