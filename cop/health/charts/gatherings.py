"""Gatherings and what came of them: works on their tasks by those who were there."""

from typing import Final

import numpy as np

from cop.health.charts.table import Rows, months
from cop.health.past import Flags, Floats, Numbers, Past
from cop.health.signs.reading import Scope
from tasks import came_of

HEADS: Final = (
    "month",
    "gatherings",
    "were there",
    "handed in",
    "first works",
    "recognised",
)

MONTHS: Final = 12

_DAYS: Final = came_of.WITHIN.days
_RECOGNISED: Final = 1


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (month as YYYY-MM, gatherings that ended in it, how often people were at
    one, works that those who were there handed in on its tasks until two weeks after,
    first works among them, works recognised until then).

    A work counts once a month, however many gatherings were on its task.
    """
    handed = past.submissions
    there = past.there[Scope().has(past, past.there["who"])]
    rows: Rows = []
    for name, start, end in months(at, number=MONTHS):
        ended = past.gatherings["ended"]
        held = past.gatherings[(ended >= start) & (ended <= end)]
        came, done = (np.zeros(len(handed), dtype=bool) for _ in range(2))
        for gathering in held:
            people = there["who"][there["gathering"] == gathering["pk"]]
            theirs = _on_its_tasks(past, gathering["pk"]) & _by(past, people)
            theirs &= handed["withdrawn"] > at
            since, until = gathering["started"], min(gathering["ended"] + _DAYS, at)
            came |= theirs & _between(handed["handed_in"], since, until)
            done |= theirs & _between(handed["settled"], since, until)
        came &= handed["round"] == 1
        done &= handed["outcome"] == _RECOGNISED
        rows.append(
            [
                name,
                len(held),
                int(np.isin(there["gathering"], held["pk"]).sum()),
                int(came.sum()),
                int((came & handed["is_first"].astype(bool)).sum()),
                int(done.sum()),
            ]
        )
    return rows


def _between(times: Floats, since: float, until: float) -> Flags:
    inside: Flags = (times >= since) & (times <= until)
    return inside


def _on_its_tasks(past: Past, gathering: int) -> Flags:
    named = past.gathered_on["gathering"] == gathering
    return np.isin(past.submissions["task"], past.gathered_on["task"][named])


def _by(past: Past, people: Numbers) -> Flags:
    """Which works some of the people made, alone or with others."""
    shared = past.sharers["submission"][np.isin(past.sharers["who"], people)]
    handed = past.submissions
    return np.isin(handed["author"], people) | np.isin(handed["pk"], shared)
