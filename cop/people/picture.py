"""Who stands where on the map of one reader: whom it draws, and with what past."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Abs, ATan2, Cast, Degrees, Floor, Power, Sqrt
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cop.looks import called_aloud
from cop.people import paths
from cop.people.filters import Filters
from cop.people.paths import Step
from domain.models import Area, Domain
from domain.questions import Given, is_any_of, question
from members import map_drawing, map_layout
from members.http import MemberHttpRequest
from members.map_drawing import Drawing, Face
from members.map_layout import Place, Spot
from members.models import Membership, TrajectoryPoint
from members.models.membership import MembershipQuerySet
from members.position import map as position_map

#: Of a crowded ring so many times more are looked at than are drawn: some stand over
#: each other.
CANDIDATES: Final = 3

_SPOT: Final = (
    "pk",
    "zone",
    "position",
    "main_area",
    "map_x",
    "map_y",
    "map_angle",
)

#: Months of the chosen member's trail; more would wind around the whole map.
TRAIL_MONTHS = 9


def draw(
    request: MemberHttpRequest,
    people: MembershipQuerySet,
    *,
    filters: Filters,
    crowd: Mapping[tuple[int, int, int], int],
    tally: Mapping[int, int],
    chosen: Membership | None,
    past: Sequence[Step],
    at: datetime,
) -> Drawing:
    """Draw the map of ``people``, as many as it holds, around the reader."""
    reader = request.membership
    shown = map_layout.shown(tally)
    spots = _chosen(
        people,
        shown,
        tally,
        domain=request.domain,
        filters=filters,
        reader=reader,
        chosen=chosen,
    )
    faces = _drawn(spots, since=at - paths.LATELY)
    told = Counter(who.zone for who in faces)
    crowded = [zone for zone, count in tally.items() if count > told[zone]]
    here = reverse("members:people", args=[request.domain.slug])
    return map_drawing.draw(
        [
            Face(
                spot=spots[who.pk],
                zone=who.zone,
                name=who.name,
                href=f"{here}?{filters.query(member=who.handle)}",
                is_agent=who.is_agent,
                is_away=who.is_away(at=at),
                is_you=bool(reader and reader.pk == who.pk),
                is_chosen=bool(chosen and chosen.pk == who.pk),
                called=called_aloud(who, short=True),
                came_from=_came_from(who) if who.shows_path_to(reader) else None,
            )
            for who in faces
        ],
        areas=[area.name for area in filters.areas],
        counts=tally,
        more={
            zone: (
                map_layout.more(zone),
                f"{here}?{filters.query(view='list', zone=zone)}",
            )
            for zone in crowded
        },
        trail=_trail(past),
        density=[
            (zone, half, cell, count)
            for (zone, half, cell), count in sorted(crowd.items())
            if zone in crowded and cell >= 0
        ],
        you=_("You"),
    )


def _chosen(
    people: MembershipQuerySet,
    shown: Mapping[int, int],
    tally: Mapping[int, int],
    *,
    domain: Domain,
    filters: Filters,
    reader: Membership | None,
    chosen: Membership | None,
) -> dict[int, Spot]:
    """The spots to draw: of a crowded ring those nearest to the reader's place in it.

    Everybody stands where the night put them. Who would stand over somebody drawn
    already is left to the crowd.
    """
    looked_at = tuple(
        (zone, None if count == tally[zone] else CANDIDATES * count)
        for zone, count in shown.items()
        if count
    )
    if not looked_at:
        return {}
    always = [who.pk for who in (chosen, reader) if who]
    own_zone, own_position = (reader.zone, reader.position) if reader else (0, 0.0)
    rows = (
        list(_candidates(people, looked_at, own_zone, own_position, Q(pk__in=always)))
        if filters.is_any
        else _candidates_of_all.ask(
            looked_at,
            own_zone,
            domain=domain.pk,
            position=own_position,
            always=always,
        )
    )
    rings: dict[int, dict[int, Spot]] = {zone: {} for zone in shown}
    placed = _placed(rows, filters.areas)
    for row in sorted(rows, key=lambda row: row["pk"] not in always):
        rings[row["zone"]].setdefault(row["pk"], placed[row["pk"]])
    spots: dict[int, Spot] = {}
    for zone, ring in rings.items():
        drawn = map_layout.pick(zone, list(ring.values()), most=shown[zone])
        drawn += [ring[pk] for pk in always if pk in ring and ring[pk] not in drawn]
        spots |= {spot.id: spot for spot in drawn}
    return spots


def _placed(
    rows: Sequence[Mapping[str, Any]], areas: Sequence[Area]
) -> dict[int, Spot]:
    """Everybody's own spot; those who came since the night find one between them."""
    placed = {
        row["pk"]: Spot(row["pk"], row["map_x"], row["map_y"], row["map_angle"])
        for row in rows
        if row["map_x"] is not None
    }
    if len(placed) == len({row["pk"] for row in rows}):
        return placed
    sector = {area.pk: number for number, area in enumerate(areas)}
    distances = {pk: math.hypot(spot.x, spot.y) for pk, spot in placed.items()}
    places = {
        row["pk"]: Place(
            id=row["pk"],
            zone=row["zone"],
            depth=map_layout.depth(row["zone"], distances[row["pk"]])
            if row["pk"] in distances
            else position_map.radius(row["position"], row["zone"]),
            area_index=sector.get(row["main_area"]),
            previous_angle=row["map_angle"],
            previous_radius=distances.get(row["pk"]),
        )
        for row in rows
    }
    laid = map_layout.lay_out(
        list(places.values()), areas=[area.name for area in areas]
    )
    return {spot.id: spot for spot in laid} | placed


