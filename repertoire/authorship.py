"""Who wrote the living text: the author of each paragraph, and of each word.

Pure: worked out from all versions of a text, oldest first. A word belongs to whoever
wrote it where it stands. It stays theirs when its paragraph moves, is mended, split or
joined with another, and when a text that was taken out comes back: to restore is not
to write.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from repertoire import alike
from repertoire.alike import WORD

#: So many words in a row, out of what a version took out, came along; fewer are words
#: anybody might have used.
_CAME_ALONG = 4


class Written(Protocol):
    @property
    def author_id(self) -> int: ...
    @property
    def meaning(self) -> str: ...
    @property
    def body(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it stands: its source, and which versions made it what it is.

    ``written`` and ``mended`` are places in the list of versions. Whose words are most
    of it wrote it, in the version that brought most of these; later ones mended it.
    """

    text: str
    written: int
    mended: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Authorship:
    """Of the last of some versions: its meaning and paragraphs, each with who wrote it,
    and what share of all that each author wrote."""

    meaning: Paragraph | None
    paragraphs: tuple[Paragraph, ...]
    shares: Mapping[int, float]


def authorship(versions: Sequence[Written]) -> Authorship:
    meaning, body = _living(versions)
    return Authorship(
        _told(meaning, versions) if meaning.text else None,
        tuple(_told(block, versions) for block in body),
        _shares(meaning, body, versions),
    )


def shares(versions: Sequence[Written]) -> dict[int, float]:
    """Return what share of the living text each author wrote; they add up to one.

    Counted by words, of the meaning and the body: every word that stands today counts
    once, for whoever wrote it. A text without a word is its first author's.
    """
    meaning, body = _living(versions)
    return _shares(meaning, body, versions)


def _shares(
    meaning: "_Block", body: Sequence["_Block"], versions: Sequence[Written]
) -> dict[int, float]:
    if not versions:
        return {}
    words = Counter(
        versions[n].author_id for block in (meaning, *body) for n in block.words
    )
    if not words:
        return {versions[0].author_id: 1.0}
    return {author: count / words.total() for author, count in words.items()}


@dataclass(slots=True)
class _Block:
    """A paragraph, the version each of its words is from, and those that changed it."""

    text: str
    words: list[int]
    touched: tuple[int, ...]


def _living(versions: Sequence[Written]) -> tuple[_Block, list[_Block]]:
    meaning, body = _Block("", [], ()), list[_Block]()
    # How each paragraph stood when it was first there, for when it comes back.
    meanings: dict[str, _Block] = {}
    known: dict[str, _Block] = {}
    for n, version in enumerate(versions):
        (meaning,) = _next([meaning], [version.meaning], n, meanings)
        lines = alike.lines(version.body)
        texts = ["\n".join(lines[start:end]) for start, end in alike.paragraphs(lines)]
        body = _next(body, texts, n, known)
    return meaning, body


def _next(
    old: list[_Block], texts: list[str], n: int, known: dict[str, _Block]
) -> list[_Block]:
    origins = alike.origins([block.text for block in old], texts).all
    new = []
    lost = _Words()
    fresh = _Words()
    for place, text in enumerate(texts):
        was = old[origins[place]] if place in origins else None
        if was is not None and was.text == text:
            block = was
        elif text in known:
            block = known[text]
        else:
            block = _changed(was, text, n, lost, fresh)
        new.append(block)
    carried = set(origins.values())
    for place, block in enumerate(old):
        if place not in carried:
            lost.add(block, range(len(block.words)))
    _bring_along(lost, fresh)
    for block in new:
        known.setdefault(block.text, block)
    return new


class _Words:
    """Words gathered from several paragraphs, each with the place it is from."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.places: list[tuple[_Block, int]] = []

    def add(self, block: _Block, places: Sequence[int]) -> None:
        words = WORD.findall(block.text)
        self.words += [words[place] for place in places]
        self.places += [(block, place) for place in places]


def _changed(
    was: _Block | None, text: str, n: int, lost: _Words, fresh: _Words
) -> _Block:
    words = WORD.findall(text)
    block = _Block(text, [n] * len(words), (*(was.touched if was else ()), n))
    before = WORD.findall(was.text) if was else []
    i = j = 0
    for a, b, size in [
        *alike.stretches(before, words),
        (len(before), len(words), 0),
    ]:
        fresh.add(block, range(j, b))
        if was is not None:
            lost.add(was, range(i, a))
            block.words[b : b + size] = was.words[a : a + size]
        i, j = a + size, b + size
    return block


def _bring_along(lost: _Words, fresh: _Words) -> None:
    """Words taken out in one place and put in at another are still their authors'."""
    for a, b, size in alike.stretches(lost.words, fresh.words):
        if size < _CAME_ALONG:
            continue
        for n in range(size):
            source, from_place = lost.places[a + n]
            block, place = fresh.places[b + n]
            block.words[place] = source.words[from_place]


def _told(block: _Block, versions: Sequence[Written]) -> Paragraph:
    by_author = Counter(versions[n].author_id for n in block.words)
    by_version = Counter(block.words)
    written = max(
        by_version or block.touched[:1],
        key=lambda n: (by_author[versions[n].author_id], by_version[n], -n),
    )
    return Paragraph(
        block.text, written, tuple(n for n in block.touched if n > written)
    )
