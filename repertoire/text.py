"""An entry's text, and what two changes of it make.

Pure: no models, no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from repertoire import alike, difference, threeway


class Worded(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Text:
    """What a revision says: the name, the meaning in one sentence, and the body."""

    title: str
    meaning: str
    body: str

    @classmethod
    def of(cls, worded: Worded) -> "Text":
        return cls(worded.title, worded.meaning, worded.body).tidied()

    def tidied(self) -> "Text":
        """Without what nobody sees: spaces around, and how a machine ends its lines."""
        return Text(
            " ".join(self.title.split()),
            " ".join(self.meaning.split()),
            "\n".join(alike.lines(self.body)).rstrip().lstrip("\n"),
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of a text put together, and where they conflict.

    Where the body conflicts, ``text`` holds both; where a one-line field does, mine.
    """

    text: Text
    body_conflicts: tuple[threeway.Conflict, ...]
    fields: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not (self.body_conflicts or self.fields)


def merge(base: Text, mine: Text, theirs: Text) -> Merged:
    body = threeway.merge(base.body, mine.body, theirs.body)
    text, fields = replace(mine, body=body.text), []
    for name in ("title", "meaning"):
        was, ours, other = (getattr(t, name) for t in (base, mine, theirs))
        if ours == was:
            text = replace(text, **{name: other})
        elif other not in (was, ours):
            fields.append(name)
    return Merged(text, body.conflicts, tuple(fields))


@dataclass(frozen=True, slots=True)
class Changes:
    """What one version changed: one-line fields by name, and paragraphs."""

    fields: tuple[str, ...]
    paragraphs: tuple[difference.ParagraphChange, ...]


def changes(before: Text, after: Text) -> Changes:
    return Changes(
        tuple(
            name
            for name in ("title", "meaning")
            if getattr(before, name) != getattr(after, name)
        ),
        tuple(difference.paragraph_changes(before.body, after.body)),
    )


def merge_names(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> list[str]:
    """Other words for it: theirs without what I took out, and with what I put in.

    Each word is in or out, so that no two changes of them ever meet.
    """
    out = {name.casefold() for name in base} - {name.casefold() for name in mine}
    had = {name.casefold() for name in (*base, *theirs)}
    return [
        *(name for name in theirs if name.casefold() not in out),
        *(name for name in mine if name.casefold() not in had),
    ]
