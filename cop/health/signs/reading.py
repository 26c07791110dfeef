"""What a sign says, and the statistics all signs share.

Pure. Shares are judged by their posterior under Jeffreys' prior Beta(1/2, 1/2), which
covers well in small samples, and shown with Wilson's interval (both: Brown, Cai and
DasGupta, Interval estimation for a binomial proportion, 2001); rates by the Gamma
posterior of a Poisson rate under its own Jeffreys prior. Where no form is known, the
cases are drawn again (bootstrap), from a fixed seed, so that a reading taken again is
the same. An interval holds 90 %.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from scipy import special, stats

from cop.health.past import WINDOW, Flags, Floats, Numbers, Past

WINDOW_DAYS: Final = WINDOW.days

#: Fewer cases than this say nothing about a share, whatever its value.
FEWEST_CASES: Final = 20

INTERVAL: Final = 0.9

#: A sign is past its threshold when this much of its posterior lies beyond it.
SURE: Final = 0.9

HALF: Final = 0.5

#: Where an interval begins and ends.
_ENDS: Final = ((1 - INTERVAL) / 2, (1 + INTERVAL) / 2)

_SEED: Final = 1991
_DRAWS: Final = 1_000
_DRAWS_OF_RATIOS: Final = 20_000
#: Numbers drawn at once: some tens of megabytes.
_DRAWN_AT_ONCE: Final = 1_000_000


class Unit(Enum):
    SHARE = "share"
    HOURS = "hours"
    PER_MEMBER = "per_member"
    RATIO = "ratio"
    PEOPLE = "people"
    TASKS = "tasks"
    LIKENESS = "likeness"

    @property
    def words(self) -> str | Promise:
        return _UNITS[self]


_UNITS: Final[dict[Unit, str | Promise]] = {
    Unit.SHARE: _("a share, in per cent"),
    Unit.HOURS: _("hours"),
    Unit.PER_MEMBER: _("so many for each active member"),
    Unit.RATIO: _("a number, or one number by another"),
    Unit.PEOPLE: _("people"),
    Unit.TASKS: _("tasks"),
    Unit.LIKENESS: _("from 0 %, no word in common, to 100 %, the same words as often"),
}


class Healthy(Enum):
    """On which side of its threshold a sign is well."""

    ABOVE = "above"
    BELOW = "below"


class Who(StrEnum):
    """Whose doing is read: agents take part, and are no people."""

    PEOPLE = "people"
    AGENTS = "agents"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom, and of which area of the practice, a sign is read; all, if None."""

    who: Who = Who.PEOPLE
    area: int | None = None

    def has(self, past: Past, members: Numbers) -> Flags:
        """Which of the members it is about; nobody is none of them."""
        people = past.people
        place = np.searchsorted(people["pk"], members)
        place = np.minimum(place, max(len(people) - 1, 0))
        if not len(people):
            return np.zeros(len(members), dtype=bool)
        known: Flags = people["pk"][place] == members
        if self.who is Who.BOTH:
            return known
        is_agent = people["is_agent"][place]
        theirs: Flags = known & (is_agent if self.who is Who.AGENTS else ~is_agent)
        return theirs

    def covers(self, areas: Numbers) -> Flags:
        if self.area is None:
            return np.ones(len(areas), dtype=bool)
        covered: Flags = areas == self.area
        return covered


class Thing(StrEnum):
    """What the cases behind a figure are."""

    PERSON = "person"
    #: A line of the ledger.
    ACT = "act"
    SUBMISSION = "submission"
    TASK = "task"
    ENTRY = "entry"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Cases:
    """The very things a figure counts: their keys, and which of them it says it of."""

    of: Thing
    keys: Numbers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    hits: Flags = field(default_factory=lambda: np.empty(0, dtype=bool))

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Measure:
    """The value of a sign: None where there is too little to say.

    ``past`` is how sure it is that the sign lies on the unhealthy side of its
    threshold, from 0 to 1; None also where the sign has none.
    """

    cases: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    past: float | None = None


class Told:
    """What a sign says at a moment, and of what.

    A measure whose interval has to be drawn is worked out when it is asked for: what
    lies behind a figure is shown without it.
    """

    __slots__ = ("_measure", "cases")

    def __init__(self, measure: Measure | Callable[[], Measure], cases: Cases) -> None:
        self._measure = measure
        self.cases = cases

    @property
    def measure(self) -> Measure:
        if not isinstance(self._measure, Measure):
            self._measure = self._measure()
        return self._measure


