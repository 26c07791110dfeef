"""The addresses at which calendars find a community's gatherings.

A calendar has no session. What anybody may read has one address for everybody; what
only members may read has one for each member, which works until they make another, let
it go, or leave.
"""

from typing import Final

from django.core import signing
from django.urls import reverse

from domain.models import Domain
from members.models import Membership
from tasks.models import CalendarAddress

_SALT: Final = "tasks.calendar"


def path_for(domain: Domain, address: CalendarAddress | None) -> str:
    """Where a calendar finds the gatherings; "" where the reader has no address yet."""
    path = reverse("tasks:calendar", args=[domain.slug])
    if domain.visibility != Domain.Visibility.MEMBERS:
        return path
    if address is None:
        return ""
    token = signing.dumps([address.membership_id, address.key], salt=_SALT)
    return f"{path}?key={token}"


def membership_of(domain: Domain, token: str) -> Membership | None:
    """Return whose address this is, if it still works."""
    try:
        pk, key = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return (
        Membership.objects.present()
        .filter(pk=pk, domain=domain, calendar_address__key=key)
        .first()
    )
