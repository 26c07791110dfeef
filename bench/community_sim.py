"""A community lives for a while, with and without each mechanism that is there for it.

    python -m bench.community_sim [--members 200] [--weeks 52] [--seed 1]
                                  [--without MECHANISM ...] [--json OUT]
    python -m bench.community_sim --all [--seeds 8] [--at-a-time 3] [--jobs 1] [--json OUT]

Every act is a deed of the product, at a simulated time, on a PostgreSQL of its own.
``--members`` counts all who ever come, founders included. The same numbers and seed give
the same life, to the last act. What people are like stands in ``bench/habits.py``, what
the figures mean in ``bench/community_figures.py``.

``--all`` lives once with everything for every seed from ``--seed`` on, and deals the
mechanisms by lot into lives without a few each, so that every one is taken out once a
seed; what each is worth is then told by ``bench/community_comparing.py``. With
``--at-a-time 1`` each is switched off alone. Lives that ``OUT`` holds already are not
lived again, so a run that was stopped goes on.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

import psycopg
from psycopg import sql

from bench.community_comparing import table
from bench.importing import say
from bench.mechanisms import MECHANISMS, taken_out
from cop.embedded import Servers

_EMPTY: Final = "empty"


class Places:
    """A server with one empty, migrated database, of which every life gets a copy."""

    def __init__(self, servers: Servers) -> None:
        self._postgres = servers.start_postgres()
        self._valkey = servers.start_valkey()
        self._number = count(1)
        # Compiling a plan takes longer than running it on tables as small as these.
        self._ask(sql.SQL("ALTER SYSTEM SET jit = off"))
        self._ask(sql.SQL("SELECT pg_reload_conf()"))
        self._create(_EMPTY, "template0")
        self._run(_EMPTY, ["manage.py", "migrate", "--verbosity=0", "--skip-checks"])

    def live(
        self, asked: argparse.Namespace, *, seed: int, without: Sequence[str]
    ) -> dict[str, Any]:
        """Let one community live, in a process of its own; return what it came to."""
        name = f"life_{next(self._number)}"
        self._create(name, _EMPTY)
        command = [
            *("-m", "bench.community_sim", "--one", f"--seed={seed}"),
            *(f"--members={asked.members}", f"--weeks={asked.weeks}"),
            *(("--without", *without) if without else ()),
        ]
        told: dict[str, Any] = json.loads(self._run(name, command))
        self._ask(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        return told

    def _run(self, database: str, command: Sequence[str]) -> str:
        env = {
            **os.environ,
            "DATABASE_URL": self._postgres.replace("/postgres?", f"/{database}?"),
            "REDIS_URL": self._valkey,
            "DJANGO_SETTINGS_MODULE": "cop.settings",
            "DEMO": "true",
        }
        return subprocess.run(
            [sys.executable, *command],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def _create(self, name: str, template: str) -> None:
        self._ask(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

    def _ask(self, statement: sql.Composable) -> None:
        with psycopg.connect(self._postgres, autocommit=True) as connection:
            connection.execute(statement)


def main() -> None:
    asked = _arguments()
    if asked.one:
        sys.stdout.write(json.dumps(lived(asked)))
        return
    with _places() as places:
        if asked.all:
            _live_all(places, asked)
            return
        found = places.live(asked, seed=asked.seed, without=asked.without)
    say(json.dumps(found, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n")


def lived(asked: argparse.Namespace) -> dict[str, Any]:
    """Live one life in this process and its database; return what it came to."""
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    # Imported before anything is taken out: a name bound early would keep it.
    import cop.urls  # noqa: F401, PLC0415
    from bench.community import Community  # noqa: PLC0415
    from bench.community_figures import figures  # noqa: PLC0415

    _make_haste()
    began = time.process_time()
    with taken_out(asked.without):
        community = Community(
            members=asked.members,
            weeks=asked.weeks,
            seed=asked.seed,
            without=asked.without,
        )
        community.live()
    return {
        "members": asked.members,
        "weeks": asked.weeks,
        "seed": asked.seed,
        "without": sorted(asked.without),
        **figures(community),
        "cpu_seconds": round(time.process_time() - began, 1),
    }


def _make_haste() -> None:
    """Ask PostgreSQL as pages do, and do not look for garbage where there is none."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict["OPTIONS"] |= {
        "server_side_binding": True,
        "prepare_threshold": settings.PREPARED_AFTER,
    }
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _live_all(places: Places, asked: argparse.Namespace) -> None:
    """Live all lives not lived yet; one that is over is kept, whatever comes after."""
    lives = json.loads(asked.json.read_text()) if _is_there(asked.json) else []
    known = {(one["seed"], tuple(one["without"])) for one in lives}
    seeds = range(asked.seed, asked.seed + asked.seeds)
    wanted = [
        (seed, names)
        for seed in seeds
        for names in dealt(seed, asked.at_a_time)
        if (seed, names) not in known
    ]
    with ThreadPoolExecutor(asked.jobs) as pool:
        begun = [
            pool.submit(places.live, asked, seed=seed, without=without)
            for seed, without in wanted
        ]
        for over in as_completed(begun):
            lives.append(one := over.result())
            without = ", ".join(one["without"]) or "nothing"
            say(f"seed {one['seed']} without {without}: {one['cpu_seconds']} s")
            if asked.json:
                asked.json.write_text(json.dumps(lives, indent=1) + "\n")
    say(table(lives))


def dealt(seed: int, at_a_time: int) -> list[tuple[str, ...]]:
    """Return what the lives of a seed are without: nothing, then every mechanism once."""
    names = list(MECHANISMS)
    Random(f"{seed}/dealt").shuffle(names)
    hands = (names[i : i + at_a_time] for i in range(0, len(names), at_a_time))
    return [(), *(tuple(sorted(hand)) for hand in hands)]


def _is_there(path: Path | None) -> bool:
    return path is not None and path.exists()


@contextmanager
def _places() -> Iterator[Places]:
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        Path(folder).chmod(0o755)
        servers = Servers(Path(folder) / "s", durable=False)
        try:
            yield Places(servers)
        finally:
            servers.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Let a community live.")
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--without", nargs="*", default=[], choices=[*MECHANISMS], metavar="MECHANISM"
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--all", action="store_true", help="lives with and without")
    parser.add_argument("--seeds", type=int, default=8, help="with --all")
    parser.add_argument(
        "--at-a-time", type=int, default=3, help="mechanisms taken out, with --all"
    )
    parser.add_argument("--jobs", type=int, default=1, help="lives at a time")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
