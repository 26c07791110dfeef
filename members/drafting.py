"""Drafting: keeping what somebody was typing until it is sent."""

from datetime import datetime
from typing import Any

from members.models import Draft, Member


def keep(
    *, member: Member | None, key: str, fields: dict[str, Any], at: datetime
) -> Draft | None:
    """Keep what was typed into one form, in place of what was kept before."""
    if member is None:
        return None
    draft, _ = Draft.objects.update_or_create(
        member=member, key=key, defaults={"fields": fields, "saved_at": at}
    )
    return draft


def let_go(*, member: Member | None, key: str) -> None:
    """Forget a draft whose text has arrived where it was going."""
    Draft.objects.filter(member=member, key=key).delete()
