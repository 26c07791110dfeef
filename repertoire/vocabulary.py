"""The vocabulary: finding a domain's terms in any text.

Pure: terms and text in, places out. One automaton reads a text once, however many
terms there are, so a domain's vocabulary is built once and kept.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import ahocorasick
from markupsafe import Markup, escape

#: Addresses are not prose: a term inside one is a coincidence.
_ADDRESS = re.compile(r"(?<!\S)[^\s@]*?(?:://|@)\S*")

#: Characters people use for one another, each for exactly one, so that places in the
#: folded text are places in the text itself.
_ALIKE = str.maketrans("’‘‑‐\n\t\r\u00a0", "''--    ")

_SIBILANT = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the practice, as much of it as a text needs to explain it."""

    slug: str
    title: str
    url: str
    aliases: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A term where it stands in a text, in the words the text has for it."""

    term: Term
    start: int
    words: str

    @property
    def end(self) -> int:
        return self.start + len(self.words)

    def __html__(self) -> str:
        return (
            f'<a class="term" href="{escape(self.term.url)}">{escape(self.words)}</a>'
        )


@dataclass(frozen=True, slots=True)
class _Form:
    """One spelling of a term; ``exactly`` when it only counts as written."""

    term: Term
    exactly: str | None


class Vocabulary:
    """The terms of one domain, ready to be recognized."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = {term.slug: term for term in terms}
        forms = self._forms()
        self._automaton = ahocorasick.Automaton()
        for spelling, known in forms.items():
            self._automaton.add_word(spelling, (len(spelling), tuple(known)))
        if forms:
            self._automaton.make_automaton()

    def __len__(self) -> int:
        return len(self.terms)

    def mentions(self, text: str) -> list[Mention]:
        """Return every term in the text, in order, the longest where they overlap.

        Upper and lower case are one, except for names all in capitals: "DO" is a
        term, "do" is a verb.
        """
        if not self.terms:
            return []
        found = []
        folded = _fold(text)
        for last, (length, forms) in self._automaton.iter(folded):
            start = last + 1 - length
            if _is_word(folded, start, last + 1):
                words = text[start : last + 1]
                term = next((f.term for f in forms if f.exactly in (None, words)), None)
                if term:
                    found.append(Mention(term, start, words))
        found.sort(key=lambda mention: (mention.start, -len(mention.words)))
        return list(_apart(found))

    def reader(self) -> "Reader":
        """Start reading one text, in as many pieces as it comes."""
        return Reader(self)

    def mark_plain(self, text: str) -> Markup:
        """Return a text without markup as HTML, each term linked where first met."""
        pieces = self.reader().split(text)
        return Markup("").join(escape(piece) for piece in pieces)

    def _forms(self) -> dict[str, list[_Form]]:
        """Every spelling, titles before aliases where two terms share one."""
        forms: dict[str, list[_Form]] = {}
        named = [(term.title, term) for term in self.terms.values()]
        named += [(a, term) for term in self.terms.values() for a in term.aliases]
        for name, term in named:
            words = " ".join(name.split())
            for spelling in {words, plural(words)} if words else ():
                exactly = spelling if words.isupper() else None
                known = forms.setdefault(_fold(spelling), [])
                known.append(_Form(term, exactly))
        return forms


@dataclass(slots=True)
class Reader:
    """Reads one text and points out each term where it is first met."""

    vocabulary: Vocabulary
    met: dict[str, None] = field(default_factory=dict)

    def split(self, text: str) -> list[str | Mention]:
        """Return the text in pieces, those that name a term for the first time apart."""
        pieces: list[str | Mention] = []
        done = 0
        for mention in self.vocabulary.mentions(text):
            if mention.term.slug in self.met:
                continue
            self.met[mention.term.slug] = None
            pieces += [text[done : mention.start], mention]
            done = mention.end
        return [piece for piece in [*pieces, text[done:]] if piece]


def plural(words: str) -> str:
    """The plural as English regularly makes it; an acronym takes a small s."""
    if words.isupper():
        return f"{words}s"
    if words.endswith(_SIBILANT):
        return f"{words}es"
    if words.endswith("y") and words[-2:-1] not in tuple("aeiou"):
        return f"{words[:-1]}ies"
    return f"{words}s"


def _fold(text: str) -> str:
    """Lower the text without moving a character, and blank out addresses."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a capital such as İ becomes two characters
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    if "@" in lowered or "://" in lowered:
        lowered = _ADDRESS.sub(lambda found: "\0" * len(found[0]), lowered)
    return lowered.translate(_ALIKE)


def _is_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_joins(before) or _joins(after))


def _joins(character: str) -> bool:
    return character == "_" or character.isalnum()


def _apart(mentions: Iterable[Mention]) -> Iterator[Mention]:
    end = 0
    for mention in mentions:
        if mention.start >= end:
            end = mention.end
            yield mention
