"""A calendar of things to come: what happens next, whatever order it was planned in."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Happening = Callable[[datetime], object]


class Calendar:
    """Plans happenings and lets them happen in the order of their times."""

    def __init__(self) -> None:
        self._planned: list[tuple[datetime, int, Happening]] = []
        self._number = count()

    def plan(self, at: datetime, happening: Happening) -> None:
        heapq.heappush(self._planned, (at, next(self._number), happening))

    def live_until(self, end: datetime, *, passed: Callable[[datetime], None]) -> None:
        """Let everything planned before ``end`` happen; tell ``passed`` each time."""
        while self._planned and self._planned[0][0] <= end:
            at, _, happening = heapq.heappop(self._planned)
            happening(at)
            passed(at)
