"""Reproduction: who walked in whom, whom they walked in, and how long that takes. Pure.

A practice lives as long as those who were walked in come to walk others in (Lave and
Wenger 1991, chapter 4). Walked in is whoever's work others recognised while somebody
accompanied them.
"""

from dataclasses import dataclass

import numpy as np

from cop.health.past import Floats, Numbers, Past, between
from cop.health.survival import Waits


@dataclass(frozen=True, slots=True)
class WalkedIn:
    """Once for each who was walked in: by whom first, and when."""

    peer: Numbers
    newcomer: Numbers
    at: Floats

    def __len__(self) -> int:
        return len(self.newcomer)


def walked_in(past: Past, at: float) -> WalkedIn:
    """Return who was walked in up to a moment, earliest first."""
    found = between(past.walks, past.since, at)
    _who, first = np.unique(found["receiver"], return_index=True)
    found = found[np.sort(first)]
    return WalkedIn(found["giver"], found["receiver"], found["at"])


def generations(pairs: WalkedIn) -> Numbers:
    """Return of each which generation they are: one more than whoever walked them in.

    Those whom nobody walked in are none; whom they walked in are the first.
    """
    depth: dict[int, int] = {}
    found = []
    # Earliest first: whoever walks somebody in was walked in before, if at all.
    for peer, newcomer in zip(
        pairs.peer.tolist(), pairs.newcomer.tolist(), strict=True
    ):
        depth[newcomer] = depth.get(peer, 0) + 1
        found.append(depth[newcomer])
    return np.array(found, dtype=np.int64)


def generation_time(pairs: WalkedIn, *, at: float) -> Waits:
    """Return how long it takes from being walked in to walking somebody in, in days.

    Who has not yet is waiting still.
    """
    peers, first = np.unique(pairs.peer, return_index=True)
    carried = np.full(len(pairs), np.inf)
    known = np.isin(pairs.newcomer, peers)
    carried[known] = pairs.at[first][np.searchsorted(peers, pairs.newcomer[known])]
    # Whoever walked somebody in before they were walked in themselves did not wait.
    is_over = (carried <= at) & (carried >= pairs.at)
    return Waits(np.where(is_over, carried, at) - pairs.at, is_over)
