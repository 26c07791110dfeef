"""Lines: what changes along an axis, for one group or several, with a band about each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.charts.scale import Point, line, px, ticks

#: From one name at the end of a line to the next.
ROW = 16.0


@dataclass(frozen=True, slots=True)
class Series:
    """A group's points, and how far each may be off: its low and its high."""

    name: str
    points: Sequence[Point]
    band: Sequence[tuple[float, float]] = ()


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
    height: int
    narrow: bool
    left: float
    right: float
    bottom: float
    ticks: list[tuple[float, float]]
    marks: list[tuple[str, float]]
    lines: list[Drawn]


def draw(
    series: Sequence[Series],
    *,
    marks: Sequence[tuple[float, str]],
    highest: float | None = None,
    in_steps: bool = False,
    narrow: bool = False,
) -> Lines | None:
    """Draw the groups, the one to look at last; None where no group has a point.

    ``marks`` are places on the axis with their words; where it is narrow every other
    one is written. ``in_steps``, a value holds until the next, as shares do of those
    who wait.
    """
    series = [one for one in series if one.points]
    if not series or len(marks) < 2:  # noqa: PLR2004 - an axis has two ends
        return None
    width, height = (324, 230) if narrow else (520, 250)
    left, right, bottom = 34.0, width - (64.0 if narrow else 84.0), height - 34.0
    start, end = marks[0][0], marks[-1][0]
    values = [y for one in series for _x, y in one.points]
    grid = ticks(highest or max(values) or 1, most=4)
    each = (bottom - 14) / grid[-1]

    def x(value: float) -> float:
        return left + (right - left) * (value - start) / (end - start)

    def y(value: float) -> float:
        return bottom - value * each

    def spots(points: Sequence[Point]) -> list[Point]:
        return [(x(at), y(value)) for at, value in points]

    drawn, free = [], bottom + ROW
    for one in sorted(series, key=lambda s: s.points[-1][1]):
        own = spots(one.points)
        low = spots([(p[0], b[0]) for p, b in zip(one.points, one.band, strict=False)])
        high = spots([(p[0], b[1]) for p, b in zip(one.points, one.band, strict=False)])
        if in_steps:
            path, low, high = _stepped(own), _stepped(low), _stepped(high)
        else:
            path = own
        free = min(own[-1][1] + 4, free - ROW)
        drawn.append(
            Drawn(
                name=one.name,
                path=line(path),
                band=f"{line([*low, *reversed(high)])}Z" if low else "",
                dots=[(px(a), px(b)) for a, b in own],
                name_y=px(max(free, 10.0)),
                is_last=one is series[-1],
            )
        )
    return Lines(
        width=width,
        height=height,
        narrow=narrow,
        left=left,
        right=px(right),
        bottom=bottom,
        ticks=[(mark, px(bottom - mark * each)) for mark in grid],
        marks=[
            (words, px(x(at)))
            for number, (at, words) in enumerate(marks)
            if not (narrow and number % 2)
        ],
        lines=drawn,
    )


def _stepped(points: Sequence[Point]) -> list[Point]:
    """The corners of a line whose values hold until the next."""
    corners = list(points[:1])
    for (_x0, y0), (x1, y1) in pairwise(points):
        corners += [(x1, y0), (x1, y1)]
    return corners
