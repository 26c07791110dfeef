"""The gatherings that come next, and what the reader said of them."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from domain.questions import Given, question
from members.http import MemberHttpRequest
from tasks.models import Attendance, Gathering

#: The two next: a front page is no calendar.
MOST: Final = 2
#: Further ahead nobody plans by a front page.
AHEAD: Final = timedelta(days=28)


def to(request: MemberHttpRequest, *, at: datetime) -> dict[str, Any]:
    found = _next.ask(domain=request.domain.pk, at=at, until=at + AHEAD)
    for gathering in found:
        gathering.domain = request.domain
    return {
        "gatherings": found,
        "answers": Attendance.objects.answers_of(request.membership, found),
    }


@question
def _next() -> QuerySet[Gathering]:
    here = Gathering.objects.standing().filter(
        domain=Given("domain"), starts_at__lt=Given("until")
    )
    return here.with_numbers().coming(at=Given("at"))[:MOST]
