"""Racing: acts that begin together, each on a connection of its own, round after round.

One race serves twice: as the product is, no round may come out wrong; with the guard
taken out, one must.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from threading import Barrier
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Model

from domain.refusal import Refused

#: `make test-races` runs a thousand.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
#: Where ten or fifty race for one thing, a round is as many acts.
CROWD_ROUNDS = min(ROUNDS, 100)
#: From so many rounds on, every side must have come first now and then.
MANY = 200
#: By how much later whoever came first begins in the next round, in lengths of an act.
STEP = 0.04
#: Where nobody can be said to have come first, by how much later the first act begins.
LAGS = [share / 10 for share in range(-10, 11)]


class Racers:
    """Threads with a connection of their own each, kept through every round."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.start = Barrier(number)
        self.pool = ThreadPoolExecutor(number)
        #: By how much the first act begins later than the others, in seconds.
        self.lag = 0.0
        #: What the database threw in this round.
        self.faults: list[str] = []
        #: When each act of this round began and ended.
        self.spans: list[tuple[float, float]] = []

    def race(self, *acts: Callable[[], Any]) -> list[Any]:
        """Let all begin together; return each one's value, or its refusal's code."""
        self.faults, self.spans = [], []
        return list(self.pool.map(self._run, range(self.number), acts))

    @property
    def length(self) -> float:
        """How long the longest act of this round took, in seconds."""
        return max(end - begun for begun, end in self.spans)

    @property
    def overlapped(self) -> bool:
        """Whether all had begun before any had ended."""
        return max(begun for begun, _ in self.spans) < min(end for _, end in self.spans)

    def leave(self) -> None:
        list(self.pool.map(self._close, range(self.number)))
        self.pool.shutdown()

    def _run(self, number: int, act: Callable[[], Any]) -> Any:
        if connection.connection is None:
            # A queue on a busy machine waits longer than a page may.
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'; SET statement_timeout = 0")
                cursor.execute("SET idle_in_transaction_session_timeout = 0")
        self.start.wait()
        time.sleep(max(0, self.lag if number == 0 else -self.lag))
        begun = time.perf_counter()
        try:
            return act()
        except Refused as refused:
            return refused.refusal.code
        except DatabaseError as error:
            self.faults.append(type(error.__cause__ or error).__name__)
            return None
        finally:
            self.spans.append((begun, time.perf_counter()))

    def _close(self, _number: int) -> None:
        # One for each thread: nobody passes before all have come.
        self.start.wait()
        connection.close()


@dataclass(frozen=True, slots=True)
class Round:
    """How one round came out."""

    first: str
    is_right: bool
    #: What it came to, to be read where it is not right.
    what: object = None


@dataclass(frozen=True, slots=True)
class Race:
    """Acts against each other; the first of two sides is that of the first act."""

    sides: tuple[str, ...]
    acts: int
    rounds: Callable[[Racers], Iterator[Round]]


def race(*sides: str, acts: int = 0) -> Callable[..., Race]:
    """Make a race of a function that lets racers race and yields round after round."""
    return lambda rounds: Race(sides, acts or len(sides), rounds)


@dataclass(slots=True)
class Tally:
    """What the rounds of a race came to."""

    rounds: int = 0
    overlapped: int = 0
    first: Counter[str] = field(default_factory=Counter)
    wrong: list[object] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        first = ", ".join(f"{side} {n}" for side, n in sorted(self.first.items()))
        return (
            f"{self.rounds} rounds, {self.overlapped} overlapped; first: {first or '-'};"
            f" wrong {len(self.wrong)}, faults {len(self.faults)}; {self.seconds:.0f} s"
        )


def run(race: Race, *, rounds: int, until_wrong: bool = False) -> Tally:
    """Run so many rounds, or until one comes out wrong, and count.

    Of two sides, whichever came first begins a little later in the next round: soon
    both arrive at the guard together, however fast the machine is. Without a guard
    both may believe they came first, and every lag has its turn.
    """
    racers, tally, begun = Racers(race.acts), Tally(), time.perf_counter()
    lags = cycle(LAGS)
    try:
        for each in race.rounds(racers):
            tally.rounds += 1
            tally.overlapped += racers.overlapped
            if until_wrong:
                racers.lag = next(lags) * racers.length
            elif len(race.sides) == 2:
                later = STEP if each.first == race.sides[0] else -STEP
                racers.lag += later * racers.length
            if racers.faults:
                # Nobody may see one; yet it is not what a guard is there to prevent.
                tally.faults += racers.faults
            else:
                tally.first[each.first] += 1
                if not each.is_right:
                    tally.wrong.append(each.what)
            if tally.rounds >= rounds or (until_wrong and tally.wrong):
                break
    finally:
        racers.leave()
        tally.seconds = time.perf_counter() - begun
    return tally


@contextmanager
def constraints_dropped(model: type[Model], *names: str) -> Iterator[None]:
    """Let the database take what it must not; what it took is gone afterwards."""
    guards = [guard for guard in model._meta.constraints if guard.name in names]
    assert len(guards) == len(names)
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.remove_constraint(model, guard)
    try:
        yield
    finally:
        model._default_manager.all().delete()
        with connection.schema_editor() as editor:
            for guard in guards:
                editor.add_constraint(model, guard)
