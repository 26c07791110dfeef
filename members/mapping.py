"""Mapping: giving every member of a domain a spot on its map, and keeping it steady."""

import math

from domain.bulk import update_rows
from domain.models import Domain
from members import map_layout
from members.map_layout import Place
from members.models import Membership
from members.position import map as position_map

#: In the map's units: less than this nobody sees, and nothing is written for it.
VISIBLE = 0.5


def lay_out(*, domain: Domain) -> int:
    """Bring the stored map up to date; return how many members have a new spot.

    Whoever did not move stays where they stand, whoever came meanwhile, so that the map
    of today is the map of yesterday but for those who moved.
    """
    areas = list(domain.areas.order_by("place", "pk"))
    sector = {area.pk: number for number, area in enumerate(areas)}
    # Somebody whose work has no area yet stands where they said they want to work.
    wanted = dict(
        Membership.areas.through.objects.filter(membership__domain=domain)
        .order_by("-area__place", "-area")
        .values_list("membership", "area")
    )
    people = list(
        Membership.objects.present()
        .filter(domain=domain)
        .only("zone", "position", "main_area", "map_x", "map_y", "map_angle")
        .order_by("pk")
    )
    spots = {
        spot.id: spot
        for spot in map_layout.lay_out(
            [
                Place(
                    id=who.pk,
                    zone=who.zone,
                    depth=position_map.radius(who.position, who.zone),
                    area_index=sector.get(who.main_area_id or wanted.get(who.pk, 0)),
                    previous_angle=who.map_angle,
                    previous_radius=_distance(who),
                )
                for who in people
            ],
            areas=[area.name for area in areas],
        )
    }
    moved = []
    for who in people:
        spot = spots[who.pk]
        if (
            who.map_x is None
            or who.map_y is None
            or abs(who.map_x - spot.x) + abs(who.map_y - spot.y) > VISIBLE
        ):
            moved.append((who.pk, spot.x, spot.y, spot.angle))
    update_rows(Membership, ("map_x", "map_y", "map_angle"), moved)
    return len(moved)


def _distance(who: Membership) -> float | None:
    """Return how far from the middle somebody stands, if they have a spot yet."""
    if who.map_x is None or who.map_y is None:
        return None
    return math.hypot(who.map_x, who.map_y)
