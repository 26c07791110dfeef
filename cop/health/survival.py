"""How long things take, when some have not happened yet. Pure.

Kaplan and Meier's estimate, Nonparametric estimation from incomplete observations
(1958); the log-rank test (Mantel 1966), by scipy; the restricted mean, which is the area
under the curve up to a horizon, with Irwin's variance (1949), as in Royston and Parmar
(2013). Whoever left will never get there: their wait goes on to the day of the reading,
as that of everybody else who has not arrived. That makes the curve one less the
cumulative incidence with leaving as a competing event (Fine and Gray 1999, whose sets
at risk keep those who left; with the day of the reading known for all, they are known).
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from cop.health.past import Flags, Floats, Numbers

LEVEL = 0.9


@dataclass(frozen=True, slots=True)
class Waits:
    """How long each has waited, in days, and whether the wait is over."""

    days: Floats
    is_over: Flags

    def __len__(self) -> int:
        return len(self.days)

    @property
    def over(self) -> int:
        return int(np.count_nonzero(self.is_over))

    def is_known_up_to(self, days: float) -> bool:
        """Whether somebody was seen for so long, or everybody arrived before."""
        if not len(self):
            return False
        last = float(self.days.max())
        return last >= days or bool(self.is_over[self.days == last].all())

    def censored(self) -> stats.CensoredData:
        return stats.CensoredData(
            uncensored=self.days[self.is_over], right=self.days[~self.is_over]
        )


@dataclass(frozen=True, slots=True)
class Curve:
    """The share still waiting after each of some times, with its band.

    Shares are from 0 to 1. Until somebody arrives there is no band; where it is
    undefined later, it is as wide as it can be.
    """

    days: Floats
    waiting: Floats
    low: Floats
    high: Floats

    def after(self, days: float) -> float:
        """Return the share still waiting after so many days."""
        place = int(np.searchsorted(self.days, days, side="right"))
        return float(self.waiting[place - 1]) if place else 1.0

    def band_after(self, days: float) -> tuple[float, float]:
        """Return the band about the share still waiting after so many days."""
        place = int(np.searchsorted(self.days, days, side="right"))
        if not place:
            return 1.0, 1.0
        return float(self.low[place - 1]), float(self.high[place - 1])

    def reached(self, share: float) -> float | None:
        """Return by when so many have arrived; None while fewer have."""
        there = np.flatnonzero(self.waiting <= 1 - share + 1e-12)
        return float(self.days[there[0]]) if len(there) else None


@dataclass(frozen=True, slots=True)
class Difference:
    """One group's figure less another's, with its interval."""

    value: float
    low: float
    high: float

    @property
    def is_told(self) -> bool:
        """Whether the interval says on which side of nothing it lies."""
        return self.low > 0 or self.high < 0


def curve(waits: Waits) -> Curve:
    """Return the share still waiting as time goes on.

    Raises ``ValueError`` for nobody: there is no share of none.
    """
    if not len(waits):
        raise ValueError("Nobody waits, and nobody waited.")
    # scipy has no curve for data without any event: nobody has arrived.
    if not waits.over:
        ones = np.ones(1)
        return Curve(np.array([float(waits.days.max())]), ones, ones, ones)
    survival = stats.ecdf(waits.censored()).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        band = survival.confidence_interval(LEVEL, method="log-log")
    return Curve(
        days=survival.quantiles,
        waiting=survival.probabilities,
        low=np.where(
            survival.probabilities < 1,
            np.nan_to_num(band.low.probabilities, nan=0.0),
            1.0,
        ),
        high=np.nan_to_num(band.high.probabilities, nan=1.0),
    )


def at_risk(waits: Waits, marks: Sequence[float]) -> list[int]:
    """Return how many were still waiting, and seen to, at each of some times."""
    return [int(np.count_nonzero(waits.days >= mark)) for mark in marks]


def log_rank(one: Waits, other: Waits) -> float:
    """Return how probable it is that two groups differ so much by chance alone.

    Two-sided. Raises ``ValueError`` where neither has seen anybody arrive.
    """
    if not (one.over + other.over):
        raise ValueError("Nobody has arrived in either group.")
    return float(stats.logrank(one.censored(), other.censored()).pvalue)


#: Groups that are alike in something but for what they are held against each other for.
Alike = Sequence[tuple[Waits, Waits]]


def log_rank_alike(alike: Alike) -> float:
    """The same within groups that are alike, put together (Mantel 1966; two-sided).

    Raises ``ValueError`` where nobody arrived while somebody of the other side waited.
    """
    surplus = variance = 0.0
    for one, other in alike:
        arrived = one.days[one.is_over], other.days[other.is_over]
        for day in np.unique(np.concatenate(arrived)):
            risk = [np.count_nonzero(group.days >= day) for group in (one, other)]
            over = [np.count_nonzero(days == day) for days in arrived]
            everybody, both = sum(risk), sum(over)
            surplus += over[0] - both * risk[0] / everybody
            if everybody > 1:
                variance += (
                    both
                    * risk[0]
                    * risk[1]
                    * (everybody - both)
                    / (everybody**2 * (everybody - 1))
                )
    if not variance:
        raise ValueError("Nobody has arrived who could be told from the others.")
    return float(stats.chi2.sf(surplus**2 / variance, 1))


def restricted_difference_alike(
    alike: Alike, *, horizon: float
) -> tuple[Difference, float]:
    """The restricted difference within groups that are alike, put together.

    Each weighs by how sure it is. Beside it, the smallest difference they would show.
    """
    values, weights = [], []
    for one, other in alike:
        mean, error = restricted_mean(one, horizon=horizon)
        others, others_error = restricted_mean(other, horizon=horizon)
        # A group in which all took equally long is no surer than half a day.
        weights.append(1 / max(error**2 + others_error**2, 0.25))
        values.append(mean - others)
    value = float(np.average(values, weights=weights))
    error = 1 / math.sqrt(sum(weights))
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) * error
    needed = float(stats.norm.ppf((1 + LEVEL) / 2) + stats.norm.ppf(0.8))
    return Difference(value, value - half, value + half), needed * error


def restricted_mean(waits: Waits, *, horizon: float) -> tuple[float, float]:
    """Return the mean wait of at most ``horizon`` days, and its standard error.

    Raises ``ValueError`` where nobody was seen for so long: the curve is not known
    up to there.
    """
    if not waits.is_known_up_to(horizon):
        raise ValueError("Nobody was seen for as long as that.")
    times, events = np.unique(waits.days[waits.is_over], return_counts=True)
    inside = times < horizon
    times, events = times[inside], events[inside]
    risk: Numbers = np.array(at_risk(waits, times.tolist()), dtype=np.int64)
    waiting = np.cumprod(1 - events / risk) if len(times) else np.empty(0)
    edges = np.r_[0.0, times, horizon]
    areas = np.diff(edges) * np.r_[1.0, waiting]
    after = areas[::-1].cumsum()[::-1][1:]
    left = risk - events
    terms = np.where(left > 0, after**2 * events / (risk * np.maximum(left, 1)), 0.0)
    return float(areas.sum()), math.sqrt(float(terms.sum()))


def restricted_difference(one: Waits, other: Waits, *, horizon: float) -> Difference:
    """Return by how many days the first group waits longer, of at most ``horizon``."""
    mean, error = restricted_mean(one, horizon=horizon)
    others, others_error = restricted_mean(other, horizon=horizon)
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) * math.hypot(error, others_error)
    value = mean - others
    return Difference(value, value - half, value + half)


def smallest_told(one: Waits, other: Waits, *, horizon: float) -> float:
    """Return the smallest difference, in days, groups like these would show.

    With a chance of four fifths, at the interval's level (Cohen 1988).
    """
    errors = [restricted_mean(group, horizon=horizon)[1] for group in (one, other)]
    needed = stats.norm.ppf((1 + LEVEL) / 2) + stats.norm.ppf(0.8)
    return float(needed) * math.hypot(*errors)
