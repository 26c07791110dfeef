from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cop.bridges.management.base import ImportCommand


class Command(ImportCommand):
    """Takes in a history written in the neutral format of docs/history-format.md."""

    help = "Bring a community's history in from a file (docs/history-format.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="JSON lines, plain or gzipped")
        parser.add_argument("--source", help="what to call where it came from")

    def handle(self, *_: Any, **given: Any) -> None:
        path: Path = given.pop("file")
        try:
            path.open("rb").close()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        self.bring_in(
            path,
            source=given.pop("source") or path.name,
            domain=self.domain(slug=given.pop("domain"), create=given.pop("create")),
            **given,
        )
