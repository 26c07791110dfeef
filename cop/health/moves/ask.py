"""Ask: finding readers for work that waits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cop.health.moves.offer import MOST_ABOUT, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.models import Domain
from members import turns
from members.models import Membership
from tasks import asking
from tasks.models import Submission

PROMISED: Final = timedelta(hours=48)


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """Work that has waited longer than promised, the longest first."""
    late = Submission.objects.waiting().filter(
        task__domain=domain, handed_in_at__lt=at - PROMISED
    )
    rows = late.order_by("handed_in_at", "pk").values_list("pk", "author")
    found = list(rows[:MOST_ABOUT])
    return Offer([pk for pk, _who in found], len({who for _pk, who in found}))


def make(about: Sequence[int], membership: Membership, at: datetime) -> None:
    waiting = Submission.objects.waiting().filter(
        task__domain=membership.domain_id, pk__in=about
    )
    for submission in waiting.select_related("task__domain", "author__member"):
        asking.ask(submission=submission, at=at, most=turns.ASKED_WHEN_LATE)


WAY = Way(
    words=_("Ask for readers"),
    sentence=ngettext_lazy(
        "One piece of work has waited more than two days.",
        "%(about)d pieces of work have waited more than two days. Authors who wait: "
        "%(touches)d.",
        "about",
    ),
    does=_(
        "Up to six full members who may review a piece, have room and were asked least get "
        "a notice for each of these."
    ),
    button=_("Ask reviewers"),
    of=Thing.SUBMISSION,
    signs=("first_response", "slow_response"),
    find=find,
    make=make,
)
