"""Room: where marks and words of a drawing can stand without touching each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

#: A letter of chart text is at most so wide on average, and a line so high.
LETTER, ABOVE, BELOW = 7.2, 12.0, 4.0

#: What is placed keeps this clear of everything, which rounding to a tenth cannot undo.
MARGIN = 1.0

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def around(x: float, y: float, radius: float) -> Box:
    return Box(x - radius, y - radius, x + radius, y + radius)


def words(text: str, x: float, y: float, anchor: str) -> Box:
    """Return the box of a text written at a point: start, middle or end there."""
    width = LETTER * len(text)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - ABOVE, left + width, y + BELOW)


@dataclass(slots=True)
class Room:
    """The paper, and what stands on it already."""

    paper: Box
    taken: list[Box] = field(default_factory=list)

    def take(self, box: Box) -> None:
        self.taken.append(box)

    def place(
        self, choices: Sequence[tuple[Choice, Box]], *, rather_off: Sequence[Box] = ()
    ) -> Choice | None:
        """Take the first choice that touches nothing; None if every one would.

        Choices that lie off ``rather_off`` too go first.
        """
        for avoided in (rather_off, ()):
            for choice, box in choices:
                clear = box.grown(MARGIN)
                if self.paper.holds(clear) and not any(
                    clear.touches(one) for one in (*self.taken, *avoided)
                ):
                    self.take(box)
                    return choice
        return None
