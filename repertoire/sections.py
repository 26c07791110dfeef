"""Sections: one heading of an entry with all below it, taken out and put back.

Pure. What a heading is, the renderer says: what looks like one in code or in a quote
begins no section.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from repertoire import alike, markup


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines of a text, and the lines around them."""

    name: str
    #: What its heading says.
    title: str
    before: Sequence[str]
    lines: Sequence[str]
    #: Empty lines up to what comes after.
    gap: Sequence[str]
    after: Sequence[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def put_back(self, text: str) -> str:
        """Return the whole with ``text`` in place of the section."""
        lines, gap, before = _trimmed(alike.lines(text)), self.gap, [*self.before]
        if lines != self.lines:
            # What was set apart by a heading alone is set apart by an empty line.
            if before and before[-1].strip():
                before.append("")
            gap = (gap or [""]) if lines and self.after else []
        return "\n".join([*before, *lines, *gap, *self.after])

    def place_of(self, text: str) -> tuple[int, int]:
        """Return the lines that ``text`` takes up in the whole it was put back into."""
        whole = alike.lines(self.put_back(text))
        return len(self.before), len(whole) - len(self.after)


def find(body: str, name: str) -> Section | None:
    """Return the section of that name, as ``markup.Heading`` has it."""
    for heading in markup.headings(body):
        if heading.name == name and heading.lines:
            first, end = heading.lines
            lines = alike.lines(body)
            trimmed = _trimmed(lines[first:end])
            gap = lines[first + len(trimmed) : end]
            return Section(name, heading.text, lines[:first], trimmed, gap, lines[end:])
    return None


def at_end(body: str, name: str) -> Section:
    """Return where a section stands that the text does not have: below all else."""
    return Section(name, name, alike.lines(body), [], [], [])


def _trimmed(lines: list[str]) -> list[str]:
    """The lines without empty ones at either end."""
    said = [number for number, line in enumerate(lines) if line.strip()]
    return lines[said[0] : said[-1] + 1] if said else []
