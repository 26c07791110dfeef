"""What charts share: even numbers for an axis, and a smooth line through points."""

import math
from collections.abc import Sequence

Point = tuple[float, float]


def ticks(highest: float, *, most: int = 5) -> list[float]:
    """Even numbers from 0 up to the first at or above ``highest``, at most so many steps."""
    if highest <= 0:
        return [0, 1]
    rough = highest / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(
        power * m for m in (1, 2, 4, 5, 8, 10) if power * m >= rough * (1 - 1e-9)
    )
    count = math.ceil(highest / step - 1e-9)
    return [_plain(i * step) for i in range(count + 1)]


def _plain(value: float) -> float:
    value = round(value, 10)
    return int(value) if value == int(value) else value


def px(value: float) -> float:
    """A length as it is written into a drawing: a tenth of a pixel is enough."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def line(points: Sequence[Point]) -> str:
    """A straight-lined SVG path through the points."""
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)


def smooth(points: Sequence[Point]) -> str:
    """A curved SVG path through the points (Catmull-Rom, drawn as Bézier curves)."""
    if not points:
        return ""
    path = [f"M{px(points[0][0])} {px(points[0][1])}"]
    last = len(points) - 1
    for i in range(last):
        before, here = points[max(0, i - 1)], points[i]
        there, after = points[i + 1], points[min(last, i + 2)]
        path.append(
            f"C{px(here[0] + (there[0] - before[0]) / 6)}"
            f" {px(here[1] + (there[1] - before[1]) / 6)}"
            f" {px(there[0] - (after[0] - here[0]) / 6)}"
            f" {px(there[1] - (after[1] - here[1]) / 6)}"
            f" {px(there[0])} {px(there[1])}"
        )
    return "".join(path)
