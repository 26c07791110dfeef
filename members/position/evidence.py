"""Evidence: the ledger's lines as the engine sees them, laid out to be added up.

A line runs from a giver to a receiver. On a work line the receiver gains: the giver
recognised their work. On a stewardship line the giver gains: they carried the
receiver's. The *gainer* and the *other* of a line are named by that.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_NOBODY: Final[Mapping[Hashable, Hashable]] = MappingProxyType({})


class Channel(StrEnum):
    """Who gains by a line: the author of work, or the steward of another's."""

    WORK = "work"
    STEWARDSHIP = "stewardship"


class Kind(StrEnum):
    """The acts that are evidence."""

    RECOGNISED = "recognised"
    REVIEWED = "reviewed"
    GUIDED = "guided"
    MENTORED = "mentored"
    TAKEN_IN = "taken_in"
    USED = "used"
    TENDED = "tended"
    COUNTERED = "countered"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger. ``at`` is in days since the start of 1970, in UTC.

    ``key`` is unique within the ledger and settles the order of lines of one moment.
    Lines about the same thing share its ``item``.
    """

    key: str
    channel: Channel
    kind: Kind
    giver: Hashable
    receiver: Hashable
    amount: float
    item: Hashable
    at: float
    area: Hashable = None

    @property
    def gainer(self) -> Hashable:
        return self.receiver if self.channel is Channel.WORK else self.giver

    @property
    def other(self) -> Hashable:
        return self.giver if self.channel is Channel.WORK else self.receiver

    @property
    def actor(self) -> Hashable:
        """Who did what the line tells: a use of an entry is an act of its user."""
        if self.kind is Kind.USED:
            return self.giver
        return self.gainer


def countered(line: Line, *, key: str, at: float) -> Line:
    """Return the line that takes ``line`` back."""
    return replace(line, key=key, kind=Kind.COUNTERED, amount=-line.amount, at=at)


class Roll:
    """Numbers for ids, given out in the order the ids are first met."""

    def __init__(self) -> None:
        self.ids: list[Hashable] = []
        self._numbers: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def number(self, who: Hashable) -> int:
        """Return the id's number, a new one if need be."""
        found = self._numbers.get(who)
        if found is None:
            found = self._numbers[who] = len(self.ids)
            self.ids.append(who)
        return found

    def get(self, who: Hashable) -> int | None:
        return self._numbers.get(who)


@dataclass(frozen=True, slots=True)
class Columns:
    """The lines as columns, in order of time; every column is as long as the others."""

    at: Floats
    amount: Floats
    gainer: Numbers
    #: The other side of the line, as the party that answers for it.
    other: Numbers
    actor: Numbers
    item: Numbers
    area: Numbers
    is_work: Flags
    is_recognition: Flags
    is_review: Flags
    #: The first recognition of a piece of work: the line by which it counts as one.
    is_first: Flags


_NUMBERS: Final = np.empty(0, np.int64)
_FLAGS: Final = np.empty(0, np.bool_)
_NO_LINES: Final = Columns(
    at=np.empty(0),
    amount=np.empty(0),
    gainer=_NUMBERS,
    other=_NUMBERS,
    actor=_NUMBERS,
    item=_NUMBERS,
    area=_NUMBERS,
    is_work=_FLAGS,
    is_recognition=_FLAGS,
    is_review=_FLAGS,
    is_first=_FLAGS,
)


