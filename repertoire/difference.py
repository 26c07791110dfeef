"""Differences between two texts, for people: which lines, which words, what moved.

Pure. Lines are compared with lines, changed lines word by word; what stands elsewhere
is said to have moved, whether or not it was changed on the way.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from repertoire import alike
from repertoire.alike import WORD, lines

_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*")
_RULE = re.compile(r"-+")


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a line; ``changed`` if the other side does not have it."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Where a moved line stands in the other text: its line, and the paragraph."""

    line: int
    paragraph: int
    is_up: bool
    #: Lines that moved together are one move, told at the first of them.
    is_first: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the old text beside one line of the new; a number is missing where
    that text has no such line. Lines are numbered from one.

    A line that moved has two rows: one where it was, one where it is.
    """

    change: Change
    old_number: int | None = None
    old: tuple[Segment, ...] = ()
    new_number: int | None = None
    new: tuple[Segment, ...] = ()
    move: Move | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Lines that are the same on both sides and far from any change."""

    count: int


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """What became of one paragraph. ``number`` counts from one, in the new text, or
    in the old one if it was removed; ``was`` is its number before, if it moved."""

    change: Change
    number: int
    text: str
    was: int | None = None


def compare(old: str, new: str) -> list[Row]:
    """Return what changed from ``old`` to ``new``, line by line from the top."""
    # Beside something, nothing is not even an empty line.
    before = lines(old) if old or not new else []
    after = lines(new) if new or not old else []
    found = alike.origins(
        [_as_read(line) for line in before], [_as_read(line) for line in after]
    )
    gone_to = {was: now for now, was in found.moved.items()}
    moves = _Moves(before, after, found.moved)
    rows: list[Row] = []
    i = j = 0
    for b, a in [*sorted(found.kept.items()), (len(after), len(before))]:
        for n in range(i, a):
            if n in gone_to:
                rows.append(moves.left(n, gone_to[n]))
            else:
                rows.append(Row(Change.REMOVED, n + 1, (Segment(before[n], True),)))
        for n in range(j, b):
            if n in found.moved:
                rows.append(moves.came(n, found.moved[n]))
            else:
                segments = (Segment(after[n], True),)
                rows.append(Row(Change.ADDED, new_number=n + 1, new=segments))
        if a < len(before) and b < len(after):
            was, now = _segments(before[a], after[b])
            is_same = not any(segment.changed for segment in (*was, *now))
            change = Change.SAME if is_same else Change.CHANGED
            rows.append(Row(change, a + 1, was, b + 1, now))
        i, j = a + 1, b + 1
    return rows


def folded(rows: Sequence[Row], *, context: int = 2) -> Iterator[Row | Skipped]:
    """Leave out what is the same more than ``context`` lines away from any change, and
    the empty lines that went along with what moved."""
    rows = [row for n, row in enumerate(rows) if not _went_along(rows, n)]
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


def _went_along(rows: Sequence[Row], n: int) -> bool:
    row = rows[n]
    if row.change not in (Change.REMOVED, Change.ADDED):
        return False
    near = (*rows[max(n - 1, 0) : n], *rows[n + 1 : n + 2])
    return any(other.change == Change.MOVED for other in near) and not any(
        segment.text.strip() for segment in (*row.old, *row.new)
    )


def paragraph_changes(old: str, new: str) -> list[ParagraphChange]:
    """Return what changed from ``old`` to ``new``, one entry for each paragraph."""
    before, after = _paragraphs(old), _paragraphs(new)
    found = alike.origins(before, after)
    changes = []
    for n, text in enumerate(after):
        was = found.all.get(n)
        if was is None:
            changes.append(ParagraphChange(Change.ADDED, n + 1, text))
        elif n in found.moved:
            changes.append(ParagraphChange(Change.MOVED, n + 1, text, was + 1))
        elif before[was] != text:
            changes.append(ParagraphChange(Change.CHANGED, n + 1, text))
    kept = set(found.all.values())
    changes += [
        ParagraphChange(Change.REMOVED, n + 1, text)
        for n, text in enumerate(before)
        if n not in kept
    ]
    return changes


