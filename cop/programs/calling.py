"""Calling: what programs asked for lately, for whoever answers for them."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import DatabaseError

from cop.programs.entering import Entrant
from cop.programs.models import Call
from members.models import Member

log = logging.getLogger(__name__)

#: Long enough to see on Monday what an agent did at the weekend.
KEPT_FOR: Final = timedelta(days=7)
#: As many of one member as anybody looks through.
MOST_KEPT: Final = 1000
MOST_AT_ONCE: Final = 20_000


def note(
    *,
    who: Entrant,
    method: str,
    path: str,
    status: int,
    code: str,
    took: timedelta,
    at: datetime,
) -> Call:
    """Keep one call: what was asked for and how it was answered, never what it said."""
    return Call.objects.create(
        member=who.member,
        by=who.by[:100],
        at=at,
        method=method,
        path=path[:300],
        status=status,
        code=code[:60],
        ms=round(took / timedelta(milliseconds=1)),
    )


def note_quietly(**told: Any) -> Call | None:
    """The same where nothing hangs on it: an act that is done stays answered."""
    try:
        return note(**told)
    except DatabaseError:
        log.warning("A call could not be noted", exc_info=True)
        return None


def latest(member: Member, *, limit: int = 50) -> list[Call]:
    """The latest calls of a member's programs, for its sponsor's page."""
    return list(Call.objects.filter(member=member).latest_first()[:limit])


def forget(*, at: datetime) -> int:
    """Let go of calls from days ago, and of those beyond what anybody reads."""
    old = Call.objects.filter(at__lt=at - KEPT_FOR).order_by("at")
    keys = list(old.values_list("pk", flat=True)[:MOST_AT_ONCE])
    gone = Call.objects.filter(pk__in=keys).delete()[0]
    members = Call.objects.order_by().values_list("member", flat=True).distinct()
    for member in members:
        beyond = Call.objects.filter(member=member).latest_first()
        last = beyond.values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + MOST_AT_ONCE]
        gone += Call.objects.filter(pk__in=list(last)).delete()[0]
    return gone
