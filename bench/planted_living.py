"""Living the kinds of one seed, and reading them week by week.

    python -m bench.planted_living --seed 1 --kinds KIND ...

Started by ``bench/planted.py``, which has the servers. Kinds of one stem are one
community until the onset; then the database is copied and the process forked for each.
What each came to is told on a line of its own.
"""

import argparse
import gc
import json
import multiprocessing
import signal
import sys
import time
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from bench.planted_databases import EMPTY, copied
from bench.planted_kinds import KINDS, Kind
from bench.planted_ways import AFTER, AT_ONCE, BEFORE, FIRST_READ, healthy, troubled

if TYPE_CHECKING:
    from bench.planted_life import Life
    from cop.health.signs.reading import Measure

WEEK: Final = timedelta(weeks=1)
#: When a week is read: with the weekly run over, by night.
READ_AT: Final = timedelta(hours=3)
#: What the definition calls the failures that the product looks for.
DIAGNOSES: Final = {
    "no-domain": "community-without-domain",
    "practice-in-disguise": "peripheral-without-legitimate",
    "no-path-inward": "core-without-newcomer-path",
}


def main() -> None:
    asked = _arguments()
    # Asked to stop, stop; the process of a kind goes with this one.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    set_up()
    stems = {KINDS[name].stem for name in asked.kinds}
    for stem in sorted(stems):
        kinds = [KINDS[name] for name in asked.kinds if KINDS[name].stem == stem]
        live(kinds, seed=asked.seed)


def set_up() -> None:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    # Nothing may be bound before it is replaced.
    import cop.urls  # noqa: F401, PLC0415

    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def live(kinds: list[Kind], *, seed: int) -> None:
    """Live all that the kinds share, then each by itself."""
    _prepare_statements()
    began = time.process_time()
    stem = f"{kinds[0].stem}_{seed}"
    with copied(stem, EMPTY):
        life = begun(kinds[0], seed=seed)
        shared = (time.process_time() - began) / len(kinds)
        for number, kind in enumerate(kinds):
            with copied(f"{stem}_{number}", stem):
                ours, theirs = multiprocessing.Pipe(duplex=False)
                # A process of its own: what it lives through is nothing to the others.
                process = multiprocessing.get_context("fork").Process(
                    target=_live_on, args=(life, kind, theirs), daemon=True
                )
                process.start()
                theirs.close()
                told = {"kind": kind.name, "seed": seed, **ours.recv()}
                process.join()
            told["seconds"] = round(told["seconds"] + shared, 1)
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def begun(kind: Kind, *, seed: int, weeks: int = BEFORE) -> "Life":
    """Live until the onset."""
    from bench.planted_life import BEGINS_AT, Life, in_haste  # noqa: PLC0415

    ways = healthy(Random(f"{seed}/{kind.stem}/ways"), sizes=kind.sizes)
    life = Life(ways, seed=f"{seed}/{kind.stem}")
    with in_haste():
        life.found()
        life.live_until(BEGINS_AT + weeks * WEEK)
    return life


def _live_on(life: "Life", kind: Kind, pipe: Any) -> None:
    began = time.process_time()
    told = lived(life, kind)
    pipe.send({**told, "seconds": time.process_time() - began})


def lived(life: "Life", kind: Kind, *, weeks: int = AFTER) -> dict[str, Any]:
    """Live on as a kind does, reading every week; return what was called.

    A life is over when all that was planted has been called. Under ``states`` stands a
    letter for every week: clear, watch, act, too early; under ``signs`` what each said in
    the last one, of how many cases, and how sure it was past its threshold; under
    ``called_by`` the signs that called a failure first.
    """
    from bench.planted_life import in_haste  # noqa: PLC0415

    onset_at = life.at
    readings = Readings(since=FIRST_READ)
    with in_haste():
        life.turn(troubled(life.ways, failures=kind.failures), lot=kind.name)
        for week in range(0, weeks + 1, AT_ONCE):
            life.live_until(onset_at + week * WEEK + READ_AT)
            readings.read(life)
            missing = kind.failures.keys() - readings.found(since=onset_at)
            if kind.failures and not missing:
                break
    return {
        "size": life.ways.size,
        "active": life.active(life.at),
        "states": readings.states,
        "called_by": readings.called_by,
        "signs": {
            name: [one.cases, _short(one.value), _short(one.past)]
            for name, one in readings.last.items()
        },
    }


class Readings:
    """What a community's signs come to, week after week.

    As ``measuring.measure_again`` reads them, of the whole community alone and without
    writing them down.
    """

    def __init__(self, *, since: int) -> None:
        self.week = since
        self.states: dict[str, str] = dict.fromkeys(DIAGNOSES.values(), "")
        self.called_by: dict[str, tuple[str, ...]] = {}
        self.called_at: dict[str, datetime] = {}
        self.last: dict[str, Measure] = {}

    def read(self, life: "Life") -> None:
        """Read the weeks lived since."""
        from bench.planted_life import BEGINS_AT  # noqa: PLC0415
        from cop.health import measuring, past  # noqa: PLC0415
        from cop.health.models import State  # noqa: PLC0415
        from cop.health.signs.reading import Scope  # noqa: PLC0415
        from members.practice import days  # noqa: PLC0415

        first = BEGINS_AT + self.week * WEEK + READ_AT
        told = past.read(life.domain, at=life.at, since=first - past.FURTHEST_BACK)
        while (at := BEGINS_AT + self.week * WEEK + READ_AT) <= life.at:
            then = told.looked_back_from(at)
            self.last = measuring.take(then, days(at), Scope())
            calls = measuring.call(
                then, Scope(), now=self.last, founded_at=life.domain.founded_at, at=at
            )
            for mode, finding in calls.items():
                failure = DIAGNOSES[mode.value]
                self.states[failure] += finding.state.value[0]
                if finding.state == State.ACT:
                    self.called_by.setdefault(failure, finding.called_by)
                    self.called_at[failure] = at
            self.week += 1

    def found(self, *, since: datetime) -> set[str]:
        """Return what was called after a moment."""
        return {
            failure for failure, at in self.called_at.items() if at - READ_AT > since
        }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _prepare_statements() -> None:
    """Ask PostgreSQL as pages do, but prepare at once: little is asked only once."""
    from django.db import connection  # noqa: PLC0415
    from django.db.backends.signals import connection_created  # noqa: PLC0415

    connection.settings_dict["OPTIONS"] |= {
        "server_side_binding": True,
        "prepare_threshold": 0,
    }
    connection_created.connect(_keep_prepared)


def _keep_prepared(*, connection: Any, **_: Any) -> None:
    """A life asks several hundred things; of more than a hundred the rest would go."""
    connection.connection.prepared_max = 2_000


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Live the kinds of one seed.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--kinds", nargs="+", choices=[*KINDS], required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
