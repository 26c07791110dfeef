"""Asking over a few connections, and what answering it costs.

CPU is read from /proc: all threads of a process and of its children, those included
that have ended. The one who asks is another process, and is not counted.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 8
#: Seconds: a page that takes longer has failed.
PATIENCE = 60.0


class Unanswered(Exception):
    """The server answered something else than the page."""


@dataclass(slots=True)
class Cost:
    """What some requests have cost together."""

    requests: int = 0
    server_seconds: float = 0.0
    database_seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def server(self) -> float:
        """Milliseconds of CPU a request in the web server."""
        return 1000 * self.server_seconds / self.requests

    @property
    def database(self) -> float:
        """Milliseconds of CPU a request in PostgreSQL."""
        return 1000 * self.database_seconds / self.requests

    @property
    def total(self) -> float:
        return self.server + self.database

    def wait(self, share: float) -> float:
        """The milliseconds within which this share of the answers came."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@dataclass(frozen=True, slots=True)
class Target:
    """A web server with its database, as processes."""

    port: int
    server: int
    database: int

    def ask(self, cost: Cost, path: str, cookie: str, *, requests: int) -> None:
        """Ask for one page so many times, and add what that cost."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        if cookie:
            head += f"Cookie: sessionid={cookie}\r\n"
        share = -(-requests // CONNECTIONS)
        self.send(cost, [[f"{head}\r\n".encode()] * share] * CONNECTIONS)

    def send(self, cost: Cost, lines: Sequence[Sequence[bytes]]) -> None:
        """Send requests, each line over a connection of its own, and add their cost."""
        before = cpu(self.server), cpu(self.database)
        waits = asyncio.run(driven(self.port, lines))
        cost.server_seconds += cpu(self.server) - before[0]
        cost.database_seconds += cpu(self.database) - before[1]
        cost.requests += len(waits)
        cost.waits += waits


def cpu(pid: int) -> float:
    """Seconds of CPU a process and all that came of it have used."""
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue  # ended just now; its parent has its time
        fields = stat.rpartition(")")[2].split()
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        used[int(entry.name)] = sum(map(int, fields[11:15]))
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        total += used.get(one, 0)
        waiting += children.get(one, [])
    return total / TICKS


async def driven(port: int, lines: Sequence[Sequence[bytes]]) -> list[float]:
    """How long each request waited for its answer."""
    asked = [_connection(port, line) for line in lines]
    async with asyncio.timeout(PATIENCE * max(map(len, lines))):
        return [wait for waits in await asyncio.gather(*asked) for wait in waits]


async def _connection(port: int, line: Sequence[bytes]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    waits = []
    try:
        for request in line:
            began = time.perf_counter()
            writer.write(request)
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.split("content-length: ")[1].split()[0])
                await reader.readexactly(length)
            except asyncio.IncompleteReadError as lost:
                raise Unanswered("the server hung up") from lost
            waits.append(time.perf_counter() - began)
            if " 200 " not in head.partition("\r\n")[0]:
                raise Unanswered(head.partition("\r\n")[0])
    finally:
        writer.close()
    return waits
