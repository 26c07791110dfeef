"""Planted communities: are they called when something is wrong, and only then?

    python -m bench.planted [--seeds 50] [--seed 1] [--kinds KIND ...] [--jobs 1]
                            [--json OUT]

Communities whose trouble is known live through the deeds of the product, on a
PostgreSQL of their own, and are then read week by week as the nightly job would have
read them. Each seed is one community that is healthy for half a year. From then on it
lives on in as many ways as there are kinds: healthy still, and with each failure mild,
plain and severe, and with two at once; small ones are communities of their own. What
people do in each stands in ``bench/planted_ways.py``, what the figures mean in
``bench/planted_figures.py``.

Without flags fifty seeds of every kind are lived, one after the other, which takes most
of a day; ``--jobs 2`` lives two seeds side by side. Lives that ``OUT`` holds are not
lived again, so a run that was stopped goes on, and one that is over tells its figures
again. The exit code is 1 where a figure misses
what is asked: plain and severe found in at least 95 %, false alarms in at most 2 %.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import Any

from bench.importing import say
from bench.planted_databases import environment_of, prepare
from bench.planted_figures import figures, first_call, misses, table
from bench.planted_kinds import KINDS
from bench.planted_ways import TROUBLES
from cop.embedded import Servers


def main() -> None:
    asked = _arguments()
    lives = json.loads(asked.json.read_text())["lives"] if _is_there(asked) else []
    known = {(one["kind"], one["seed"]) for one in lives}
    missing = {
        seed: kinds
        for seed in range(asked.seed, asked.seed + asked.seeds)
        if (kinds := [name for name in asked.kinds if (name, seed) not in known])
    }
    # Asked to stop, stop: what is over is kept, and the servers go as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if missing:
        with _servers() as environment:
            _live(asked, missing, lives, environment)
    found = figures(lives)
    say(table(found))
    if lacking := misses(found):
        say("\n".join(lacking))
        sys.exit(1)


def _live(
    asked: argparse.Namespace,
    missing: Mapping[int, Sequence[str]],
    lives: list[dict[str, Any]],
    environment: Mapping[str, str],
) -> None:
    """Live what was not lived yet; a life that is over is kept, whatever comes after."""
    lock = Lock()

    def keep(told: dict[str, Any]) -> None:
        with lock:
            lives.append(told)
            lives.sort(key=lambda one: (one["seed"], list(KINDS).index(one["kind"])))
            say(_in_a_line(told))
            if asked.json:
                write(asked.json, lives)

    running: set[subprocess.Popen[str]] = set()
    is_over = Event()

    def live(seed: int) -> None:
        if is_over.is_set():
            return
        command = [sys.executable, "-m", "bench.planted_living", f"--seed={seed}"]
        with subprocess.Popen(
            [*command, "--kinds", *missing[seed]],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            running.add(process)
            assert process.stdout is not None
            for line in process.stdout:
                keep(json.loads(line))
        running.discard(process)
        if process.returncode and not is_over.is_set():
            raise RuntimeError(f"seed {seed}: exit code {process.returncode}")

    with ThreadPoolExecutor(asked.jobs) as pool:
        try:
            for over in pool.map(live, missing):
                assert over is None
        finally:
            is_over.set()
            for process in [*running]:
                process.terminate()


def write(path: Path, lives: list[dict[str, Any]]) -> None:
    """Write figures for people to read, and every life on a line; all or nothing."""
    told = json.dumps(figures(lives), indent=1).removesuffix("\n}")
    each = ",\n".join(json.dumps(life) for life in lives)
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(f'{told},\n "lives": [\n{each}\n ]\n}}\n')
    beside.replace(path)


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """Servers with one empty, migrated database, of which every stem gets a copy."""
    in_memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="cop-bench-", dir=in_memory if in_memory.is_dir() else None
    ) as folder:
        Path(folder).chmod(0o755)
        servers = Servers(Path(folder) / "s", durable=False)
        try:
            found = environment_of(servers.start_postgres(), servers.start_valkey())
            prepare(found)
            yield found
        finally:
            servers.stop()


def _is_there(asked: argparse.Namespace) -> bool:
    return asked.json is not None and asked.json.exists()


def _in_a_line(told: dict[str, Any]) -> str:
    called = ", ".join(
        f"{failure} in week {week}"
        for failure in TROUBLES
        if (week := first_call(told, failure)) is not None
    )
    return (
        f"seed {told['seed']:3} {told['kind']:40} {told['active']:3} active, "
        f"{told['seconds']:5} s: {called or 'nothing called'}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Live planted communities, and see what is called.",
        epilog="The exit code is 1 where a figure misses what is asked.",
    )
    parser.add_argument(
        "--seeds", type=int, default=50, help="communities of each kind"
    )
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--kinds", nargs="+", default=[*KINDS], choices=[*KINDS])
    parser.add_argument("--jobs", type=int, default=1, help="seeds at a time")
    parser.add_argument("--json", type=Path, help="keep lives and figures there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
