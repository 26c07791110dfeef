"""Watched: what a member saw being done from an observer seat."""

from domain.models import Area
from members.models import Membership
from tasks.models import Observation


def observed_to_the_end(
    membership: Membership, zone: int, area: Area | None = None
) -> bool:
    """Whether the member watched real work of this zone, and area, to its end.

    Asked inside a larger question, the same is ``Observation.objects.seen_through``.
    """
    return Observation.objects.seen_through(
        membership, centrality=zone, area=area
    ).exists()
