"""Differences between texts: what changed, for people, and what two changes make.

Pure. Texts are compared line by line (a paragraph is a line), changed lines word by
word. Lines that stand once in both texts anchor the comparison, so that it stays near
what an editor would say and its cost near the length of the texts.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: Between two anchors, longer stretches than this (old times new) count as rewritten:
#: comparing them would cost more than a reader gains.
_LARGEST_GAP = 250_000

#: Larger blocks (removed times added lines) are not searched for what became of what.
_LARGEST_BLOCK = 2_500

#: Two lines with fewer of their words in common are two lines, not one changed.
_ALIKE = 0.4

_WORD = re.compile(r"\w+")
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a line; ``changed`` if the other side does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the old text beside one line of the new; a number is missing where
    that text has no such line. Lines are numbered from one."""

    change: Change
    old_number: int | None = None
    old: tuple[Segment, ...] = ()
    new_number: int | None = None
    new: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Lines that are the same on both sides and far from any change."""

    count: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines two people changed in different ways; none where somebody removed them."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of one text put together.

    Where they conflict, ``text`` has both, theirs before mine: nothing is lost, and
    somebody has to read it.
    """

    text: str
    conflicts: tuple[Conflict, ...]

    @property
    def is_clean(self) -> bool:
        return not self.conflicts


def compare(old: str, new: str) -> list[Row]:
    """Return what changed from ``old`` to ``new``, line by line from the top."""
    before, after = lines(old), lines(new)
    rows: list[Row] = []
    i = j = 0
    for a, b, size in [*_matches(before, after), (len(before), len(after), 0)]:
        rows += _replaced(before[i:a], after[j:b], i, j)
        rows += [
            Row(
                Change.SAME,
                *(a + n + 1, (Segment(before[a + n]),)),
                *(b + n + 1, (Segment(after[b + n]),)),
            )
            for n in range(size)
        ]
        i, j = a + size, b + size
    return rows


def folded(rows: Sequence[Row], *, context: int = 2) -> Iterator[Row | Skipped]:
    """Leave out what is the same more than ``context`` lines away from any change."""
    changes = [n for n, row in enumerate(rows) if row.change != Change.SAME]
    shown = {
        n
        for change in changes
        for n in range(change - context, change + context + 1)
        if 0 <= n < len(rows)
    }
    skipped = 0
    for n, row in enumerate(rows):
        if n not in shown:
            skipped += 1
            continue
        if skipped:
            yield Skipped(skipped)
            skipped = 0
        yield row
    if skipped:
        yield Skipped(skipped)


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Put two changes of ``base`` together, as far as they do not meet.

    Changes to neighbouring lines are both taken; so is a change both made. Different
    changes of one line, or different lines added in one place, are a conflict.
    """
    origin = lines(base)
    ours, others = lines(mine), lines(theirs)
    hunks = sorted(
        [*_hunks(origin, ours, is_mine=True), *_hunks(origin, others, is_mine=False)],
        key=lambda hunk: (hunk.start, hunk.end, hunk.is_mine),
    )
    merged: list[str] = []
    conflicts: list[Conflict] = []
    done = 0
    for group in _touching(hunks):
        start, end = group[0].start, max(hunk.end for hunk in group)
        merged += origin[done:start]
        done = end
        by_me = _applied(origin, [hunk for hunk in group if hunk.is_mine], start, end)
        by_them = _applied(
            origin, [hunk for hunk in group if not hunk.is_mine], start, end
        )
        untouched = origin[start:end]
        if by_me in (by_them, untouched):
            merged += by_them
        elif by_them == untouched:
            merged += by_me
        else:
            merged += [*by_them, *by_me]
            conflicts.append(
                Conflict(*(tuple(part) for part in (untouched, by_me, by_them)))
            )
    merged += origin[done:]
    return Merged("\n".join(merged), tuple(conflicts))


def words_changed(old: str, new: str) -> int:
    """How many words were taken out or put in, whichever is more."""
    out = into = 0
    for row in compare(old, new):
        out += _count_changed(row.old)
        into += _count_changed(row.new)
    return max(out, into)


def _count_changed(segments: Iterable[Segment]) -> int:
    return sum(len(_WORD.findall(s.text)) for s in segments if s.changed)


def lines(text: str) -> list[str]:
    """The lines of a text, however the writer's machine ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@dataclass(frozen=True, slots=True)
class _Hunk:
    """What one of two people put in place of the lines from ``start`` to ``end``."""

    start: int
    end: int
    lines: tuple[str, ...]
    is_mine: bool


def _hunks(base: list[str], changed: list[str], *, is_mine: bool) -> Iterator[_Hunk]:
    i = j = 0
    for a, b, size in [*_matches(base, changed), (len(base), len(changed), 0)]:
        if i < a or j < b:
            yield _Hunk(i, a, tuple(changed[j:b]), is_mine)
        i, j = a + size, b + size


def _touching(hunks: Iterable[_Hunk]) -> Iterator[list[_Hunk]]:
    """Group the hunks that change the same lines, or add in the same place."""
    group: list[_Hunk] = []
    end = -1
    for hunk in hunks:
        same_place = bool(group) and (hunk.start, hunk.end) == (
            group[-1].start,
            group[-1].end,
        )
        if group and not (hunk.start < end or same_place):
            yield group
            group = []
        group.append(hunk)
        end = max(end, hunk.end)
    if group:
        yield group


