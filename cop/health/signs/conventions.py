"""Conventions: how like each other's the words are in which people and agents tell of work.

Pure. Two groups of works are as alike as their words are used equally often: 1 less
Jensen and Shannon's divergence in bits (J. Lin, Divergence measures based on the
Shannon entropy, 1991), which is 1 for the same distribution and 0 where no word is
shared. Small groups of the same source look less alike than they are: what works dealt
to both sides at random would differ by is taken off, in proportion. How sure that is is seen by
drawing the works again; the draws are moved to where the figure is, since drawing adds
the same error once more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from cop.health.past import Flags, Floats, Numbers, Past, between
from cop.health.signs.reading import (
    FEWEST_CASES,
    WINDOW_DAYS,
    Measure,
    Scope,
    Who,
    middle,
)

#: More of either side than this makes no figure surer than it has to be.
MOST_WORKS: Final = 1_000
#: Those most works have; the long tail of a language is shared by nobody.
MOST_WORDS: Final = 1_000

_DRAWS: Final = 200
_DEALS: Final = 100
_SEED: Final = 1991


@dataclass(frozen=True, slots=True)
class Speech:
    """Works of a window: whose each is, and how often it has each word."""

    work: Numbers
    who: Numbers
    words: sparse.csr_array

    def __len__(self) -> int:
        return len(self.work)

    def only(self, chosen: Flags) -> "Speech":
        """Those chosen, and of very many the latest."""
        place = np.flatnonzero(chosen)[-MOST_WORKS:]
        return Speech(self.work[place], self.who[place], self.words[place])


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two groups are, and the same of groups drawn again."""

    value: float
    draws: Floats

    def measure(self, cases: int) -> Measure:
        low, high = middle(self.draws)
        return Measure(cases, self.value, low, high)


def told_in(past: Past, at: float, *, beside: float | None = None) -> Speech:
    """Return the works told of in the window before a moment.

    Words are those of this window, or of another with it, so that two can be compared.
    """
    rows = between(past.words, at - WINDOW_DAYS, at)
    known = rows
    if beside is not None:
        known = np.concatenate(
            [rows, between(past.words, beside - WINDOW_DAYS, beside)]
        )
    words, works_with = np.unique(known["word"], return_counts=True)
    words = np.sort(words[np.argsort(-works_with, kind="stable")[:MOST_WORDS]])
    rows = rows[np.isin(rows["word"], words)]
    # In order of time, so that the last are the latest.
    first = np.unique(rows["work"], return_index=True)[1]
    works = rows["work"][np.sort(first)]
    sorted_works = np.argsort(works, kind="stable")
    place = sorted_works[np.searchsorted(works, rows["work"], sorter=sorted_works)]
    counted = sparse.csr_array(
        (
            rows["times"].astype(np.float64),
            (place, np.searchsorted(words, rows["word"])),
        ),
        shape=(len(works), len(words)),
    )
    return Speech(works, rows["who"][np.sort(first)], counted)


def sides(past: Past, told: Speech) -> tuple[Speech, Speech]:
    """Return what agents told, and what people did."""
    return (
        told.only(Scope(Who.AGENTS).has(past, told.who)),
        told.only(Scope(Who.PEOPLE).has(past, told.who)),
    )


def likeness(one: Speech, other: Speech) -> Likeness | None:
    """Return how alike the words of two groups of works are; None of too few works."""
    if min(len(one), len(other)) < FEWEST_CASES:
        return None
    draw = np.random.default_rng(_SEED)
    words = sparse.vstack([one.words, other.words]).tocsr()
    is_ones = np.arange(len(one) + len(other)) < len(one)
    plain = _alike(is_ones[None].astype(np.float64), words)[0]
    deals = np.array(
        [draw.permutation(is_ones) for _ in range(_DEALS)], dtype=np.float64
    )
    # Where no word is shared, chance has nothing to take away.
    value = float(plain * (2.0 - _alike(deals, words).mean()))
    again = _alike(
        np.hstack([_drawn(draw, len(one)), np.zeros((_DRAWS, len(other)))]),
        words,
        np.hstack([np.zeros((_DRAWS, len(one))), _drawn(draw, len(other))]),
    )
    return Likeness(min(value, 1.0), again - again.mean() + value)


def _drawn(draw: np.random.Generator, number: int) -> Floats:
    """How often each of so many works comes up when as many are drawn again."""
    return draw.multinomial(number, np.full(number, 1 / number), _DRAWS).astype(
        np.float64
    )


def _alike(one: Floats, words: sparse.csr_array, other: Floats | None = None) -> Floats:
    """Return of each row of weights how alike the weighted works are to the others."""
    other = 1.0 - one if other is None else other
    shares = [weights @ words for weights in (one, other)]
    first, second = (side / side.sum(axis=1, keepdims=True) for side in shares)
    between_them = (first + second) / 2
    lost = (_surprise(first, between_them) + _surprise(second, between_them)) / 2
    alike: Floats = 1.0 - lost
    return alike


def _surprise(share: Floats, expected: Floats) -> Floats:
    """Kullback and Leibler's divergence of each row, in bits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = share * np.log2(share / expected)
    found: Floats = np.nan_to_num(bits).sum(axis=1)
    return found
