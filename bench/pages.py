"""What a page costs, beside a bare Django view of the same size, on two sizes of site.

    python -m bench.pages [--members 1000 10000] [--requests 96] [--quick] [--json OUT]

A site is served as in production: two workers of uvicorn, no debugging, templates
compiled once. Each page is asked for over eight connections in blocks, and between
the blocks the bare view as long as the page, by the same reader, so that whatever else
the machine does weighs on both. Everything runs on servers of its own that end with it.
"""

import argparse
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.driving import CONNECTIONS, Cost, Target, Unanswered
from cop.embedded import Servers, processes

ROOT = Path(__file__).resolve().parents[1]
KIB = 1024
WORKERS = 2
#: A page and its bare twin take turns this often.
TURNS = 3
#: A worker that other work starves is replaced, and hangs up on whoever asked.
TRIES = 2
WARMING = 4 * CONNECTIONS
PATIENCE = 120.0
#: Enough to see that every page answers and every figure is taken.
SMALL_SITE = {"members": [200], "entries": 100, "requests": 24}


@dataclass(frozen=True, slots=True)
class Measured:
    visit: dict[str, Any]
    cost: Cost
    bare: Cost

    @property
    def ratio(self) -> float:
        return self.cost.total / self.bare.total


def main() -> None:
    asked = _arguments()
    # A polite kill ends like Ctrl-C: nothing is left running or lying about.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        servers = Servers(folder / "s")
        try:
            _run(asked, folder, servers)
        finally:
            servers.stop()


def _run(asked: argparse.Namespace, folder: Path, servers: Servers) -> None:
    address = servers.start_postgres()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "HTTPS": "false",
        "DEBUG": "false",
        "DEMO": "false",
        "SITE_URL": "http://127.0.0.1",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "REDIS_URL": servers.start_valkey(),
        "DATABASE_URL": address,
    }
    _manage(env, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
    found: dict[int, list[Measured]] = {}
    for members in asked.members:
        env["DATABASE_URL"] = _database(address, f"site_{members}")
        _manage(env, "manage.py", "migrate", "--verbosity=0")
        site = _filled(env, members, asked)
        postmaster = next(servers.base.glob("postgresql-*/postmaster.pid"))
        database = int(postmaster.read_text().split()[0])
        with _served(env, database) as target:
            found[members] = [
                measured
                for visit in site["visits"]
                if (measured := _measure(target, visit, requests=asked.requests))
            ]
        _tell(members, site, found)
    if asked.json:
        asked.json.write_text(json.dumps(_plain(found), indent=1))


def _database(address: str, name: str) -> str:
    with (
        psycopg.connect(address, autocommit=True) as connection,
        contextlib.suppress(psycopg.errors.DuplicateDatabase),
    ):
        connection.execute(f"CREATE DATABASE {name}")
    return address.replace("/postgres?", f"/{name}?")


def _manage(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _filled(env: dict[str, str], members: int, asked: argparse.Namespace) -> Any:
    say(f"Filling a site of {members:,} members …")
    names = "board", "waiting", "entries"
    sizes = [f"--members={members}", *(f"--{n}={getattr(asked, n)}" for n in names)]
    return json.loads(_manage(env, "-m", "bench.visits", *sizes))


@contextmanager
def _served(env: dict[str, str], database: int) -> Generator[Target]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (
        "-m uvicorn cop.asgi:application --host 127.0.0.1"
        f" --port {port} --workers {WORKERS} --log-level warning"
    )
    server = subprocess.Popen(
        [sys.executable, *command.split()],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=processes.dying_with_parent(signal.SIGTERM),  # noqa: PLW1509
    )
    try:
        _await(port, server)
        yield Target(port=port, server=server.pid, database=database)
    finally:
        processes.stop(server, signal.SIGTERM, patience=20)


def _await(port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(
                f"http://127.0.0.1:{port}/healthz", timeout=5
            ).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("The web server did not start.")


def _measure(
    target: Target, visit: dict[str, Any], *, requests: int
) -> Measured | None:
    name = f"{visit['page']} as {visit['reader']}"
    if visit["status"] != 200:  # noqa: PLR2004
        say(f"  {name}: answered {visit['status']}, not measured")
        return None
    for _ in range(TRIES):
        try:
            return _in_turns(target, visit, requests=requests)
        except (Unanswered, TimeoutError) as trouble:
            say(f"  {name}: {trouble or 'took too long'}, not measured")
    return None


def _in_turns(target: Target, visit: dict[str, Any], *, requests: int) -> Measured:
    path, cookie = visit["path"], visit["cookie"]
    twin = f"/bare/{round(visit['size'] / KIB)}/"
    measured = Measured(visit, Cost(), Cost())
    target.ask(Cost(), path, cookie, requests=WARMING)
    target.ask(Cost(), twin, cookie, requests=WARMING)
    for _ in range(TURNS):
        target.ask(measured.cost, path, cookie, requests=requests // TURNS)
        target.ask(measured.bare, twin, cookie, requests=requests // TURNS)
    return measured


def _tell(members: int, site: dict[str, Any], found: dict[int, list[Measured]]) -> None:
    zones = ", ".join(f"{count:,}" for count in site["zones"].values())
    say(
        f"\n{members:,} members ({zones} by zone), filled in {site['seconds']:.0f} s\n"
        "CPU in ms a request; bare: a bare view of the same size; growth: CPU against"
        f" {min(found):,} members"
    )
    head = "page", "reader", "queries", "kB", "gzip", "server", "database", "bare"
    row = "{:14} {:9} {:>7} {:>6} {:>5} {:>7} {:>8} {:>6} {:>6} {:>7} {:>6} {:>6}"
    say(row.format(*head, "ratio", "median", "p95", "growth"))
    smallest = {
        (one.visit["page"], one.visit["reader"]): one.cost.total
        for one in found[min(found)]
    }
    for one in found[members]:
        visit, cost = one.visit, one.cost
        before = smallest.get((visit["page"], visit["reader"]))
        say(
            row.format(
                visit["page"],
                visit["reader"],
                visit["queries"],
                f"{visit['size'] / KIB:.1f}",
                f"{visit['zipped'] / KIB:.1f}",
                f"{cost.server:.1f}",
                f"{cost.database:.1f}",
                f"{one.bare.total:.1f}",
                f"{one.ratio:.2f}",
                f"{cost.wait(0.5):.0f}",
                f"{cost.wait(0.95):.0f}",
                f"{cost.total / before:.2f}" if before else "",
            )
        )


def _plain(found: dict[int, list[Measured]]) -> list[dict[str, Any]]:
    return [
        {
            "members": members,
            "page": one.visit["page"],
            "reader": one.visit["reader"],
            "queries": one.visit["queries"],
            "bytes": one.visit["size"],
            "bytes_gzipped": one.visit["zipped"],
            "server_ms": one.cost.server,
            "database_ms": one.cost.database,
            "bare_ms": one.bare.total,
            "ratio": one.ratio,
            "median_ms": one.cost.wait(0.5),
            "p95_ms": one.cost.wait(0.95),
        }
        for members, measured in found.items()
        for one in measured
    ]


def say(words: str) -> None:
    print(words, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--members", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--board", type=int, default=300, help="tasks open or held")
    parser.add_argument("--waiting", type=int, default=80, help="work to be reviewed")
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=96, help="for each page")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--keep", type=Path, help="keep the sites in this folder")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    asked = parser.parse_args()
    if asked.quick:
        vars(asked).update(SMALL_SITE)
    return asked


if __name__ == "__main__":
    main()
