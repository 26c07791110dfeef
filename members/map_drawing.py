"""The map as a picture: what the layout places, turned into shapes. Pure.

``templates/components/map.html`` writes it as SVG.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from domain.charts.scale import Point, px, smooth
from members.map_layout import (
    NAME_INSIDE,
    OF_A_CROWD,
    RINGS,
    TWELVE_O_CLOCK,
    Spot,
    node_radius,
)

EDGE = RINGS[1][1]

#: Initials are left out of nodes too small for them.
SMALLEST_WITH_INITIALS = 11.0

#: A shorter move would hide under its own node.
SHORTEST_TAIL = 10.0

#: A trail shorter than two nodes has no room for words beside it.
SHORT = 60.0

#: How far around the trail of the chosen member winds: the angle of past months is not
#: known, and a straight line would run over everybody between.
WINDING = 74.0

#: The crowd is counted in cells so wide, in degrees, and shown in so many shades.
CELL, SHADES, DARKEST = 15.0, 4, 0.42

#: The innermost cells end before the middle, where they would all be one point.
SMALLEST_CELL = 12.0

#: Half the width of a letter beside a node.
HALF_LETTER = 3.6


@dataclass(frozen=True, slots=True)
class Face:
    """One member on the map. ``came_from`` is their distance from the middle 90 days ago."""

    spot: Spot
    zone: int
    name: str
    href: str
    is_agent: bool = False
    is_away: bool = False
    is_you: bool = False
    is_chosen: bool = False
    came_from: float | None = None
    #: What stands beside it once it is chosen; the first of its names, unless given.
    called: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    face: Face
    x: float
    y: float
    r: float
    has_initials: bool
    moved_inward: bool


@dataclass(frozen=True, slots=True)
class More:
    """The node that stands for everybody in a ring who is not drawn."""

    zone: int
    count: int
    href: str
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """Where those of a ring stand who are not drawn one by one: cells of one shade."""

    zone: int
    opacity: float
    path: str


@dataclass(frozen=True, slots=True)
class Ring:
    zone: int
    radius: float
    name_y: float
    count: int
    nodes: list[Node]
    more: More | None


@dataclass(frozen=True, slots=True)
class Tail:
    zone: int
    path: str
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Rim:
    """The arc outside the rings along which an area's name is written."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Call:
    """A name written beside a node."""

    x: float
    y: float
    zone: int
    words: str
    is_soft: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    rings: list[Ring]
    rims: list[Rim]
    spokes: list[tuple[Point, Point]]
    tails: list[Tail]
    trail: str
    trail_dots: list[Point]
    calls: list[Call] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)


def draw(
    faces: Sequence[Face],
    *,
    areas: Sequence[str],
    counts: Mapping[int, int],
    more: Mapping[int, tuple[Spot, str]] | None = None,
    trail: Sequence[tuple[float, str]] = (),
    density: Sequence[tuple[int, int, int, int]] = (),
    you: str = "",
) -> Drawing:
    """Draw the members laid out in ``faces``.

    ``counts`` says how many members each zone has, drawn or not. ``more`` gives for a
    crowded zone the spot of its "+N more" and the address of the full list. ``trail``
    is the chosen member's past, oldest first and today left out: the distance from the
    middle and a word for it, or "". ``density`` counts members by zone, half of the
    ring (0 the outer) and cell around it. ``you`` is the word written beside the reader.
    """
    more = more or {}
    drawn = {zone: [f for f in faces if f.zone == zone] for zone in RINGS}
    sizes = {
        zone: OF_A_CROWD
        if zone in more
        else node_radius(zone, [face.spot for face in drawn[zone]])
        for zone in RINGS
    }
    rings = [
        _ring(zone, drawn[zone], sizes[zone], counts.get(zone, 0), more.get(zone))
        for zone in RINGS
    ]
    nodes = [node for ring in rings for node in ring.nodes]
    chosen = next((node for node in nodes if node.face.is_chosen), None)
    path, dots, marks = _trail(chosen, trail)
    return Drawing(
        rings=rings,
        rims=[_rim(i, name, len(areas)) for i, name in enumerate(areas)],
        spokes=_spokes(len(areas)),
        tails=[
            _tail(node)
            for node in nodes
            if node is not chosen and _tail_length(node.face) >= SHORTEST_TAIL
        ],
        trail=path,
        trail_dots=dots,
        calls=marks + _names(nodes, you),
        crowds=_crowds(density),
    )


