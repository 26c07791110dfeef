"""Where members stand on the map: distance is position, direction is area.

Pure: places in, spots out. Distance is never touched, because it means something;
members who would overlap make way along their ring only. Whoever stands where they
stood stays exactly there, whoever else comes or moves, so that readers find people
again: those who come find room between those who are there.

Lengths are pixels of a 768 pixel box with its origin in the middle; angles are
degrees clockwise, as SVG draws them: 0 at three o'clock, -90 at twelve.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappush, heapreplace
from itertools import combinations, groupby, pairwise

#: Inner and outer radius of each zone's ring.
RINGS = {4: (0.0, 84.0), 3: (84.0, 170.0), 2: (170.0, 256.0), 1: (256.0, 342.0)}

#: Radius of the innermost and the outermost place in each ring. Nodes keep so far from
#: the ring's edges that those of two rings can never touch.
PLACES = {4: (50.0, 62.0), 3: (105.0, 149.0), 2: (191.0, 235.0), 1: (277.0, 321.0)}

#: The clear space between two nodes.
GAP = 6.5

#: Radii a node may have; the largest that fits is taken.
SIZES = {
    4: (17.0, 13.5, 11.0, 9.0),
    3: (13.5, 11.0, 9.0),
    2: (13.5, 11.0, 9.0),
    1: (13.5, 11.0, 9.0),
}

#: A map of more members than this draws of each ring only who is nearest; of a practice
#: of thousands fewer still, because there it is the crowd that is looked at.
CROWDED_ABOVE, VAST_ABOVE = 70, 1000
NEAREST, NEAREST_OF_MANY = 24, 12
#: The radius of nodes in a ring that is not drawn whole: the smallest with initials.
OF_A_CROWD = 11.0

#: Spots are written to a hundredth.
ROUNDED = 0.05

#: Half the width of "+7000".
MORE_HALF_WIDTH = 22.0

#: Who is no further from where they stood has not moved.
STILL = 0.5

#: The zone's name stands at twelve o'clock: its distance inside the ring's outer edge,
#: and half its width and height.
NAME_INSIDE, NAME_HALF_WIDTH, NAME_HALF_HEIGHT = 21.0, 44.0, 9.0

#: Multiples of the golden section never bunch up, however many of them there are.
GOLDEN = (math.sqrt(5) - 1) / 2

TWELVE_O_CLOCK, SIX_O_CLOCK = -90.0, 90.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member belongs: zone 1 to 4, depth 0 (outer side) to 1, area by number.

    ``previous_angle`` and ``previous_radius`` say where they stood, if they did.
    """

    id: int
    zone: int
    depth: float
    area_index: int | None = None
    previous_angle: float | None = None
    previous_radius: float | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a member is drawn."""

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
    is_still: bool = False
    fresh: float = SIX_O_CLOCK


def radius(zone: int, depth: float) -> float:
    """Return a place's distance from the middle, linear in ``depth``."""
    inner, outer = PLACES[zone]
    return outer - (outer - inner) * depth


def depth(zone: int, distance: float) -> float:
    """Return how deep in its ring a place at a distance lies: the inverse of that."""
    inner, outer = PLACES[zone]
    return min(1.0, max(0.0, (outer - distance) / (outer - inner)))


def node_radius(zone: int, spots: Sequence[Spot]) -> float:
    """Return the largest radius at which these nodes of one ring keep clear."""
    closest = _closest(spots)
    fitting = (size for size in SIZES[zone] if closest >= 2 * size + GAP - ROUNDED)
    return next(fitting, SIZES[zone][-1])


def _closest(spots: Sequence[Spot]) -> float:
    return min(
        (math.hypot(a.x - b.x, a.y - b.y) for a, b in combinations(spots, 2)),
        default=math.inf,
    )


def shown(counts: Mapping[int, int]) -> dict[int, int]:
    """Return how many members of each zone a map draws at most; the rest is "+N more"."""
    everybody = sum(counts.values())
    nearest = NEAREST_OF_MANY if everybody > VAST_ABOVE else NEAREST
    drawn = {}
    for zone, count in counts.items():
        room = _room(zone, SIZES[zone][-1])
        if everybody > CROWDED_ABOVE or count > room:
            room = min(room - 1, nearest)
        drawn[zone] = min(count, room)
    return drawn


def more(zone: int) -> Spot:
    """Return where the "+N more" of a ring stands."""
    middle = radius(zone, 0.5)
    return Spot(-zone, 0.0, middle, SIX_O_CLOCK)


