import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cop.bridges import git, history, importing
from cop.bridges.evidence import VOUCHES, ActKind
from cop.bridges.history import ToldAct
from cop.bridges.management.base import ImportCommand
from domain.refusal import Refused

#: Where fewer contributions than this share name somebody who reviewed them, review is
#: not kept in messages there, and who integrated them is all there is to go by.
FEW = 0.1


class Command(ImportCommand):
    """Brings in what a git repository tells of those who worked on it."""

    help = "Bring a community's history in from its git repository."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("repository", type=Path, help="its folder")
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="DATE", help="2026-01-31"
        )
        parser.add_argument(
            "--names",
            action="store_true",
            help="bring people in under their names; else under pseudonyms",
        )
        parser.add_argument(
            "--out",
            type=Path,
            metavar="FILE",
            help="keep the acts in the neutral format, gzipped if it ends in .gz",
        )

    def handle(self, *_: Any, **given: Any) -> None:
        repository: Path = given.pop("repository")
        try:
            with self._bar("Who is who", unit=" repositories"):
                past = git.past_of(repository)
        except Refused as refused:
            raise CommandError(
                f"{refused.refusal.sentence} {refused.refusal.opens}".strip()
            ) from None
        domain = self.domain(slug=given.pop("domain"), create=given.pop("create"))
        how = importing.history_of(domain, counts_integrations=None)
        acts = git.acts_of(
            repository,
            past,
            key=bytes(how.pseudonym_key),
            names=given.pop("names"),
            since=given.pop("since"),
        )
        out: Path | None = given.pop("out")
        with tempfile.TemporaryDirectory() as folder:
            path = out or Path(folder) / "history.jsonl.gz"
            with self._bar("Reading", total=past.commits, unit=" commits") as bar:
                reviewed = self._write(path, acts, bar.update)
            if given["integrations"] is None and not domain.imports.exists():
                given["integrations"] = reviewed < FEW
            self.bring_in(
                path, source=repository.resolve().name, domain=domain, **given
            )

    def _write(
        self, path: Path, acts: Iterable[list[ToldAct]], read: Callable[[], object]
    ) -> float:
        """Write acts to a file; return the share of contributions with a reviewer."""
        kinds: Counter[bool] = Counter()
        with history.created(path) as file:
            for about in acts:
                reviewed = any(act.kind in VOUCHES for act in about)
                for act in about:
                    file.write(history.line_of(act))
                    if act.kind is ActKind.CONTRIBUTION:
                        kinds[reviewed] += 1
                read()
        return kinds[True] / (kinds.total() or 1)
