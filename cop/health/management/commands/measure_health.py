from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from cop.health import measuring
from domain.models import Domain


class Command(BaseCommand):
    help = "Take every sign of health now, as the nightly job does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--domain", metavar="SLUG", help="only this community")

    def handle(self, *args: Any, **options: Any) -> None:
        domains = Domain.objects.order_by("pk")
        if options["domain"]:
            domains = domains.filter(slug=options["domain"])
            if not domains:
                missing = f"There is no community called {options['domain']!r} here."
                raise CommandError(missing)
        at = timezone.now()
        for domain in tqdm(domains, unit="community", disable=None):
            for called in measuring.measure(domain=domain, at=at):
                self.stdout.write(
                    f"{domain.slug}: {called.mode} {called.state}"
                    + (f" ({', '.join(called.called_by)})" if called.called_by else "")
                )
