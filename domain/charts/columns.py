"""Stacked columns: amounts by zone, the outermost at the foot, named at the last column."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.charts.scale import px, thinned, ticks


@dataclass(frozen=True, slots=True)
class Part:
    zone: int
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    x: float
    middle: float
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Columns:
    width: int
    height: int
    narrow: bool
    left: float
    right: float
    bottom: float
    thick: float
    ticks: list[tuple[float, float]]
    columns: list[Column]
    #: The names below the columns, as many as there is room for, the last among them.
    labels: list[tuple[str, float]]
    #: Zone and height of each name beside the last column, none over another.
    names: list[tuple[int, float]]


def draw(
    rows: Sequence[tuple[str, Sequence[int]]], *, narrow: bool = False
) -> Columns | None:
    """Draw one column a row: its label, and its amounts from zone 1 inward."""
    highest = max((sum(amounts) for _, amounts in rows), default=0)
    if not highest:
        return None
    width, height = (324, 230) if narrow else (520, 230)
    left, right, bottom = 34.0, width - 96.0, height - 32.0
    # People and edits come whole: no mark stands between two of them.
    marks = ticks(highest, most=min(4, highest))
    each = (bottom - 16) / marks[-1]
    step = (right - left) / len(rows)
    thick = min(38.0, step * 0.6)
    columns = []
    for i, (label, amounts) in enumerate(rows):
        x, y, parts = left + step * i + (step - thick) / 2, bottom, []
        for zone, count in enumerate(amounts, 1):
            y -= count * each
            if count:
                parts.append(
                    Part(zone, count, px(y + 1), px(max(1.0, count * each - 2)))
                )
        columns.append(Column(label, px(x), px(x + thick / 2), parts))
    return Columns(
        width=width,
        height=height,
        narrow=narrow,
        left=left,
        right=right,
        bottom=bottom,
        thick=px(thick),
        ticks=[(mark, px(bottom - mark * each)) for mark in marks],
        columns=columns,
        labels=thinned([(one.label, one.middle) for one in columns]),
        names=_names(columns[-1].parts, bottom),
    )


def _names(parts: Sequence[Part], bottom: float) -> list[tuple[int, float]]:
    """The middles of the parts, moved up until no name touches the one below."""
    names, free = [], bottom - 2
    for part in parts:
        y = min(part.y + part.height / 2, free)
        names.append((part.zone, px(y)))
        free = y - 17
    return names
