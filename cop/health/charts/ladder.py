"""The ladder: open tasks of each zone beside the people for whom they are next."""

from typing import Final

import numpy as np

from cop.health.charts.table import Rows
from cop.health.past import Past
from cop.health.signs.practice import active, free_between
from cop.health.signs.reading import Scope
from cop.health.signs.supply import A_MOMENT
from domain.centrality import Centrality

HEADS: Final = ("area", "zone", "open tasks", "people")


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (area, zone, free real tasks of it, active people standing there).

    Area is its key, or None for all of them together.
    """
    tasks = past.tasks
    real = ~tasks["is_practice"]
    free = free_between(past, real, at - A_MOMENT, at)
    areas = [None, *np.unique(tasks["area"][free]).tolist()]
    rows: Rows = []
    for area in areas:
        scope = Scope(area=area)
        here = past.zone_of(active(past, at, scope), at)
        within = free & scope.covers(tasks["area"])
        for zone in Centrality:
            open_ = within & (tasks["centrality"] == zone)
            rows.append(
                [
                    area,
                    int(zone),
                    int(np.count_nonzero(open_)),
                    int(np.count_nonzero(here == zone)),
                ]
            )
    return rows
