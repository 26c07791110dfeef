"""How long proposals wait for an answer in a community."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from domain.models import Domain
from domain.questions import Given, question
from domain.waits import HOUR, RECENT, SAMPLE, Wait, estimate
from repertoire.models import Revision


def expected(
    domain: Domain, *, at: datetime, after: timedelta = timedelta(0)
) -> Wait | None:
    """Return how long a proposal here usually waits, or None where it is too early.

    ``after`` is how long it has waited already.
    """
    hours = [
        # Taken back by its author: it waited so long at least.
        (
            max(((settled_at or at) - since) / HOUR, 0.0),
            settled_at is not None and settled_by != author,
        )
        for since, settled_at, settled_by, author in _recent.ask(
            domain=domain.pk, since=at - RECENT
        )
        if since <= at
    ]
    return estimate(hours, about="community", after=after)


@question
def _recent() -> QuerySet[Revision, Any]:
    waited = Q(state=Revision.State.PROPOSED) | Q(settled_at__isnull=False)
    return (
        Revision.objects.filter(
            waited,
            entry__domain=Given("domain"),
            written_at__gt=Given("since"),
            rest_of=None,
        )
        .order_by("-written_at")
        .values_list("written_at", "settled_at", "settled_by", "author")[:SAMPLE]
    )
