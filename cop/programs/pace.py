"""Pace: how many calls a minute a program makes, against how many it may.

Counted for the agent and for its sponsor, so that more agents, or more tokens, do not
make for more calls. While Redis is away each process counts by itself.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import caches
from redis.exceptions import RedisError

from cop.programs.entering import Entrant

WINDOW_SECONDS: Final = 60
#: Of one person and all agents they answer for, together.
MOST_OF_A_PARTY: Final = 120
#: Of these, acts that change something.
MOST_ACTS_OF_A_PARTY: Final = 40


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a minute stands: the narrowest of the limits a call falls under."""

    most: int
    left: int
    #: Seconds until the minute is over.
    resets_in: int

    @property
    def is_kept(self) -> bool:
        return self.left >= 0


def step(who: Entrant, *, acts: bool, at: datetime) -> Pace:
    """Count one call, and return where that leaves the narrowest limit."""
    minute, second = divmod(int(at.timestamp()), WINDOW_SECONDS)
    return min(
        (
            Pace(most, most - _count(f"{key}:{minute}"), WINDOW_SECONDS - second)
            for key, most in _limits(who, acts=acts)
        ),
        key=lambda pace: pace.left,
    )


def step_acting(who: Entrant, *, at: datetime) -> Pace:
    """Count of a call that was counted already that it is an act."""
    minute, second = divmod(int(at.timestamp()), WINDOW_SECONDS)
    done = _count(f"{_acts_of(who)}:{minute}")
    return Pace(
        MOST_ACTS_OF_A_PARTY, MOST_ACTS_OF_A_PARTY - done, WINDOW_SECONDS - second
    )


def _acts_of(who: Entrant) -> str:
    return f"pace:{who.party_id}:acts"


def _limits(who: Entrant, *, acts: bool) -> Iterable[tuple[str, int]]:
    yield f"pace:{who.party_id}", MOST_OF_A_PARTY
    if acts:
        yield _acts_of(who), MOST_ACTS_OF_A_PARTY
    if who.member.is_agent:
        yield f"pace:agent:{who.member.pk}", who.member.agent.calls_a_minute


class _Here:
    """What this process counted by itself, of the last minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, key: str) -> int:
        minute = key.rpartition(":")[2]
        with self._lock:
            for old in [one for one in self._counts if not one.endswith(minute)]:
                del self._counts[old]
            self._counts[key] += 1
            return self._counts[key]


_here = _Here()


def _count(key: str) -> int:
    quick = caches["quick"]
    try:
        quick.add(key, 0, timeout=2 * WINDOW_SECONDS)
        return int(quick.incr(key))
    except (RedisError, ValueError):
        # ValueError: it was forgotten between the two.
        return _here.count(key)
