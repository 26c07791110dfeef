"""Pairs: two amounts side by side about one middle, row by row, in groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.charts.scale import px

#: The height of a row, of its bars, and of a group's name with the room above it.
ROW, THICK, HEAD = 26.0, 14.0, 30.0

#: Kept free for the rows' names in the middle, and for a number at each end.
MIDDLE, NUMBER = 92.0, 34.0

#: Groups beside each other where it is wide; with fewer each takes more room.
COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A row's name, its two amounts, and the zone it is about, if it is about one."""

    label: str
    left: int
    right: int
    zone: int | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    row: Row
    y: float
    left_x: float
    left_width: float
    right_x: float
    right_width: float


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    #: Where its names stand.
    middle: float
    y: float
    pairs: list[Pair]


@dataclass(frozen=True, slots=True)
class Pairs:
    width: int
    height: float
    narrow: bool
    thick: float
    #: Pixels for one of what is counted, the same all over the drawing.
    each: float
    groups: list[Group]


def draw(
    groups: Sequence[tuple[str, Sequence[Row]]], *, narrow: bool = False
) -> Pairs | None:
    """Draw the groups, each a name and its rows; None where all amounts are nothing."""
    most = max((max(r.left, r.right) for _n, rows in groups for r in rows), default=0)
    if not most:
        return None
    width = 324 if narrow else 1080 if len(groups) > 1 else 520
    across = 1 if narrow else min(COLUMNS, len(groups))
    column = width / across
    reach = column / 2 - MIDDLE / 2 - NUMBER
    each = reach / most
    drawn, top, below = list[Group](), 0.0, 0.0
    for number, (label, rows) in enumerate(groups):
        place = number % across
        if not place:
            top = below
        middle = column * (place + 0.5)
        pairs = []
        for n, row in enumerate(rows):
            left, right = row.left * each, row.right * each
            pairs.append(
                Pair(
                    row=row,
                    y=px(top + HEAD + ROW * n + (ROW - THICK) / 2),
                    left_x=px(middle - MIDDLE / 2 - left),
                    left_width=px(left),
                    right_x=px(middle + MIDDLE / 2),
                    right_width=px(right),
                )
            )
        drawn.append(Group(label, px(middle), px(top + 18), pairs))
        below = max(below, top + HEAD + ROW * len(rows) + 10)
    return Pairs(width, px(below), narrow, THICK, each, drawn)
