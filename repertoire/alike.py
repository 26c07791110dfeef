"""What two texts have in common: line by line, word by word, paragraph by paragraph.

Pure. Items that stand once in both texts anchor the search, so that it stays near what
an editor would say and its cost near the length of the texts.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

#: Between two anchors, longer stretches than this (old times new) count as rewritten:
#: comparing them would cost more than a reader gains.
_LARGEST_GAP = 250_000

#: Larger blocks (removed times added items) are not searched for what became of what.
_LARGEST_BLOCK = 2_500

#: Two items with fewer of their words in common are two items, not one changed.
_ALIKE = 0.4

#: What stands elsewhere and reads otherwise has to be surer than its neighbours: more
#: in common, and enough words for that to say something.
_ALIKE_ELSEWHERE = 0.6
_FEWEST_WORDS_ELSEWHERE = 4

WORD = re.compile(r"\w+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the items of a new text come from: the place of each in the old one.

    ``kept`` stand in the order they stood in, changed or not; ``moved`` do not.
    """

    kept: dict[int, int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)

    @property
    def all(self) -> dict[int, int]:
        return {**self.kept, **self.moved}


def lines(text: str) -> list[str]:
    """The lines of a text, however the writer's machine ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def paragraphs(of: Sequence[str]) -> list[tuple[int, int]]:
    """Where each paragraph starts and ends among the lines; fenced code is one."""
    found: list[tuple[int, int]] = []
    start, fence = None, ""
    for n, line in enumerate([*of, ""]):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        if line.strip() or (fence and n < len(of)):
            start = n if start is None else start
        elif start is not None:
            found.append((start, n))
            start = None
    return found


def origins(old: Sequence[str], new: Sequence[str]) -> Origins:
    """Which item of ``new`` was which of ``old``: the same, changed, or moved."""
    found = Origins()
    gaps = []
    i = j = 0
    for a, b, size in [*stretches(old, new), (len(old), len(new), 0)]:
        gaps.append((range(i, a), range(j, b)))
        found.kept.update((b + n, a + n) for n in range(size))
        i, j = a + size, b + size
    lost = [n for gone, _new in gaps for n in gone]
    came = [n for _gone, new_ones in gaps for n in new_ones]
    found.moved.update(_the_same(old, new, lost, came))
    taken = set(found.moved.values())
    for gone, arrived in gaps:
        rest = [n for n in gone if n not in taken]
        others = [n for n in arrived if n not in found.moved]
        found.kept.update(_in_order(old, new, rest, others))
    known = found.all
    taken = set(known.values())
    found.moved.update(
        _elsewhere(
            old,
            new,
            [n for n in lost if n not in taken],
            [n for n in came if n not in known],
        )
    )
    return found


def stretches(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """Stretches the two have in common, in order: (start in a, start in b, length)."""
    matches: list[tuple[int, int, int]] = []
    for start_a, start_b, size in _found(a, b):
        last_a, last_b, last_size = matches[-1] if matches else (0, 0, 0)
        if matches and (last_a + last_size, last_b + last_size) == (start_a, start_b):
            matches[-1] = (last_a, last_b, last_size + size)
        elif size:
            matches.append((start_a, start_b, size))
    return matches


def _the_same(
    old: Sequence[str], new: Sequence[str], lost: Sequence[int], came: Sequence[int]
) -> Iterator[tuple[int, int]]:
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for n in reversed(lost):
        waiting[old[n]].append(n)
    for n in came:
        if WORD.search(new[n]) and waiting[new[n]]:
            yield n, waiting[new[n]].pop()


def _in_order(
    old: Sequence[str], new: Sequence[str], lost: Sequence[int], came: Sequence[int]
) -> list[tuple[int, int]]:
    """Which old item became which new one: in order, the most alike altogether."""
    if not lost or not came or len(lost) * len(came) > _LARGEST_BLOCK:
        return []
    bags = [Counter(WORD.findall(old[n])) for n in lost]
    others = [Counter(WORD.findall(new[n])) for n in came]
    likeness = [[_likeness(bag, other, _ALIKE) for other in others] for bag in bags]
    best = [[0.0] * (len(came) + 1) for _ in range(len(lost) + 1)]
    for i in reversed(range(len(lost))):
        for j in reversed(range(len(came))):
            best[i][j] = max(
                best[i + 1][j],
                best[i][j + 1],
                likeness[i][j] + best[i + 1][j + 1],
            )
    pairs = []
    i = j = 0
    while i < len(lost) and j < len(came):
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((came[j], lost[i]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _elsewhere(
    old: Sequence[str], new: Sequence[str], lost: Sequence[int], came: Sequence[int]
) -> Iterator[tuple[int, int]]:
    if not lost or not came or len(lost) * len(came) > _LARGEST_BLOCK:
        return
    bags = {n: Counter(WORD.findall(old[n])) for n in lost}
    others = {n: Counter(WORD.findall(new[n])) for n in came}
    alike = sorted(
        (
            (-share, n, was)
            for was, bag in bags.items()
            for n, other in others.items()
            if min(bag.total(), other.total()) >= _FEWEST_WORDS_ELSEWHERE
            and (share := _likeness(bag, other, _ALIKE_ELSEWHERE))
        ),
    )
    for _share, n, was in alike:
        if n in others and was in bags:
            del others[n], bags[was]
            yield n, was


def _likeness(a: Counter[str], b: Counter[str], least: float) -> float:
    """The share of two items they have in common, 0 where it is too little to tell."""
    total = a.total() + b.total()
    share = 2 * (a & b).total() / total if total else 0.0
    return share if share >= least else 0.0


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
