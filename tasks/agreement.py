"""Whether readers agree: Cohen's kappa over verdicts given without knowing the other's.

Counted are work read again blind, and the first two verdicts on work that takes two,
whose readers do not see each other's before both are sent.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import stats

from domain.models import Domain
from members.models import Membership
from tasks.models import Rereading, Review

WINDOW = timedelta(days=365)
#: With fewer pairs nothing is said.
FEWEST_PAIRS = 20
INTERVAL = 0.9
DRAWS = 10_000

Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two readers said the same, and how much of that chance would not give.

    ``kappa`` is None where it is too early to say, or where every verdict was the same:
    then agreement by chance is complete as well. The interval holds 90 %.
    """

    pairs: int
    same: int
    kappa: float | None = None
    low: float | None = None
    high: float | None = None


def of_pairs(pairs: Sequence[Pair]) -> Agreement:
    """Cohen's kappa (1960): (agreed - by chance) / (1 - by chance).

    Its interval is the posterior of the table of both readers' verdicts under a
    Dirichlet prior worth one pair, drawn from a fixed seed: with few pairs that all
    agree it stays wide, where the normal approximation would shrink to a point.
    """
    same = sum(first == second for first, second in pairs)
    said = sorted({verdict for pair in pairs for verdict in pair})
    if len(pairs) < FEWEST_PAIRS or len(said) < 2:  # noqa: PLR2004 - one is no choice
        return Agreement(len(pairs), same)
    counted = Counter(pairs)
    table = np.array([[counted[a, b] for b in said] for a in said], dtype=np.float64)
    prior = 1 / table.size
    drawn = stats.dirichlet.rvs(
        table.ravel() + prior, size=DRAWS, random_state=np.random.default_rng(1960)
    ).reshape(DRAWS, *table.shape)
    low, high = np.quantile(_kappa(drawn), [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    value = float(_kappa(table[np.newaxis] / table.sum())[0])
    return Agreement(len(pairs), same, value, float(low), float(high))


def _kappa(tables: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    agreed = np.trace(tables, axis1=1, axis2=2)
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1)
    kappa: npt.NDArray[np.float64] = (agreed - chance) / (1 - chance)
    return kappa


def pairs_of(
    domain: Domain, *, at: datetime, membership: Membership | None = None
) -> list[Pair]:
    """Verdicts on the same work by two readers, of a year; a member's own come first."""
    again = Rereading.objects.sent().filter(
        submission__task__domain=domain, sent_at__gt=at - WINDOW
    )
    both = [
        ((first_by, first), (second_by, second))
        for first_by, first, second_by, second in again.order_by(
            "sent_at", "pk"
        ).values_list("first__reviewer", "first__verdict", "reader", "verdict")
    ]
    placed = (
        Review.objects.standing()
        .sent()
        .filter(
            submission__task__domain=domain,
            submission__task__is_practice=False,
            sent_at__gt=at - WINDOW,
            place__in=(1, 2),
        )
    )
    # Most work takes one reader alone: of it nothing has to be fetched.
    by_two = placed.filter(submission__in=placed.filter(place=2).values("submission"))
    read: dict[int, list[tuple[int, str]]] = {}
    for submission, reviewer, verdict in by_two.order_by("sent_at", "pk").values_list(
        "submission", "reviewer", "verdict"
    ):
        read.setdefault(submission, []).append((reviewer, verdict))
    both += [(given[0], given[1]) for given in read.values() if len(given) > 1]
    if membership is None:
        return [(first, second) for (_, first), (_, second) in both]
    own = []
    for one, other in both:
        if one[0] == membership.pk:
            own.append((one[1], other[1]))
        elif other[0] == membership.pk:
            own.append((other[1], one[1]))
    return own
