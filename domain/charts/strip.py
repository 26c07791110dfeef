"""A dot strip: every wait as a dot on its day, against the promise."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.charts.scale import px, ticks

DOT = 3.5


@dataclass(frozen=True, slots=True)
class Strip:
    width: int
    height: int
    narrow: bool
    left: float
    right: float
    bottom: float
    ticks: list[tuple[float, float]]
    promise: float
    promise_y: float
    #: Place of each wait, and whether it went past the promise.
    dots: list[tuple[float, float, bool]]
    labels: list[tuple[float, str]]


def draw(
    days: Sequence[tuple[str, Sequence[float]]],
    *,
    promise: float,
    narrow: bool = False,
) -> Strip | None:
    """Draw the waits of each day in hours, earliest day first; the label of a day may be empty."""
    waits = [wait for _, of_day in days for wait in of_day]
    if not waits:
        return None
    width, height = (324, 230) if narrow else (1080, 260)
    left, right, bottom = 40.0, width - 16.0, height - 32.0
    marks = ticks(max([*waits, promise]), most=4)
    each = (bottom - 16) / marks[-1]
    step = (right - left) / len(days)

    def y(wait: float) -> float:
        return bottom - wait * each

    dots = []
    for i, (_, of_day) in enumerate(days):
        middle, taken = left + step * (i + 0.5), list[float]()
        for wait in sorted(of_day):
            # Waits of the same length stand beside each other, as far as the day is wide.
            beside = sum(abs(y(wait) - other) < 2 * DOT for other in taken)
            aside = (beside + 1) // 2 * (1 if beside % 2 else -1) * 2 * DOT
            x = middle + max(-step / 2, min(step / 2, aside))
            dots.append((px(x), px(y(wait)), wait > promise))
            taken.append(y(wait))
    return Strip(
        width=width,
        height=height,
        narrow=narrow,
        left=left,
        right=right,
        bottom=bottom,
        ticks=[(mark, px(y(mark))) for mark in marks],
        promise=promise,
        promise_y=px(y(promise)),
        dots=dots,
        labels=[
            (px(left + step * (i + 0.5)), label)
            for i, (label, _) in enumerate(days)
            if label
        ],
    )