@dataclass(eq=False)
class Evidence:
    """All lines of one domain that weigh anything, by whoever answers for the giver.

    ``party`` says who answers for whom: a sponsor for each of their agents. A sponsor
    and all their agents are one giver, and what passes between them is no evidence.
    Members not named there answer for themselves.
    """

    party: Mapping[Hashable, Hashable] = field(default_factory=lambda: _NOBODY)
    people: Roll = field(default_factory=Roll)
    items: Roll = field(default_factory=Roll)
    areas: Roll = field(default_factory=Roll)
    lines: list[Line] = field(default_factory=list)
    columns: Columns = _NO_LINES
    #: For every person on the roll, the party that answers for them.
    parties: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    _taken_in: dict[str, Line] = field(default_factory=dict)
    _works: set[tuple[int, int]] = field(default_factory=set)

    def take_in(self, lines: Iterable[Line]) -> float | None:
        """Add lines, each key once; return the earliest moment that they change.

        Lines later than all before are appended. A line from the past, or one that
        takes another back, lays everything out anew: the result never depends on the
        order in which lines came.
        """
        fresh: dict[str, Line] = {}
        for line in lines:
            if line.key not in self._taken_in:
                fresh.setdefault(line.key, line)
        if not fresh:
            return None
        self._taken_in.update(fresh)
        ordered = sorted(fresh.values(), key=_when)
        takes_back = any(line.kind is Kind.COUNTERED for line in ordered)
        if takes_back or (self.lines and _when(ordered[0]) < _when(self.lines[-1])):
            before = self.lines
            self.lines = _standing(self._taken_in.values())
            self._works.clear()
            self._lay_out(self.lines, after=_NO_LINES)
            return min(ordered[0].at, _first_difference(before, self.lines))
        self.lines = [*self.lines, *ordered]
        self._lay_out(ordered, after=self.columns)
        return ordered[0].at

    def _lay_out(self, lines: Collection[Line], *, after: Columns) -> None:
        rows = []
        for line in lines:
            gainer = self.people.number(line.gainer)
            item = self.items.number(line.item)
            is_recognition = line.kind is Kind.RECOGNISED
            is_first = is_recognition and (gainer, item) not in self._works
            if is_first:
                self._works.add((gainer, item))
            rows.append(
                (
                    line.at,
                    line.amount,
                    gainer,
                    self.answers_for(line.other),
                    self.people.number(line.actor),
                    item,
                    self.areas.number(line.area),
                    line.channel is Channel.WORK,
                    is_recognition,
                    line.kind is Kind.REVIEWED,
                    is_first,
                )
            )
        self.enroll(())
        for cached in ("work", "stewardship"):
            self.__dict__.pop(cached, None)
        if rows:
            parts = zip(*rows, strict=True)
            old = (getattr(after, name) for name in Columns.__slots__)
            self.columns = Columns(
                *(
                    np.concatenate([column, np.asarray(part, column.dtype)])
                    for column, part in zip(old, parts, strict=True)
                )
            )
        else:
            self.columns = after

    def answers_for(self, who: Hashable) -> int:
        """Return the number of the party that answers for somebody."""
        return self.people.number(self.party.get(who, who))

    def enroll(self, who: Iterable[Hashable]) -> None:
        """Put people on the roll who may have no line yet."""
        for one in who:
            self.people.number(one)
        # A party may be new to the roll; each answers for itself.
        while len(self.parties) < len(self.people):
            unknown = self.people.ids[len(self.parties) :]
            self.parties = np.append(
                self.parties, np.asarray([self.answers_for(one) for one in unknown])
            )

    def known(self, who: Iterable[Hashable]) -> Flags:
        """Return who of all people is among ``who``."""
        flags = np.zeros(len(self.people), np.bool_)
        for one in who:
            number = self.people.get(one)
            if number is not None:
                flags[number] = True
        return flags

    def until(self, at: float) -> int:
        """Return how many lines there are up to and including a moment."""
        return int(np.searchsorted(self.columns.at, at, side="right"))

    @cached_property
    def work(self) -> "Pairs":
        return Pairs.of(self.columns, np.flatnonzero(self._between(work=True)))

    @cached_property
    def stewardship(self) -> "Pairs":
        return Pairs.of(self.columns, np.flatnonzero(self._between(work=False)))

    def _between(self, *, work: bool) -> Flags:
        """Lines of one channel that pass between two parties."""
        columns = self.columns
        of_gainer = self.parties[columns.gainer]
        between: Flags = (columns.is_work == work) & (of_gainer != columns.other)
        return between


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Lines of one channel, and which of them lie between the same two."""

    #: Rows of the columns, in order of time.
    rows: Numbers
    #: For each row, the number of its pair.
    pair: Numbers
    gainer: Numbers
    other: Numbers

    @classmethod
    def of(cls, columns: Columns, rows: Numbers) -> "Pairs":
        gainer, other = columns.gainer[rows], columns.other[rows]
        people = 1 + int(max(gainer.max(initial=0), other.max(initial=0)))
        met, pair = np.unique(gainer * people + other, return_inverse=True)
        return cls(rows=rows, pair=pair, gainer=met // people, other=met % people)

    def until(self, count: int) -> int:
        """Return how many of the rows lie among the first ``count`` lines."""
        return int(np.searchsorted(self.rows, count))


def _when(line: Line) -> tuple[float, str]:
    return line.at, line.key


def _standing(lines: Iterable[Line]) -> list[Line]:
    """Return the lines in order of time, without what was taken back.

    What is taken back is as if it had never been given: a remainder would go on
    saying that something happened. A counter line without a line takes nothing.
    """
    kept: dict[str, Line] = {}
    about: dict[tuple[Hashable, ...], list[str]] = defaultdict(list)
    counters = []
    for line in sorted(lines, key=_when):
        if line.kind is Kind.COUNTERED:
            counters.append(line)
        else:
            kept[line.key] = line
            about[_subject(line)].append(line.key)
    for counter in counters:
        owed = -counter.amount
        keys = about.get(_subject(counter), [])
        while keys and owed > 0:
            line = kept.pop(keys[-1])
            if line.amount > owed:
                kept[line.key] = replace(line, amount=line.amount - owed)
                break
            owed -= line.amount
            keys.pop()
    return sorted(kept.values(), key=_when)


def _subject(line: Line) -> tuple[Hashable, ...]:
    return line.channel, line.giver, line.receiver, line.item


def _first_difference(before: list[Line], after: list[Line]) -> float:
    for old, new in zip(before, after, strict=False):
        if old != new:
            return min(old.at, new.at)
    longer = before if len(before) > len(after) else after
    tail = longer[min(len(before), len(after)) :]
    return tail[0].at if tail else float("inf")
