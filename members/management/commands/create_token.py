from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from domain.models import Domain
from domain.refusal import Refused
from members import issuing
from members.models import Member, Scope


class Command(BaseCommand):
    """Makes a token where its owner cannot come to the page themselves."""

    help = "Make a token for a person or an agent, and print it this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("handle", help="whose token it is")
        parser.add_argument(
            "--scopes",
            required=True,
            help=f"what it opens, with commas between: {', '.join(Scope.values)}",
        )
        parser.add_argument(
            "--days", type=int, default=issuing.LASTS.days, help="how long it lasts"
        )
        parser.add_argument(
            "--community", metavar="SLUG", help="this one only; else all of theirs"
        )
        parser.add_argument("--name", default="Made by an operator", help="what it is")

    def handle(
        self,
        *_: Any,
        handle: str,
        scopes: str,
        days: int,
        community: str | None,
        name: str,
        **__: Any,
    ) -> None:
        member = Member.objects.filter(handle=handle).first()
        if member is None:
            raise CommandError(f"Nobody here goes by “{handle}”.")
        domain = None
        if community is not None:
            domain = Domain.objects.filter(slug=community).first()
            if domain is None:
                raise CommandError(f"There is no domain “{community}”.")
        if days < 1:
            raise CommandError("A token lasts a day or longer.")
        try:
            _token, shown = issuing.issue(
                member=member,
                # In the name of whoever would make it on the page.
                by=member.sponsor or member,
                name=name[:60],
                scopes=[scope.strip() for scope in scopes.split(",")],
                domain=domain,
                lasts=timedelta(days=days),
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = refused.refusal
            raise CommandError(f"{refusal.sentence} {refusal.opens}".strip()) from None
        self.stdout.write(shown)
