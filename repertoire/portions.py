"""Portions of a change: what of it can be taken in by itself, paragraph by paragraph.

Pure. A paragraph that moved is one portion with the place it came from: taking in half
of a move would lose it, or have it twice.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from repertoire import alike
from repertoire.text import Text


@dataclass(frozen=True, slots=True)
class Portion:
    """One choice: the ``field`` it is in, and how that stands without and with it."""

    field: str
    was: str
    now: str


def portions(before: Text, after: Text) -> list[Portion]:
    """Return what can be chosen of the change from ``before`` to ``after``, in order."""
    fields = [
        Portion(name, getattr(before, name), getattr(after, name))
        for name in _changed_fields(before, after)
    ]
    body = _Body(before.body, after.body)
    return fields + [
        Portion(
            "body",
            "\n\n".join(body.old[n] for hunk in group for n in hunk.old),
            "\n\n".join(body.new[n] for hunk in group for n in hunk.new),
        )
        for group in body.groups
    ]


def chosen(before: Text, after: Text, numbers: Collection[int]) -> Text:
    """Return ``before`` with the portions of these numbers, from 0, and no others."""
    fields = _changed_fields(before, after)
    body = _Body(before.body, after.body)
    every = range(len(fields) + len(body.groups))
    if set(numbers) >= set(every):
        return after
    taken = {name for n, name in enumerate(fields) if n in numbers}
    groups = {n - len(fields) for n in numbers if n >= len(fields)}
    text = replace(before, body=body.with_groups(groups))
    return replace(text, **{name: getattr(after, name) for name in taken}).tidied()


def _changed_fields(before: Text, after: Text) -> list[str]:
    return [
        name
        for name in ("title", "meaning")
        if getattr(before, name) != getattr(after, name)
    ]


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Paragraphs of the old text, and what stands in their place in the new one."""

    old: range
    new: range


class _Body:
    def __init__(self, before: str, after: str) -> None:
        self.old, self.old_gaps = _paragraphs(before)
        self.new, self.new_gaps = _paragraphs(after)
        found = alike.origins(self.old, self.new)
        self.hunks = list(self._hunks(found.kept))
        changed = [hunk for hunk in self.hunks if self._differs(hunk)]
        self.groups = _together(changed, found.moved)

    def with_groups(self, numbers: Collection[int]) -> str:
        taken = {
            hunk
            for n, group in enumerate(self.groups)
            if n in numbers
            for hunk in group
        }
        lines: list[str] = []
        for hunk in self.hunks:
            texts, gaps, places = (
                (self.new, self.new_gaps, hunk.new)
                if hunk in taken
                else (self.old, self.old_gaps, hunk.old)
            )
            for n in places:
                if lines:
                    lines += [""] * max(gaps[n], 1)
                lines.append(texts[n])
        return "\n".join(lines)

    def _hunks(self, kept: dict[int, int]) -> Iterator[_Hunk]:
        i = j = 0
        for new, old in sorted(kept.items()):
            if i < old or j < new:
                yield _Hunk(range(i, old), range(j, new))
            yield _Hunk(range(old, old + 1), range(new, new + 1))
            i, j = old + 1, new + 1
        if i < len(self.old) or j < len(self.new):
            yield _Hunk(range(i, len(self.old)), range(j, len(self.new)))

    def _differs(self, hunk: _Hunk) -> bool:
        return [self.old[n] for n in hunk.old] != [self.new[n] for n in hunk.new]


def _paragraphs(text: str) -> tuple[list[str], list[int]]:
    """The paragraphs, and how many empty lines stand before each."""
    lines = alike.lines(text)
    spans = alike.paragraphs(lines)
    ends = [0, *(end for _start, end in spans)]
    gaps = [start - end for (start, _end), end in zip(spans, ends, strict=False)]
    return ["\n".join(lines[start:end]) for start, end in spans], gaps


def _together(hunks: list[_Hunk], moved: dict[int, int]) -> list[list[_Hunk]]:
    """The hunks in groups that share what moved from one to another."""
    groups = [[hunk] for hunk in hunks]
    for new, old in moved.items():
        ends = [g for g in groups if any(new in h.new or old in h.old for h in g)]
        if len(ends) > 1:
            joined = sorted((h for g in ends for h in g), key=hunks.index)
            groups = [g for g in groups if g not in ends] + [joined]
    return sorted(groups, key=lambda group: hunks.index(group[0]))
