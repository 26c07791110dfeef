"""Where members stand on the map: distance is position, direction is area.

Pure: places in, spots out. Distance is never touched, because it means something;
members who would overlap give way along their ring only. Given the angle a member
had before, nobody moves who need not, so that readers find people again.

Lengths are pixels of a 768 pixel box with its origin in the middle; angles are
degrees clockwise, as SVG draws them: 0 at three o'clock, -90 at twelve.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappush, heapreplace
from itertools import groupby, pairwise

#: Inner and outer radius of each zone's ring.
RINGS = {4: (0.0, 84.0), 3: (84.0, 170.0), 2: (170.0, 256.0), 1: (256.0, 342.0)}

#: Radius of the innermost and the outermost place in each ring. Nodes keep so far from
#: the ring's edges that those of two rings can never touch.
PLACES = {4: (50.0, 62.0), 3: (105.0, 149.0), 2: (191.0, 235.0), 1: (277.0, 321.0)}

#: The clear space between two nodes.
GAP = 6.5

#: Radii a node may have, the largest that fits is taken; initials fit into the first two.
SIZES = {4: (17.0, 13.5, 11.0, 9.0), 3: (13.5, 11.0, 9.0), 2: (13.5,), 1: (13.5,)}

#: A map of more members than this shows of the outer rings only who is nearest.
CROWDED_ABOVE = 70
NEAREST = 24

#: The zone's name stands at twelve o'clock: its distance inside the ring's outer edge,
#: and half its width and height.
NAME_INSIDE, NAME_HALF_WIDTH, NAME_HALF_HEIGHT = 21.0, 44.0, 9.0

TWELVE_O_CLOCK, SIX_O_CLOCK = -90.0, 90.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member belongs: zone 1 to 4, depth 0 (outer side) to 1, area by number."""

    id: int
    zone: int
    depth: float
    area_index: int | None = None
    previous_angle: float | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a member is drawn. The spot of zone z's "+N more" has the id -z."""

    id: int
    x: float
    y: float
    angle: float


@dataclass(slots=True)
class _Node:
    id: int
    radius: float
    sector: int | None
    previous: float | None
    fresh: float = SIX_O_CLOCK
    wish: float = 0.0
    low: float = 0.0
    high: float = 0.0


def depth(*, zone: int, position: float, cuts: Sequence[float]) -> float:
    """Return how far inside its ring a position lies, from 0 to 1.

    ``cuts`` are the positions at which inbound, active and core begin. The core has
    no inner cut: it is drawn as wide as the ring around it.
    """
    edges = [0.0, *cuts, 2 * cuts[-1] - cuts[-2]]
    outer, inner = edges[zone - 1], edges[zone]
    return min(1.0, max(0.0, (position - outer) / (inner - outer)))


def radius(zone: int, depth: float) -> float:
    """Return a place's distance from the middle, linear in ``depth``."""
    inner, outer = PLACES[zone]
    return outer - (outer - inner) * depth


def node_radius(zone: int, count: int) -> float:
    """Return the radius of the nodes in a ring that holds ``count`` of them."""
    fitting = (size for size in SIZES[zone] if count <= _room(zone, size))
    return next(fitting, SIZES[zone][-1])


def shown(counts: Mapping[int, int]) -> dict[int, int]:
    """Return how many members of each zone a map draws; the rest is "+N more"."""
    crowded = sum(counts.values()) > CROWDED_ABOVE
    drawn = {}
    for zone, count in counts.items():
        room = _room(zone, SIZES[zone][-1])
        if crowded or count > room:
            room = min(room - 1, NEAREST)
        drawn[zone] = min(count, room)
    return drawn


def lay_out(
    places: Sequence[Place], *, areas: Sequence[str], more: Collection[int] = ()
) -> list[Spot]:
    """Return a spot for every place, and for the "+N more" of every zone in ``more``.

    In a ring that can hold its members none of them overlap. In a ring that cannot,
    everybody stays where they wish to be: nobody draws such a ring whole, and whoever
    is chosen from it is laid out again from there.
    """
    ranked = sorted(places, key=lambda place: place.zone)
    rings = {z: list(ring) for z, ring in groupby(ranked, lambda place: place.zone)}
    spots = []
    for zone in RINGS:
        nodes = [_node(place, sectors=len(areas)) for place in rings.get(zone, ())]
        if zone in more:
            middle = radius(zone, 0.5)
            nodes.append(_Node(-zone, middle, None, SIX_O_CLOCK))
        if nodes:
            angles = _settle(nodes, zone, sectors=len(areas))
            spots += [_spot(node, angles[node.id]) for node in nodes]
    return spots


def _node(place: Place, *, sectors: int) -> _Node:
    sector = place.area_index if sectors > 1 else None
    previous = place.previous_angle
    return _Node(
        id=place.id,
        radius=radius(place.zone, place.depth),
        sector=sector,
        previous=None if previous is None else _from_twelve(previous),
    )


def _sector(sector: int | None, sectors: int) -> tuple[float, float]:
    """The middle and the width of an area's part of the circle."""
    if sector is None:
        return SIX_O_CLOCK, 360.0
    width = 360 / sectors
    return TWELVE_O_CLOCK + (sector + 0.5) * width, width


def _off(angle: float, other: float) -> float:
    return abs((angle - other + 180) % 360 - 180)


def _from_twelve(angle: float) -> float:
    """The same direction, from -90 up to 270: rings are cut open under their names."""
    return (angle - TWELVE_O_CLOCK) % 360 + TWELVE_O_CLOCK


