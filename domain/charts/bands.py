"""A trajectory: one member's line over the four zones, with the moments that moved it."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from domain.charts.room import Box, Room, around, words
from domain.charts.scale import Point, line, px, smooth

ZONES = 4

#: A line of more points is long past looking angular.
CURVED_UP_TO = 24

#: More than six numbered moments would not be read.
MOST_MOMENTS = 6

#: From one line of words to the next.
ROW = 19.0

#: Words keep so far from the line, where they can.
LINE_STEP = 8.0

#: Half the width of a numbered moment, and of the dots at both ends.
MARKER, NARROW_MARKER, END = 12.0, 9.0, 8.0


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    zone: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Marker:
    """A numbered moment; ``line_y`` is where on the line it belongs."""

    number: int
    x: float
    y: float
    line_y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Words:
    """What is written beside the line, clear of everything else."""

    text: str
    x: float
    y: float
    anchor: str
    zone: int
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Tick:
    at: datetime
    x: float


@dataclass(frozen=True, slots=True)
class Bands:
    width: int
    height: int
    narrow: bool
    left: float
    right: float
    bands: list[Band]
    path: str
    dots: list[Point]
    first: tuple[float, float, int]
    last: tuple[float, float, int]
    markers: list[Marker]
    words: list[Words]
    ticks: list[Tick]


def draw(
    points: Sequence[tuple[datetime, float]],
    *,
    moments: Sequence[Moment] = (),
    ends: tuple[str, str] = ("", ""),
    narrow: bool = False,
    height: int | None = None,
) -> Bands | None:
    """Draw a trajectory, earliest point first; None while there are fewer than two.

    A point's height is its zone less one, plus how deep it lies inside the zone: from
    0, the outermost edge, to 4, the middle. ``ends`` are words for the first and the
    last point. Words that find no room are left out, as they are where it is narrow:
    numbers stand for them, and the list and the table beside the chart tell them.
    """
    if len(points) < 2 or points[0][0] >= points[-1][0]:  # noqa: PLR2004
        return None
    width = 340 if narrow else 1080
    height = height or (210 if narrow else 330)
    left, right = (76.0, width - 12.0) if narrow else (104.0, width - 28.0)
    top, bottom = (8.0, height - 26.0) if narrow else (12.0, height - 34.0)
    inset = 6.0 if narrow else 26.0
    start, end = points[0][0], points[-1][0]

    def x(at: datetime) -> float:
        share = (at - start) / (end - start)
        return left + inset + (right - left - 2 * inset) * share

    def y(value: float) -> float:
        return bottom - (bottom - top) * value / ZONES

    spots = [(x(at), y(value)) for at, value in points]
    each = (bottom - top) / ZONES
    first, last = (
        (px(spots[end][0]), px(spots[end][1]), _zone(points[end][1])) for end in (0, -1)
    )
    room = Room(Box(left, top, right, bottom))
    for at_x, at_y, _ in (first, last):
        room.take(around(at_x, at_y, END))
    path = _along(spots)
    markers = [
        marker
        for number, moment in enumerate(moments[:MOST_MOMENTS], 1)
        if (
            marker := _marker(
                number,
                (x(moment.at), y(_between(points, moment.at))),
                room,
                radius=NARROW_MARKER if narrow else MARKER,
            )
        )
    ]
    written = [
        *(
            _beside(
                text,
                (at_x, at_y),
                zone,
                room,
                path=path,
                away=END + 8,
                is_strong=is_strong,
            )
            for text, (at_x, at_y, zone), is_strong in (
                (ends[0], first, False),
                (ends[1], last, True),
            )
            if text
        ),
        *(
            _beside(
                moments[marker.number - 1].text,
                (marker.x, marker.y),
                _zone((bottom - marker.y) / (bottom - top) * ZONES),
                room,
                path=path,
                away=marker.radius + 5,
                is_strong=True,
            )
            for marker in markers
        ),
    ]
    return Bands(
        width=width,
        height=height,
        narrow=narrow,
        left=left,
        right=right,
        bands=[Band(z, px(bottom - each * z), px(each)) for z in range(1, ZONES + 1)],
        path=smooth(spots) if len(spots) <= CURVED_UP_TO else line(spots),
        dots=[(px(a), px(b)) for a, b in spots[1:-1]] if len(spots) <= 12 else [],  # noqa: PLR2004
        first=first,
        last=last,
        markers=markers,
        words=[] if narrow else [one for one in written if one],
        ticks=[
            Tick(at, px(x(at)))
            for at in _months(start, end, most=10, apart=(end - start) * 0.08)
        ],
    )


def _zone(value: float) -> int:
    return min(ZONES, int(value) + 1)


def _between(points: Sequence[tuple[datetime, float]], at: datetime) -> float:
    """The line's height at a time, which need not be one of its points."""
    i = min(len(points) - 1, max(1, bisect_right([p[0] for p in points], at)))
    (before, low), (after, high) = points[i - 1], points[i]
    share = (at - before) / (after - before) if after > before else 1.0
    return low + (high - low) * min(1.0, max(0.0, share))


