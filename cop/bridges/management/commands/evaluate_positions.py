import json
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from cop.bridges import history
from cop.bridges.evaluating import evaluation, listed
from cop.bridges.evaluating.report import report
from cop.bridges.evidence import days
from cop.bridges.history import ToldAct
from domain.refusal import Refusal, Refused

#: What is too late to be looked at is told by the day judged at, never by this
#: machine's clock: the same files give the same figures anywhere.
EVER = datetime(9000, 1, 1, tzinfo=UTC)
#: More refused lines than this are a matter for whoever made the file.
MOST_REFUSED_TOLD = 5


class Command(BaseCommand):
    """Holds positions against a community whose core is known; needs no database."""

    help = (
        "Replay a history and tell how well positions agree with the list a community "
        "keeps of its core (docs/position.md)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "events", type=Path, help="the history: JSON lines, plain or gzipped"
        )
        parser.add_argument("core", type=Path, help="the list of core people, JSON")
        parser.add_argument(
            "--at",
            type=_day,
            metavar="YYYY-MM-DD",
            help="judge at the end of this day and look at nothing later (default: the "
            "day the list is of)",
        )
        parser.add_argument(
            "--json", type=Path, metavar="OUT", help="write every figure here"
        )
        parser.add_argument(
            "--integrations",
            action="store_true",
            help="count work nobody is known to have reviewed as recognised by who "
            "integrated it",
        )

    def handle(self, *_: Any, **given: Any) -> None:
        try:
            core = listed.read(given["core"])
            at = given["at"] or core.as_of
            acts = self._acts(given["events"])
            settings = evaluation.Settings(
                end=listed.end_of(at), integrations=given["integrations"]
            )
            self._refuse_too_early(acts, core, settings.end)
            with tqdm(desc="Replaying", disable=None, leave=False) as bar:

                def done(count: int, of: int) -> None:
                    bar.total = of
                    bar.update(count - bar.n)

                told = evaluation.evaluate(acts, core, settings, progress=done)
        except Refused as refused:
            raise CommandError(refused.refusal.sentence) from None
        told = {"at": at.isoformat(), "integrations": given["integrations"], **told}
        for line in report(told):
            self.stdout.write(line)
        if given["json"] is not None:
            self._keep(told, given["json"])

    def _acts(self, path: Path) -> list[ToldAct]:
        """Return all acts of a file; tell of lines that are none."""
        acts = []
        refused = 0
        try:
            with history.opened(path) as (stream, _file):
                for number, line in history.read(stream, at=EVER):
                    if isinstance(line, ToldAct):
                        acts.append(line)
                    elif isinstance(line, Refusal):
                        refused += 1
                        if refused <= MOST_REFUSED_TOLD:
                            self.stderr.write(f"line {number}: {line.sentence}")
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        if refused:
            self.stderr.write(f"{refused:,} lines of {path} were not taken in.")
        if not acts:
            raise CommandError(f"{path} tells of nothing that anybody did.")
        return acts

    def _refuse_too_early(
        self, acts: list[ToldAct], core: listed.Listed, end: float
    ) -> None:
        first = min(act.t for act in acts)
        if days(first) > end:
            raise CommandError(
                f"The history begins on {first.date()}; there is nothing to judge "
                "before."
            )
        people = {act.actor for act in acts if days(act.t) <= end}
        named = core.core_at(end)
        if not named:
            raise CommandError("The list has nobody in the core on that day.")
        if not named & people:
            raise CommandError(
                f"None of the {len(named)} people on the list did anything in the "
                "history: the two files do not belong together."
            )

    def _keep(self, told: dict[str, Any], path: Path) -> None:
        try:
            with path.open("w", encoding="utf-8") as file:
                json.dump(told, file, indent=1, allow_nan=False)
                file.write("\n")
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"“{text}” is not a day; write it as 2026-01-31."
        ) from None
