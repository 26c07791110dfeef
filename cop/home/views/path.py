"""The path: the four zones, what each asks for, with live examples of its work."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cop.home import told
from domain.centrality import Zone
from domain.pages import render_page
from members.http import MemberHttpRequest, in_domain
from members.models import Membership
from members.models.membership import MembershipQuerySet
from members.position.rules import DEFAULT
from tasks import legitimacy, readiness
from tasks.models import Task
from tasks.models.task import TaskQuerySet

#: An example or two and some faces say what a zone is like.
TASKS_SHOWN, PEOPLE_SHOWN = 3, 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """One zone of the path, as it is today."""

    zone: Zone
    name: str
    promise: str
    tasks: list[Any]
    people: list[Membership]
    people_count: int

    @property
    def task_count(self) -> int:
        return self.tasks[0].total if self.tasks else 0


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    domain = request.domain
    tasks = _first_of_each_zone(Task.objects.filter(domain=domain).on_the_board())
    for task in tasks:
        task.domain = domain
    present = Membership.objects.present().filter(domain=domain)
    newest = _newest_of_each_zone(present)
    counts = dict(present.order_by().values_list("zone").annotate(Count("pk")))
    path = [
        Stretch(
            zone=zone,
            name=domain.zone_name(zone),
            promise=domain.zone_promises[zone - 1],
            tasks=[task for task in tasks if task.centrality == zone],
            people=[who for who in newest if who.zone == zone],
            people_count=counts.get(zone, 0),
        )
        for zone in Zone
    ]
    full = sum(count for zone, count in counts.items() if zone >= Zone.ACTIVE)
    standing = (
        legitimacy.standing_of(request.membership) if request.membership else None
    )
    return render_page(
        request,
        "home/path.html",
        {
            "path": path,
            "stories": told.here(domain),
            "recognisers_needed": DEFAULT.recognisers_needed(full),
            "gate": legitimacy.what_opens_the_next_zone(standing) if standing else "",
            "ways": readiness.ways_inward(standing) if standing else [],
        },
    )


def _first_of_each_zone(tasks: TaskQuerySet) -> list[Any]:
    """The first few tasks of each zone with how many there are, in one query."""
    numbered = (
        tasks.real()
        .only("title", "use", "centrality", "effort_minutes", "consequence", "domain")
        .annotate(
            place=Window(
                RowNumber(),
                partition_by="centrality",
                order_by=("-is_awaited", "opened_at", "pk"),
            ),
            total=Window(Count("pk"), partition_by="centrality"),
        )
    )
    return list(numbered.filter(place__lte=TASKS_SHOWN).order_by("centrality", "place"))


def _newest_of_each_zone(present: MembershipQuerySet) -> list[Membership]:
    """Who came into each zone last.

    Each zone is asked for by itself: unlike a board, a community may be long.
    """
    newest = [
        present.filter(zone=zone)
        .only("name", "kind", "zone", "zone_since")
        .order_by("-zone_since", "pk")[:PEOPLE_SHOWN]
        for zone in Zone
    ]
    found = present.none().union(*newest, all=True)
    return list(found.order_by("zone", "-zone_since", "id"))
