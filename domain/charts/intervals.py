"""Intervals: a median and the middle half for each group, beside a line to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.charts.scale import px, ticks


@dataclass(frozen=True, slots=True)
class Row:
    """A group's quarter, median and three-quarter mark; what is not reached yet is None."""

    label: str
    low: float | None
    median: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    row: Row
    y: float
    x: float | None
    width: float
    median_x: float | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class Intervals:
    width: int
    height: int
    narrow: bool
    text_x: float
    top: float
    bottom: float
    ticks: list[tuple[float, float]]
    baseline: float | None
    baseline_x: float
    bars: list[Bar]


def draw(
    rows: Sequence[Row], *, baseline: float | None = None, narrow: bool = False
) -> Intervals | None:
    """Draw the groups, earliest first; the last one is the one to look at."""
    values = [v for r in rows for v in (r.low, r.median, r.high) if v is not None]
    if not values:
        return None
    width, step = (324 if narrow else 520), 54
    height = 68 + step * len(rows)
    left, right = (84.0, width - 22.0) if narrow else (96.0, width - 30.0)
    marks = ticks(max([*values, baseline or 0]), most=4 if narrow else 7)
    highest = marks[-1]

    def x(value: float) -> float:
        return left + (right - left) * value / highest

    bars = []
    for i, row in enumerate(rows):
        start = None if row.low is None else x(row.low)
        # A group most of which is still waiting has no end yet: its bar runs on.
        end = right if row.high is None else x(row.high)
        bars.append(
            Bar(
                row,
                60 + i * step,
                None if start is None else px(start),
                0 if start is None else px(max(2.0, end - start)),
                None if row.median is None else px(x(row.median)),
                i == len(rows) - 1,
            )
        )
    return Intervals(
        width=width,
        height=height,
        narrow=narrow,
        text_x=left - 12,
        top=30,
        bottom=height - 30,
        ticks=[(mark, px(x(mark))) for mark in marks],
        baseline=baseline,
        baseline_x=px(x(baseline)) if baseline is not None else 0,
        bars=bars,
    )
