"""Knowing: whom a move asks about something of an area."""

from datetime import datetime

from domain.models import Area
from members.models import Member, Membership


def at_home_in(
    area: Area | None, *, domain_id: int, at: datetime
) -> list[Member | None]:
    """Return the full members who know an area and are not away.

    All full members where there is no area, or nobody is at home in it.
    """
    full = Membership.objects.full().of_people().filter(domain=domain_id)
    full = full.select_related("member").order_by("pk")
    knowing = (area is not None and full.filter(areas=area)) or full
    return [one.member for one in knowing if not one.is_away(at=at)]
