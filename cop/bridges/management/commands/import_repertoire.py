from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from cop.bridges import importing
from cop.bridges.repertoire import bringing
from cop.bridges.repertoire.bringing import Brought, NotBrought
from domain.models import Domain
from domain.refusal import Refused
from members.models import Membership


class Command(BaseCommand):
    """Takes a repertoire in again, and writes over nothing that is here."""

    help = (
        "Take a repertoire in: a folder of Markdown files, or a stream with its history "
        "(docs/repertoire.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("community", help="the slug in its address")
        parser.add_argument("path", type=Path, help="the folder, or the stream's file")
        parser.add_argument(
            "--by",
            metavar="HANDLE",
            help="the member whose changes these are: files changed after they were "
            "exported, and files that name no author",
        )

    def handle(self, *_: Any, **given: Any) -> None:
        domain = Domain.objects.filter(slug=given["community"]).first()
        if domain is None:
            raise CommandError(f"There is no community “{given['community']}”.")
        path: Path = given["path"]
        try:
            importing.refuse_second(domain)
            brought = self._brought(domain, path, self._member(domain, given["by"]))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        except Refused as refused:
            raise CommandError(
                f"{refused.refusal.sentence} {refused.refusal.opens}".strip()
            ) from None
        except NotBrought as trouble:
            for one in trouble.troubles:
                self.stderr.write(str(one))
            raise CommandError("Nothing was taken in.") from None
        self.stdout.write(
            f"{brought.written:,} entries new, {brought.revised:,} changed, "
            f"{brought.proposed:,} proposed, {brought.known:,} known already; "
            f"{brought.versions:,} versions."
        )

    def _member(self, domain: Domain, handle: str | None) -> Membership | None:
        if handle is None:
            return None
        found = domain.memberships.present().filter(handle=handle).first()
        if found is None:
            raise CommandError(f"Nobody here goes by “{handle}”.")
        found.domain = domain
        return found

    def _brought(self, domain: Domain, path: Path, by: Membership | None) -> Brought:
        if path.is_dir():
            return bringing.bring_in_folder(
                domain=domain, path=path, by=by, at=timezone.now()
            )
        with (
            path.open("rb") as file,
            tqdm(desc="Taking in", unit=" versions", disable=None, leave=False) as bar,
        ):
            return bringing.bring_in_stream(
                domain=domain, file=file, name=path.name, progress=bar.update
            )
