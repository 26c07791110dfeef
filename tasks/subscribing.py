"""Subscribing: a private address for one's calendar, and letting go of it."""

import secrets
from datetime import datetime

from members.models import Membership
from tasks.models import CalendarAddress


def make_address(*, membership: Membership, at: datetime) -> CalendarAddress:
    """Make an address, in place of one there was: that one stops working."""
    address, _is_new = CalendarAddress.objects.update_or_create(
        membership=membership,
        defaults={"key": secrets.token_urlsafe(12), "made_at": at},
    )
    return address


def let_go(*, membership: Membership) -> None:
    """Make an address stop working."""
    CalendarAddress.objects.filter(membership=membership).delete()