def _crowds(density: Sequence[tuple[int, int, int, int]]) -> list[Crowd]:
    """Shade each ring's cells by how many stand in them, against its fullest."""
    fullest: dict[int, int] = {}
    for zone, _half, _number, count in density:
        fullest[zone] = max(count, fullest.get(zone, 0))
    shaded: dict[tuple[int, int], list[str]] = {}
    for zone, half, cell, count in sorted(density):
        shade = math.ceil(SHADES * count / fullest[zone])
        shaded.setdefault((zone, shade), []).append(_cell(zone, half, cell))
    return [
        Crowd(zone, round(DARKEST * shade / SHADES, 2), "".join(cells))
        for (zone, shade), cells in sorted(shaded.items())
    ]


def _cell(zone: int, half: int, cell: int) -> str:
    inner, outer = RINGS[zone]
    inner = inner or SMALLEST_CELL
    middle = (inner + outer) / 2
    near, far = (inner, middle) if half else (middle, outer)
    begin, end = (TWELVE_O_CLOCK + CELL * number for number in (cell, cell + 1))
    corners = [
        f"{px(x)} {px(y)}"
        for x, y in (_at(far, begin), _at(far, end), _at(near, end), _at(near, begin))
    ]
    return (
        f"M{corners[0]}A{px(far)} {px(far)} 0 0 1 {corners[1]}L{corners[2]}"
        f"A{px(near)} {px(near)} 0 0 0 {corners[3]}Z"
    )


def _ring(
    zone: int,
    faces: Sequence[Face],
    size: float,
    count: int,
    more: tuple[Spot, str] | None,
) -> Ring:
    radius = RINGS[zone][1]
    nodes = [
        Node(
            face,
            px(face.spot.x),
            px(face.spot.y),
            17.0 if face.is_chosen and size > SMALLEST_WITH_INITIALS else size,
            size >= SMALLEST_WITH_INITIALS,
            face.came_from is not None
            and face.came_from - _distance(face.spot) >= SHORTEST_TAIL,
        )
        for face in sorted(faces, key=lambda face: face.spot.angle)
    ]
    rest = None
    if more:
        spot, href = more
        rest = More(zone, count - len(faces), href, px(spot.x), px(spot.y), size)
    return Ring(zone, radius, px(NAME_INSIDE + 5 - radius), count, nodes, rest)


def _distance(spot: Spot) -> float:
    return math.hypot(spot.x, spot.y)


def _at(distance: float, angle: float) -> Point:
    turn = math.radians(angle)
    return distance * math.cos(turn), distance * math.sin(turn)


def _tail_length(face: Face) -> float:
    return 0.0 if face.came_from is None else abs(face.came_from - _distance(face.spot))


def _tail(node: Node) -> Tail:
    """A wedge, thin where the member was 90 days ago and full where they are."""
    spot = node.face.spot
    now, was = _distance(spot), node.face.came_from or 0.0
    lean = 8 if was > now else -8
    outward, back, steps = [], [], 12
    start = _at(was, spot.angle + 11)
    for step in range(steps + 1):
        share = step / steps
        angle = spot.angle + 11 * (1 - share)
        x, y = _at(was + (now - was) * share, angle)
        along_x, along_y = _at(0.4 + 4.6 * share, angle + lean)
        outward.append(f"{px(x - along_y)} {px(y + along_x)}")
        back.append(f"{px(x + along_y)} {px(y - along_x)}")
    path = "M" + "L".join([*outward, *reversed(back)]) + "Z"
    return Tail(
        node.face.zone, path, (px(start[0]), px(start[1])), (px(spot.x), px(spot.y))
    )


