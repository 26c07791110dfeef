"""What a sign says, and the statistics all signs share.

Pure, but for the signs themselves, which ask the database. Shares are read as a Beta
posterior under Jeffreys' prior Beta(1/2, 1/2), whose intervals cover well in small
samples (Brown, Cai and DasGupta 2001); rates as the Gamma posterior of a Poisson rate
under its own Jeffreys prior. An interval holds 90 %.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.functional import Promise
from scipy import stats

from domain.models import Domain

WINDOW = timedelta(days=90)

#: Fewer cases than this say nothing about a share, whatever its value.
FEWEST_CASES = 20

INTERVAL = 0.9

#: A sign is past its threshold when this much of its posterior lies beyond it.
SURE = 0.9

HALF = 0.5


class Unit(Enum):
    SHARE = "share"
    HOURS = "hours"
    PER_MEMBER = "per_member"
    RATIO = "ratio"


class Healthy(Enum):
    """On which side of its threshold a sign is well."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Measure:
    """The value of a sign: None where there is too little to say.

    ``past`` is how sure it is that the sign lies on the unhealthy side of its
    threshold, from 0 to 1.
    """

    cases: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    past: float | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """One health measure: what it asks, where it turns unhealthy, how it is taken."""

    name: str
    words: str | Promise
    formula: str | Promise
    unit: Unit
    healthy: Healthy
    threshold: float
    #: Where the threshold comes from; "prior" where no measurement is published.
    source: str | Promise
    #: The far end of the bar on the page, in the sign's unit.
    scale: float
    take: Callable[[Domain, datetime], Measure]


def is_past(past: float | None) -> bool:
    """Whether a sign is past its threshold for sure; nothing to read is not past."""
    return past is not None and past >= SURE


def share(hits: int, cases: int, *, threshold: float, healthy: Healthy) -> Measure:
    """Read ``hits`` of ``cases`` as a share, from 0 to 1."""
    if cases < FEWEST_CASES:
        return Measure(cases=cases)
    posterior = stats.beta(hits + 0.5, cases - hits + 0.5)
    low, high = posterior.interval(INTERVAL)
    below = float(posterior.cdf(threshold))
    return Measure(
        cases=cases,
        value=hits / cases,
        low=float(low),
        high=float(high),
        past=below if healthy is Healthy.ABOVE else 1 - below,
    )


def rate(events: int, exposure: int, *, threshold: float, healthy: Healthy) -> Measure:
    """Read ``events`` among ``exposure`` members as a rate for each member."""
    if exposure < 1:
        return Measure(cases=exposure)
    posterior = stats.gamma(events + 0.5, scale=1 / exposure)
    low, high = posterior.interval(INTERVAL)
    below = float(posterior.cdf(threshold))
    return Measure(
        cases=exposure,
        value=events / exposure,
        low=float(low),
        high=float(high),
        past=below if healthy is Healthy.ABOVE else 1 - below,
    )


def ratio_of_shares(
    part: tuple[int, int], whole: tuple[int, int], *, threshold: float
) -> Measure:
    """Read one share against another, each given as (hits, cases); healthy above.

    The posterior of a ratio of two Beta variables has no closed form worth having:
    it is sampled, from a fixed seed, so that a reading taken again is the same.
    """
    cases = min(part[1], whole[1])
    if cases < FEWEST_CASES:
        return Measure(cases=cases)
    draw = np.random.default_rng(1991)
    ratios = draw.beta(part[0] + 0.5, part[1] - part[0] + 0.5, 20_000) / draw.beta(
        whole[0] + 0.5, whole[1] - whole[0] + 0.5, 20_000
    )
    low, high = np.quantile(ratios, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    plain = (part[0] / part[1]) / (whole[0] / whole[1]) if whole[0] else None
    return Measure(
        cases=cases,
        value=plain,
        low=float(low),
        high=float(high),
        past=float((ratios < threshold).mean()),
    )


def waiting_median(
    ended: list[float], waiting: list[float], *, threshold: float
) -> Measure:
    """Read the median of waits in hours, those still going on counted as censored.

    Kaplan and Meier's estimate; its interval is the log-log one of the survival
    curve, read off at one half. The median is None while fewer than half have ended.
    """
    cases = len(ended) + len(waiting)
    if cases < FEWEST_CASES or not ended:
        return Measure(cases=cases)
    sample = stats.CensoredData(uncensored=ended, right=waiting)
    curve = stats.ecdf(sample).sf
    with warnings.catch_warnings():
        # Before the first answer and after the last the band has no width; where it
        # is undefined it decides nothing below.
        warnings.simplefilter("ignore", RuntimeWarning)
        band = curve.confidence_interval(INTERVAL, method="log-log")
    hours = curve.quantiles

    def first_at_half(survival: npt.NDArray[np.float64]) -> float | None:
        reached = np.flatnonzero(np.nan_to_num(survival, nan=1.0) <= HALF)
        return float(hours[reached[0]]) if len(reached) else None

    value = first_at_half(curve.probabilities)
    # The chance that more than half still wait at the threshold, by the same band
    # taken as normal on the log-log scale.
    past = _chance_above_half(curve, band, threshold)
    return Measure(
        cases=cases,
        value=value,
        low=first_at_half(band.low.probabilities),
        high=first_at_half(band.high.probabilities),
        past=past,
    )


def _chance_above_half(curve: Any, band: Any, threshold: float) -> float:
    at = float(curve.evaluate(threshold))
    if at in (0.0, 1.0):
        return at
    low = float(band.low.evaluate(threshold))
    high = float(band.high.evaluate(threshold))
    if not 0 < low < high < 1:
        return 1.0 if at > HALF else 0.0
    spread = (_loglog(low) - _loglog(high)) / (2 * stats.norm.ppf((1 + INTERVAL) / 2))
    return float(stats.norm.cdf((_loglog(HALF) - _loglog(at)) / spread))


def _loglog(survival: float) -> float:
    return math.log(-math.log(survival))
