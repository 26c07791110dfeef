"""A community's people: the map, the list, and one chosen member beside the map."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import (
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cop.looks import called_aloud
from cop.people import counts, headings, paths, picture
from cop.people.filters import Filters
from domain.centrality import Zone
from domain.charts import bands
from domain.pages import render_page
from domain.questions import Given, is_any_of, number_of, question
from members.http import MemberHttpRequest, in_domain
from members.models import Membership, Participation
from members.models.membership import MembershipQuerySet
from repertoire.plain import plain
from tasks import rereading
from tasks.models import LogEntry

PAGE = 50
#: Under the map: enough to see how the table reads, with the whole list a link away.
BELOW_THE_MAP = 12
#: The panel is a third of the page: its line is drawn low.
PANEL_CHART_HEIGHT = 150


@require_safe
@in_domain
def show(request: MemberHttpRequest) -> HttpResponse:
    at = timezone.now()
    is_map = request.GET.get("view") != "list"
    if is_map and request.htmx and request.htmx.target == "member_panel":
        context = _panel(request, at=at)
    else:
        context = _whole(request, is_map=is_map, at=at)
    return render_page(
        request,
        "people/people.html",
        {**context, "is_map": is_map},
        pieces=("people_found", "member_panel"),
    )


def _whole(request: MemberHttpRequest, *, is_map: bool, at: datetime) -> dict[str, Any]:
    domain, reader = request.domain, request.membership
    filters = Filters.asked_for(request)
    everybody = Membership.objects.present().filter(domain=domain)
    found = (
        filters.narrow(everybody, reader=reader, at=at) if filters.is_any else everybody
    )
    crowd = picture.density(found, domain=domain, filters=filters) if is_map else None
    tally = _tally(found) if crowd is None else _tallied(crowd)
    context = {
        "filters": filters,
        "total": sum(tally.values()),
        "table": _table(request, found, tally, is_map=is_map, at=at),
        "is_table_whole": not is_map or sum(tally.values()) <= BELOW_THE_MAP,
    }
    if crowd is None:
        return context
    panel = _panel(request, at=at)
    return {
        **context,
        **panel,
        "drawn": picture.draw(
            request,
            found,
            filters=filters,
            crowd=crowd,
            tally=tally,
            chosen=panel["chosen"],
            past=panel["steps"],
            at=at,
        ),
        "counts_words": {
            zone: ngettext(
                "%(zone)s, %(count)d member", "%(zone)s, %(count)d members", count
            )
            % {"zone": domain.zone_name(zone), "count": count}
            for zone, count in tally.items()
        },
        "summary": _in_one_sentence(request, tally),
        "lately": _lately(domain_id=domain.pk, since=at - paths.LATELY),
    }


def _tally(people: MembershipQuerySet) -> dict[int, int]:
    found = dict(people.order_by().values_list("zone").annotate(count=Count("pk")))
    return {zone.value: found.get(zone, 0) for zone in reversed(Zone)}


def _tallied(crowd: Mapping[tuple[int, int, int], int]) -> dict[int, int]:
    """The same from where everybody stands, which the map asks for anyway."""
    tally = {zone.value: 0 for zone in reversed(Zone)}
    for (zone, _half, _cell), count in crowd.items():
        tally[zone] += count
    return tally


def _in_one_sentence(request: MemberHttpRequest, tally: dict[int, int]) -> str:
    rings = ", ".join(
        f"{count} {request.domain.zone_name(zone)}" for zone, count in tally.items()
    )
    return _(
        "Four rings, one inside the other. From the middle outward: %(rings)s. The "
        "same people are in the table below."
    ) % {"rings": rings}


def _table(
    request: MemberHttpRequest,
    found: MembershipQuerySet,
    tally: dict[int, int],
    *,
    is_map: bool,
    at: datetime,
) -> dict[str, Any]:
    keys = found.core_first().values_list("pk", flat=True)
    pages = Paginator(keys, BELOW_THE_MAP if is_map else PAGE)
    # Known already; the paginator would count once more.
    pages.count = sum(tally.values())
    page = pages.get_page(1 if is_map else request.GET.get("page"))
    people = _rows.ask(
        keys=list(page),
        withheld=f"submission:{rereading.withheld_from(request.membership)}",
    )
    prefetch_related_objects([who for who in people if not who.main_area], "areas")
    return {
        "page": page,
        "rows": [
            (who, headings.said_of(who, to=request.membership, at=at)) for who in people
        ],
    }


@question
def _rows() -> QuerySet[Membership]:
    latest = (
        Participation.objects.filter(
            receiver=OuterRef("pk"), kind=Participation.Kind.RECOGNISED
        )
        .exclude(item=Given("withheld"))
        .latest_first()
        .values("title")
    )
    return (
        Membership.objects.filter(is_any_of("pk", "keys"))
        .select_related("main_area")
        .annotate(last_work=Subquery(latest[:1]))
        .core_first()
    )


def _panel(request: MemberHttpRequest, *, at: datetime) -> dict[str, Any]:
    chosen = _chosen(request) or request.membership
    if chosen is None:
        return {"chosen": None, "steps": []}
    steps = (
        paths.of(chosen, until=at) if chosen.shows_path_to(request.membership) else []
    )
    said = _last_said.first(who=chosen.pk)
    return {
        "chosen": chosen,
        "steps": steps,
        "heading": headings.said_of(chosen, to=request.membership, at=at),
        "chart": bands.draw(
            [(step.at, step.height) for step in steps],
            narrow=True,
            height=PANEL_CHART_HEIGHT,
        )
        if paths.has_begun(steps)
        else None,
        "path_in_words": paths.in_words(
            steps, domain=request.domain, name=called_aloud(chosen, short=True)
        )
        if steps
        else "",
        "counts": counts.of(chosen),
        "said": said,
        "said_words": plain(said.body) if said else "",
        "is_away": chosen.is_away(at=at),
    }


@question
def _last_said() -> QuerySet[LogEntry]:
    return (
        LogEntry.objects.filter(author=Given("who"), about=None)
        .select_related("task")
        .only("body", "written_at", "task__title", "task__domain")
        .order_by("-written_at", "-pk")[:1]
    )


def _chosen(request: MemberHttpRequest) -> Membership | None:
    handle = request.GET.get("member", "")
    if not handle:
        return None
    return (
        Membership.objects.present()
        .filter(domain=request.domain, handle=handle)
        .select_related("domain", "main_area")
        .prefetch_related("areas")
        .first()
    )


def _lately(*, domain_id: int, since: datetime) -> dict[str, int | None]:
    """What the last 90 days brought, as counts: nobody is named."""
    asked = {"domain": domain_id, "since": since}
    return {
        "arrived": _arrived.first(**asked),
        "inward": _inward.first(**asked),
        "quieter": _quieter.first(**asked),
    }


@question
def _arrived() -> QuerySet[Membership, int]:
    here = Membership.objects.present().filter(domain=Given("domain"))
    return number_of(here.filter(joined_at__gte=Given("since")))


@question
def _inward() -> QuerySet[Membership, int]:
    here = Membership.objects.present().filter(domain=Given("domain"))
    return number_of(here.moved_inward_since(Given("since")))


@question
def _quieter() -> QuerySet[Membership, int]:
    gone_or_quiet = Q(left_at__gte=Given("since")) | Q(
        left_at=None, heading=Membership.Heading.OUT
    )
    return number_of(Membership.objects.filter(gone_or_quiet, domain=Given("domain")))
