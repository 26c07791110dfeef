"""Lines: what changes along an axis, for one group or several, with a band about each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.charts.scale import Point, line, px, thinned, ticks

#: From one name at the end of a line to the next.
ROW = 16.0


@dataclass(frozen=True, slots=True)
class Series:
    """A group's points, and how far each may be off: its low and its high."""

    name: str
    points: Sequence[Point]
    band: Sequence[tuple[float, float]] = ()
    #: How many each point is told of, to be written below the axis.
    counts: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line: its path, its band's, its dots and where its name stands."""

    name: str
    path: str
    band: str
    dots: list[Point]
    name_y: float
    is_last: bool


@dataclass(frozen=True, slots=True)
class Lines:
    width: int
    height: float
    narrow: bool
    left: float
    right: float
    bottom: float
    ticks: list[tuple[float, float]]
    marks: list[tuple[str, float]]
    lines: list[Drawn]
    #: Below the marks: how many the last line is told of there.
    counts: list[tuple[int, float]]


def draw(
    series: Sequence[Series],
    *,
    marks: Sequence[tuple[float, str]],
    highest: float | None = None,
    in_steps: bool = False,
    narrow: bool = False,
) -> Lines | None:
    """Draw the groups, the one to look at last; None where no group has a point.

    ``marks`` are places on the axis with their words, of which as many are written as
    there is room for. ``in_steps``, a value holds until the next, as shares do of those
    who wait.
    """
    series = [one for one in series if one.points]
    if not series or len(marks) < 2:  # noqa: PLR2004 - an axis has two ends
        return None
    width, height = (324, 230) if narrow else (520, 250)
    left, right, bottom = 40.0, width - (84.0 if narrow else 92.0), height - 34.0
    start, end = marks[0][0], marks[-1][0]
    grid = _grid(series, highest)
    each = (bottom - 14) / grid[-1]

    def x(value: float) -> float:
        return left + (right - left) * (value - start) / (end - start)

    def y(value: float) -> float:
        return bottom - value * each

    def spots(points: Sequence[Point]) -> list[Point]:
        return [(x(at), y(value)) for at, value in points]

    drawn = []
    heights = _apart([y(one.points[-1][1]) + 4 for one in series], bottom)
    for one, name_y in zip(series, heights, strict=True):
        own = spots(one.points)
        low = spots([(p[0], b[0]) for p, b in zip(one.points, one.band, strict=False)])
        high = spots([(p[0], b[1]) for p, b in zip(one.points, one.band, strict=False)])
        if in_steps:
            path, low, high = _stepped(own), _stepped(low), _stepped(high)
        else:
            path = own
        drawn.append(
            Drawn(
                name=one.name,
                path=line(path),
                band=f"{line([*low, *reversed(high)])}Z" if low else "",
                dots=[(px(a), px(b)) for a, b in own],
                name_y=px(name_y),
                is_last=one is series[-1],
            )
        )
    written = thinned([(words, px(x(at))) for at, words in marks])
    last = series[-1]
    told_of = {
        px(x(at)): count
        for (at, _y), count in zip(last.points, last.counts, strict=False)
    }
    return Lines(
        width=width,
        height=height + (ROW if last.counts else 0),
        narrow=narrow,
        left=left,
        right=px(right),
        bottom=bottom,
        ticks=[(mark, px(bottom - mark * each)) for mark in grid],
        marks=written,
        lines=drawn,
        counts=[(told_of[at], at) for _words, at in written if at in told_of],
    )


def _grid(series: Sequence[Series], highest: float | None) -> list[float]:
    """Where the level lines go; between two whole numbers there is none."""
    if highest:
        return ticks(highest)
    most = max(y for one in series for _x, y in one.points)
    return ticks(most, most=min(4, max(1, math.ceil(most))))


def _apart(heights: Sequence[float], bottom: float) -> list[float]:
    """Move names that would touch apart, up first, and down where the paper ends."""
    order = sorted(range(len(heights)), key=lambda n: -heights[n])
    placed, free = dict[int, float](), bottom + ROW
    for n in order:
        free = placed[n] = min(heights[n], free - ROW)
    free = 10.0 - ROW
    for n in reversed(order):
        free = placed[n] = max(placed[n], free + ROW)
    return [placed[n] for n in range(len(heights))]


def _stepped(points: Sequence[Point]) -> list[Point]:
    """The corners of a line whose values hold until the next."""
    corners = list(points[:1])
    for (_x0, y0), (x1, y1) in pairwise(points):
        corners += [(x1, y0), (x1, y1)]
    return corners