def _trail(
    chosen: Node | None, past: Sequence[tuple[float, str]]
) -> tuple[str, list[Point], list[Call]]:
    if chosen is None or not past:
        return "", [], []
    spot = chosen.face.spot
    distances = [*(distance for distance, _ in past), _distance(spot)]
    # Wound as far as the member has come: somebody who stood still has a short trail.
    walked = sum(abs(b - a) for a, b in pairwise(distances))
    winding = min(WINDING, walked / 3)
    last = len(distances) - 1
    points = [
        _at(distance, spot.angle + winding * (1 - i / last))
        for i, distance in enumerate(distances)
    ]
    calls = [
        _mark(points, i, word, _zone_at(distance))
        for i, (distance, word) in enumerate(past)
        if word and walked > SHORT
    ]
    return smooth(points), [(px(x), px(y)) for x, y in points[:-1]], calls


def _mark(points: Sequence[Point], i: int, words: str, zone: int) -> Call:
    """A word beside the trail: before its beginning, or on its outer side."""
    x, y = points[i]
    if i == 0:
        toward_x, toward_y = x - points[1][0], y - points[1][1]
    else:
        toward_x, toward_y = x, y
    length = math.hypot(toward_x, toward_y) or 1.0
    along_x, along_y = toward_x / length, toward_y / length
    clear = 10 + HALF_LETTER * len(words) * abs(along_x) + 6 * abs(along_y)
    return Call(
        px(x + along_x * clear),
        px(y + along_y * clear + 4.5),
        zone,
        words,
        is_soft=True,
    )


def _zone_at(distance: float) -> int:
    return next((zone for zone, (_, outer) in RINGS.items() if distance <= outer), 1)


def _names(nodes: Sequence[Node], you: str) -> list[Call]:
    calls = []
    for node in nodes:
        own = node.face.called or node.face.name.split(" ")[0]
        words = own if node.face.is_chosen else you
        if words and (node.face.is_chosen or node.face.is_you):
            x, y = _beside(node, words, nodes)
            calls.append(Call(px(x), px(y), node.face.zone, words, is_soft=False))
    return calls


def _beside(node: Node, words: str, nodes: Sequence[Node]) -> Point:
    """Below, above, right or left of a node: the first where the words hide nobody."""
    half = HALF_LETTER * len(words) + 2
    aside = node.r + half + 5
    choices = [
        (node.x, node.y + node.r + 15),
        (node.x, node.y - node.r - 7),
        (node.x + aside, node.y + 4.5),
        (node.x - aside, node.y + 4.5),
    ]

    def hides(place: Point) -> bool:
        x, y = place
        return any(
            other is not node
            and abs(other.x - x) < half + other.r
            and abs(other.y - (y - 4.5)) < 7 + other.r
            for other in nodes
        )

    return next((place for place in choices if not hides(place)), choices[0])


def _rim(index: int, name: str, areas: int) -> Rim:
    width = 360 / areas
    middle = TWELVE_O_CLOCK + (index + 0.5) * width
    reach = min(width, 120) / 2
    # Along the lower half words are written the other way round, to stand upright.
    upright = math.sin(math.radians(middle)) < 1e-9  # noqa: PLR2004
    distance = EDGE + (16 if upright else 26)
    start, end = (
        (middle - reach, middle + reach)
        if upright
        else (middle + reach, middle - reach)
    )
    (x0, y0), (x1, y1) = _at(distance, start), _at(distance, end)
    return Rim(
        name,
        f"M{px(x0)} {px(y0)}A{px(distance)} {px(distance)} 0 0 {int(upright)}"
        f" {px(x1)} {px(y1)}",
    )


def _spokes(areas: int) -> list[tuple[Point, Point]]:
    if areas < 2:  # noqa: PLR2004
        return []
    angles = [TWELVE_O_CLOCK + i * 360 / areas for i in range(areas)]
    lines = [(_at(RINGS[4][1] + 6, angle), _at(EDGE, angle)) for angle in angles]
    return [((px(a), px(b)), (px(c), px(d))) for (a, b), (c, d) in lines]
