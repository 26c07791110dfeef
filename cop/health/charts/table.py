"""What the tables behind charts share: rows, and months that end at a moment."""

from datetime import datetime
from typing import Any, Final

from members.practice import days, moment

Rows = list[list[Any]]

#: Charts hide groups in which somebody could be picked out.
FEWEST: Final = 5


def months(at: float, *, number: int) -> list[tuple[str, float, float]]:
    """Return the last months, earliest first: YYYY-MM, and when each began and ended.

    The last is the running one, and ends at ``at``.
    """
    month = moment(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found: list[tuple[str, float, float]] = []
    end = at
    for _ in range(number):
        start = days(month)
        found.append((f"{month:%Y-%m}", start, end))
        end, month = start, _before(month)
    return found[::-1]


def _before(month: datetime) -> datetime:
    if month.month == 1:
        return month.replace(year=month.year - 1, month=12)
    return month.replace(month=month.month - 1)
