"""What positions cost, from ten thousand lines to ten million.

    python -m bench.positions [--lines 10000 100000 1000000] [--json OUT]

For each size a ledger is written into a PostgreSQL of its own; then, in one run:

one pass   SELECT member, sum(amount * decay) … GROUP BY member over all lines, the least
           that anything which rereads the ledger could cost; best of three
PageRank   of the same graph by power iteration over a scipy matrix, its reading not
           counted
scratch    every week lived through again, every member written
night      everybody read anew when one line in a thousand is new
act        one recognition: until its author's position is right
Monday     the week that is over lived through, and every member's sums kept anew

Times are of the wall; on a machine that does other things, read the ratios.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import psycopg

from bench.importing import memory, say
from cop.embedded import Servers

#: A Monday's noon: the week's run is just over.
ENDS_AT: Final = datetime(2026, 11, 16, 12, tzinfo=UTC)

#: In double precision throughout, as fast as PostgreSQL does it.
ONE_PASS: Final = """
    SELECT gainer, sum(amount * power(2.0::float8, age / -365.0::float8)) FROM (
        SELECT CASE channel WHEN 'work' THEN receiver_id ELSE giver_id END AS gainer,
               amount, date_part('epoch', %s - occurred_at) / 86400.0::float8 AS age
        FROM members_participation WHERE domain_id = %s AND channel <> '') AS line
    GROUP BY gainer
"""


def main() -> None:
    asked = _arguments()
    if asked.one:
        _measure(asked.one, asked.members)
        return
    found = []
    for lines in asked.lines:
        with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
            Path(folder).chmod(0o755)
            servers = Servers(Path(folder) / "s")
            try:
                found.append(_in_a_process(servers, lines))
            finally:
                servers.stop()
        _tell(found[-1])
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


def members_of(lines: int) -> int:
    """Return how many members a ledger has: a thousand at 1e4 lines, 1e5 at 1e7."""
    return round(1_000 * (lines / 10_000) ** (2 / 3))


def _in_a_process(servers: Servers, lines: int) -> dict[str, Any]:
    """Measure one size in a process of its own, so that its memory is its own."""
    env = {
        **os.environ,
        "DATABASE_URL": servers.start_postgres(),
        "REDIS_URL": servers.start_valkey(),
        "DJANGO_SETTINGS_MODULE": "cop.settings",
        "DEMO": "true",
    }
    members = str(members_of(lines))
    done = subprocess.run(
        [sys.executable, "-m", "bench.positions", "--one", str(lines), members],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _measure(lines: int, members: int) -> None:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from bench import ledgers  # noqa: PLC0415
    from members import participating, positioning  # noqa: PLC0415
    from members.models import Membership, Participation  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    # What a worker has loaded long ago is not the night's cost.
    import cop.urls  # noqa: F401, PLC0415

    community = ledgers.settle(members=members, ends_at=ENDS_AT)
    ledgers.tell(community, lines=lines)
    domain = community.domain
    found: dict[str, Any] = {"lines": lines, "members": members}
    found["one_pass"] = min(_one_pass(domain.pk) for _ in range(3))
    found["pagerank"] = _pagerank(domain.pk)
    before = memory()

    at = ENDS_AT
    found["scratch"] = _timed(lambda: positioning.replay(domain=domain, at=at))
    found["memory"] = [before, memory()]

    nights = []
    for _ in range(3):
        ledgers.tell_more(community, lines=lines // 1_000, since=at, told=False)
        at += timedelta(hours=14)
        nights.append(
            _timed(
                partial(positioning.reposition, domain=domain, at=at, everybody=True)
            )
        )
    found["night"] = min(nights)

    reader, author = Membership.objects.filter(
        pk__in=[int(community.members[1]), int(community.members[members // 3])]
    ).order_by("pk")
    acts = []
    for number in range(5):
        at += timedelta(minutes=1)
        for kind, channel in (
            (Participation.Kind.RECOGNISED, Participation.Channel.WORK),
            (Participation.Kind.REVIEWED, Participation.Channel.STEWARDSHIP),
        ):
            participating.record(
                domain=domain,
                kind=kind,
                channel=channel,
                key=f"{kind}:act:{number}",
                item=f"act:{number}",
                giver=reader,
                receiver=author,
                amount=1.0,
                at=at,
            )
        acts.append(_timed(partial(positioning.reposition_stale, at=at)))
    found["act"] = min(acts)
    at = ENDS_AT + timedelta(days=7)
    found["Monday"] = _timed(
        lambda: positioning.reposition(domain=domain, at=at, everybody=True)
    )
    sys.stdout.write(json.dumps(found))


def _timed(work: Callable[[], object]) -> list[float]:
    """Return the seconds that passed, and those this process was at work."""
    passed, worked = time.monotonic(), time.process_time()
    work()
    return [time.monotonic() - passed, time.process_time() - worked]


def _one_pass(domain: int) -> float:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return _timed(
            lambda: connection.execute(ONE_PASS, [ENDS_AT, domain]).fetchall()
        )[0]


def _pagerank(domain: int) -> list[float]:
    """Return what PageRank from authors to their readers costs, its reading apart."""
    from scipy import sparse  # noqa: PLC0415

    from domain.models import Domain  # noqa: PLC0415
    from members import ledger  # noqa: PLC0415

    columns = ledger.read(Domain.objects.get(pk=domain), at=ENDS_AT).evidence.columns
    work = columns.is_work
    author, reader = columns.gainer[work], columns.other[work]
    people = 1 + int(max(author.max(), reader.max()))

    def rank() -> None:
        graph = sparse.csr_array(
            (np.ones(author.size), (reader, author)), shape=(people, people)
        )
        out = np.asarray(graph.sum(axis=0)).ravel()
        share = np.divide(1.0, out, out=np.zeros(people), where=out > 0)
        ranks = np.full(people, 1.0 / people)
        for _ in range(100):
            flow = graph @ (ranks * share)
            following = 0.15 / people + 0.85 * (flow + ranks[out == 0].sum() / people)
            if np.abs(following - ranks).sum() < 1e-9:  # noqa: PLR2004
                break
            ranks = following

    return _timed(rank)


def _tell(one: dict[str, Any]) -> None:
    floor = one["one_pass"]
    say(
        f"{one['lines']:>10,} lines, {one['members']:,} members: "
        f"one pass {floor:.3f} s, PageRank {one['pagerank'][0]:.3f} s"
    )
    for name in ("scratch", "night", "act", "Monday"):
        passed, worked = one[name]
        say(
            f"  {name:8} {passed:9.3f} s {passed / floor:8.2f} passes"
            f" {worked:9.3f} s at work, the server apart"
        )
    before, peak = one["memory"]
    say(f"  memory {before:.0f} MiB before, {peak:.0f} MiB at most")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure positions.")
    parser.add_argument(
        "--lines", type=int, nargs="+", default=[10_000, 100_000, 1_000_000]
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("members", type=int, nargs="?", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