def _applied(base: list[str], hunks: list[_Hunk], start: int, end: int) -> list[str]:
    """One person's version of the lines from ``start`` to ``end``."""
    version: list[str] = []
    done = start
    for hunk in hunks:
        version += [*base[done : hunk.start], *hunk.lines]
        done = hunk.end
    return version + base[done:end]


def _replaced(
    old: list[str], new: list[str], old_from: int, new_from: int
) -> Iterator[Row]:
    """Rows for old lines replaced by new ones, each beside the one it became."""
    i = j = 0
    for a, b in [*_pairs(old, new), (len(old), len(new))]:
        for n in range(i, a):
            yield Row(Change.REMOVED, old_from + n + 1, (Segment(old[n], True),))
        for n in range(j, b):
            yield Row(
                Change.ADDED,
                new_number=new_from + n + 1,
                new=(Segment(new[n], True),),
            )
        if a < len(old) and b < len(new):
            before, after = _segments(old[a], new[b])
            yield Row(Change.CHANGED, old_from + a + 1, before, new_from + b + 1, after)
        i, j = a + 1, b + 1


def _pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Which old line became which new one: in order, the most alike altogether."""
    if not old or not new or len(old) * len(new) > _LARGEST_BLOCK:
        return []
    bags = [Counter(_WORD.findall(line)) for line in old]
    others = [Counter(_WORD.findall(line)) for line in new]
    likeness = [[_likeness(bag, other) for other in others] for bag in bags]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(
                best[i + 1][j],
                best[i][j + 1],
                likeness[i][j] + best[i + 1][j + 1],
            )
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    """The share of two lines they have in common, 0 where it is too little to tell."""
    total = a.total() + b.total()
    share = 2 * (a & b).total() / total if total else 0.0
    return share if share >= _ALIKE else 0.0


def _segments(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    # A space between two changed words is no common ground.
    matches = [
        (a, b, size)
        for a, b, size in _matches(before, after)
        if not "".join(before[a : a + size]).isspace()
    ]
    return (
        tuple(_marked(before, [(a, size) for a, _b, size in matches])),
        tuple(_marked(after, [(b, size) for _a, b, size in matches])),
    )


def _marked(words: list[str], kept: Iterable[tuple[int, int]]) -> Iterator[Segment]:
    done = 0
    for start, size in [*kept, (len(words), 0)]:
        changed, same = words[done:start], words[start : start + size]
        if changed:
            yield Segment("".join(changed), changed=True)
        if same:
            yield Segment("".join(same))
        done = start + size


def _matches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """Stretches the two have in common, in order: (start in a, start in b, length)."""
    matches: list[tuple[int, int, int]] = []
    for start_a, start_b, size in _found(a, b):
        last_a, last_b, last_size = matches[-1] if matches else (0, 0, 0)
        if matches and (last_a + last_size, last_b + last_size) == (start_a, start_b):
            matches[-1] = (last_a, last_b, last_size + size)
        elif size:
            matches.append((start_a, start_b, size))
    return matches


def _found(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    yield 0, 0, head
    i = j = head
    end_a, end_b = len(a) - tail, len(b) - tail
    for x, y in [*_anchors(a, b, head, end_a, end_b), (end_a, end_b)]:
        yield from _in_gap(a[i:x], b[j:y], i, j)
        if x < end_a and y < end_b:
            yield x, y, 1
        i, j = x + 1, y + 1
    yield end_a, end_b, tail


def _anchors(
    a: Sequence[str], b: Sequence[str], head: int, end_a: int, end_b: int
) -> list[tuple[int, int]]:
    """Items standing once in each, as many as stay in order (patience sorting)."""
    once_a, once_b = _once(a[head:end_a]), _once(b[head:end_b])
    piles: list[int] = []
    tops: list[tuple[int, int, int | None]] = []
    pile_tops: list[int] = []
    for item, i in once_a.items():
        j = once_b.get(item)
        if j is None:
            continue
        pile = bisect_left(piles, j)
        below = pile_tops[pile - 1] if pile else None
        tops.append((i + head, j + head, below))
        if pile == len(piles):
            piles.append(j)
            pile_tops.append(len(tops) - 1)
        else:
            piles[pile], pile_tops[pile] = j, len(tops) - 1
    anchors = []
    at = pile_tops[-1] if pile_tops else None
    while at is not None:
        i, j, at = tops[at]
        anchors.append((i, j))
    return anchors[::-1]


def _once(items: Sequence[str]) -> dict[str, int]:
    counts = Counter(items)
    return {
        item: n
        for n, item in enumerate(items)
        if counts[item] == 1 and not item.isspace()
    }


def _in_gap(
    a: Sequence[str], b: Sequence[str], from_a: int, from_b: int
) -> Iterator[tuple[int, int, int]]:
    if not a or not b or len(a) * len(b) > _LARGEST_GAP:
        return
    for x, y, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        if size:
            yield from_a + x, from_b + y, size


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    size = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        size += 1
    return size
