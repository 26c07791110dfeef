"""What the frame around every page shows: where one is, as whom, and what waits."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from domain.questions import Given, number_of, question
from members import reckoning
from members.http import memberships_of
from members.models import Member, Membership, Notification
from tasks.models.submission import number_reviewable_by


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for every page. What costs a query is asked for only when shown."""
    reader = getattr(request, "user", None)
    member = reader if reader is not None and reader.is_authenticated else None
    domain = getattr(request, "domain", None)
    membership: Membership | None = getattr(request, "membership", None)
    return {
        "member": member,
        "domain": domain,
        "membership": membership,
        "communities": _lazily(
            lambda: [(own.domain, own) for own in memberships_of(request)]
        ),
        "unread_count": _lazily(lambda: _unread(member)),
        "review_count": _lazily(lambda: _waiting(membership)),
        "beside": _lazily(lambda: reckoning.beside(domain) if domain else None),
        "shows_health": bool(domain and membership and membership.is_organizer),
    }


def _lazily(ask: Callable[[], Any]) -> Any:
    return SimpleLazyObject(ask)


def _unread(member: Member | None) -> int:
    return (_unread_by.first(member=member.pk) or 0) if member else 0


@question
def _unread_by() -> QuerySet[Notification, int]:
    return number_of(Notification.objects.unread().filter(member=Given("member")))


def _waiting(membership: Membership | None) -> int:
    return number_reviewable_by(membership) if membership else 0
