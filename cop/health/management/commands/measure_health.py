from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from cop.health import measuring
from cop.health.models import Finding
from domain.models import Domain


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        missing = f"{text!r} is no day; write it as 2026-03-31."
        raise ArgumentTypeError(missing) from None


class Command(BaseCommand):
    help = (
        "Take every sign of health now, as the nightly job does, or for days gone by."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--domain", metavar="SLUG", help="only this community")
        parser.add_argument(
            "--since",
            type=_day,
            metavar="YYYY-MM-DD",
            help="each week from here to now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        domains = Domain.objects.order_by("pk")
        if options["domain"]:
            domains = domains.filter(slug=options["domain"])
            if not domains:
                missing = f"There is no community called {options['domain']!r} here."
                raise CommandError(missing)
        now, since = timezone.now(), options["since"]
        if since and since > now:
            raise CommandError("--since lies in the future: nothing has happened yet.")
        for domain in tqdm(domains, unit="community", disable=None):
            for found in _measured(domain, since, now):
                self._say(domain, found)

    def _say(self, domain: Domain, findings: list[Finding]) -> None:
        for found in findings:
            self.stdout.write(
                f"{domain.slug} {found.on}: {found.mode} {found.state}"
                + (f" ({', '.join(found.called_by)})" if found.called_by else "")
            )


def _measured(
    domain: Domain, since: datetime | None, now: datetime
) -> Iterator[list[Finding]]:
    if since is None:
        yield measuring.measure(domain=domain, at=now)
        return
    weeks = (now - since) // timedelta(weeks=1)
    moments = [now - week * timedelta(weeks=1) for week in range(weeks + 1)]
    yield from measuring.measure_again(domain=domain, moments=moments)
