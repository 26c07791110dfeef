"""What somebody did here that others recognised: counts for phrases, never for tiles."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from domain.questions import Given, question
from members.models import Membership, Participation

Kind = Participation.Kind


@dataclass(frozen=True, slots=True)
class Counts:
    """How many works, reviews and entries; each counted once, however many lines."""

    recognised: int
    after_changes: int
    with_help: int
    reviewed: int
    entries_used: int

    @property
    def is_nothing(self) -> bool:
        return not (
            self.recognised
            or self.after_changes
            or self.with_help
            or self.reviewed
            or self.entries_used
        )


def of(membership: Membership) -> Counts:
    [gained] = _gained.ask(who=membership.pk)
    return Counts(**gained, reviewed=_reviewed.first(who=membership.pk) or 0)


@question
def _gained() -> QuerySet[Participation, Any]:
    work = Q(kind=Kind.RECOGNISED, practice=False)
    return (
        Participation.objects.filter(
            receiver=Given("who"), kind__in=(Kind.RECOGNISED, Kind.USED)
        )
        .standing()
        .order_by()
        .values(_=Value(1))
        .annotate(
            recognised=Count(
                "item", work & Q(rounds=1, accommodated=False), distinct=True
            ),
            after_changes=Count(
                "item", work & Q(rounds__gt=1, accommodated=False), distinct=True
            ),
            with_help=Count("item", work & Q(accommodated=True), distinct=True),
            entries_used=Count("entries", Q(kind=Kind.USED), distinct=True),
        )
        .values("recognised", "after_changes", "with_help", "entries_used")
    )


@question
def _reviewed() -> QuerySet[Participation, int]:
    return (
        Participation.objects.filter(
            giver=Given("who"), kind=Kind.REVIEWED, practice=False
        )
        .standing()
        .order_by()
        .values(_=Value(1))
        .annotate(number=Count("item", distinct=True))
        .values_list("number", flat=True)
    )
