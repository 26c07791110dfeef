"""What serving agents costs pages, and what agents' own calls cost.

    python -m bench.programs [--members 1000] [--requests 96] [--quick] [--json OUT]

One site, served four times at once, each by one process of uvicorn as in production: with
the door of tools, without it, without it over WSGI, and once more with it for agents
alone. Blocks of requests take turns between them, so that whatever else the machine does
weighs on all. CPU is counted of the web server and of PostgreSQL.

1. Pages: CPU a request with the door beside them, without it, and over WSGI.
2. Calls: CPU a call, and calls a second, of tools and of the same reading in the API.
3. Neighbours: how long pages wait while agents call as fast as they can, in the same
   process and in another.
"""

import argparse
import asyncio
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.driving import CONNECTIONS, Cost, Target, driven
from bench.pages import ROOT, _await, _database, _manage, say
from cop.embedded import Servers, processes

WAYS = {
    "with": "cop.asgi:application",
    "without": "bench.without:application",
    "wsgi": "cop.wsgi:application --interface wsgi",
    "apart": "cop.asgi:application",
}
#: Pages that stand for the others: short, long, many questions.
PAGES = (
    ("home", "visitor"), ("board", "veteran"), ("task, open", "veteran"),
    ("entry", "visitor"), ("notifications", "veteran"),
)  # fmt: skip
TURNS = 4
#: Of agents that call while pages are asked for.
CALLERS = 4


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls of many programs, each with its own token, one after the other."""

    port: int
    site: dict[str, Any]

    def tool(self, name: str, **given: Any) -> list[bytes]:
        meta = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        params = {"name": name, "arguments": given, "_meta": meta}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        more = (
            "Content-Type: application/json\r\n"
            "Accept: application/json, text/event-stream\r\n"
            "MCP-Protocol-Version: 2026-07-28\r\n"
            f"Mcp-Method: tools/call\r\nMcp-Name: {name}\r\n"
        )
        return self._requests("POST", "/mcp", more, json.dumps(body))

    def older(self, name: str, **given: Any) -> list[bytes]:
        params = {"name": name, "arguments": given}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        more = (
            "Content-Type: application/json\r\n"
            "Accept: application/json, text/event-stream\r\n"
            "MCP-Protocol-Version: 2025-06-18\r\n"
        )
        return self._requests("POST", "/mcp", more, json.dumps(body))

    def operation(self, path: str) -> list[bytes]:
        return self._requests("GET", f"/api/v1/{path}", "", "")

    def _requests(self, method: str, path: str, more: str, body: str) -> list[bytes]:
        return [
            (
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"Authorization: Bearer {token}\r\n{more}"
                f"Content-Length: {len(body)}\r\n\r\n{body}"
            ).encode()
            for token in self.site["tokens"]
        ]


def main() -> None:
    asked = _arguments()
    # A polite kill ends like Ctrl-C: nothing is left running or lying about.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        servers = Servers(folder / "s")
        try:
            found = _run(asked, folder, servers)
        finally:
            servers.stop()
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


def _run(asked: argparse.Namespace, folder: Path, servers: Servers) -> dict[str, Any]:
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
        "DATABASE_URL": _database(servers.start_postgres(), "site"),
        "DATABASE_POOL_SIZE": "12",
    }
    _manage(env, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
    _manage(env, "manage.py", "migrate", "--verbosity=0")
    say(f"Filling a site of {asked.members:,} members …")
    site = json.loads(_manage(env, "-m", "bench.callers", f"--members={asked.members}"))
    postmaster = next(servers.base.glob("postgresql-*/postmaster.pid"))
    database = int(postmaster.read_text().split()[0])
    with ExitStack() as running:
        ways = {
            name: running.enter_context(_served(env, command, database))
            for name, command in WAYS.items()
        }
        return {
            "pages": _pages(ways, site, requests=asked.requests),
            "calls": _calls(ways["with"], site, requests=asked.requests),
            "neighbours": _neighbours(ways, site, requests=asked.requests),
        }


@contextmanager
def _served(env: dict[str, str], app: str, database: int) -> Generator[Target]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"-m uvicorn {app} --host 127.0.0.1 --port {port} --log-level error"
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", *command.split()],
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


def _pages(
    ways: dict[str, Target], site: dict[str, Any], *, requests: int
) -> list[dict[str, Any]]:
    say("\nPages: CPU in ms a request (web server + PostgreSQL), median ms waited")
    row = "{:14} {:9} {:>14} {:>14} {:>14} {:>12} {:>10}"
    say(
        row.format(
            "page", "reader", "with", "without", "WSGI", "with/without", "with/WSGI"
        )
    )
    found = []
    compared = ("with", "without", "wsgi")
    for visit in site["visits"]:
        if (visit["page"], visit["reader"]) not in PAGES:
            continue
        costs = {name: Cost() for name in compared}
        for name in compared:
            ways[name].ask(
                Cost(), visit["path"], visit["cookie"], requests=4 * CONNECTIONS
            )
        for turn in range(TURNS):
            # Whoever comes first in one turn comes last in the next.
            for name in compared[:: 1 if turn % 2 else -1]:
                ways[name].ask(
                    costs[name],
                    visit["path"],
                    visit["cookie"],
                    requests=requests // TURNS,
                )
        told = {
            name: f"{c.total:.1f} ({1e3 * statistics.median(c.waits):.0f})"
            for name, c in costs.items()
        }
        against = costs["with"].total / costs["without"].total
        against_wsgi = costs["with"].total / costs["wsgi"].total
        say(
            row.format(
                visit["page"],
                visit["reader"],
                *told.values(),
                f"{against:.2f}",
                f"{against_wsgi:.2f}",
            )
        )
        found.append(
            {
                "page": visit["page"],
                "reader": visit["reader"],
                **{f"{name}_ms": cost.total for name, cost in costs.items()},
            }
        )
    for other, label in (("without", "with/without"), ("wsgi", "with/WSGI")):
        ratios = [one["with_ms"] / one[f"{other}_ms"] for one in found]
        say(f"median {label}: {statistics.median(ratios):.2f}")
    return found


def _calls(
    target: Target, site: dict[str, Any], *, requests: int
) -> list[dict[str, Any]]:
    say("\nCalls: one process")
    row = "{:44} {:>8} {:>9} {:>8} {:>9} {:>6}"
    say(row.format("call", "server", "database", "median", "a second", "p95"))
    caller = Caller(target.port, site)
    here, task = site["community"], site["task"]
    kinds = {
        "tool who_am_i": caller.tool("who_am_i"),
        "tool who_am_i, older protocol": caller.older("who_am_i"),
        "API /me": caller.operation("me"),
        "tool look_at_task": caller.tool("look_at_task", community=here, task=task),
        "API …/tasks/TASK": caller.operation(f"communities/{here}/tasks/{task}"),
        "tool find_task": caller.tool("find_task", community=here, show="me"),
        "API …/tasks?show=me": caller.operation(
            f"communities/{here}/tasks?show=me&limit=10"
        ),
        "tool my_work": caller.tool("my_work"),
        "API /waiting": caller.operation("waiting"),
    }
    found = []
    for name, asked in kinds.items():
        cost, began = Cost(), 0.0
        for part in ("warming", "counted"):
            if part == "counted":
                cost, began = Cost(), time.perf_counter()
            target.send(cost, _dealt(asked, requests))
        rate = cost.requests / (time.perf_counter() - began)
        say(
            row.format(
                name,
                f"{cost.server:.1f}",
                f"{cost.database:.1f}",
                f"{cost.wait(0.5):.0f}",
                f"{rate:.1f}",
                f"{cost.wait(0.95):.0f}",
            )
        )
        found.append(
            {
                "call": name,
                "server_ms": cost.server,
                "database_ms": cost.database,
                "a_second": rate,
            }
        )
    return found


def _dealt(asked: Sequence[bytes], requests: int) -> list[list[bytes]]:
    """So many requests, over a few connections, each token as seldom as may be."""
    whole = list(islice(cycle(asked), requests))
    return [whole[start::CONNECTIONS] for start in range(CONNECTIONS)]


def _neighbours(
    ways: dict[str, Target], site: dict[str, Any], *, requests: int
) -> dict[str, float]:
    say("\nNeighbours: ms a page waits at the median, asked for over two connections")
    visit = next(
        one for one in site["visits"] if (one["page"], one["reader"]) == PAGES[1]
    )
    quiet, same, apart = [], [], []
    for _ in range(TURNS):
        quiet += asyncio.run(
            _beside(ways["with"], None, site, visit, requests // TURNS)
        )
        same += asyncio.run(
            _beside(ways["with"], ways["with"], site, visit, requests // TURNS)
        )
        apart += asyncio.run(
            _beside(ways["with"], ways["apart"], site, visit, requests // TURNS)
        )
    found = {
        "no agents": 1e3 * statistics.median(quiet),
        "agents in the same process": 1e3 * statistics.median(same),
        "agents in another process": 1e3 * statistics.median(apart),
    }
    for name, wait in found.items():
        say(f"  {name}: {wait:.0f}")
    return found


async def _beside(
    pages: Target,
    agents: Target | None,
    site: dict[str, Any],
    visit: dict[str, Any],
    requests: int,
) -> list[float]:
    head = f"GET {visit['path']} HTTP/1.1\r\nHost: 127.0.0.1:{pages.port}\r\n"
    page = f"{head}Cookie: sessionid={visit['cookie']}\r\n\r\n".encode()
    calling: list[asyncio.Task[Any]] = []
    if agents is not None:
        asked = Caller(agents.port, site).tool("my_work")
        calling = [
            asyncio.create_task(driven(agents.port, [asked[start::CALLERS] * 50]))
            for start in range(CALLERS)
        ]
    waits = await driven(pages.port, [[page] * (requests // 2)] * 2)
    for one in calling:
        one.cancel()
    await asyncio.gather(*calling, return_exceptions=True)
    return waits


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=96, help="of each kind")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    asked = parser.parse_args()
    if asked.quick:
        vars(asked).update(members=600, requests=32)
    return asked


if __name__ == "__main__":
    main()
