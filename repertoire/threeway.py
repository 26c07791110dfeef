"""Three-way merge: what two people made of one text, put together.

Pure. First paragraphs that one of them moved are followed, so that what the other
changed in them goes along; then the texts are merged line by line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from repertoire import alike
from repertoire.alike import Origins, lines

#: An item of a list, a row of a table: whole by itself, with what is set in below it.
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s|\s*\|")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines two people changed in different ways; none where somebody removed them.

    ``is_move`` if it is their place that differs: both moved them, or one did and the
    other took them out.
    """

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    is_move: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of one text put together.

    Where they conflict, ``text`` has both, theirs before mine: nothing is lost, and
    somebody has to read it.
    """

    text: str
    conflicts: tuple[Conflict, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.conflicts


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Put two changes of ``base`` together, as far as they do not meet.

    Changes to neighbouring lines are both taken; so is a change both made. A paragraph
    one moved and the other changed is both. Whole paragraphs, items or rows added in
    one place are both kept, theirs first, who came first: two people who each add
    something at the end hardly ever mean one of the two. Different changes of one
    line, lines added in one place within a paragraph, and what one took out and the
    other changed or moved, are conflicts.
    """
    origin, ours, others = lines(base), lines(mine), lines(theirs)
    if ours in (origin, others):
        return Merged("\n".join(others))
    if others == origin:
        return Merged("\n".join(ours))
    # In an order of their own, so that what is a conflict is one whoever comes second.
    is_mine_first = ours < others
    first, second = (ours, others) if is_mine_first else (others, ours)
    origin, first, second, crossed = _moves_followed(origin, first, second)
    if not is_mine_first:
        crossed = [Conflict(c.base, c.theirs, c.mine, c.is_move) for c in crossed]
    ours, others = (first, second) if is_mine_first else (second, first)
    merged, conflicts = _by_line(origin, ours, others)
    return Merged("\n".join(merged), (*crossed, *conflicts))


def _by_line(
    origin: list[str], ours: list[str], others: list[str]
) -> tuple[list[str], list[Conflict]]:
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
        both = _one(untouched, by_me, by_them)
        if both is None:
            both = [*by_them, *by_me]
            conflicts.append(Conflict(tuple(untouched), tuple(by_me), tuple(by_them)))
        merged += both
    return merged + origin[done:], conflicts


def _one(
    untouched: list[str], by_me: list[str], by_them: list[str]
) -> list[str] | None:
    """The one text two changes of the same lines make, if they do."""
    if by_me in (by_them, untouched):
        return by_them
    if by_them == untouched:
        return by_me
    if untouched:
        return None
    if _contains(by_me, by_them):
        return by_me
    if _contains(by_them, by_me):
        return by_them
    return [*by_them, *by_me] if _are_whole(by_me, by_them) else None


def _contains(longer: list[str], shorter: list[str]) -> bool:
    return longer[: len(shorter)] == shorter or longer[-len(shorter) :] == shorter


def _are_whole(a: list[str], b: list[str]) -> bool:
    """Whether lines added in one place can stand there after each other."""
    if any(line.strip() and line in b for line in a):
        return False
    apart = not (a[-1].strip() and b[0].strip()) and not (
        b[-1].strip() and a[0].strip()
    )
    return apart or (_are_items(a) and _are_items(b))


def _are_items(added: list[str]) -> bool:
    written = [line for line in added if line.strip()]
    return bool(written and _ITEM.match(written[0])) and all(
        line[0].isspace() or _ITEM.match(line) for line in written
    )


@dataclass(frozen=True, slots=True)
class _Hunk:
    """What one of two people put in place of the lines from ``start`` to ``end``."""

    start: int
    end: int
    lines: tuple[str, ...]
    is_mine: bool


def _hunks(base: list[str], changed: list[str], *, is_mine: bool) -> Iterator[_Hunk]:
    i = j = 0
    stretches = alike.stretches(base, changed)
    for a, b, size in [*stretches, (len(base), len(changed), 0)]:
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


def _moves_followed(
    base: list[str], left: list[str], right: list[str]
) -> tuple[list[str], list[str], list[str], list[Conflict]]:
    """The three texts with every paragraph where whoever moved it wants it.

    A move is taken out of the comparison by making it in the other two texts as well:
    what is left to merge are changes. What cannot be followed is returned as well.
    """
    origin, one, other = _Page(base), _Page(left), _Page(right)
    from_one = alike.origins(origin.paragraphs, one.paragraphs)
    from_other = alike.origins(origin.paragraphs, other.paragraphs)
    if not (from_one.moved or from_other.moved):
        return base, left, right, []
    one.name_by(from_one)
    other.name_by(from_other)
    moved = set(from_one.moved.values()), set(from_other.moved.values())
    crossed = []
    for name in sorted(moved[0] | moved[1]):
        in_both = name in one.order and name in other.order
        by_both = name in moved[0] and name in moved[1]
        agreed = by_both and one.before(name, other) == other.before(name, one)
        if not in_both or (by_both and not agreed):
            was, here = origin.lines_of(name), one.lines_of(name)
            crossed.append(Conflict(was, here, other.lines_of(name), is_move=True))
            moved[0].discard(name)
            moved[1].discard(name)
    for mover, names, still, also in (
        (one, moved[0], other, moved[1]),
        (other, moved[1] - moved[0], one, moved[0]),
    ):
        for name in [name for name in mover.order if name in names]:
            after = mover.before(name, still, origin)
            origin.put(name, after)
            if name not in also:
                still.put(name, after)
    return origin.lines(), one.lines(), other.lines(), crossed


class _Page:
    """A text as paragraphs that go by the same name in every version of it."""

    def __init__(self, of: list[str]) -> None:
        spans = alike.paragraphs(of)
        self.paragraphs = ["\n".join(of[start:end]) for start, end in spans]
        edges = [0, *(n for span in spans for n in span), len(of)]
        # What stands between the paragraphs stays where it is when they move.
        self.gaps = [of[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]
        self.order = list(range(len(spans)))
        self.texts: Mapping[int, str] = dict(enumerate(self.paragraphs))

    def name_by(self, origins: Origins) -> None:
        """Name each paragraph by the one it was; new ones by names below zero."""
        known = origins.all
        self.order = [known.get(n, ~n) for n in range(len(self.paragraphs))]
        self.texts = dict(zip(self.order, self.paragraphs, strict=True))

    def lines_of(self, name: int) -> tuple[str, ...]:
        return tuple(self.texts[name].split("\n")) if name in self.texts else ()

    def before(self, name: int, *others: "_Page") -> int | None:
        """The nearest paragraph before it that the others have as well."""
        for earlier in reversed(self.order[: self.order.index(name)]):
            if earlier >= 0 and all(earlier in other.order for other in others):
                return earlier
        return None

    def put(self, name: int, after: int | None) -> None:
        self.order.remove(name)
        place = 0 if after is None else self.order.index(after) + 1
        self.order.insert(place, name)

    def lines(self) -> list[str]:
        made = [*self.gaps[0]]
        for name, gap in zip(self.order, self.gaps[1:], strict=True):
            made += [*self.texts[name].split("\n"), *gap]
        return made