def pick(zone: int, spots: Sequence[Spot], *, most: int) -> list[Spot]:
    """Choose of a ring who is drawn: all of it, or the first, nobody over another.

    The others stand where they stand, and are counted in "+N more".
    """
    clear = 2 * SIZES[zone][-1] + GAP - ROUNDED
    if len(spots) <= most and _closest(spots) >= clear:
        return list(spots)
    chosen: list[Spot] = []
    apart, rest = 2 * OF_A_CROWD + GAP, more(zone)
    for spot in spots:
        distance = math.hypot(spot.x, spot.y)
        if len(chosen) == most:
            break
        covers_name = _off(spot.angle, TWELVE_O_CLOCK) < _name_covers(
            zone, distance, OF_A_CROWD
        )
        covers_rest = (
            abs(spot.x - rest.x) < MORE_HALF_WIDTH + OF_A_CROWD + GAP
            and abs(spot.y - rest.y) < apart
        )
        if not (covers_name or covers_rest) and all(
            math.hypot(spot.x - one.x, spot.y - one.y) >= apart for one in chosen
        ):
            chosen.append(spot)
    return chosen


def lay_out(
    places: Sequence[Place],
    *,
    areas: Sequence[str],
    crowded: Collection[int] = (),
) -> list[Spot]:
    """Return a spot for every place.

    In a ring that can hold its members nobody new or moved comes to stand over another,
    as long as there is room between those who stay: all of it have to be among
    ``places``. In a ring that cannot, everybody stands where they wish to, whoever else
    is there: nobody draws such a ring whole. ``crowded`` names those that cannot,
    however few of their members are asked about.
    """
    ranked = sorted(places, key=lambda place: place.zone)
    spots = []
    for zone, ring in groupby(ranked, lambda place: place.zone):
        nodes = [_node(place, sectors=len(areas)) for place in ring]
        if zone in crowded or not holds(zone, len(nodes)):
            angles = {node.id: _in_a_crowd(node, sectors=len(areas)) for node in nodes}
        else:
            angles = _settle(nodes, zone, sectors=len(areas))
        spots += [_spot(node, angles[node.id]) for node in nodes]
    return spots


def holds(zone: int, many: int) -> bool:
    """Whether a ring has room for so many without one over another."""
    return many <= _room(zone, SIZES[zone][-1])


def _node(place: Place, *, sectors: int) -> _Node:
    distance, before = radius(place.zone, place.depth), place.previous_radius
    previous = place.previous_angle
    return _Node(
        id=place.id,
        radius=distance,
        sector=place.area_index if sectors > 1 else None,
        previous=None if previous is None else _from_twelve(previous),
        is_still=before is not None and abs(before - distance) < STILL,
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
    return round((angle - TWELVE_O_CLOCK) % 360 + TWELVE_O_CLOCK, 6)


def _settle(nodes: Sequence[_Node], zone: int, *, sectors: int) -> dict[int, float]:
    _welcome(nodes, sectors=sectors)
    wishes = {node.id: _wish(node, *_sector(node.sector, sectors)) for node in nodes}
    sizes = [size for size in SIZES[zone] if len(nodes) <= _room(zone, size)]
    angles: dict[int, float] = {}
    placed: list[tuple[float, float]] = []
    # First who stays, then who was here before, then who is new.
    for node in sorted(nodes, key=lambda node: (_turn(node, wishes), node.id)):
        angle = wishes[node.id]
        if _turn(node, wishes):
            angle = _free(node, angle, placed, zone, sizes, sectors=sectors)
        angles[node.id] = angle
        placed.append((node.radius, angle))
    return angles


def _turn(node: _Node, wishes: Mapping[int, float]) -> int:
    if node.previous is None or wishes[node.id] != node.previous:
        return 2
    return 0 if node.is_still else 1


def _free(
    node: _Node,
    wish: float,
    placed: Sequence[tuple[float, float]],
    zone: int,
    sizes: Sequence[float],
    *,
    sectors: int,
) -> float:
    """Return the nearest angle at which a node is clear of those placed before it.

    First within its area; where that is too full, across its borders; then closer to
    the others, who are drawn smaller for it.
    """
    for size in sizes:
        taken = [(angle, _apart(node.radius, other, size)) for other, angle in placed]
        for sector in (node.sector, None):
            middle, width = _sector(sector, sectors)
            inner = PLACES[zone][0]
            free = (width - _apart(inner, inner, size)) / 2
            name = _name_covers(zone, node.radius, size)
            low = max(middle - free, TWELVE_O_CLOCK + name)
            high = min(middle + free, 270 - name)
            edges = [angle + way * off for angle, off in taken for way in (-1, 1)]
            fitting = (
                angle
                for angle in sorted(
                    (min(max(wish, low), high), *edges),
                    key=lambda angle: (abs(angle - wish), angle),
                )
                if low <= angle <= high
                and all(_off(angle, other) >= off - 1e-9 for other, off in taken)
            )
            found = next(fitting, None)
            if found is not None:
                return found
    return wish


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


def _in_a_crowd(node: _Node, *, sectors: int) -> float:
    """The angle from before, or one that spreads newcomers evenly by their numbers."""
    middle, width = _sector(node.sector, sectors)
    if node.previous is not None and _off(node.previous, middle) <= width:
        return node.previous
    return middle + width * (node.id * GOLDEN % 1 - 0.5)


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
    angle = _from_twelve(angle)
    turn = math.radians(angle)
    x, y = node.radius * math.cos(turn), node.radius * math.sin(turn)
    return Spot(node.id, round(x, 2), round(y, 2), angle)
