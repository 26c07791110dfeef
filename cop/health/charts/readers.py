"""Who reads: verdicts a month, how many gave them, and how few gave half."""

from typing import Final

import numpy as np

from cop.health.charts.table import Rows, months
from cop.health.past import Past
from cop.health.signs.practice import Kind, is_kind
from cop.health.signs.reading import Scope, half_by

HEADS: Final = ("month", "verdicts", "readers", "gave half")

MONTHS: Final = 12


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (month as YYYY-MM, verdicts, readers, the fewest who gave half)."""
    spans = months(at, number=MONTHS)
    lines = past.lines_between(spans[0][1], at)
    lines = lines[is_kind(lines, Kind.REVIEWED)]
    lines = lines[Scope().has(past, lines["giver"])]
    rows: Rows = []
    for name, start, end in spans:
        inside = (lines["at"] >= start) & (lines["at"] <= end)
        numbers = np.unique(lines["giver"][inside], return_counts=True)[1]
        fewest = int(half_by(numbers[None])[0]) if numbers.size else 0
        rows.append([name, int(numbers.sum()), len(numbers), fewest])
    return rows
