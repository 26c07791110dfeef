"""What the commands that bring in a history have in common."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count
from django.utils import timezone
from tqdm import tqdm

from cop.bridges import importing
from cop.bridges.models import Import
from domain.centrality import Zone
from domain.models import Domain
from domain.refusal import Refused

#: More refused lines than this are for a file, not for a terminal.
MOST_REFUSED_TOLD = 20
#: Seconds to wait for the database to notice that an import was killed.
PATIENCE = 10.0


class ImportCommand(BaseCommand):
    """Brings a history into a domain and tells what came of it."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--domain", required=True, metavar="SLUG", help="the domain it goes into"
        )
        parser.add_argument(
            "--create", action="store_true", help="make the domain if there is none"
        )
        parser.add_argument(
            "--integrations",
            action=argparse.BooleanOptionalAction,
            help="count work nobody is known to have reviewed as recognised by who "
            "integrated it; the same for all imports into a domain",
        )
        parser.add_argument(
            "--refusals",
            type=Path,
            metavar="FILE",
            help="write refused lines here, with their numbers and the reasons",
        )

    def domain(self, *, slug: str, create: bool) -> Domain:
        domain = Domain.objects.filter(slug=slug).first()
        if domain is not None:
            return domain
        if not create:
            raise CommandError(
                f"There is no domain “{slug}”. Make it first, or add --create."
            )
        field = Domain._meta.get_field("slug")  # noqa: SLF001 - Django documents it
        try:
            field.run_validators(slug)
        except ValidationError:
            raise CommandError(
                "A domain's slug has at most 50 small letters, digits and single "
                "hyphens between them."
            ) from None
        return importing.open_domain(slug=slug, at=timezone.now())

    def bring_in(
        self, path: Path, *, source: str, domain: Domain, **given: Any
    ) -> Import:
        """Import a file in the neutral format, and tell what came of it."""
        at = timezone.now()
        try:
            importing.history_of(domain, counts_integrations=given["integrations"])
            self._alone(domain)
            run = self._read(path, source=source, domain=domain)
            importing.draw_areas(domain=domain)
            importing.backdate(domain=domain)
            with self._bar("Writing the ledger", unit=" works") as bar:
                run = importing.write(run=run, at=at, progress=bar.update)
            with self._bar("Living through the years", unit=" weeks") as bar:

                def lived(weeks: int, of: int) -> None:
                    bar.total = of
                    bar.update(weeks - bar.n)

                importing.settle(domain=domain, at=at, progress=lived)
        except Refused as refused:
            refusal = refused.refusal
            raise CommandError(f"{refusal.sentence} {refusal.opens}".strip()) from None
        self._tell(run, refusals=given["refusals"])
        return run

    def _alone(self, domain: Domain) -> None:
        """Wait a little for an import that was killed a moment ago."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                importing.refuse_second(domain)
            except Refused:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return

    def _read(self, path: Path, *, source: str, domain: Domain) -> Import:
        size = path.stat().st_size
        with self._bar("Reading", total=size, unit="B", unit_scale=True) as bar:

            def begun(run: Import) -> None:
                if run.lines:
                    self._say(f"Going on after line {run.lines:,} of an earlier run.")

            def read(position: int) -> None:
                bar.update(position - bar.n)

            return importing.take_in(
                domain=domain,
                path=path,
                source=source,
                at=timezone.now(),
                progress=read,
                begun=begun,
            )

    def _tell(self, run: Import, *, refusals: Path | None) -> None:
        kinds = ", ".join(
            f"{kind} {count:,}" for kind, count in sorted(run.taken_in.items())
        )
        people = run.domain.memberships.filter(identities__isnull=False)
        areas = run.domain.areas.order_by("place", "pk").values_list("name", flat=True)
        zones = dict(people.values_list("zone").annotate(count=Count("pk")))
        rows = {
            "lines": f"{run.lines:,}",
            "acts taken in": f"{sum(run.taken_in.values()):,}"
            + (f" ({kinds})" if kinds else ""),
            "known already": f"{run.known:,}",
            "lines refused": f"{run.refused:,}",
            "people": f"{run.people_new:,} new, "
            f"{people.distinct().count() - run.people_new:,} known",
            "areas": ", ".join(areas) or "none",
            "ledger lines": f"{run.ledger_lines:,} new",
            "zones": ", ".join(
                f"{run.domain.zone_name(zone)} {zones.get(zone, 0):,}"
                for zone in reversed(Zone)
            ),
        }
        self._say(f"{run.source} into {run.domain}:")
        for name, value in rows.items():
            self._say(f"  {name:14} {value}")
        self._tell_refused(run, refusals)

    def _tell_refused(self, run: Import, refusals: Path | None) -> None:
        if not run.refused:
            return
        lines = run.refused_lines.order_by("number")
        if refusals is None and run.refused > MOST_REFUSED_TOLD:
            refusals = Path(f"refused-{run.domain.slug}-{run.pk}.txt").resolve()
        if refusals is not None:
            with refusals.open("w", encoding="utf-8") as file:
                file.writelines(f"{line} [{line.code}]\n" for line in lines.iterator())
        for line in lines[:MOST_REFUSED_TOLD]:
            self.stderr.write(f"{line} [{line.code}]")
        if refusals is not None:
            self.stderr.write(f"All refused lines are in {refusals}")

    def _say(self, text: str) -> None:
        self.stdout.write(text)

    @contextmanager
    def _bar(self, title: str, **given: Any) -> Iterator["tqdm[Any]"]:
        """Show a bar where somebody is looking, and nothing elsewhere."""
        with tqdm(desc=title, disable=None, leave=False, **given) as bar:
            yield bar
