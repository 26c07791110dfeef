"""What taking in a history costs, beside a plain COPY of the same lines.

    python -m bench.importing [FILE] [--lines 100000]

Without a file, an invented history of as many lines is made, always the same. The
floor is the least any import could do: parse each line as JSON and copy it into a bare
table, in one transaction, on the same server in the same run.
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cop.embedded import Servers

KIB = 1024
FIELDS = ("t", "actor", "kind", "subject", "work", "area", "size", "docs_only", "files")


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        Path(folder).chmod(0o755)
        path = asked.file or invented(Path(folder) / "invented.jsonl", asked.lines)
        servers = Servers(Path(folder) / "s")
        try:
            os.environ["DATABASE_URL"] = servers.start_postgres()
            os.environ["DEMO"] = "true"
            os.environ["DJANGO_SETTINGS_MODULE"] = "cop.settings"
            measure(path)
        finally:
            servers.stop()


def measure(path: Path) -> None:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from cop.bridges import importing  # noqa: PLC0415
    from members import positioning  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    say(f"{path.name}: {path.stat().st_size / KIB**2:.1f} MiB")
    lines = floor(path)
    before = memory()
    at = timezone.now()
    domain = importing.open_domain(slug="bench", at=at)
    importing.history_of(domain, counts_integrations=False)
    with timed("take in", lines):
        run = importing.take_in(domain=domain, path=path, source=path.name, at=at)
    importing.draw_areas(domain=domain)
    importing.backdate(domain=domain)
    with timed("write the ledger", lines):
        run = importing.write(run=run, at=at)
    after = memory()
    with timed("live through the years", lines):
        importing.settle(domain=domain, at=at)
    with timed("nightly, from scratch", lines):
        positioning.replay(domain=domain, at=at)
    say(
        f"acts {sum(run.taken_in.values()):,}, refused {run.refused:,}, people "
        f"{run.people_new:,}, ledger lines {run.ledger_lines:,}"
    )
    say(
        f"peak memory: {before:.0f} MiB before, {after:.0f} MiB importing, "
        f"{memory():.0f} MiB with positions"
    )


def floor(path: Path) -> int:
    """Copy the lines into a bare table; return how many there are."""
    from django.db import connection, transaction  # noqa: PLC0415

    from cop.bridges import history  # noqa: PLC0415

    count = 0
    began = clocks()
    columns = ", ".join(f"{name} text" for name in FIELDS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE floor ({columns})")
        with (
            history.opened(path) as (stream, _file),
            cursor.copy("COPY floor FROM STDIN") as copy,
        ):
            for line in stream:
                fields = json.loads(line)
                copy.write_row([fields.get(name) for name in FIELDS])
                count += 1
    tell("floor: plain COPY", began, count)
    return count


def invented(path: Path, lines: int) -> Path:
    """Make up a history: people come, some stay, and those who stay review."""
    chance = random.Random(20261116)
    at = datetime(2012, 1, 2, tzinfo=UTC)
    people = [f"p{number:05}" for number in range(4)]
    with path.open("w", encoding="utf-8") as file:
        told = 0
        work = 0
        while told < lines:
            work += 1
            at += timedelta(minutes=chance.expovariate(1 / 120))
            if chance.random() < 0.02:  # noqa: PLR2004
                people.append(f"p{len(people):05}")
            author = people[int(len(people) * chance.random() ** 2)]
            elders = [one for one in people[: 4 + len(people) // 30] if one != author]
            shared = {
                "t": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "work": f"w{work:07}",
                "area": f"part-{chance.randrange(14)}",
                "size": chance.randrange(1, 400),
                "docs_only": chance.random() < 0.1,  # noqa: PLR2004
                "files": chance.randrange(1, 9),
            }
            acts = [("contribution", author, None)]
            acts += [
                (kind, chance.choice(elders), author)
                for kind, often in (("review", 0.7), ("ack", 0.4), ("test", 0.1))
                if chance.random() < often
            ]
            for kind, actor, subject in acts[: lines - told]:
                fields = {"actor": actor, "kind": kind, "subject": subject, **shared}
                file.write(json.dumps(fields) + "\n")
                told += 1
    return path


@contextmanager
def timed(what: str, lines: int) -> Generator[None]:
    began = clocks()
    yield
    tell(what, began, lines)


def clocks() -> tuple[float, float]:
    """Return the time that passes, and the time this process is at work."""
    return time.monotonic(), time.process_time()


def tell(what: str, began: tuple[float, float], lines: int) -> None:
    passed, worked = (now - then for now, then in zip(clocks(), began, strict=True))
    say(
        f"{what:24} {passed:8.2f} s {lines / passed:12,.0f} lines/s"
        f" {worked:8.2f} s at work, the server apart"
    )


def memory() -> float:
    """Return the most memory this process has had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (KIB**2 if sys.platform == "darwin" else KIB)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure an import.")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--lines", type=int, default=100_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
