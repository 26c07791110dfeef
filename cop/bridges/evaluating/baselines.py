"""Simple scores that need no engine, to hold positions against.

All are read from the same acts at the same moments: what each of them can do without
knowing who recognised whom is what an engine has to be worth its while against.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from cop.bridges.evaluating.measures import Floats
from cop.bridges.evidence import VOUCHES, Act, ActKind, days

Numbers = npt.NDArray[np.int64]

CONTRIBUTIONS: Final = "contributions"
CONTRIBUTIONS_180: Final = "contributions_180d"
REVIEWS: Final = "reviews_given"
COLLABORATORS: Final = "collaborators"
PAGERANK: Final = "pagerank"
WORKS_AND_REVIEWS: Final = "contributions_and_reviews"
WORKS_AND_REVIEWS_365: Final = "contributions_and_reviews_365d"

NAMES: Final = (
    CONTRIBUTIONS,
    CONTRIBUTIONS_180,
    REVIEWS,
    COLLABORATORS,
    PAGERANK,
    WORKS_AND_REVIEWS,
    WORKS_AND_REVIEWS_365,
)

#: Page, Brin, Motwani and Winograd 1999.
DAMPING: Final = 0.85
NEAR_ENOUGH: Final = 1e-10
MOST_STEPS: Final = 200


class Baselines:
    """The scores of everybody, moment after moment; time only goes forward."""

    def __init__(self, acts: Sequence[Act], people: dict[str, int]) -> None:
        self._count = len(people)
        made = [act for act in acts if act.kind is ActKind.CONTRIBUTION]
        vouched = [act for act in acts if act.kind in VOUCHES]
        met = [
            act
            for act in acts
            if act.subject is not None and act.kind is not ActKind.INTEGRATE
        ]
        self._works = _Fading(_at(made), _actors(made, people), self._count)
        self._works_180 = _Fading(
            _at(made), _actors(made, people), self._count, half_life=180.0
        )
        self._reviews = _Fading(_at(vouched), _actors(vouched, people), self._count)
        both = sorted((*made, *vouched), key=lambda act: act.t)
        self._both_365 = _Fading(
            _at(both), _actors(both, people), self._count, half_life=365.0
        )
        self._company = _Company(met, people)
        self._links = _Links(vouched, people)

    def at(self, moment: float) -> dict[str, Floats]:
        """Return every score, for all people, from what was done up to a moment."""
        works, reviews = self._works.at(moment), self._reviews.at(moment)
        return {
            CONTRIBUTIONS: works,
            CONTRIBUTIONS_180: self._works_180.at(moment),
            REVIEWS: reviews,
            COLLABORATORS: self._company.at(moment),
            PAGERANK: self._links.at(moment),
            WORKS_AND_REVIEWS: works + reviews,
            WORKS_AND_REVIEWS_365: self._both_365.at(moment),
        }


class _Fading:
    """A count for each person, halving in a half-life or never."""

    def __init__(
        self, at: Floats, who: Numbers, people: int, *, half_life: float = np.inf
    ) -> None:
        self._at, self._who, self._half_life = at, who, half_life
        self._sums = np.zeros(people)
        self._read = 0
        self._moment = 0.0

    def at(self, moment: float) -> Floats:
        until = int(np.searchsorted(self._at, moment, side="right"))
        self._sums *= 2.0 ** ((self._moment - moment) / self._half_life)
        new = slice(self._read, until)
        age = moment - self._at[new]
        self._sums += np.bincount(
            self._who[new], np.exp2(-age / self._half_life), minlength=self._sums.size
        )
        self._read, self._moment = until, moment
        return self._sums.copy()


class _Company:
    """How many others each has ever worked with, whichever of the two acted."""

    def __init__(self, acts: Sequence[Act], people: dict[str, int]) -> None:
        ends = np.sort(_ends(acts, people), axis=1)
        _, firsts = np.unique(ends[:, 0] * len(people) + ends[:, 1], return_index=True)
        firsts.sort()
        self._at = np.repeat(_at(acts)[firsts], 2)
        self._fading = _Fading(self._at, ends[firsts].ravel(), len(people))

    def at(self, moment: float) -> Floats:
        return self._fading.at(moment)


class _Links:
    """PageRank with a link from whoever was reviewed to each review's giver."""

    def __init__(self, acts: Sequence[Act], people: dict[str, int]) -> None:
        ends = _ends(acts, people)
        self._at = _at(acts)
        met, self._pair = np.unique(
            ends[:, 1] * len(people) + ends[:, 0], return_inverse=True
        )
        self._from, self._to = np.divmod(met, len(people))
        self._often = np.zeros(met.size)
        self._read = 0
        self._rank = np.full(len(people), 1.0 / max(len(people), 1))

    def at(self, moment: float) -> Floats:
        until = int(np.searchsorted(self._at, moment, side="right"))
        if until > self._read:
            new = self._pair[self._read : until]
            self._often += np.bincount(new, minlength=self._often.size)
            self._read = until
            self._settle()
        return self._rank.copy()

    def _settle(self) -> None:
        """Iterate from the last ranks, which are near, until nothing moves."""
        size = self._rank.size
        out = np.bincount(self._from, self._often, minlength=size)
        ends_here = out == 0
        share = self._often / np.where(ends_here, 1.0, out)[self._from]
        for _ in range(MOST_STEPS):
            before = self._rank
            passed = np.bincount(self._to, share * before[self._from], minlength=size)
            evenly = (1.0 - DAMPING + DAMPING * before[ends_here].sum()) / size
            self._rank = DAMPING * passed + evenly
            if np.abs(self._rank - before).sum() < NEAR_ENOUGH:
                break


def _at(acts: Sequence[Act]) -> Floats:
    return np.fromiter((days(act.t) for act in acts), np.float64, len(acts))


def _actors(acts: Sequence[Act], people: dict[str, int]) -> Numbers:
    return np.fromiter((people[act.actor] for act in acts), np.int64, len(acts))


def _ends(acts: Sequence[Act], people: dict[str, int]) -> Numbers:
    """Return who acted and whose work it was, a row for each act."""
    ends = [(people[act.actor], people[act.subject or act.actor]) for act in acts]
    return np.asarray(ends, np.int64).reshape(-1, 2)
