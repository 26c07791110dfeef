"""Evidence: the ledger's lines as the engine sees them, laid out to be added up.

A line runs from a giver to a receiver. On a work line the receiver gains: the giver
recognised their work. On a stewardship line the giver gains: they carried the
receiver's. The *gainer* and the *other* of a line are named by that.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property
from itertools import count
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from members.position.pairs import Flags, Floats, Numbers, Pairs

#: Who recognised work that was let in without anybody saying by whom: those entitled
#: to, as one giver. Their word counts in full, and is nobody's: they are no member (no
#: member's number is negative), and no recogniser to be counted.
COMMONS: Final[Hashable] = -1

#: What the key of a counter line begins with that means one line and no other.
COUNTERS: Final = "countered:"

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

    def take_in(self, ids: Iterable[Hashable]) -> None:
        """Give numbers to many ids, each of which may have one already."""
        fresh = dict.fromkeys(ids)
        if self.ids:
            fresh = {one: None for one in fresh if one not in self._numbers}
        self._numbers.update(zip(fresh, count(len(self.ids))))
        self.ids.extend(fresh)


@dataclass(frozen=True, slots=True)
class Columns:
    """The lines as columns, in order of time; every column is as long as the others."""

    at: Floats
    amount: Floats
    gainer: Numbers
    #: The other side of the line, as the party that answers for it.
    other: Numbers
    item: Numbers
    area: Numbers
    is_work: Flags
    is_recognition: Flags
    is_review: Flags
    #: The first recognition of a piece of work: the line by which it counts as one.
    is_first: Flags
    #: The rows of uses, and who used: whoever gains, it was their act.
    used: Numbers
    user: Numbers


@dataclass(frozen=True, slots=True)
class Told:
    """Lines as a ledger tells them: columns of ids, in any order, each as long.

    ``area`` is -1 for none; ``item`` is any number that is one thing's alone.
    """

    at: Floats
    amount: Floats
    giver: Numbers
    receiver: Numbers
    item: Numbers
    area: Numbers
    #: Places in ``KINDS``.
    kind: Numbers
    is_work: Flags


KINDS: Final = tuple(Kind)
_RECOGNISED, _REVIEWED, _USED = map(
    KINDS.index, (Kind.RECOGNISED, Kind.REVIEWED, Kind.USED)
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
    areas: Roll = field(default_factory=Roll)
    #: The lines themselves, in the order of the columns, where they came as lines.
    lines: list[Line] = field(default_factory=list)
    #: For every person on the roll, the party that answers for them.
    parties: Numbers = field(default_factory=lambda: np.empty(0, np.int32))
    items_count: int = 0
    _taken_in: dict[str, Line] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = self._lay_out(_told([], self.people, self.areas))

    @classmethod
    def of(
        cls,
        told: Told,
        *,
        party: Mapping[Hashable, Hashable],
        people: Iterable[int] = (),
        areas: Iterable[int] = (),
    ) -> "Evidence":
        """Return the evidence of a ledger's columns; people and areas go by their ids.

        They are enrolled in the order of their ids, ``people`` and ``areas`` beside
        those that lines tell of.
        """
        evidence = cls(party=party)
        known, _, giver, receiver = _numbered(
            np.fromiter(people, np.int32), told.giver, told.receiver
        )
        evidence.enroll(known)
        known, _, area = _numbered(np.fromiter(areas, np.int32), told.area)
        for one in known:
            evidence.areas.number(None if one < 0 else one)
        evidence.columns = evidence._lay_out(
            replace(told, giver=giver, receiver=receiver, area=area)
        )
        return evidence

    def take_in(self, lines: Iterable[Line]) -> float | None:
        """Add lines, each key once; return the earliest moment that they change.

        The result never depends on the order in which lines came.
        """
        fresh: dict[str, Line] = {}
        for line in lines:
            if line.key not in self._taken_in:
                fresh.setdefault(line.key, line)
        if not fresh:
            return None
        self._taken_in.update(fresh)
        before, self.lines = self.lines, standing(self._taken_in.values())
        self.columns = self._lay_out(_told(self.lines, self.people, self.areas))
        return _first_difference(before, self.lines)

    def _lay_out(self, told: Told) -> Columns:
        """Return lines as columns in order of time, and everything numbered.

        Ten million lines are laid out beside what they were told in: what is in order
        already is not copied.
        """
        if np.any(told.at[1:] < told.at[:-1]):
            order = np.argsort(told.at, kind="stable").astype(np.int32)
            told = Told(*(getattr(told, field.name)[order] for field in fields(Told)))
        gainer = np.where(told.is_work, told.receiver, told.giver)
        other = np.where(told.is_work, told.giver, told.receiver)
        item, self.items_count = _alike(told.item)
        self.enroll(())
        for cached in ("work", "stewardship"):
            self.__dict__.pop(cached, None)
        is_recognition = told.kind == _RECOGNISED
        used = np.flatnonzero(told.kind == _USED).astype(np.int32)
        return Columns(
            at=told.at,
            amount=told.amount,
            gainer=gainer,
            other=self.parties[other],
            item=item,
            area=told.area,
            is_work=told.is_work,
            is_recognition=is_recognition,
            is_review=told.kind == _REVIEWED,
            is_first=_firsts(is_recognition, item, gainer, self.items_count),
            used=used,
            user=told.giver[used],
        )

    def only(self, which: Flags) -> "Evidence":
        """Return the evidence of some of the lines, by the same numbers."""
        part = Evidence(self.party, self.people, self.areas, parties=self.parties)
        kept = {
            field.name: getattr(self.columns, field.name)[which]
            for field in fields(Columns)
            if field.name not in {"used", "user"}
        }
        used = which[self.columns.used]
        renumbered = np.cumsum(which, dtype=np.int32) - np.int32(1)
        part.items_count = self.items_count
        part.columns = Columns(
            **{
                **kept,
                "is_first": _firsts(
                    kept["is_recognition"],
                    kept["item"],
                    kept["gainer"],
                    self.items_count,
                ),
            },
            used=renumbered[self.columns.used[used]],
            user=self.columns.user[used],
        )
        return part

    def enroll(self, who: Iterable[Hashable]) -> None:
        """Put people on the roll who may have no line yet."""
        known = len(self.parties)
        self.people.take_in(who)
        new = self.people.ids[known:]
        represented = {one: self.party[one] for one in new if one in self.party}
        # A party may be new to the roll; each answers for itself.
        self.people.take_in(represented.values())
        alone = np.arange(known, len(self.people), dtype=np.int32)
        self.parties = np.concatenate([self.parties, alone])
        for one, party in represented.items():
            self.parties[self.people.number(one)] = self.people.number(party)

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
    def work(self) -> Pairs:
        return self._pairs(work=True)

    @cached_property
    def stewardship(self) -> Pairs:
        return self._pairs(work=False)

    def _pairs(self, *, work: bool) -> Pairs:
        """Lines of one channel that pass between two parties, by pair."""
        columns = self.columns
        between = self.parties[columns.gainer] != columns.other
        rows = np.flatnonzero((columns.is_work == work) & between).astype(np.int32)
        return Pairs.of(rows, columns.gainer[rows], columns.other[rows])


def _numbered(*columns: Numbers) -> tuple[Any, ...]:
    """Return the ids in some columns, then each column as places among them."""
    # Flags by id, not sorted ids: ids are primary keys, and lines many times as many.
    lowest = min(int(column.min(initial=0)) for column in columns)
    highest = max(int(column.max(initial=-1)) for column in columns)
    met = np.zeros(highest - lowest + 1, np.bool_)
    for column in columns:
        met[column - lowest] = True
    places = np.cumsum(met, dtype=np.int32) - np.int32(1)
    ids = np.flatnonzero(met) + lowest
    return ids.tolist(), *(places[column - lowest] for column in columns)


def _alike(names: Numbers) -> tuple[Numbers, int]:
    """Return numbers that are the same where names are, and how many there are."""
    order = np.argsort(names)
    ordered = names[order]
    begins = np.zeros(names.size, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    del ordered
    numbers = np.empty(names.size, np.int32)
    numbers[order] = np.cumsum(begins, dtype=np.int32)
    return numbers, int(np.count_nonzero(begins)) + int(names.size > 0)


def _firsts(is_recognition: Flags, item: Numbers, gainer: Numbers, items: int) -> Flags:
    """Return which rows are the first recognition of somebody's part in an item."""
    is_first = np.zeros(item.size, np.bool_)
    earliest = np.empty(items, np.int64)
    rows = np.flatnonzero(is_recognition)
    # Once for each author an item has, which is seldom more than one.
    while rows.size:
        # Backwards, so that what is written last and stays is the earliest.
        earliest[item[rows[::-1]]] = rows[::-1]
        first = earliest[item[rows]]
        is_first[first] = True
        rows = rows[gainer[rows] != gainer[first]]
    return is_first


def _told(lines: Collection[Line], people: Roll, areas: Roll) -> Told:
    """Return lines as columns, putting whoever and whatever they name on the rolls."""
    items = Roll()
    rows = [
        (
            line.at,
            line.amount,
            people.number(line.giver),
            people.number(line.receiver),
            items.number(line.item),
            areas.number(line.area),
            KINDS.index(line.kind),
            line.channel is Channel.WORK,
        )
        for line in lines
    ]
    types = (float, float, np.int32, np.int32, np.int32, np.int32, np.int8, np.bool_)
    parts = zip(*rows, strict=True) if rows else ((),) * len(types)
    return Told(
        *(np.asarray(part, type_) for part, type_ in zip(parts, types, strict=True))
    )


def _when(line: Line) -> tuple[float, str]:
    return line.at, line.key


def standing(lines: Iterable[Line]) -> list[Line]:
    """Return the lines in order of time, without what was taken back.

    What is taken back is as if it had never been given: a remainder would go on
    saying that something happened. A counter line without a line takes nothing; one
    whose key names a line takes that before others about the same.
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
        meant = counter.key.removeprefix(COUNTERS)
        if meant in keys:
            keys.remove(meant)
            keys.append(meant)
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
