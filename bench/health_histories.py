"""What health says of a history taken in from elsewhere, year by year.

    python -m bench.health_histories FOLDER … [--json OUT]

Each folder holds a history (docs/history-format.md) and, if there is one, the list of
core people the community itself keeps, as `evaluate_positions` reads it
(docs/position.md): events.jsonl.gz and core.json. The history is taken in as the product
does it, into a server that ends with it, positions are lived through, and every sign is
read as of each 1 January.

Then the turns the list itself tells of, years in which many came into its core or went
from it, are held against the readings: a turn is seen if the sign's interval on the next
1 January leaves out what the sign said on the one before, in the direction of the turn.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from bench.importing import say, timed
from cop.embedded import Servers

if TYPE_CHECKING:
    from cop.health.models import Reading
    from cop.health.signs.reading import Sign
    from domain.models import Domain

#: A year is a turn if so many times as many came or went as in the median year.
TURN: Final = 2.0
FEWEST_AT_A_TURN: Final = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """A year in which many came into a community's own list, or went from it."""

    year: int
    #: "came" or "went".
    what: str
    people: int
    listed: int
    sign: str
    #: What the sign said before and after; None where it says nothing.
    before: float | None
    after: tuple[float, float, float] | None

    @property
    def seen(self) -> str:
        if self.before is None or self.after is None:
            return "cannot tell"
        _value, low, _high = self.after
        return "seen" if low > self.before else "not seen"


def main() -> None:
    asked = _arguments()
    told = []
    for folder in asked.folders:
        with tempfile.TemporaryDirectory(prefix="cop-bench-") as temporary:
            Path(temporary).chmod(0o755)
            servers = Servers(Path(temporary) / "s")
            try:
                told.append(_in_a_process(servers, folder))
            finally:
                servers.stop()
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1))


def _in_a_process(servers: Servers, folder: Path) -> Any:
    """A history in a process of its own: Django is set up for one database only."""
    import subprocess  # noqa: PLC0415

    out = servers.base / "told.json"
    env = {
        **os.environ,
        "DATABASE_URL": servers.start_postgres(),
        "REDIS_URL": servers.start_valkey(),
        "DJANGO_SETTINGS_MODULE": "cop.settings",
        "DEMO": "true",
    }
    command = [sys.executable, "-m", "bench.health_histories", str(folder)]
    subprocess.run([*command, "--one", str(out)], env=env, check=True)
    return json.loads(out.read_text())


def _measure(folder: Path, out: Path) -> None:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from cop.health import measuring  # noqa: PLC0415
    from cop.health.models import Reading  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    path = folder / "events.jsonl.gz"
    say(f"\n{folder.name}")
    domain = _taken_in(path)
    lines = domain.participations.order_by("occurred_at")
    first, last = lines.earliest("occurred_at"), lines.latest("occurred_at")
    years = range(first.occurred_at.year + 1, last.occurred_at.year + 1)
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in years]
    with timed("read the years", lines.count()):
        list(measuring.measure_again(domain=domain, moments=moments))
    readings = {
        (one.sign, one.on.year): one
        for one in Reading.objects.of(domain).filter(
            on__in=[moment.date() for moment in moments]
        )
    }
    _tell_readings(readings, list(years))
    turns = _turns(folder / "core.json", readings, list(years))
    _tell_turns(turns)
    _tell_findings(domain)
    out.write_text(
        json.dumps(
            {
                "history": folder.name,
                "readings": [
                    [sign, year, one.value, one.low, one.high, one.cases]
                    for (sign, year), one in sorted(readings.items())
                ],
                "turns": [{**asdict(turn), "seen": turn.seen} for turn in turns],
            }
        )
    )


def _taken_in(path: Path) -> "Domain":
    from django.utils import timezone  # noqa: PLC0415

    from cop.bridges import importing  # noqa: PLC0415

    at = timezone.now()
    domain = importing.open_domain(slug="bench", at=at)
    importing.history_of(domain, counts_integrations=False)
    run = importing.take_in(domain=domain, path=path, source=path.name, at=at)
    importing.draw_areas(domain=domain)
    importing.backdate(domain=domain)
    run = importing.write(run=run, at=at)
    with timed("live through the years", run.ledger_lines):
        importing.settle(domain=domain, at=at)
    domain.refresh_from_db()
    say(f"people {run.people_new:,}, ledger lines {run.ledger_lines:,}")
    return domain