def words_of(base: Sequence[str], changed: Sequence[str]) -> list[tuple[Segment, ...]]:
    """The changed lines, with the words marked that ``base`` does not have."""
    if not changed:
        return []
    rows = compare("\n".join(base), "\n".join(changed))
    return [row.new for row in rows if row.new_number]


def words_changed(old: str, new: str) -> int:
    """How many words were taken out or put in, whichever is more.

    What moved was taken out and put in: to move is more than to mend.
    """
    out = into = 0
    for row in compare(old, new):
        is_moved = row.change == Change.MOVED
        out += _count(row.old, unchanged=is_moved)
        into += _count(row.new, unchanged=is_moved)
    return max(out, into)


def _count(segments: Iterable[Segment], *, unchanged: bool) -> int:
    return sum(len(WORD.findall(s.text)) for s in segments if s.changed or unchanged)


def _paragraphs(text: str) -> list[str]:
    of = lines(text)
    return ["\n".join(of[start:end]) for start, end in alike.paragraphs(of)]


class _Moves:
    """Rows for lines that stand elsewhere now."""

    def __init__(
        self, before: list[str], after: list[str], origins: Mapping[int, int]
    ) -> None:
        self.before, self.after = before, after
        self.old_places, self.new_places = _places(before), _places(after)
        self.pairs = {
            (self.old_places[was][0], self.new_places[now][0])
            for now, was in origins.items()
        }

    def left(self, was: int, now: int) -> Row:
        segments, _now = _segments(self.before[was], self.after[now])
        move = self._move(was, now, now, self.new_places)
        return Row(Change.MOVED, was + 1, segments, move=move)

    def came(self, now: int, was: int) -> Row:
        _was, segments = _segments(self.before[was], self.after[now])
        move = self._move(was, now, was, self.old_places)
        return Row(Change.MOVED, new_number=now + 1, new=segments, move=move)

    def _move(
        self, was: int, now: int, other: int, places: Mapping[int, tuple[int, int]]
    ) -> Move:
        old, new = self.old_places[was][0], self.new_places[now][0]
        return Move(
            line=other + 1,
            paragraph=places[other][1],
            is_up=new < old,
            is_first=(old - 1, new - 1) not in self.pairs,
        )


def _places(of: list[str]) -> dict[int, tuple[int, int]]:
    """Each written line's place among those written, and its paragraph, from one."""
    written = (
        (line, number)
        for number, (start, end) in enumerate(alike.paragraphs(of), start=1)
        for line in range(start, end)
        if of[line].strip()
    )
    return {line: (n, number) for n, (line, number) in enumerate(written)}


def _segments(old: str, new: str) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    if _as_read(old) == _as_read(new):
        return (Segment(old),), (Segment(new),)
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if _TABLE_ROW.fullmatch(old) and _TABLE_ROW.fullmatch(new):
        found = alike.stretches(_unaligned(before), _unaligned(after))
    else:
        found = alike.stretches(before, after)
    # A space between two changed words is no common ground.
    matches = [
        (a, b, size)
        for a, b, size in found
        if not "".join(before[a : a + size]).isspace()
    ]
    return (
        tuple(_marked(before, [(a, size) for a, _b, size in matches])),
        tuple(_marked(after, [(b, size) for _a, b, size in matches])),
    )


def _as_read(line: str) -> str:
    """A line without what nobody sees: how wide the columns of a table were typed."""
    if not _TABLE_ROW.fullmatch(line):
        return line
    return "|".join(_RULE.sub("-", cell.strip()) for cell in line.split("|"))


def _unaligned(pieces: Iterable[str]) -> list[str]:
    return [" " if piece.isspace() else piece for piece in pieces]


def _marked(words: list[str], kept: Iterable[tuple[int, int]]) -> Iterator[Segment]:
    done = 0
    for start, size in [*kept, (len(words), 0)]:
        changed, same = words[done:start], words[start : start + size]
        if changed:
            yield Segment("".join(changed), changed=True)
        if same:
            yield Segment("".join(same))
        done = start + size