def _marker(number: int, at: Point, room: Room, *, radius: float) -> Marker | None:
    """A number on the line, or above or below it where others stand already."""
    x, y = at
    step = 2 * radius + 3
    choices = [y, *(y + way * i * step for i in (1, 2, 3, 4) for way in (-1, 1))]
    place = room.place([(one, around(x, one, radius + 1)) for one in choices])
    if place is None:
        return None
    # The stem to the line is nothing to write over either.
    room.take(Box(x - 2, min(y, place), x + 2, max(y, place)))
    return Marker(number, px(x), px(place), px(y), radius)


def _beside(
    text: str,
    at: Point,
    zone: int,
    room: Room,
    *,
    path: Sequence[Box],
    away: float,
    is_strong: bool,
) -> Words | None:
    """Words near a point, where a rising line leaves room first: below to the right."""
    x, y = at
    choices = [
        (x + away * 0.8, y + away + 4, "start"),
        (x - away * 0.8, y - away + 4, "end"),
        (x, y - away, "middle"),
        (x, y + away + 9, "middle"),
        (x + away, y + 4.5, "start"),
        (x - away, y + 4.5, "end"),
        (x + away * 0.8, y - away + 4, "start"),
        (x - away * 0.8, y + away + 4, "end"),
        # A line of words further off, where a crowd leaves no room beside it.
        (x, y - away - ROW, "middle"),
        (x, y + away + 9 + ROW, "middle"),
        (x + away * 0.8, y - away - ROW, "end"),
        (x + away * 0.8, y + away + 9 + ROW, "end"),
    ]
    place = room.place(
        [(choice, words(text, *choice)) for choice in choices], rather_off=path
    )
    if place is None:
        return None
    text_x, text_y, anchor = place
    return Words(text, px(text_x), px(text_y), anchor, zone, is_strong)


def _along(spots: Sequence[Point]) -> list[Box]:
    """Small boxes all along the line, for words to stay clear of."""
    boxes = []
    for (x0, y0), (x1, y1) in pairwise(spots):
        steps = max(1, round(math.hypot(x1 - x0, y1 - y0) / LINE_STEP))
        boxes += [
            around(
                x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps, LINE_STEP / 2
            )
            for i in range(steps + 1)
        ]
    return boxes


def _months(
    start: datetime, end: datetime, *, most: int, apart: timedelta
) -> list[datetime]:
    """The start, and the firsts of the months after it: every one, or every second …"""
    firsts = []
    year, month = start.year, start.month
    while True:
        month += 1
        if month > 12:  # noqa: PLR2004
            year, month = year + 1, 1
        first = datetime(year, month, 1, tzinfo=UTC)
        if first > end:
            break
        firsts.append(first)
    steps = (1, 2, 3, 6, 12, 24, 60, 120)
    step = next((s for s in steps if len(firsts) / s <= most), 600)
    return [start, *(first for first in firsts[::step] if first - start >= apart)]
