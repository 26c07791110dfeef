"""Vocabulary taken up: recognised work a month, and that which uses others' words."""

from typing import Final

import numpy as np

from cop.health.charts.table import Rows, months
from cop.health.past import Past
from cop.health.signs.practice import works
from cop.health.signs.reading import Scope
from cop.health.signs.uptake import uses_others

HEADS: Final = ("month", "works", "use others’ words")

MONTHS: Final = 12


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (month as YYYY-MM, recognised works, of them using entries by others)."""
    spans = months(at, number=MONTHS)
    done = works(past, at, Scope(), days=at - spans[0][1])
    uses = uses_others(past, done)
    rows: Rows = []
    for name, start, end in spans:
        inside = (done.at >= start) & (done.at <= end)
        rows.append(
            [name, int(np.count_nonzero(inside)), int(np.count_nonzero(inside & uses))]
        )
    return rows
