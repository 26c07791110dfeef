"""Movement: the zone each person stood in 90 days ago, and now."""

from collections import Counter
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from cop.health.signs.reading import WINDOW
from domain.models import Domain
from members.models import Membership, TrajectoryPoint

HEADS = ("from", "to", "people")

#: Stands for having come since, and for having left.
OUTSIDE = 0


def tabulate(domain: Domain, at: datetime) -> list[list[object]]:
    """Rows of (zone then, zone now, people); 0 is outside."""
    then = (
        TrajectoryPoint.objects.in_force()
        .filter(membership=OuterRef("pk"), at__lte=at - WINDOW)
        .order_by("-at")
        .values("zone")[:1]
    )
    # Whoever left before the window began moved in neither direction.
    people = (
        Membership.objects.of_people()
        .filter(domain=domain, joined_at__lte=at)
        .filter(Q(left_at=None) | Q(left_at__gt=at - WINDOW))
        .annotate(then=Subquery(then))
        .values_list("joined_at", "left_at", "is_silent", "zone", "then")
    )
    moves: Counter[tuple[int, int]] = Counter()
    for joined_at, left_at, silent, zone, was in people.iterator():
        came = joined_at > at - WINDOW
        start = OUTSIDE if came else (was or 1)
        moves[start, OUTSIDE if left_at or silent else zone] += 1
    return [[start, end, count] for (start, end), count in sorted(moves.items())]