def _drawn(spots: Mapping[int, Spot], *, since: datetime) -> list[Membership]:
    """The members of these spots, with where they stood a while ago."""
    return _with_their_past.ask(keys=list(spots), since=since)


@question
def _with_their_past() -> QuerySet[Membership]:
    before = (
        TrajectoryPoint.objects.in_force()
        .filter(membership=OuterRef("pk"), at__lte=Given("since"))
        .order_by("-at")
    )
    return (
        Membership.objects.filter(is_any_of("pk", "keys"))
        .only(
            "domain",
            "handle",
            "name",
            "kind",
            "zone",
            "joined_at",
            "away_until",
            "is_silent",
            "trajectory_sight",
        )
        .annotate(
            was_zone=Subquery(before.values("zone")[:1]),
            was_position=Subquery(before.values("position")[:1]),
        )
        .core_first()
    )


def _candidates(
    people: MembershipQuerySet,
    looked_at: Sequence[tuple[int, int | None]],
    own_zone: int,
    own_position: float | Given,
    always: Q | Func,
) -> QuerySet[Membership, dict[str, Any]]:
    """So many of each zone, None for all: in one's own those nearest to one's place."""
    wanted = [people.filter(always).order_by().values(*_SPOT)]
    for zone, most in looked_at:
        ring = people.filter(zone=zone)
        nearest = (
            ring.order_by(Abs(F("position") - own_position), "pk")
            if zone == own_zone
            else ring.order_by("-position", "pk")
        )
        wanted.append(nearest.values(*_SPOT)[:most])
    every: QuerySet[Membership, dict[str, Any]] = (
        people.none().values(*_SPOT).union(*wanted, all=True)
    )
    return every


@question
def _candidates_of_all(
    looked_at: tuple[tuple[int, int | None], ...], own_zone: int
) -> QuerySet[Membership, dict[str, Any]]:
    return _candidates(
        _everybody(),
        looked_at,
        own_zone,
        Given("position", FloatField()),
        is_any_of("pk", "always"),
    )


def _everybody() -> MembershipQuerySet:
    return Membership.objects.present().filter(domain=Given("domain"))


def density(
    people: MembershipQuerySet, *, domain: Domain, filters: Filters
) -> Counter[tuple[int, int, int]]:
    """How many stand where: by zone, half of its ring and cell around it; one question.

    Who has no spot yet stands in cell -1.
    """
    cells = _cells(people) if filters.is_any else _cells_of_all.ask(domain=domain.pk)
    around = round(360 / map_drawing.CELL)
    found: Counter[tuple[int, int, int]] = Counter()
    for zone, half, cell, count in cells:
        found[zone, half, -1 if cell is None else cell % around] += count
    return found


@question
def _cells_of_all() -> QuerySet[Membership, tuple[int, int, int | None, int]]:
    return _cells(_everybody())


def _cells(
    people: MembershipQuerySet,
) -> QuerySet[Membership, tuple[int, int, int | None, int]]:
    turn = Degrees(ATan2("map_y", "map_x")) - map_layout.TWELVE_O_CLOCK + 360.0
    middles = [
        When(zone=zone, then=Value(map_layout.radius(zone, 0.5)))
        for zone in map_layout.RINGS
    ]
    return (
        people.order_by()
        .annotate(
            cell=Cast(Floor(turn / map_drawing.CELL), IntegerField()),
            far=Sqrt(Power("map_x", 2) + Power("map_y", 2)),
            middle=Case(*middles, output_field=FloatField()),
        )
        .annotate(half=Case(When(far__lt=F("middle"), then=1), default=0))
        .values_list("zone", "half", "cell")
        .annotate(count=Count("pk"))
    )


def _came_from(who: Membership) -> float | None:
    """The distance from the middle 90 days ago, if they were here then."""
    zone = getattr(who, "was_zone", None)
    if zone is None:
        return None
    return Step(who.joined_at, zone, getattr(who, "was_position", 0.0)).distance


def _trail(past: Sequence[Step]) -> list[tuple[float, str]]:
    """The chosen member's months, today left out; the first and the middle are named."""
    steps = past[:-1][-TRAIL_MONTHS:]
    named = {0, len(steps) // 2} if len(steps) > 2 else {0}  # noqa: PLR2004
    return [
        (
            step.distance,
            formats.date_format(timezone.localtime(step.at), "F")
            if number in named
            else "",
        )
        for number, step in enumerate(steps)
    ]
