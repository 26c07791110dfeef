"""How long work waits for its verdict, told honestly: what still waits counts too.

Kaplan and Meier's estimate over rounds settled and still waiting alike. The median of the
settled ones alone would be short wherever the slow ones have not ended yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from scipy import stats

from domain.models import Domain
from domain.questions import Given, question
from tasks.models import Submission

#: Older waits tell about people who may not be here any more.
RECENT = timedelta(days=90)
#: So many recent ones tell as much as all of them.
SAMPLE = 400
#: With fewer verdicts than this nothing is said.
FEWEST = 20
HALF, NEARLY_ALL = 0.5, 0.1

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wait:
    """What to expect: half have their verdict by ``usual``, nine in ten by ``mostly``.

    Either is None where fewer than that have ever had theirs in the time looked at.
    ``about`` says whose waits these are: "work", "area" or "community".
    """

    usual: timedelta | None
    mostly: timedelta | None
    cases: int
    about: str

    @property
    def is_known(self) -> bool:
        return self.usual is not None


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
                return _estimate(hours, about=about, after=after / HOUR)
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


def _estimate(
    hours: list[tuple[float, bool]], *, about: str, after: float
) -> Wait | None:
    sample = stats.CensoredData(
        uncensored=[time for time, ended in hours if ended],
        right=[time for time, ended in hours if not ended],
    )
    waiting = stats.ecdf(sample).sf
    still = float(waiting.evaluate(after)) if after else 1.0
    if not still:
        # Longer than any that ended: nothing known tells about it.
        return None

    def reached(share: float) -> timedelta | None:
        there = np.flatnonzero(waiting.probabilities <= share * still + 1e-9)
        return (
            timedelta(hours=float(waiting.quantiles[there[0]])) if len(there) else None
        )

    return Wait(reached(HALF), reached(NEARLY_ALL), len(hours), about)
