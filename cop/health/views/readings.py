"""All readings a community ever took, for other programs."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cop.health.access import with_health
from cop.health.models import Reading
from domain.models import Domain
from members.http import MemberHttpRequest

HEADS: Final = (
    "on",
    "area",
    "who",
    "sign",
    "value",
    "low",
    "high",
    "cases",
    "past_threshold",
    "measured_at",
)


@require_safe
@with_health
def as_csv(request: MemberHttpRequest) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    writer.writerows(_rows(request.domain))
    return _file(request, text.getvalue(), "csv", "text/csv; charset=utf-8")


@require_safe
@with_health
def as_json(request: MemberHttpRequest) -> HttpResponse:
    readings = [dict(zip(HEADS, row, strict=True)) for row in _rows(request.domain)]
    return _file(request, json.dumps(readings, indent=1), "json", "application/json")


def _rows(domain: Domain) -> Iterator[tuple[Any, ...]]:
    """Earliest first; what says nothing has no value, and says of how many cases."""
    readings = Reading.objects.filter(domain=domain).order_by("on", "area", "who", "pk")
    for on, area, who, *told, measured_at in readings.values_list(
        "on",
        "area__slug",
        "who",
        "sign",
        "value",
        "low",
        "high",
        "cases",
        "past_threshold",
        "measured_at",
    ):
        yield on.isoformat(), area or "", who, *told, measured_at.isoformat()


def _file(
    request: MemberHttpRequest, text: str, suffix: str, kind: str
) -> HttpResponse:
    name = f"{request.domain.slug}-readings.{suffix}"
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