def _tell_readings(
    readings: "dict[tuple[str, int], Reading]", years: list[int]
) -> None:
    from cop.health import reports  # noqa: PLC0415
    from cop.health.signs import SIGNS  # noqa: PLC0415

    say("\nReadings on 1 January; * surely past its threshold, . too few to say")
    say(f"{'':16}" + "".join(f"{year:>7}" for year in years))
    silent: list[str] = []
    for name, sign in SIGNS.items():
        row = [readings[name, year] for year in years]
        if all(one.value is None for one in row):
            silent.append(f"  {name}: {_why_silent(sign, row)}")
            continue
        said = [
            "."
            if one.value is None
            else reports.said(sign, one.value)
            + ("*" if (one.past_threshold or 0) >= 0.9 else "")  # noqa: PLR2004
            for one in row
        ]
        say(f"{name:16}" + "".join(f"{cell:>7}" for cell in said))
    if silent:
        say("\nSay nothing in any year:")
        for line in silent:
            say(line)


def _why_silent(sign: "Sign", row: "list[Reading]") -> str:
    most = max(one.cases for one in row)
    if most:
        return f"at most {most} cases, and it takes {sign.fewest}"
    return f"a history holds none of what it is read from ({sign.read_from})"


def _turns(
    path: Path, readings: "dict[tuple[str, int], Reading]", years: list[int]
) -> list[Turn]:
    """The turns the community's own list tells of, with what the signs say of them."""
    if not path.exists():
        return []
    listed = json.loads(path.read_text())
    # Whoever was listed when the list began came nobody knows when.
    known = set(listed.get("became_censored", []))
    came = [
        date.fromisoformat(day).year
        for who, day in listed["became"].items()
        if who not in known
    ]
    went = [date.fromisoformat(day).year for day in listed["left"].values()]
    begins = min(date.fromisoformat(day) for day in listed["became"].values())
    # The list's own first half year is filling up.
    covered = [
        year
        for year in years
        if date(year - 1, 1, 1) >= begins + timedelta(days=182)
        and (("renewal", year - 1) in readings)
    ]
    found = []
    for what, happened, sign in (("came", came, "renewal"), ("went", went, "loss")):
        numbers = {year - 1: happened.count(year - 1) for year in covered}
        usual = median(numbers.values()) if numbers else 0
        for year, number in numbers.items():
            if number < max(TURN * usual, FEWEST_AT_A_TURN):
                continue
            after = readings[sign, year + 1]
            found.append(
                Turn(
                    year=year,
                    what=what,
                    people=number,
                    listed=_listed_on(listed, date(year, 1, 1)),
                    sign=sign,
                    before=readings[sign, year].value,
                    after=None
                    if after.value is None
                    else (after.value, after.low or 0.0, after.high or 0.0),
                )
            )
    return sorted(found, key=lambda turn: (turn.year, turn.what))


def _listed_on(listed: dict[str, Any], day: date) -> int:
    """How many stood in the core of the community's own list on a day."""
    came = {who: date.fromisoformat(at) for who, at in listed["became"].items()}
    went = {who: date.fromisoformat(at) for who, at in listed["left"].items()}
    return sum(at <= day and went.get(who, date.max) > day for who, at in came.items())


def _tell_turns(turns: list[Turn]) -> None:
    say(f"\nTurns of the community's own list: {TURN:g} times the median year")
    for turn in turns:
        after = (
            "–"
            if turn.after is None
            else "{:.0%} ({:.0%} to {:.0%})".format(*turn.after)
        )
        before = "–" if turn.before is None else f"{turn.before:.0%}"
        say(
            f"  {turn.year}: {turn.people} {turn.what}, {turn.listed} were listed; "
            f"{turn.sign} {before}, then {after}: {turn.seen}"
        )
    if not turns:
        say("  none")


def _tell_findings(domain: "Domain") -> None:
    from cop.health.models import Finding  # noqa: PLC0415

    say("\nFindings of the whole community")
    findings = Finding.objects.of(domain).order_by("mode", "on")
    for mode in findings.values_list("mode", flat=True).distinct().order_by("mode"):
        said = [f"{one.on.year} {one.state}" for one in findings.filter(mode=mode)]
        say(f"  {mode}: {', '.join(said)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    asked = _arguments()
    if asked.one:
        _measure(asked.folders[0], asked.one)
    else:
        main()
