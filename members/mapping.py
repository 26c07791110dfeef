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
        .order_by("pk")
        .values_list(
            "pk", "zone", "position", "main_area", "map_x", "map_y", "map_angle"
        )
    )
    spots = {
        spot.id: spot
        for spot in map_layout.lay_out(
            [
                Place(
                    id=pk,
                    zone=zone,
                    depth=position_map.radius(position, zone),
                    area_index=sector.get(area or wanted.get(pk, 0)),
                    previous_angle=angle,
                    previous_radius=None
                    if x is None or y is None
                    else math.hypot(x, y),
                )
                for pk, zone, position, area, x, y, angle in people
            ],
            areas=[area.name for area in areas],
        )
    }
    moved = []
    for pk, _zone, _position, _area, x, y, _angle in people:
        spot = spots[pk]
        if x is None or y is None or abs(x - spot.x) + abs(y - spot.y) > VISIBLE:
            moved.append((pk, spot.x, spot.y, spot.angle))
    update_rows(Membership, ("map_x", "map_y", "map_angle"), moved)
    return len(moved)