@dataclass(frozen=True, slots=True)
class Sign:
    """One measure of health: what it asks, how it is taken, where it turns unhealthy."""

    name: str
    words: str | Promise
    #: What it means for a community, in a sentence or two.
    meaning: str | Promise
    formula: str | Promise
    #: Which records it is read from.
    read_from: str | Promise
    unit: Unit
    healthy: Healthy
    #: Where it turns unhealthy; None where nothing is called from it.
    threshold: float | None
    #: Where the threshold comes from; "prior" where no measurement is published.
    source: str | Promise
    #: The far end of the bar on the page, in the sign's unit.
    scale: float
    take: Callable[[Past, float, Scope], Told]
    #: Fewer cases say nothing.
    fewest: int = FEWEST_CASES
    #: What it looks back over, in words.
    window: str | Promise = ""
    #: How far back it asks who acted, who read, and how long an answer took.
    acts: timedelta = WINDOW
    #: Whether it can be read of one area by itself.
    by_area: bool = True
    #: Whose doing its own page tells.
    whose: Who = Who.PEOPLE


def is_past(past: float | None) -> bool:
    """Whether a sign is past its threshold for sure; nothing to read is not past."""
    return past is not None and past >= SURE


def share(
    cases: Cases,
    *,
    threshold: float | None,
    healthy: Healthy,
    fewest: int = FEWEST_CASES,
) -> Told:
    """Read the cases that are hits as a share of all, from 0 to 1."""
    hits, number = int(np.count_nonzero(cases.hits)), len(cases)
    if number < fewest:
        return Told(Measure(cases=number), cases)
    low, high = wilson(hits, number)
    past = None
    if threshold is not None:
        below = float(special.betainc(hits + 0.5, number - hits + 0.5, threshold))
        past = below if healthy is Healthy.ABOVE else 1 - below
    return Told(Measure(number, hits / number, low, high, past), cases)


def wilson(hits: int, number: int, *, level: float = INTERVAL) -> tuple[float, float]:
    """Return Wilson's score interval of a share (E. B. Wilson 1927)."""
    z = float(special.ndtri((1 + level) / 2))
    share, weight = hits / number, z * z / number
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt((share * (1 - share) + weight / 4) / number)
    # At the ends the formula gives 0 and 1, and arithmetic something beside them.
    return (
        0.0 if hits == 0 else middle - half,
        1.0 if hits == number else middle + half,
    )


def rate(
    cases: Cases, exposure: int, *, threshold: float, healthy: Healthy, fewest: int
) -> Told:
    """Read the hits among the cases as a rate for each of ``exposure`` members."""
    events = int(np.count_nonzero(cases.hits))
    if exposure < fewest:
        return Told(Measure(cases=exposure), cases)
    shape = events + 0.5
    low, high = special.gammaincinv(shape, _ENDS) / exposure
    below = float(special.gammainc(shape, threshold * exposure))
    past = below if healthy is Healthy.ABOVE else 1 - below
    return Told(
        Measure(exposure, events / exposure, float(low), float(high), past), cases
    )


def counted(cases: Cases, value: float, *, threshold: float, healthy: Healthy) -> Told:
    """Read a figure that is counted and not sampled: there is nothing to be unsure of."""
    is_below = value < threshold
    past = float(is_below if healthy is Healthy.ABOVE else value > threshold)
    return Told(Measure(len(cases), value, value, value, past), cases)


def ratio_of_shares(cases: Cases, part: Flags, *, threshold: float) -> Told:
    """Read the share of hits among a part of the cases against that of all others.

    Healthy above. The posterior of a ratio of two Beta variables has no closed form
    worth having: it is drawn.
    """
    inside, outside = cases.hits[part], cases.hits[~part]
    number = min(len(inside), len(outside))
    if number < FEWEST_CASES:
        return Told(Measure(cases=number), cases)

    def measure() -> Measure:
        draw = np.random.default_rng(_SEED)
        ratios = _drawn(draw, inside) / _drawn(draw, outside)
        low, high = middle(ratios)
        whole = float(outside.mean())
        plain = float(inside.mean()) / whole if whole else None
        return Measure(number, plain, low, high, float((ratios < threshold).mean()))

    return Told(measure, cases)


def _drawn(draw: np.random.Generator, hits: Flags) -> Floats:
    number = int(np.count_nonzero(hits))
    return draw.beta(number + 0.5, len(hits) - number + 0.5, _DRAWS_OF_RATIOS)


def fewest_for_half(
    cases: Cases, by: Numbers, *, threshold: float | None, fewest: int = FEWEST_CASES
) -> Told:
    """Read how few did half of the cases that are hits: the absence factor.

    ``by`` is who did each. Healthy above the threshold. Its spread is seen by drawing
    the cases again.
    """
    numbers = np.unique(by[cases.hits], return_counts=True)[1]
    number = int(numbers.sum())
    if number < fewest:
        return Told(Measure(cases=number), cases)

    def measure() -> Measure:
        value = float(half_by(numbers[None])[0])
        draw = np.random.default_rng(_SEED)
        # Cases drawn again with the same chances, told by how often each person comes
        # up; some draws at a time, for there may be many people.
        drawn = np.concatenate(
            [
                half_by(draw.multinomial(number, numbers / number, count))
                for count in _batches(len(numbers))
            ]
        )
        low, high = middle(drawn)
        past = None if threshold is None else float((drawn <= threshold).mean())
        return Measure(number, value, low, high, past)

    return Told(measure, cases)


