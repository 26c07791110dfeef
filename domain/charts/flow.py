"""Flow: where people were, and where they are now; inward ribbons stand out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from domain.charts import room as room_
from domain.charts.scale import Point, px

Kind = Literal["in", "out", "stay", "arrive", "leave"]

#: Ribbons thinner than this would vanish.
THINNEST = 2.0

#: Between boxes; and the least a box takes, so that its words have room beside it.
GAP = 15.0
WORDS = 18.0


#: Words would hide a ribbon thinner than this; they stand above it.
HIDDEN = 16

#: How far along a ribbon its number may stand, the best place first.
ALONG: Final[Mapping[Kind, Sequence[float]]] = {
    "in": (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82),
    "leave": (0.86, 0.8, 0.92, 0.74, 0.68, 0.6),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One end of the flow: a zone, or with ``zone`` None the world outside."""

    key: str
    label: str
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    stop: Stop
    count: int
    x: float
    y: float
    height: float
    text_x: float
    anchor: str

    @property
    def middle(self) -> float:
        """Where its words stand: those of a thin box need more room than it has."""
        return self.y + max(self.height, WORDS) / 2


@dataclass(frozen=True, slots=True)
class Ribbon:
    path: str
    kind: Kind
    zone: int | None
    count: int
    thick: float
    start: Point
    end: Point
    #: Where its number stands; nowhere if there is no room or no need.
    label: Point | None

    def beside(self, along: float) -> Point:
        """Where its words would stand, so far along it."""
        (x0, y0), (x1, y1) = self.start, self.end
        rest = 1 - along
        weight = rest**3 + 3 * along * rest**2
        y = y0 * weight + y1 * (1 - weight) + self.thick / 2
        if self.kind == "in" and self.thick < HIDDEN:
            y -= self.thick / 2 + 9
        return x0 + (x1 - x0) * _across(along), y + 4.5


@dataclass(frozen=True, slots=True)
class Flow:
    width: int
    height: int
    narrow: bool
    bar: float
    left: float
    right: float
    before: list[Box]
    after: list[Box]
    ribbons: list[Ribbon]


def draw(
    moves: Mapping[tuple[str, str], int],
    *,
    before: Sequence[Stop],
    after: Sequence[Stop],
    narrow: bool = False,
) -> Flow | None:
    """Draw how many went from each stop on the left to each on the right.

    Stops stand in the order given, the core first. None when nobody is counted.
    """
    if not sum(moves.values()):
        return None
    width, height = (340, 400) if narrow else (1080, 330)
    left, right, bar = (
        (88.0, width - 100.0, 10.0) if narrow else (150.0, width - 172.0, 12.0)
    )
    leaving: dict[str, int] = defaultdict(int)
    coming: dict[str, int] = defaultdict(int)
    for (origin, goal), count in moves.items():
        leaving[origin] += count
        coming[goal] += count
    each = min(
        _each([counts[stop.key] for stop in stops], room=height - 40)
        for stops, counts in ((before, leaving), (after, coming))
    )
    left_boxes = _boxes(before, leaving, each, x=left, text_x=left - 12, anchor="end")
    right_boxes = _boxes(
        after, coming, each, x=right, text_x=right + bar + 12, anchor="start"
    )
    starts = {box.stop.key: box.y for box in left_boxes}
    ends = {box.stop.key: box.y for box in right_boxes}
    ribbons = []
    for a in before:
        for b in after:
            count = moves.get((a.key, b.key), 0)
            if count:
                ribbons.append(
                    _ribbon(
                        a,
                        b,
                        count,
                        start=(left + bar + 2, starts[a.key]),
                        end=(right - 2, ends[b.key]),
                        thick=max(THINNEST, count * each),
                    )
                )
                starts[a.key] += count * each
                ends[b.key] += count * each
    # What moved is drawn over what stayed.
    ribbons.sort(key=lambda ribbon: ribbon.kind == "in")
    ribbons = _labelled(ribbons, width, height, narrow=narrow)
    return Flow(
        width, height, narrow, bar, left, right, left_boxes, right_boxes, ribbons
    )


def _each(counts: Sequence[int], *, room: float) -> float:
    """The thickness of one person, with room for words beside the smallest boxes."""
    room -= GAP * (len(counts) - 1)
    each = room / max(1, sum(counts))
    for _ in counts:
        small = [count for count in counts if count * each < WORDS]
        large = sum(counts) - sum(small)
        if not large:
            break
        each = (room - WORDS * len(small)) / large
    return each


def _boxes(
    stops: Sequence[Stop],
    counts: Mapping[str, int],
    each: float,
    *,
    x: float,
    text_x: float,
    anchor: str,
) -> list[Box]:
    boxes, y = [], 30.0
    for stop in stops:
        count = counts.get(stop.key, 0)
        height = max(THINNEST, count * each)
        boxes.append(Box(stop, count, x, px(y), px(height), text_x, anchor))
        y += max(height, WORDS) + GAP
    return boxes


def _ribbon(
    a: Stop, b: Stop, count: int, *, start: Point, end: Point, thick: float
) -> Ribbon:
    (x0, y0), (x1, y1) = start, end
    middle = (x0 + x1) / 2
    path = (
        f"M{px(x0)} {px(y0)}C{px(middle)} {px(y0)} {px(middle)} {px(y1)} {px(x1)} {px(y1)}"
        f"L{px(x1)} {px(y1 + thick)}C{px(middle)} {px(y1 + thick)} {px(middle)}"
        f" {px(y0 + thick)} {px(x0)} {px(y0 + thick)}Z"
    )
    return Ribbon(path, _kind(a, b), b.zone, count, thick, start, end, None)


def _labelled(
    ribbons: Sequence[Ribbon], width: float, height: float, *, narrow: bool
) -> list[Ribbon]:
    """Say of those who moved in or left how many, where it touches nothing else said."""
    room = room_.Room(room_.Box(0, 0, width, height))
    done = []
    for ribbon in ribbons:
        told = ribbon
        if ribbon.kind in ("in", "leave"):
            words = "0" if ribbon.kind == "leave" else "0" * (5 if narrow else 11)
            choices = [
                ((px(x), px(y)), room_.words(words, x, y, "middle"))
                for x, y in map(ribbon.beside, ALONG[ribbon.kind])
            ]
            told = replace(ribbon, label=room.place(choices))
        done.append(told)
    return done


def _across(along: float) -> float:
    """How far to the right a curve is, whose handles stand in its middle."""
    rest = 1 - along
    return 1.5 * rest**2 * along + 1.5 * rest * along**2 + along**3


def _kind(a: Stop, b: Stop) -> Kind:
    if a.zone is None:
        return "arrive"
    if b.zone is None:
        return "leave"
    if a.zone == b.zone:
        return "stay"
    return "in" if b.zone > a.zone else "out"
