"""Zones over time: how many stood in each, at the end of each month."""

from typing import Final

import numpy as np

from cop.health.charts.table import Rows, months
from cop.health.past import Past
from cop.health.signs.practice import active
from cop.health.signs.reading import Scope
from domain.centrality import Zone

HEADS: Final = ("month", "zone 1", "zone 2", "zone 3", "zone 4")

MONTHS: Final = 12


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (month as YYYY-MM, people by zone 1 to 4): those active in 90 days."""
    rows: Rows = []
    for name, _start, end in months(at, number=MONTHS):
        here = active(past, end, Scope())
        zones = past.zone_of(here, end)
        rows.append([name, *(int(np.count_nonzero(zones == zone)) for zone in Zone)])
    return rows
