"""All a community ever read of itself, for other programs."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cop.health.access import for_organizers
from cop.health.records import TABLES
from members.http import MemberHttpRequest


@require_safe
@for_organizers
def as_csv(request: MemberHttpRequest, table: str) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    rows = _rows(request, table)
    writer.writerow(TABLES[table].heads)
    writer.writerows([_in_a_cell(value) for value in row] for row in rows)
    return _file(request, text.getvalue(), f"{table}.csv", "text/csv; charset=utf-8")


@require_safe
@for_organizers
def as_json(request: MemberHttpRequest, table: str) -> HttpResponse:
    heads = TABLES[table].heads
    rows = [dict(zip(heads, row, strict=True)) for row in _rows(request, table)]
    text = json.dumps(rows, indent=1, ensure_ascii=False)
    return _file(request, text, f"{table}.json", "application/json")


def _rows(request: MemberHttpRequest, table: str) -> Iterator[list[Any]]:
    """Earliest first."""
    chosen = TABLES[table]
    return (
        [
            ""
            if head == "area" and value is None
            else value.isoformat()
            if isinstance(value, date)
            else value
            for head, value in zip(chosen.heads, row, strict=True)
        ]
        for row in chosen.rows(request.domain)
    )


def _in_a_cell(value: Any) -> Any:
    """What has parts of its own stands in its cell as JSON."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _file(request: MemberHttpRequest, text: str, name: str, kind: str) -> HttpResponse:
    name = f"{request.domain.slug}-{name}"
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
