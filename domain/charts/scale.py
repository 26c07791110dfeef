"""What charts share: even numbers for an axis, and a smooth line through points."""

import math
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]

SMALLEST = 0.1
"""The shortest length a drawing tells, in pixels."""


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


#: A letter below an axis is about so wide, and words keep so far apart.
LETTER, APART = 7.0, 8.0


def thinned(marks: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Words below an axis with where they stand, evenly fewer until none touch.

    The last one stays: it is now.
    """
    for step in range(1, len(marks) + 1):
        kept = list(marks[::-1][::step][::-1])
        if all(
            x1 - x0 >= LETTER * (len(one) + len(other)) / 2 + APART
            for (one, x0), (other, x1) in pairwise(kept)
        ):
            return kept
    return list(marks[-1:])


def line(points: Sequence[Point]) -> str:
    """A straight-lined SVG path through the points."""
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)


def smooth(points: Sequence[Point]) -> str:
    """A curved SVG path through points from left to right, as cubic Bézier curves.

    Between two points it neither turns back nor rises above or falls below both: a
    picture that does says something that never happened. Tangents after Steffen, A
    simple method for monotonic interpolation in one dimension (1990).
    """
    if not points:
        return ""
    slopes = [
        # Points in one column have no slope; nor may a distance nobody sees make one
        # too large to draw.
        (y1 - y0) / (x1 - x0) if x1 - x0 >= SMALLEST else 0.0
        for (x0, y0), (x1, y1) in pairwise(points)
    ]
    tangents = [
        slopes[0] if slopes else 0.0,
        *(
            _tangent(before, here, after, slopes[i], slopes[i + 1])
            for i, (before, here, after) in enumerate(
                zip(points, points[1:], points[2:], strict=False)
            )
        ),
        slopes[-1] if slopes else 0.0,
    ]
    path = [f"M{px(points[0][0])} {px(points[0][1])}"]
    for i, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        third = (x1 - x0) / 3
        path.append(
            f"C{px(x0 + third)} {px(y0 + tangents[i] * third)}"
            f" {px(x1 - third)} {px(y1 - tangents[i + 1] * third)}"
            f" {px(x1)} {px(y1)}"
        )
    return "".join(path)


def _tangent(
    before: Point, here: Point, after: Point, slope: float, next_slope: float
) -> float:
    """The slope of the curve in one of its points: level where the line turns."""
    if slope * next_slope <= 0:
        return 0.0
    left, right = here[0] - before[0], after[0] - here[0]
    middle = (slope * right + next_slope * left) / (left + right)
    return math.copysign(min(2 * abs(slope), 2 * abs(next_slope), abs(middle)), slope)
