"""Who shapes the repertoire: accepted edits a month, by the zone of the author then."""

from typing import Final

import numpy as np

from cop.health.charts.table import Rows, months
from cop.health.past import Past
from cop.health.signs.reading import Scope, Who
from domain.centrality import Zone

HEADS: Final = ("month", "zone 1", "zone 2", "zone 3", "zone 4")

MONTHS: Final = 12


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (month as YYYY-MM, edits by zone 1 to 4) of a year."""
    edits = past.edits[Scope(Who.BOTH).has(past, past.edits["author"])]
    rows: Rows = []
    for name, start, end in months(at, number=MONTHS):
        zones = edits["zone"][(edits["accepted"] >= start) & (edits["accepted"] <= end)]
        rows.append([name, *(int(np.count_nonzero(zones == zone)) for zone in Zone)])
    return rows