def _batches(width: int) -> list[int]:
    """Split the draws into so many at a time as fit beside each other in memory."""
    most = max(_DRAWN_AT_ONCE // max(width, 1), 1)
    whole, rest = divmod(_DRAWS, most)
    return [most] * whole + ([rest] if rest else [])


def half_by(numbers: Numbers) -> Numbers:
    """Return of each row of numbers, how few of them make at least half of its sum."""
    most = -np.sort(-numbers, axis=1)
    together = most.cumsum(axis=1)
    half = together[:, -1:] / 2
    fewest: Numbers = np.argmax(together >= half, axis=1) + 1
    return fewest


def median(cases: Cases, values: Floats, *, threshold: float, healthy: Healthy) -> Told:
    """Read the median of a value each case has, its spread by drawing cases again."""
    if len(values) < FEWEST_CASES:
        return Told(Measure(cases=len(values)), cases)

    def measure() -> Measure:
        draw = np.random.default_rng(_SEED)
        # Cases drawn again, told by how often each value comes up: there are fewer.
        known, numbers = np.unique(values, return_counts=True)
        chances = numbers / len(values)
        drawn = np.concatenate(
            [
                _medians(known, draw.multinomial(len(values), chances, count))
                for count in _batches(len(known))
            ]
        )
        low, high = middle(drawn)
        is_past = drawn < threshold if healthy is Healthy.ABOVE else drawn > threshold
        value = float(np.median(values))
        return Measure(len(values), value, low, high, float(is_past.mean()))

    return Told(measure, cases)


def _medians(known: Floats, numbers: Numbers) -> Floats:
    """Return the median of each row, which says how often each known value is in it."""
    up_to = numbers.cumsum(axis=1)
    size = up_to[:, -1:]
    # Of an odd number both are the one in the middle.
    lower, upper = (
        known[np.argmax(up_to > middle, axis=1)]
        for middle in ((size - 1) // 2, size // 2)
    )
    medians: Floats = (lower + upper) / 2
    return medians


def middle(drawn: Floats | Numbers) -> tuple[float, float]:
    """Return between which values the middle nine tenths of what was drawn lie."""
    low, high = np.quantile(drawn, _ENDS)
    return float(low), float(high)


def waiting(
    cases: Cases, hours: Floats, *, threshold: float | None, reached: float = HALF
) -> Told:
    """Read by when so many (half, nine tenths) of those who wait are answered, in hours.

    The hits are answered; the others wait still and count as censored. Kaplan and
    Meier's estimate (1958), its interval the log-log one of the survival curve, read
    off at the same height. The value is None while fewer are answered.
    """
    ended, open_ = hours[cases.hits], hours[~cases.hits]
    if len(cases) < FEWEST_CASES or not len(ended):
        return Told(Measure(cases=len(cases)), cases)
    left = 1 - reached
    curve = stats.ecdf(stats.CensoredData(uncensored=ended, right=open_)).sf
    with warnings.catch_warnings():
        # Before the first answer and after the last the band has no width; where it
        # is undefined it decides nothing below.
        warnings.simplefilter("ignore", RuntimeWarning)
        band = curve.confidence_interval(INTERVAL, method="log-log")
    times = curve.quantiles

    def first_at(survival: npt.NDArray[np.float64]) -> float | None:
        there = np.flatnonzero(np.nan_to_num(survival, nan=1.0) <= left)
        return float(times[there[0]]) if len(there) else None

    return Told(
        Measure(
            cases=len(cases),
            value=first_at(curve.probabilities),
            low=first_at(band.low.probabilities),
            high=first_at(band.high.probabilities),
            past=None
            if threshold is None
            else _chance_above(left, curve, band, threshold),
        ),
        cases,
    )


def _chance_above(left: float, curve: Any, band: Any, threshold: float) -> float:
    """The chance that more than ``left`` still wait at the threshold.

    By the same band, taken as normal on the log-log scale.
    """
    at = float(curve.evaluate(threshold))
    if at in (0.0, 1.0):
        return at
    low = float(band.low.evaluate(threshold))
    high = float(band.high.evaluate(threshold))
    if not 0 < low < high < 1:
        return 1.0 if at > left else 0.0
    spread = (_loglog(low) - _loglog(high)) / (2 * stats.norm.ppf((1 + INTERVAL) / 2))
    return float(stats.norm.cdf((_loglog(left) - _loglog(at)) / spread))


def _loglog(survival: float) -> float:
    return math.log(-math.log(survival))
