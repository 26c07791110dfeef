"""What somebody did here that others recognised: counts for phrases, never for tiles."""

from dataclasses import dataclass

from django.db.models import Count, Q

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
    work = Q(kind=Kind.RECOGNISED, practice=False)
    gained = (
        Participation.objects.filter(
            receiver=membership, kind__in=(Kind.RECOGNISED, Kind.USED)
        )
        .standing()
        .aggregate(
            recognised=Count(
                "item", work & Q(rounds=1, accommodated=False), distinct=True
            ),
            after_changes=Count(
                "item", work & Q(rounds__gt=1, accommodated=False), distinct=True
            ),
            with_help=Count("item", work & Q(accommodated=True), distinct=True),
            entries_used=Count("entries", Q(kind=Kind.USED), distinct=True),
        )
    )
    reviewed = (
        Participation.objects.filter(
            giver=membership, kind=Kind.REVIEWED, practice=False
        )
        .standing()
        .aggregate(reviewed=Count("item", distinct=True))
    )
    return Counts(**gained, **reviewed)
