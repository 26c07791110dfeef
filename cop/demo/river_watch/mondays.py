"""Mondays: how the community is doing is read each week, and once something is done."""

from datetime import datetime
from functools import partial

from cop.demo.river_watch.living import River
from cop.health import measuring, moving
from domain.models import Domain

#: As long as the lines beside the signs.
WEEKS = 12

#: What came of a move is said after so long: it is told on the day the demo opens.
MOVED_AGO = 4


def play(river: River) -> None:
    river.calendar.plan(river.ago(MOVED_AGO), partial(_jun_moves, river))


def _jun_moves(river: River, at: datetime) -> None:
    """The organizer reads the page, and does the first thing it offers."""
    domain = Domain.objects.get(pk=river.domain.pk)
    measuring.measure(domain=domain, at=at)
    offered = moving.offer(domain=domain, at=at)
    if offered:
        moving.make(move=offered[0], membership=river.membership("Jun Sato"), at=at)


def read(river: River) -> None:
    """Take the readings of the last weeks; say what came of it, and what to do next."""
    domain = Domain.objects.get(pk=river.domain.pk)
    moments = [river.ago(weeks) for weeks in range(WEEKS, -1, -1)]
    for _ in measuring.measure_again(domain=domain, moments=moments):
        pass
    moving.measure(domain=domain, at=river.now)
    moving.offer(domain=domain, at=river.now)
