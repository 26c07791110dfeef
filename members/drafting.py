"""Drafting: keeping what somebody was typing until it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from members.models import Draft, Member

#: In the session: what was posted by somebody who was signed out meanwhile.
_SET_ASIDE = "typed"

#: Characters. Twice the longest text any form takes; nobody types more.
LONGEST_SET_ASIDE = 400_000


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


def let_go(
    *, member: Member | None, key: str, saved_at: datetime | None = None
) -> None:
    """Forget a draft whose text has arrived where it was going.

    With ``saved_at``, only as it was then: another window may have typed on.
    """
    drafts = Draft.objects.filter(member=member, key=key)
    (drafts.filter(saved_at=saved_at) if saved_at else drafts).delete()


def set_aside(*, session: SessionBase, path: str, typed: Mapping[str, str]) -> bool:
    """Keep what somebody signed out has typed, until they are back at ``path``.

    Signing in keeps the session of whoever was nobody. One text at a time, so that
    visitors cannot fill the table of sessions.
    """
    if sum(map(len, typed.values())) > LONGEST_SET_ASIDE:
        return False
    session[_SET_ASIDE] = {"path": path, "fields": dict(typed)}
    return True


def take_up(*, session: SessionBase, path: str) -> dict[str, str] | None:
    """Return what was set aside for ``path``, once."""
    aside = session.get(_SET_ASIDE)
    if not aside or aside["path"] != path:
        return None
    fields: dict[str, str] = session.pop(_SET_ASIDE)["fields"]
    return fields