def _settle(nodes: list[_Node], zone: int, *, sectors: int) -> dict[int, float]:
    _welcome(nodes, sectors=sectors)
    size = node_radius(zone, len(nodes))
    inner = PLACES[zone][0]
    widest = _apart(inner, inner, size)
    if len(nodes) <= _room(zone, size):
        # First everybody within their area; where one is too full, across its borders.
        for within_areas in (True, False):
            for node in nodes:
                middle, width = _sector(node.sector if within_areas else None, sectors)
                free = (width - widest) / 2
                name = _name_covers(zone, node.radius, size)
                node.wish = _wish(node, middle, width)
                node.low = max(middle - free, TWELVE_O_CLOCK + name)
                node.high = min(middle + free, 270 - name)
            nodes.sort(key=lambda node: (node.wish, node.id))
            angles = _give_way(nodes, size, widest)
            if angles:
                return angles
    return {node.id: _wish(node, *_sector(node.sector, sectors)) for node in nodes}


def _welcome(nodes: Sequence[_Node], *, sectors: int) -> None:
    """Find a first angle for whoever has none: the middle of the widest gap left."""
    ranked = sorted(
        nodes, key=lambda node: (-1 if node.sector is None else node.sector, node.id)
    )
    for sector, group in groupby(ranked, lambda node: node.sector):
        middle, width = _sector(sector, sectors)
        low, high = middle - width / 2, middle + width / 2
        known, new = [], []
        for node in group:
            before = node.previous
            if before is None or _off(before, middle) > width:
                new.append(node)
            elif low < before < high:
                known.append(before)
        if not known:
            for i, node in enumerate(new):
                node.fresh = low + width * (i + 0.5) / len(new)
            continue
        gaps = [(a - b, a, b) for a, b in pairwise([low, *sorted(known), high])]
        heapify(gaps)
        for node in new:
            _, a, b = gaps[0]
            node.fresh = (a + b) / 2
            heapreplace(gaps, (a - node.fresh, a, node.fresh))
            heappush(gaps, (node.fresh - b, node.fresh, b))


def _wish(node: _Node, middle: float, width: float) -> float:
    """The angle from before, unless the member has since gone over to another area."""
    if node.previous is None or _off(node.previous, middle) > width:
        return node.fresh
    return node.previous


def _give_way(
    nodes: Sequence[_Node], size: float, widest: float
) -> dict[int, float] | None:
    """Angles near the wishes at which nobody overlaps, or None if there are none.

    Pushing everybody clockwise, and everybody counter-clockwise, each satisfies every
    condition; as the conditions are differences, so does the middle between the two,
    and that leaves a crowd centred where it wishes to be.
    """
    wishes = [min(max(node.wish, node.low), node.high) for node in nodes]
    onward = _push(nodes, wishes, size, widest, 1)
    if any(angle > node.high + 1e-6 for angle, node in zip(onward, nodes, strict=True)):
        onward = _push(nodes, onward, size, widest, -1)
    backward = _push(nodes, wishes, size, widest, -1)
    if any(
        angle < node.low - 1e-6 for angle, node in zip(backward, nodes, strict=True)
    ):
        backward = _push(nodes, backward, size, widest, 1)
    for angles in (onward, backward):
        for angle, node in zip(angles, nodes, strict=True):
            if not node.low - 1e-6 <= angle <= node.high + 1e-6:
                return None
    return {
        node.id: (a + b) / 2 for node, a, b in zip(nodes, onward, backward, strict=True)
    }


def _push(
    nodes: Sequence[_Node],
    angles: Sequence[float],
    size: float,
    widest: float,
    way: int,
) -> list[float]:
    """Move each node no further than those before it, in this direction, make it."""
    order: Iterable[int] = range(len(nodes)) if way > 0 else range(len(nodes))[::-1]
    pushed = list(angles)
    passed: list[int] = []
    for i in order:
        node = nodes[i]
        limit = node.low if way > 0 else -node.high
        angle = max(way * pushed[i], limit)
        for j in reversed(passed):
            before = way * pushed[j]
            if before + widest < angle:
                break
            angle = max(angle, before + _apart(node.radius, nodes[j].radius, size))
        pushed[i] = way * angle
        passed.append(i)
    return pushed


def _apart(one: float, other: float, size: float) -> float:
    """The angle two nodes at these distances from the middle must keep."""
    clear = 2 * size + GAP
    if abs(one - other) >= clear:
        return 0.0
    cosine = (one * one + other * other - clear * clear) / (2 * one * other)
    return math.degrees(math.acos(max(-1.0, cosine)))


def _name_covers(zone: int, distance: float, size: float) -> float:
    """Half the angle that the zone's name takes from a node at this distance."""
    if zone == max(RINGS):
        return 0.0
    name = RINGS[zone][1] - NAME_INSIDE
    if abs(name - distance) >= NAME_HALF_HEIGHT + size:
        return 0.0
    return math.degrees(math.asin((NAME_HALF_WIDTH + size) / distance))


def _room(zone: int, size: float) -> int:
    """How many nodes of this size a ring holds even if all stand on its inner side."""
    inner, outer = PLACES[zone]
    each = _apart(inner, inner, size)
    taken = max(each / 2, _name_covers(zone, outer, size))
    return int((360 - 2 * taken) / each) + 1


def _spot(node: _Node, angle: float) -> Spot:
    turn = math.radians(angle)
    x, y = node.radius * math.cos(turn), node.radius * math.sin(turn)
    return Spot(node.id, round(x, 2), round(y, 2), angle)
