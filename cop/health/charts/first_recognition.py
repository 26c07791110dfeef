"""Time to the first recognised task, by the quarter in which people joined."""

from datetime import datetime, timedelta

import numpy as np
from django.db.models import Min, Q
from scipy import stats

from domain.models import Domain
from members.models import Membership, Participation

HEADS = ("joined", "people", "recognised", "first quarter", "median", "third quarter")

DAY = timedelta(days=1)
QUARTERS = 4
SHARES = (0.25, 0.5, 0.75)

#: Charts hide groups in which somebody could be picked out.
FEWEST = 5


def tabulate(domain: Domain, at: datetime) -> list[list[object]]:
    """Rows of (quarter, people, recognised so far, days at 25, 50 and 75 %).

    By Kaplan and Meier's estimate: those not yet recognised count as waiting. A mark
    that has not been reached is None.
    """
    rows: list[list[object]] = []
    for start, end, name in _quarters(at):
        people = (
            Membership.objects.of_people()
            .filter(domain=domain, joined_at__gte=start, joined_at__lt=end)
            .annotate(
                first_at=Min(
                    "lines_received__occurred_at",
                    filter=Q(
                        lines_received__kind=Participation.Kind.RECOGNISED,
                        lines_received__channel=Participation.Channel.WORK,
                        lines_received__occurred_at__lte=at,
                    ),
                )
            )
            .values_list("joined_at", "first_at")
        )
        reached = [max((first - came) / DAY, 0.0) for came, first in people if first]
        waiting = [max((at - came) / DAY, 0.0) for came, first in people if not first]
        if len(reached) + len(waiting) < FEWEST:
            continue
        rows.append(
            [name, len(reached) + len(waiting), len(reached), *_marks(reached, waiting)]
        )
    return rows


def _marks(reached: list[float], waiting: list[float]) -> list[float | None]:
    if not reached:
        return [None for _ in SHARES]
    curve = stats.ecdf(stats.CensoredData(uncensored=reached, right=waiting)).sf
    marks: list[float | None] = []
    for part in SHARES:
        there = np.flatnonzero(curve.probabilities <= 1 - part)
        marks.append(round(float(curve.quantiles[there[0]]), 1) if len(there) else None)
    return marks


def _quarters(at: datetime) -> list[tuple[datetime, datetime, str]]:
    """The last four calendar quarters, the running one included, earliest first."""
    start = at.replace(
        month=3 * ((at.month - 1) // 3) + 1,
        day=1,
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
    )
    quarters = []
    end = at
    for _ in range(QUARTERS):
        number = (start.month - 1) // 3 + 1
        quarters.append((start, end, f"Q{number} {start.year}"))
        end = start
        start = (start - DAY).replace(day=1)
        start = start.replace(month=3 * ((start.month - 1) // 3) + 1)
    return quarters[::-1]
