"""A bullet bar: the value, the threshold as a tick, and the healthy side as a pale band."""

from dataclasses import dataclass

from domain.charts.scale import px

WIDTH = 300


@dataclass(frozen=True, slots=True)
class Bullet:
    width: int
    band_x: float
    band_width: float
    bar: float
    tick: float


def draw(
    value: float, *, threshold: float, highest: float, healthy_above: bool = True
) -> Bullet:
    """Draw one value on a scale from 0 to ``highest``; what lies beyond ends at the edge."""

    def x(amount: float) -> float:
        return WIDTH * min(1.0, max(0.0, amount / highest))

    tick = x(threshold)
    return Bullet(
        width=WIDTH,
        band_x=px(tick if healthy_above else 0),
        band_width=px(WIDTH - tick if healthy_above else tick),
        bar=px(max(3.0, x(value))),
        tick=px(tick),
    )
