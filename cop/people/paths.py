"""A member's path: where they stood month by month, as a line and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from domain.centrality import Zone
from domain.models import Domain
from domain.questions import Given, question
from members import map_layout
from members.models import Membership, TrajectoryPoint
from members.position import map as position_map

#: What "moved lately" means everywhere on the pages about people.
LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody stood at a time."""

    at: datetime
    zone: int
    position: float

    @property
    def height(self) -> float:
        """Zones as bands one above the other: the zone less one, plus the depth in it."""
        return self.zone - 1 + position_map.radius(self.position, self.zone)

    @property
    def distance(self) -> float:
        """How far from the middle of the map."""
        return map_layout.radius(
            self.zone, position_map.radius(self.position, self.zone)
        )

    @property
    def month(self) -> str:
        return formats.date_format(timezone.localtime(self.at), "F Y")


def of(membership: Membership, *, until: datetime) -> list[Step]:
    """The path from joining until now: one step a month, the last one of each."""
    points = _by_month.ask(who=membership.pk, until=until)
    steps = [Step(point.at, point.zone, point.position) for point in points]
    if not steps or membership.joined_at < steps[0].at:
        steps = [Step(membership.joined_at, Zone.PERIPHERY, 0.0), *steps]
    return [*steps, Step(until, membership.zone, membership.position)]


@question
def _by_month() -> QuerySet[TrajectoryPoint]:
    return (
        TrajectoryPoint.objects.in_force()
        .filter(membership=Given("who"), at__lt=Given("until"))
        .annotate(month=TruncMonth("at"))
        .order_by("month", "-at")
        .distinct("month")
        .only("at", "zone", "position")
    )


def has_begun(steps: Sequence[Step]) -> bool:
    """Whether anything has moved them yet: before, there is no line to draw."""
    return any(step.height > 0 for step in steps)


def in_words(steps: Sequence[Step], *, domain: Domain, name: str) -> str:
    """The whole movement in one sentence, for those who cannot see the line."""
    stretches = [next(stretch) for _zone, stretch in groupby(steps, _zone_of)]
    said = [
        _("%(zone)s from %(month)s")
        % {"zone": domain.zone_name(step.zone), "month": step.month}
        for step in stretches
    ]
    return _("%(name)s’s path: %(stretches)s.") % {
        "name": name,
        "stretches": ", ".join(said),
    }


def moved_inward(steps: Sequence[Step]) -> bool:
    return bool(steps) and steps[-1].zone > steps[0].zone


def _zone_of(step: Step) -> int:
    return step.zone
