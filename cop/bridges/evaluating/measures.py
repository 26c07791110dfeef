"""Measures: how well a number sorts those who are in from those who are not.

With ties nobody is before anybody else: a group of equals enters as one, so a measure
never hangs on the order in which people happened to be listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: The share of resampled figures an interval holds, and how many times to resample.
CONFIDENCE: Final = 0.95
RESAMPLES: Final = 1000
#: So many numbers may resampling take; with many people, fewer resamples will do.
MOST_NUMBERS: Final = 40_000_000
SEED: Final = 20_260_101


@dataclass(frozen=True, slots=True, eq=False)
class Sorted:
    """The measures of one number, once for each way of weighing people.

    ``auc``: the chance that somebody in stands above somebody out (Hanley and McNeil
    1982), a tie counting half. ``ap``: average precision, the mean over those in of the
    share in among all who stand as high or higher. ``p_at``: the share in among as
    many of the highest as there are in. NaN where nobody, or everybody, is in.
    """

    auc: Floats
    ap: Floats
    p_at: Floats

    @classmethod
    def mean(cls, several: "Sequence[Sorted]") -> "Sorted":
        """Return the mean of several, for each way of weighing, where there is one."""
        return cls(
            *(
                _mean(np.stack([getattr(one, name) for one in several]))
                for name in cls.__slots__
            )
        )


def sort(values: Floats, is_in: Flags, weights: Floats) -> Sorted:
    """Return how ``values`` sort people, for each row of ``weights``."""
    if not values.size:
        nothing = np.full(len(weights), np.nan)
        return Sorted(nothing, nothing, nothing)
    order = np.argsort(-values, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(values[order]) != 0, True))
    weights = weights[:, order]
    above = np.cumsum(weights, axis=1)[:, ends]
    hits = np.cumsum(weights * is_in[order], axis=1)[:, ends]
    total, found = above[:, -1], hits[:, -1]
    misses = above - hits
    new_hits = np.diff(hits, axis=1, prepend=0.0)
    new_misses = np.diff(misses, axis=1, prepend=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        beaten = (new_misses * (hits - new_hits / 2.0)).sum(axis=1)
        auc = beaten / (found * (total - found))
        precision = np.where(above > 0, hits / above, 0.0)
        ap = (new_hits * precision).sum(axis=1) / found
    return Sorted(
        auc=auc,
        ap=np.where(found < total, ap, np.nan),
        p_at=_precision_at(found, above, hits),
    )


def _precision_at(count: Floats, above: Floats, hits: Floats) -> Floats:
    """Return the share of hits among the ``count`` highest, equals entering in parts."""
    rows = np.arange(len(above))
    above, hits = (np.pad(sums, ((0, 0), (1, 0))) for sums in (above, hits))
    # The last group that is wholly within, and the part of the next that fits.
    last = np.minimum((above <= count[:, None]).sum(axis=1) - 1, above.shape[1] - 2)
    room = count - above[rows, last]
    group = above[rows, last + 1] - above[rows, last]
    new_hits = hits[rows, last + 1] - hits[rows, last]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(group > 0, room / group, 0.0)
        precision: Floats = (hits[rows, last] + part * new_hits) / count
    return np.where(count < above[:, -1], precision, np.nan)


def _mean(figures: Floats) -> Floats:
    """Return the mean over the rows, of what is known; NaN where nothing is."""
    known = np.isfinite(figures)
    count = known.sum(axis=0)
    total = np.where(known, figures, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def resampled(people: int) -> Floats:
    """Return weights, a row for the people as they are and one for each resample.

    Whole people are drawn, with replacement: somebody's many looks are not so many
    independent witnesses (Efron 1979; clusters as in Davison and Hinkley 1997).
    """
    rows = int(np.clip(MOST_NUMBERS // max(people, 1), 20, RESAMPLES))
    dice = np.random.default_rng(SEED)
    weights = np.ones((rows + 1, people))
    for row in range(1, rows + 1):
        drawn = dice.integers(people, size=people)
        weights[row] = np.bincount(drawn, minlength=people)
    return weights


def interval(figures: Floats) -> list[float] | None:
    """Return between what most resampled figures lie; None where too few could be had."""
    known = figures[np.isfinite(figures)]
    if known.size < figures.size / 2 or not known.size:
        return None
    tail = (1.0 - CONFIDENCE) / 2.0
    return [float(np.quantile(known, tail)), float(np.quantile(known, 1.0 - tail))]


def alike(one: Floats, other: Floats) -> float:
    """Return Spearman's rank correlation, NaN where either says nothing."""
    if one.size < 3:  # noqa: PLR2004 - two are always in line
        return float("nan")
    first, second = _centred(one), _centred(other)
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum() / size) if size else float("nan")


def _centred(values: Floats) -> Floats:
    """Return ranks, equals sharing theirs, around their mean."""
    _, which, often = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(often)
    ranks: Floats = (last - (often - 1) / 2.0)[which]
    ranks -= ranks.mean()
    return ranks
