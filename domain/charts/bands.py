"""A trajectory: one member's line over the four zones, with the moments that moved it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.charts.scale import Point, line, px, smooth

ZONES = 4

#: A line of more points is long past looking angular.
CURVED_UP_TO = 24

#: More than six numbered moments would not be read.
MOST_MOMENTS = 6


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
    """A numbered moment on the line, with its words beside it."""

    number: int
    x: float
    y: float
    zone: int
    text: str
    text_x: float
    text_y: float
    anchor: str


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
    ticks: list[Tick]


def draw(
    points: Sequence[tuple[datetime, float]],
    *,
    moments: Sequence[Moment] = (),
    narrow: bool = False,
    height: int | None = None,
) -> Bands | None:
    """Draw a trajectory, earliest point first; None while there are fewer than two.

    A point's height is its zone less one, plus how deep it lies inside the zone: from
    0, the outermost edge, to 4, the middle.
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
    return Bands(
        width=width,
        height=height,
        narrow=narrow,
        left=left,
        right=right,
        bands=[Band(z, px(bottom - each * z), px(each)) for z in range(1, ZONES + 1)],
        path=smooth(spots) if len(spots) <= CURVED_UP_TO else line(spots),
        dots=[(px(a), px(b)) for a, b in spots[1:-1]] if len(spots) <= 12 else [],  # noqa: PLR2004
        first=(px(spots[0][0]), px(spots[0][1]), _zone(points[0][1])),
        last=(px(spots[-1][0]), px(spots[-1][1]), _zone(points[-1][1])),
        markers=[
            _marker(number, moment, (x(moment.at), y(value)), _zone(value), right)
            for number, moment in enumerate(moments[:MOST_MOMENTS], 1)
            for value in [_between(points, moment.at)]
        ],
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


def _marker(number: int, moment: Moment, at: Point, zone: int, right: float) -> Marker:
    x, y = at
    # Words stand below the line to the right, where a rising line leaves room; near the
    # right edge they stand above it to the left.
    before = x > right - 9 * len(moment.text) - 24
    return Marker(
        number=number,
        x=px(x),
        y=px(y),
        zone=zone,
        text=moment.text,
        text_x=px(x - 14 if before else x + 19),
        text_y=px(y - 17 if before else y + 22),
        anchor="end" if before else "start",
    )


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
