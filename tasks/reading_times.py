"""How long a review will take, told by the past ones most like it. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from domain.centrality import Centrality

#: Minutes a review takes where fewer than ``FEWEST_KNOWN`` have been given lately.
ASSUMED_MINUTES = {
    Centrality.PERIPHERY: 5,
    Centrality.INBOUND: 8,
    Centrality.ACTIVE: 15,
    Centrality.CORE: 25,
}
#: What the assumed minutes are for; every further stretch of this length adds some.
ASSUMED_LENGTH = 3_000
#: Characters read with care in a minute: about two hundred words.
READ_IN_A_MINUTE = 1_200
FEWEST_KNOWN = 5
#: The median of so many is steady, and they are still alike.
ALIKE = 15
#: Another area, or another round, is as unlike as work e times as long.
APART = 1.0


@dataclass(frozen=True, slots=True)
class Work:
    """What tells how long a piece of work takes to read."""

    centrality: int
    area: int
    #: Minutes its task was said to take.
    effort: int
    #: Characters to be read.
    length: int
    round: int = 1

    def unlike(self, other: "Work") -> float:
        return (
            abs(math.log((self.length + 200) / (other.length + 200)))
            + abs(math.log((self.effort + 5) / (other.effort + 5)))
            + APART * (self.area != other.area)
            + APART * ((self.round > 1) != (other.round > 1))
        )


class ReadingTimes:
    """Minutes by work: the median of the past reviews most like it.

    The median, because one tab forgotten overnight must not make reviews look long.
    Reviews of other centralities say nothing: what is looked for differs.
    """

    def __init__(self, past: Sequence[tuple[Work, float]]) -> None:
        self._past: dict[int, list[tuple[Work, float]]] = {}
        for work, minutes in past:
            self._past.setdefault(work.centrality, []).append((work, minutes))

    def minutes(self, work: Work) -> int:
        known = self._past.get(work.centrality, [])
        if len(known) < FEWEST_KNOWN:
            beyond = max(0, work.length - ASSUMED_LENGTH)
            assumed = ASSUMED_MINUTES[Centrality(work.centrality)]
            return assumed + beyond // READ_IN_A_MINUTE
        alike = sorted(known, key=lambda one: work.unlike(one[0]))[:ALIKE]
        return max(1, round(median(minutes for _work, minutes in alike)))
