"""What health costs, up to a hundred thousand members and ten million lines.

    python -m bench.health [--members 1000 10000 30000 100000]
                           [--lines 100000 1000000 3000000 10000000] [--quick] [--json OUT]

For each size a community is made (bench/health_filling.py) in a PostgreSQL of its own.
Then, each in a process of its own, so that its memory is its own:

night   one reading of everything, as the nightly job takes it: signs, charts, findings;
        then what the job does of moves. Wall, and this process's own CPU
pages   the Monday page, each diagnosis, the definitions, and what lies behind two signs,
        as an organizer reads them: queries, own CPU and wall, under the same limits a
        web worker has

The exponent is that of the growth between sizes, fitted by least squares on logarithms:
one is linear. Times of the wall are of a machine that may do other things.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.importing import memory, say
from cop.embedded import Servers

#: The night after a Sunday, when the job runs.
AT: Final = datetime(2026, 11, 16, 3, 10, tzinfo=UTC)

#: Asked so often, after the first times, which load templates.
REQUESTS: Final = 20

#: What a page behind a web worker may take of the database (cop/settings.py).
PAGE_LIMIT: Final = "5s"

QUICK: Final = {"members": [200, 400], "lines": [4_000, 8_000]}


def main() -> None:
    asked = _arguments()
    if asked.one:
        _STEPS[asked.one](asked.members[0], asked.lines[0])
        return
    found = []
    for members, lines in zip(asked.members, asked.lines, strict=True):
        with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
            Path(folder).chmod(0o755)
            servers = Servers(Path(folder) / "s")
            try:
                found.append(_size(servers, members, lines))
            finally:
                servers.stop()
        _tell(found[-1])
    if len(found) > 1:
        _tell_growth(found)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


def _size(servers: Servers, members: int, lines: int) -> dict[str, Any]:
    env = {
        **os.environ,
        "DATABASE_URL": servers.start_postgres(),
        "REDIS_URL": servers.start_valkey(),
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "STATIC_ROOT": str(servers.base / "static"),
        "ALLOWED_HOSTS": "testserver",
        "SECRET_KEY": "of no worth to anybody, for it guards made-up people " * 2,
        "SITE_URL": "http://testserver",
        "HTTPS": "false",
        "DEBUG": "false",
        "DEMO": "false",
        "STATEMENT_TIMEOUT": "1h",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, env=env, check=True)
    found: dict[str, Any] = {"members": members, "lines": lines}
    for step in _STEPS:
        limits = {"STATEMENT_TIMEOUT": PAGE_LIMIT} if step == "pages" else {}
        command = [sys.executable, "-m", "bench.health", "--one", step]
        sizes = [f"--members={members}", f"--lines={lines}"]
        done = subprocess.run(
            [*command, *sizes],
            env={**env, **limits},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found[step] = json.loads(done.stdout)
    return found


def _fill(members: int, lines: int) -> None:
    _set_up()
    from django.core.management import call_command  # noqa: PLC0415

    from bench import health_filling  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    began = time.monotonic()
    domain = health_filling.fill(members=members, lines=lines, at=AT)
    health_filling.organizer_of(domain)
    _answer(
        {
            "seconds": time.monotonic() - began,
            "lines": domain.participations.count(),
            "tasks": domain.tasks.count(),
        }
    )


def _night(_members: int, _lines: int) -> None:
    """The reading of a night, with those of the two nights before it kept already."""
    _set_up()
    # What a worker has loaded long ago is not the night's cost.
    import cop.urls  # noqa: F401, PLC0415
    from cop.health import jobs, past  # noqa: PLC0415
    from domain.models import Domain  # noqa: PLC0415

    domain = Domain.objects.get()
    before = memory()
    rows: dict[str, int] = {}

    def read_all() -> None:
        told = past.read(domain, at=AT)
        rows.update((name, len(getattr(told, name))) for name in past.TABLES)

    read = _timed(read_all)
    night = _timed(lambda: jobs.night(domain, at=AT))
    _answer({"read": read, "night": night, "rows": rows, "memory": [before, memory()]})


def _pages(_members: int, _lines: int) -> None:
    _set_up()
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from cop.health.diagnosis import FAILURES  # noqa: PLC0415
    from cop.health.models import Reading  # noqa: PLC0415
    from domain.models import Domain  # noqa: PLC0415
    from members.models import Member  # noqa: PLC0415

    domain = Domain.objects.get()
    # Twelve weeks of readings, as a page draws them: the last, told of days before.
    kept = list(Reading.objects.filter(domain=domain))
    for week in range(1, 13):
        for one in kept:
            one.pk, one.on = None, (AT - timedelta(weeks=week)).date()
        Reading.objects.bulk_create(kept)
    client = Client(raise_request_exception=False)
    client.force_login(Member.objects.get())
    here = f"{domain.get_absolute_url()}health/"
    paths = {
        "Monday page": here,
        **{str(one.mode): f"{here}{one.mode}/" for one in FAILURES},
        "definitions": f"{here}signs/",
        "sign, of acts": f"{here}signs/practice_share/",
        "sign, of people": f"{here}signs/reach_inbound/",
        "competence": f"{here}competence/",
    }
    found = {}
    for name, path in paths.items():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            first = client.get(path)
        # Whatever is asked next forgets them.
        count = len(queries)
        times = [
            _timed(lambda path=path: client.get(path)) for _ in range(_often(name))
        ]  # type: ignore[misc]
        found[name] = {
            "status": first.status_code,
            "queries": count,
            "kB": round(len(first.content) / 1024, 1),
            "wall": sorted(one[0] for one in times),
            "own": sorted(one[1] for one in times),
        }
    _answer({"pages": found, "memory": memory()})


def _often(page: str) -> int:
    """Pages from stored readings are asked often; others read what lies behind them."""
    return REQUESTS if page in ("Monday page", "definitions") else 5


_STEPS: Final[dict[str, Callable[[int, int], None]]] = {
    "fill": _fill,
    "night": _night,
    "pages": _pages,
}


def _set_up() -> None:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()


def _answer(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found))


def _timed(work: Callable[[], object]) -> list[float]:
    """Return the seconds that passed, and those this process was at work."""
    passed, worked = time.monotonic(), time.process_time()
    work()
    return [time.monotonic() - passed, time.process_time() - worked]


def _tell(one: dict[str, Any]) -> None:
    fill, night, pages = one["fill"], one["night"], one["pages"]["pages"]
    say(
        f"\n{one['members']:,} members, {fill['lines']:,} lines, {fill['tasks']:,} tasks,"
        f" filled in {fill['seconds']:.0f} s"
    )
    (wall, own), (all_, at_work) = night["read"], night["night"]
    before, peak = night["memory"]
    say(
        f"  night {all_:8.2f} s, {at_work:.2f} s at work; of it reading {wall:.2f} s,"
        f" {own:.2f} s at work; {peak:,.0f} MiB at most, {before:,.0f} before"
    )
    rows = ", ".join(f"{name} {count:,}" for name, count in night["rows"].items())
    say(f"  rows read: {rows}")
    say(
        f"  {'page':22}{'status':>7}{'queries':>8}{'kB':>7}   own ms p50, p95  wall ms p50, p95"
    )
    for name, page in pages.items():
        times = [
            1_000 * _at(page[which], share)
            for which in ("own", "wall")
            for share in (0.5, 0.95)
        ]
        say(
            f"  {name:22}{page['status']:>7}{page['queries']:>8}{page['kB']:>7}"
            + "".join(f"{value:>9.0f}" for value in times)
        )
    say(f"  pages' process: {one['pages']['memory']:,.0f} MiB at most")


def _at(times: list[float], share: float) -> float:
    return times[min(math.ceil(share * len(times)), len(times)) - 1]


def _tell_growth(found: list[dict[str, Any]]) -> None:
    import numpy as np  # noqa: PLC0415

    for what, place in (("wall", 0), ("at work", 1)):
        times = np.log([one["night"]["night"][place] for one in found])
        for by in ("lines", "members"):
            sizes = np.log([one[by] for one in found])
            steps = ", ".join(f"{step:.2f}" for step in np.diff(times) / np.diff(sizes))
            exponent = np.polyfit(sizes, times, 1)[0]
            say(
                f"night, {what}: grows as {by}^{exponent:.2f} (from size to size {steps})"
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--members", type=int, nargs="+", default=[1_000, 10_000, 30_000, 100_000]
    )
    parser.add_argument(
        "--lines",
        type=int,
        nargs="+",
        default=[100_000, 1_000_000, 3_000_000, 10_000_000],
        help="as many sizes as of members",
    )
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    parser.add_argument(
        "--one", choices=["fill", "night", "pages"], help=argparse.SUPPRESS
    )
    asked = parser.parse_args()
    if asked.quick:
        vars(asked).update(QUICK)
    if len(asked.members) != len(asked.lines):
        parser.error("--members and --lines name as many sizes")
    return asked


if __name__ == "__main__":
    main()
