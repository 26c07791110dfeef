"""Pairs: the lines that pass between the same two, and where to find them again."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The places at which each number occurs: those of n lie between two starts."""

    order: Numbers
    starts: Numbers

    @classmethod
    def of(cls, numbers: Numbers, count: int) -> "Index":
        """Index ``numbers``, all under ``count``; places of one number keep their order."""
        order = np.argsort(numbers, kind="stable").astype(np.int32)
        return cls(order, _starts(np.bincount(numbers, minlength=count)))

    def places(self, which: Numbers) -> Numbers:
        """Return the places of all of ``which``, one number's after another's."""
        begins = self.starts[which]
        lengths = self.starts[which + 1] - begins
        shifts = begins - _starts(lengths)[:-1]
        found: Numbers = self.order[
            np.repeat(shifts, lengths) + np.arange(lengths.sum())
        ]
        return found


@dataclass(frozen=True, eq=False)
class Pairs:
    """Lines of one channel by the two they lie between, sorted by who gains."""

    #: Rows of the columns, in order of time.
    rows: Numbers
    #: For each row, the number of its pair.
    pair: Numbers
    #: For each pair, where its rows are among ``rows``, in order of time.
    lines: Index
    gainer: Numbers
    other: Numbers

    @classmethod
    def of(cls, rows: Numbers, gainer: Numbers, other: Numbers) -> "Pairs":
        people = 1 + int(max(gainer.max(initial=0), other.max(initial=0)))
        keys = gainer.astype(np.int64) * people + other
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        begins = np.flatnonzero(np.diff(keys, prepend=-1))
        met = keys[begins]
        pair = np.empty(rows.size, np.int32)
        lengths = np.diff(begins, append=rows.size)
        pair[order] = np.repeat(np.arange(met.size, dtype=np.int32), lengths)
        return cls(
            rows=rows,
            pair=pair,
            lines=Index(order.astype(np.int32), _starts(lengths)),
            gainer=(met // people).astype(np.int32),
            other=(met % people).astype(np.int32),
        )

    def __len__(self) -> int:
        return int(self.gainer.size)

    @cached_property
    def by_other(self) -> Index:
        """Where the pairs of each other side are."""
        return Index.of(self.other, 1 + int(self.other.max(initial=0)))

    def of_others(self, who: Numbers) -> Numbers:
        """Return the pairs whose other side is one of ``who``."""
        return self.by_other.places(who[who < self.by_other.starts.size - 1])

    def of_gainers(self, who: Numbers) -> Numbers:
        """Return the pairs in which one of ``who`` gains."""
        return _spans(self._of_gainer, who[who < self._of_gainer.size - 1])

    @cached_property
    def _of_gainer(self) -> Numbers:
        people = 1 + int(self.gainer.max(initial=-1))
        return _starts(np.bincount(self.gainer, minlength=people))

    def until(self, count: int) -> int:
        """Return how many of the rows lie among the first ``count`` lines."""
        return until(self.rows, count)


def until(rows: Numbers, count: int) -> int:
    """Return how many of the rows lie among the first ``count`` lines."""
    # Of the rows' own type, or all of them would be converted for the asking.
    return int(np.searchsorted(rows, rows.dtype.type(count)))


def _spans(starts: Numbers, which: Numbers) -> Numbers:
    """Return the numbers from each one's start to the next, one after another's."""
    begins = starts[which]
    lengths = starts[which + 1] - begins
    shifts = begins - _starts(lengths)[:-1]
    spans: Numbers = np.repeat(shifts, lengths) + np.arange(lengths.sum())
    return spans


def _starts(lengths: Numbers) -> Numbers:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def distinct(numbers: Numbers) -> Numbers:
    """Return each number once, in order; several times as fast as ``np.unique``."""
    found = np.sort(numbers)
    begins = np.ones(found.size, np.bool_)
    np.not_equal(found[1:], found[:-1], out=begins[1:])
    return found[begins]


def total(number: Numbers, amount: Floats, count: int) -> Floats:
    """Return the amounts added up by number."""
    return np.bincount(number, amount, minlength=count).astype(np.float64, copy=False)
