import sys
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from cop.bridges.repertoire import folder, stream
from domain.models import Domain


class Command(BaseCommand):
    """Writes a repertoire out, whole, so that it can go elsewhere and come back."""

    help = (
        "Write a community's repertoire as a folder of Markdown files, or with all its "
        "history as a stream for git fast-import (docs/repertoire.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("community", help="the slug in its address")
        parser.add_argument(
            "path",
            help="a new or empty folder; a file for the stream; - to write it out",
        )
        parser.add_argument(
            "--fast-import",
            action="store_true",
            help="every version as a commit, in one stream for git fast-import",
        )

    def handle(self, *_: Any, **given: Any) -> None:
        domain = Domain.objects.filter(slug=given["community"]).first()
        if domain is None:
            raise CommandError(f"There is no community “{given['community']}”.")
        with transaction.atomic():
            self._look_once()
            if given["fast_import"]:
                self._stream(domain, given["path"])
            elif given["path"] == "-":
                raise CommandError("A folder cannot be written out; name one.")
            else:
                self._folder(domain, Path(given["path"]))

    def _look_once(self) -> None:
        """See the repertoire as it is now, whatever is written meanwhile."""
        if len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def _folder(self, domain: Domain, path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise CommandError(f"{path} is not empty; name a new folder.")
            written = 0
            for name, content in folder.files(domain):
                file = path / name
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(content)
                written += 1
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{written:,} files in {path}")

    def _stream(self, domain: Domain, name: str) -> None:
        if name == "-":
            self._write(domain, getattr(self.stdout, "buffer", sys.stdout.buffer))
            return
        try:
            with Path(name).open("xb") as file:
                self._write(domain, file)
        except OSError as error:
            raise CommandError(f"{name} cannot be written: {error.strerror}.") from None
        self.stdout.write(
            f"{name} is written. In an empty repository: git fast-import < {name}"
        )

    def _write(self, domain: Domain, file: BinaryIO) -> None:
        file.writelines(stream.written(domain))
        file.flush()
