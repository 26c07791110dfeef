"""The path: the four zones, what each asks for, with live examples of its work."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from domain.centrality import Zone
from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from members.models import Membership
from members.position.rules import DEFAULT
from tasks.models import Task


@dataclass(frozen=True, slots=True)
class Stretch:
    """One zone of the path, as it is today."""

    zone: Zone
    name: str
    promise: str
    tasks: list[Any]
    people: list[Any]

    @property
    def task_count(self) -> int:
        return self.tasks[0].total if self.tasks else 0

    @property
    def people_count(self) -> int:
        return self.people[0].total if self.people else 0


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    domain = request.domain
    tasks = _first_of_each(
        Task.objects.filter(domain=domain).on_the_board().real(),
        by="centrality",
        order=("-is_awaited", "opened_at", "pk"),
        first=3,
    )
    people = _first_of_each(
        Membership.objects.present().filter(domain=domain),
        by="zone",
        order=("-zone_since", "pk"),
        first=5,
    )
    path = [
        Stretch(
            zone=zone,
            name=domain.zone_name(zone),
            promise=domain.zone_promises[zone - 1],
            tasks=[task for task in tasks if task.centrality == zone],
            people=[who for who in people if who.zone == zone],
        )
        for zone in Zone
    ]
    full = Membership.objects.full().filter(domain=domain).count()
    return render_page(
        request,
        "home/path.html",
        {"path": path, "recognisers_needed": DEFAULT.recognisers_needed(full)},
    )


def _first_of_each(
    rows: QuerySet[Any], *, by: str, order: tuple[str, ...], first: int
) -> list[Any]:
    """The first few of each zone with how many there are (``total``), in one query."""
    numbered = rows.select_related("domain").annotate(
        place=Window(RowNumber(), partition_by=by, order_by=order),
        total=Window(Count("pk"), partition_by=by),
    )
    return list(numbered.filter(place__lte=first).order_by(by, "place"))
