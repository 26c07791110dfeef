"""What a simulated community came to, read from what its deeds left."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from statistics import mean, median
from typing import Any, Final

import numpy as np
from scipy import stats

from bench.community import BEGINS_AT, Community
from domain.centrality import Centrality, Zone
from tasks.models import Review, Submission, Task, Verdict

DAY = timedelta(days=1)
#: A task open for eight weeks is not going to be done.
LONG: Final = timedelta(weeks=8)
#: Newcomers are looked at a quarter after they came.
QUARTER: Final = timedelta(days=90)
#: Whose share of the verdicts is told.
FEW: Final = 3


def figures(community: Community) -> dict[str, Any]:
    """Return what is asked of a community.

    first_recognition_days
        From joining to the first recognised work. ``median`` of those who ever got
        there: whoever left before is not in it, so a community that only keeps the
        quick looks quick. ``within_90`` has everybody who could be followed that long:
        the mean days spent unrecognised, 90 for whoever never was.
    reached_inbound, reached_active
        The share, of those who came in the first half, who ever stood there.
    review_wait_days
        From handing in to the verdict that settles it, open ones counted as such
        (Kaplan-Meier); nothing where the curve does not come down that far.
    never_done
        The share, of tasks opened eight weeks before the end or earlier, still not done.
    reviewer_top3_share
        The three busiest reviewers' share of all verdicts.

    Under ``world`` stands what tells whether such a community could be a real one.
    """
    half = community.weeks * timedelta(weeks=1) / 2
    arrivals = [person for person in community.people if not person.is_founder]
    early = [one for one in arrivals if one.joined - BEGINS_AT <= half]
    window = min(QUARTER, half)
    followed = [one for one in arrivals if community.ends_at - one.joined >= window]
    took = [
        (one.recognised_at[0] - one.joined) / DAY
        for one in arrivals
        if one.recognised_at
    ]
    waits = _waits(community)
    verdicts = Counter(
        Review.objects.sent()
        .filter(submission__task__domain=community.domain, is_first_look=False)
        .values_list("reviewer", flat=True)
    )
    return {
        "first_recognition_days": {
            "median": median(took) if took else None,
            "within_90": _mean(
                min((_first(one) - one.joined) / DAY, window / DAY)
                if one.recognised_at
                else window / DAY
                for one in followed
            ),
        },
        "reached_inbound": _mean(one.furthest >= Zone.INBOUND for one in early),
        "reached_active": _mean(one.furthest >= Zone.ACTIVE for one in early),
        "review_wait_days": {
            "median": _quantile(waits, 0.5),
            "p90": _quantile(waits, 0.9),
        },
        "never_done": _never_done(community),
        "reviewer_top3_share": _share_of_few(verdicts),
        "world": _world(community, arrivals, followed, window, verdicts),
    }


def _first(person: Any) -> Any:
    return person.recognised_at[0]


def _waits(community: Community) -> stats.CensoredData | None:
    rows = Submission.objects.filter(
        task__domain=community.domain, withdrawn_at=None
    ).values_list("handed_in_at", "settled_at")
    over = [(settled - at) / DAY for at, settled in rows if settled]
    open_still = [(community.ends_at - at) / DAY for at, settled in rows if not settled]
    if not over:
        return None
    return stats.CensoredData(uncensored=over, right=open_still)


def _quantile(waits: stats.CensoredData | None, share: float) -> float | None:
    if waits is None:
        return None
    there = stats.ecdf(waits).cdf
    reached = np.flatnonzero(there.probabilities >= share)
    return float(there.quantiles[reached[0]]) if reached.size else None


def _never_done(community: Community) -> float | None:
    long = min(LONG, community.weeks * timedelta(weeks=1) / 2)
    opened = Task.objects.filter(
        domain=community.domain, opened_at__lte=community.ends_at - long
    ).exclude(state=Task.State.WITHDRAWN)
    return _mean(
        state != Task.State.DONE for state in opened.values_list("state", flat=True)
    )


def _share_of_few(verdicts: Counter[int]) -> float | None:
    total = verdicts.total()
    return sum(n for _, n in verdicts.most_common(FEW)) / total if total else None


def _world(
    community: Community,
    arrivals: list[Any],
    followed: list[Any],
    window: timedelta,
    verdicts: Counter[int],
) -> dict[str, Any]:
    tasks = Task.objects.filter(domain=community.domain)
    states = Counter(tasks.values_list("state", flat=True))
    outcomes = Counter(
        Submission.objects.filter(task__domain=community.domain)
        .exclude(outcome="")
        .values_list("outcome", flat=True)
    )
    edge = tasks.filter(opened_at__isnull=False, centrality=Centrality.PERIPHERY)
    here = [one for one in community.people if one.gone_at is None]
    second = [one for one in arrivals if len(one.recognised_at) > 1]
    return {
        "arrived": len(arrivals),
        "here_at_the_end": len(here),
        "left_within_90": _mean(
            one.gone_at is not None and one.gone_at - one.joined <= window
            for one in followed
        ),
        "ever_recognised": _mean(bool(one.recognised_at) for one in followed),
        "second_work_within_90": _mean(
            len(one.recognised_at) > 1 and one.recognised_at[1] - one.joined <= window
            for one in followed
        ),
        "recognised_twice": len(second),
        "tasks": dict(states),
        "edge_tasks_per_arrival": edge.count() / max(len(arrivals), 1),
        "verdicts": verdicts.total(),
        "reviewers": len(verdicts),
        "outcomes": dict(outcomes),
        "full_at_the_end": sum(one.furthest >= Zone.ACTIVE for one in here),
        "first_looks": Review.objects.sent()
        .filter(submission__task__domain=community.domain, is_first_look=True)
        .count(),
        "recognised_at_once": _mean(
            outcome == Verdict.RECOGNISED
            for outcome in Submission.objects.filter(
                task__domain=community.domain, is_first=True, round=1
            )
            .exclude(outcome="")
            .values_list("outcome", flat=True)
        ),
        "counted": dict(community.done),
    }


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return mean(float(value) for value in found) if found else None
