"""Mapping: giving every member of a domain a spot on its map, and keeping it steady."""

import math
from collections.abc import Collection

import numpy as np
from django.db.models import Count

from domain.bulk import update_columns
from domain.models import Domain
from members import map_layout
from members.map_layout import Place
from members.models import Membership
from members.position import map as position_map

#: In the map's units: less than this nobody sees, and nothing is written for it.
VISIBLE = 0.5

_PLACE = ("pk", "zone", "position", "main_area", "map_x", "map_y", "map_angle")


def lay_out(*, domain: Domain, moved: Collection[int] | None = None) -> int:
    """Bring the stored map up to date; return how many members have a new spot.

    Whoever did not move stays where they stand, whoever came meanwhile, so that the map
    of today is the map of yesterday but for those who moved. ``moved`` are those who
    may have; everybody, if None.
    """
    present = Membership.objects.present().filter(domain=domain).order_by("pk")
    counts = present.order_by().values_list("zone").annotate(many=Count("pk"))
    crowded = {zone for zone, many in counts if not map_layout.holds(zone, many)}
    rows = present.values_list(*_PLACE)
    if moved is None:
        people = list(rows)
    else:
        # Whoever moved or came, and with them all of a ring that holds its members.
        stirred = [*rows.filter(pk__in=moved), *rows.filter(map_angle=None)]
        rings = {zone for _pk, zone, *_ in stirred} - crowded
        people = [row for row in stirred if row[1] in crowded]
        people = list(dict.fromkeys([*people, *rows.filter(zone__in=rings)]))
    areas = list(domain.areas.order_by("place", "pk"))
    sector = {area.pk: number for number, area in enumerate(areas)}
    # Somebody whose work has no area yet stands where they said they want to work.
    wishing = [pk for pk, _zone, _position, area, *_ in people if area is None]
    wanted = dict(
        Membership.areas.through.objects.filter(membership__in=wishing)
        .order_by("-area__place", "-area")
        .values_list("membership", "area")
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
            crowded=crowded,
        )
    }
    anew = [
        spots[pk]
        for pk, _zone, _position, _area, x, y, _angle in people
        if x is None
        or y is None
        or abs(x - spots[pk].x) + abs(y - spots[pk].y) > VISIBLE
    ]
    update_columns(
        Membership,
        np.array([spot.id for spot in anew], np.int64),
        {
            "map_x": np.array([spot.x for spot in anew]),
            "map_y": np.array([spot.y for spot in anew]),
            "map_angle": np.array([spot.angle for spot in anew]),
        },
    )
    return len(anew)
