"""Drafting: keeping what somebody was typing until it is sent."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import BadSignature, Signer
from django.utils.datastructures import MultiValueDict

from members.models import Draft, Member

#: In the session: what was posted by somebody who was signed out meanwhile.
_SET_ASIDE = "typed"

_HANDS = Signer(salt="members.drafting")

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


def hand_of(member: Member) -> str:
    """What a form says of whoever it was opened by, so that nobody else says it."""
    return _HANDS.sign(str(member.pk))


def writer(hand: str) -> int | None:
    """Whose hand it is; nobody's where we did not write it."""
    try:
        return int(_HANDS.unsign(hand))
    except BadSignature:
        return None


def set_aside(
    *, session: SessionBase, path: str, typed: "MultiValueDict[str, str]", hand: str
) -> bool:
    """Keep what somebody signed out has typed, until they are back at ``path``.

    Signing in keeps the session of whoever was nobody. One text at a time, and none
    but what was typed into a form of a member's, ``hand``: visitors cannot fill the
    table of sessions.
    """
    by = writer(hand)
    length = sum(len(value) for _, values in typed.lists() for value in values)
    if by is None or length > LONGEST_SET_ASIDE:
        return False
    session[_SET_ASIDE] = {"path": path, "fields": [*typed.lists()], "writer": by}
    return True


def take_up(*, session: SessionBase, path: str) -> "MultiValueDict[str, str] | None":
    """Return what was set aside for ``path``, once, and to whoever typed it.

    Others may sign in at the same browser: for them it is gone.
    """
    aside = session.get(_SET_ASIDE)
    if not aside or aside["path"] != path:
        return None
    del session[_SET_ASIDE]
    if str(aside["writer"]) != session.get(SESSION_KEY):
        return None
    typed: MultiValueDict[str, str] = MultiValueDict()
    for name, values in aside["fields"]:
        typed.setlist(name, values)
    return typed
