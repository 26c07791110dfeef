import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from domain.models import Domain
from domain.refusal import Refused
from members import regulating
from members.practice import reckoning_of


class Command(BaseCommand):
    """Shows, tries and sets the rules one domain's positions are worked out under."""

    help = "Show the rules of a domain's positions; with settings, try or set them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", metavar="SLUG")
        parser.add_argument(
            "settings",
            nargs="*",
            metavar="NAME=VALUE",
            help="what differs from now, as active=5.5,4 or level_half_life=180;"
            " NAME=default goes back to the default",
        )
        parser.add_argument(
            "--reason",
            help="set them, and say why; without it what would change is shown",
        )

    def handle(
        self, *_: Any, domain: str, settings: list[str], reason: str | None, **__: Any
    ) -> None:
        found = Domain.objects.filter(slug=domain).first()
        if found is None:
            raise CommandError(f"There is no domain “{domain}”.")
        version = reckoning_of(found).rules
        changed = dict(version.changed) if version else {}
        if not settings:
            self._show(changed)
            return
        for setting in settings:
            name, _equals, value = setting.partition("=")
            changed[name] = _value(setting, value)
            if value == "default":
                del changed[name]
        try:
            with tqdm(desc=domain, unit=" weeks", disable=None) as bar:

                def progress(done: int, of: int) -> None:
                    bar.total = of
                    bar.update(done - bar.n)

                asked: dict[str, Any] = {
                    "domain": found,
                    "changed": changed,
                    "at": timezone.now(),
                    "progress": progress,
                }
                if reason is None:
                    self._tell(found, regulating.preview(**asked))
                else:
                    number = regulating.set_rules(reason=reason, **asked).number
                    self.stdout.write(f"{domain}: version {number} is in force")
        except Refused as refused:
            refusal = refused.refusal
            raise CommandError(f"{refusal.sentence} {refusal.opens}".strip()) from None

    def _show(self, changed: dict[str, Any]) -> None:
        for name, default in regulating.changeable().items():
            value = changed.get(name, default)
            mark = f"  (default {default})" if name in changed else ""
            self.stdout.write(f"{name} = {value}{mark}")

    def _tell(self, domain: Domain, moves: list[regulating.Move]) -> None:
        if not moves:
            self.stdout.write("Nobody would stand in another zone.")
            return
        ways = Counter((move.before, move.after) for move in moves)
        for (before, after), count in sorted(ways.items()):
            self.stdout.write(
                f"{count} from {domain.zone_name(before)} to {domain.zone_name(after)}"
            )
        for move in moves:
            self.stdout.write(
                f"  {move.membership.name}: {domain.zone_name(move.before)}"
                f" → {domain.zone_name(move.after)}"
            )
        self.stdout.write("Nothing is changed yet; say --reason to set these rules.")


def _value(setting: str, value: str) -> Any:
    if value == "default":
        return None
    try:
        found = json.loads(f"[{value}]")
    except ValueError:
        raise CommandError(_malformed(setting)) from None
    if not found:
        raise CommandError(_malformed(setting))
    return found[0] if len(found) == 1 else found


def _malformed(setting: str) -> str:
    return f"“{setting}” is no setting; write NAME=VALUE, as active=5.5,4."
