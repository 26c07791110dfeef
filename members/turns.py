"""Turns: whom it is fair to ask that something waits to be read, and in which order.

Everybody asked is nobody asked, and whoever is asked first each time is worn out.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from members.models import Membership, Notification

#: Few enough that each knows it is up to them.
ASKED_AT_ONCE: Final = 3
#: Once the promise has slipped the circle is wider.
ASKED_WHEN_LATE: Final = 6
#: Who was asked within this time has had their turn.
TURN: Final = timedelta(days=7)
#: Turns somebody takes more of in an area they know than in one they do not.
AREA_IS_WORTH: Final = 3


def able(domain_id: int, *, but: Collection[int]) -> list[Membership]:
    """Return the full members who take requests, without those named by key."""
    found = (
        Membership.objects.full()
        .with_account()
        .of_people()
        .filter(domain=domain_id)
        .exclude(capacity=Membership.Capacity.NONE)
        .select_related("member")
        .prefetch_related("areas")
    )
    return [one for one in found if one.pk not in but]


def taken(domain_id: int, asked_by: Q, *, at: datetime) -> dict[int | None, int]:
    """Return how often each account was asked lately, by the notices that ask."""
    told = Notification.objects.filter(
        asked_by, domain=domain_id, created_at__gt=at - TURN
    )
    return dict(told.values_list("member").annotate(number=Count("pk")))


def ahead(one: Membership, area_id: int | None) -> int:
    """Return by how many turns knowing the area puts somebody first in line."""
    return AREA_IS_WORTH * (area_id in {area.pk for area in one.areas.all()})
