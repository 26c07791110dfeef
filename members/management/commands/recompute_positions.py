from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from domain.models import Domain
from members import positioning
from members.practice import reckoning_of


class Command(BaseCommand):
    """Does the night's work on positions by hand."""

    help = "Work out where everybody stands, from the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--domain", metavar="SLUG", help="this domain only")
        parser.add_argument(
            "--from-scratch",
            action="store_true",
            help="live through the whole history again, not only what is new",
        )

    def handle(
        self, *_: Any, domain: str | None, from_scratch: bool, **__: Any
    ) -> None:
        domains = Domain.objects.order_by("pk")
        if domain is not None:
            domains = domains.filter(slug=domain)
            if not domains:
                raise CommandError(f"There is no domain “{domain}”.")
        at = timezone.now()
        for one in domains:
            with tqdm(desc=one.slug, unit=" weeks", disable=None) as bar:

                def show(done: int, of: int, bar: Any = bar) -> None:
                    bar.total = of
                    bar.update(done - bar.n)

                if from_scratch:
                    counted = positioning.replay(domain=one, at=at, progress=show)
                else:
                    counted = positioning.reposition(
                        domain=one, at=at, everybody=True, progress=show
                    )
            full = reckoning_of(one).full_members
            self.stdout.write(f"{one.slug}: {counted} new lines, {full} full members")
