"""A sparkline: whether a number is changing, in the space of a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.charts.scale import line, px

WIDTH, HEIGHT, INSET = 96, 24, 3.0


@dataclass(frozen=True, slots=True)
class Spark:
    width: int
    height: int
    path: str
    x: float
    y: float


def draw(values: Sequence[float]) -> Spark | None:
    """Draw the values, earliest first; None while there are fewer than two."""
    if len(values) < 2:  # noqa: PLR2004
        return None
    low, high = min(values), max(values)
    step = (WIDTH - 2 * INSET) / (len(values) - 1)

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return HEIGHT - INSET - (HEIGHT - 2 * INSET) * share

    points = [(INSET + i * step, y(value)) for i, value in enumerate(values)]
    x_last, y_last = points[-1]
    return Spark(WIDTH, HEIGHT, line(points), px(x_last), px(y_last))
