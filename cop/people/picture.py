"""Who stands where on the map of one reader: whom it draws, and with what past."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Abs
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cop.people import paths
from cop.people.filters import Filters
from cop.people.paths import Step
from domain.models import Area
from members import map_drawing, map_layout
from members.http import MemberHttpRequest
from members.map_drawing import Drawing, Face
from members.map_layout import Place, Spot
from members.models import Membership, TrajectoryPoint
from members.models.membership import MembershipQuerySet
from members.position import map as position_map

#: Months of the chosen member's trail; more would wind around the whole map.
TRAIL_MONTHS = 9


def draw(
    request: MemberHttpRequest,
    people: MembershipQuerySet,
    *,
    filters: Filters,
    tally: Mapping[int, int],
    chosen: Membership | None,
    past: Sequence[Step],
    at: datetime,
) -> Drawing:
    """Draw the map of ``people``, as many as it holds, around the reader."""
    reader = request.membership
    shown = map_layout.shown(tally)
    crowded = [zone for zone, count in tally.items() if count > shown[zone]]
    drawn = _drawn(people, shown, reader=reader, chosen=chosen, since=at - paths.LATELY)
    spots = _spots(drawn, filters.areas, crowded)
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
                came_from=_came_from(who) if who.shows_path_to(reader) else None,
            )
            for who in drawn
        ],
        areas=[area.name for area in filters.areas],
        counts=tally,
        more={
            zone: (spots[-zone], f"{here}?{filters.query(view='list', zone=zone)}")
            for zone in crowded
        },
        trail=_trail(past),
        you=_("You"),
    )


def _drawn(
    people: MembershipQuerySet,
    shown: Mapping[int, int],
    *,
    reader: Membership | None,
    chosen: Membership | None,
    since: datetime,
) -> list[Membership]:
    """The members to draw: of a crowded ring those nearest to the reader's place in it."""
    nearest = [
        _nearest(people.filter(zone=zone), zone, reader).values("pk")[:count]
        for zone, count in shown.items()
        if count
    ]
    wanted = {row["pk"] for row in people.none().values("pk").union(*nearest, all=True)}
    always = [who.pk for who in (chosen, reader) if who]
    wanted |= set(people.filter(pk__in=always).values_list("pk", flat=True))
    before = (
        TrajectoryPoint.objects.in_force()
        .filter(membership=OuterRef("pk"), at__lte=since)
        .order_by("-at")
    )
    return list(
        Membership.objects.filter(pk__in=wanted)
        .annotate(
            was_zone=Subquery(before.values("zone")[:1]),
            was_position=Subquery(before.values("position")[:1]),
        )
        .core_first()
    )


def _nearest(
    ring: MembershipQuerySet, zone: int, reader: Membership | None
) -> MembershipQuerySet:
    if reader and reader.zone == zone:
        return ring.order_by(Abs(F("position") - reader.position), "pk")
    return ring.order_by("-position", "pk")


def _spots(
    drawn: Sequence[Membership], areas: Sequence[Area], crowded: Sequence[int]
) -> dict[int, Spot]:
    """Where everybody drawn stands: as worked out in the night, if that has them all."""
    if not crowded and all(who.map_x is not None for who in drawn):
        return {
            who.pk: Spot(who.pk, who.map_x or 0.0, who.map_y or 0.0, who.map_angle or 0)
            for who in drawn
        }
    sector = {area.pk: number for number, area in enumerate(areas)}
    places = [
        Place(
            id=who.pk,
            zone=who.zone,
            depth=position_map.radius(who.position, who.zone),
            area_index=sector.get(who.main_area_id or 0),
            previous_angle=who.map_angle,
        )
        for who in drawn
    ]
    laid = map_layout.lay_out(places, areas=[area.name for area in areas], more=crowded)
    return {spot.id: spot for spot in laid}


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
