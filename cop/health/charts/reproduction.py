"""Reproduction: newcomers whose newcomers arrived."""

from typing import Final

import numpy as np

from cop.health.charts.table import Rows
from cop.health.past import Past
from cop.health.reproduction import generations, walked_in

HEADS: Final = ("generation", "people", "walked somebody in themselves")


def tabulate(past: Past, at: float) -> Rows:
    """Rows of (generation, people walked in, of them who walked somebody in since)."""
    pairs = walked_in(past, at)
    depth = generations(pairs)
    carried = np.isin(pairs.newcomer, pairs.peer)
    return [
        [
            int(number),
            int(np.count_nonzero(depth == number)),
            int(np.count_nonzero((depth == number) & carried)),
        ]
        for number in np.unique(depth)
    ]
