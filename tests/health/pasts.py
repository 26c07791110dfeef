"""Pasts for tests: a few rows, all else as it is where nothing happened."""

from itertools import count

import numpy as np

from cop.health import past
from cop.health.past import NEVER, NOBODY, Past, number_of
from members.models import Participation

#: Days since the start of 1970; any Monday would do.
NOW = 20_000.0

_EMPTY = {
    name: np.empty(
        0, dtype=[(field, kind) for field, (kind, _sql) in table.fields.items()]
    )
    for name, table in past.TABLES.items()
}
_BLANK = {
    "joined": NOW - 1000,
    "left": NEVER,
    "retired": NEVER,
    "opened": NEVER,
    "closed": NEVER,
    "used": NEVER,
    "ended": NEVER,
    "answered": NEVER,
    "settled": NEVER,
    "withdrawn": NEVER,
    "area": 1,
    "seats": 1,
    "round": 1,
    "rounds": 1,
    "centrality": 1,
    "is_work": False,
    "is_here": True,
    "giver": NOBODY,
    "receiver": NOBODY,
}


class Telling:
    """Tells a past, a row at a time; keys are given out in order."""

    def __init__(self, *, founded=NOW - 2000):
        self.rows = {name: [] for name in _EMPTY}
        self.founded = founded
        self.keys = count(1)

    def __getattr__(self, table):
        def add(**given):
            row = {**given}
            if "pk" in _EMPTY[table].dtype.names:
                row.setdefault("pk", next(self.keys))
            self.rows[table].append(row)
            return row.get("pk")

        if table.startswith("_") or table not in _EMPTY:
            raise AttributeError(table)
        return add

    def line(self, kind, **given):
        """A line of the ledger, in each table that tells of its kind."""
        told = {"pk": next(self.keys), "item": next(self.keys), **given}
        if kind == Participation.Kind.RECOGNISED:
            self.recognitions(**told)
        if kind == Participation.Kind.MENTORED:
            self.walks(**told)
        if kind != Participation.Kind.JOINED:
            self.lines(kind=number_of(kind), **told)
        return told["pk"]

    def past(self):
        return Past(founded=self.founded, since=NOW - 910, table=self._table)

    def _table(self, name):
        rows = self.rows[name]
        if name in ("lines", "recognitions", "walks", "words"):
            rows = sorted(rows, key=lambda row: row["at"])
        blank = _EMPTY[name]
        table = np.zeros(len(rows), dtype=blank.dtype)
        for place, row in enumerate(rows):
            for field in blank.dtype.names:
                table[field][place] = row.get(field, _BLANK.get(field, 0))
        return table
