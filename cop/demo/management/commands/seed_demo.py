"""Fill the demo with River Watch, living through its history."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from cop.demo.river_watch import telling
from domain.models import Domain


class Command(BaseCommand):
    help = "Let River Watch, an invented community, live through its history here."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "River Watch is made up. It is let in with DEMO=1 only, so that nobody"
                " takes its people for real ones."
            )
        if Domain.objects.filter(slug=telling.SLUG).exists():
            self.stdout.write("River Watch is here already.")
            return
        now = timezone.now()
        with tqdm(total=telling.WEEKS, unit="week", disable=None) as bar:

            def passed(weeks: float) -> None:
                bar.update(min(weeks, telling.WEEKS) - bar.n)

            # One transaction: a story interrupted half-way leaves nothing behind.
            with transaction.atomic():
                telling.tell(
                    now=now.replace(microsecond=0) - timedelta(minutes=1), passed=passed
                )
        self.stdout.write("River Watch is here.")
