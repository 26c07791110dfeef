"""How long work waits for its verdict: told of the work most like it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from domain.models import Domain
from domain.questions import Given, question
from domain.waits import FEWEST, HOUR, RECENT, SAMPLE, Wait, estimate
from tasks.models import Submission


class Waits:
    """The recent waits of a domain, to be asked about one piece of work after another."""

    def __init__(self, waits: Iterable[tuple[int, int, float, bool]]) -> None:
        self._waits = list(waits)

    def expected(
        self,
        *,
        area_id: int | None = None,
        centrality: int | None = None,
        after: timedelta = timedelta(0),
    ) -> Wait | None:
        """Return the wait of work like this, or None where it is too early to say.

        Told by the narrowest kind with enough verdicts: the same area and centrality,
        then the area, then the whole community. ``after`` is how long it has waited
        already: the answer is for those that waited as long, counted from handing in.
        """
        for about, alike in (
            ("work", lambda a, c: a == area_id and c == centrality),
            ("area", lambda a, c: a == area_id),
            ("community", lambda a, c: True),
        ):
            hours = [(time, ended) for a, c, time, ended in self._waits if alike(a, c)]
            if sum(ended for _time, ended in hours) >= FEWEST:
                return estimate(hours, about=about, after=after)
        return None


def waits_of(domain: Domain, *, at: datetime) -> Waits:
    """Return how long each recent round waited, and which of them still do."""
    return Waits(
        (area, centrality, max(((ended_at or at) - since) / HOUR, 0.0), settled)
        for area, centrality, since, settled_at, withdrawn_at in _recent.ask(
            domain=domain.pk, since=at - RECENT
        )
        if since <= at
        for ended_at in (settled_at or withdrawn_at,)
        # Taken back by its author: it waited so long at least.
        for settled in (settled_at is not None,)
    )


@question
def _recent() -> QuerySet[Submission, Any]:
    return (
        Submission.objects.filter(
            task__domain=Given("domain"), handed_in_at__gt=Given("since")
        )
        .order_by("-handed_in_at")
        .values_list(
            "task__area",
            "task__centrality",
            "handed_in_at",
            "settled_at",
            "withdrawn_at",
        )[:SAMPLE]
    )
