"""The vocabulary: finding a domain's terms in any text.

Pure: terms and text in, places out. One automaton reads a text once, word by word,
however many terms there are, so a domain's vocabulary is built once and kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import NamedTuple

import ahocorasick
from markupsafe import Markup, escape

from repertoire import inflection

#: Addresses are not prose: a term inside one is a coincidence.
_ADDRESS = re.compile(r"(?<!\S)[^\s@]*?(?:://|@)\S*")

#: Characters people use for one another, each for exactly one, so that places in the
#: folded text are places in the text itself. Whether they write "two-bank rule" or
#: "two bank rule" tells no two things apart.
_ALIKE = str.maketrans("’‘‑‐-\n\t\u00a0", "''      ")

#: A word or a sign.
TOKEN = re.compile(r"\w+|[^\w\s]")

#: Words remembered with what they are in the vocabulary: those of a large community's
#: year, in a few megabytes.
_MOST_KEPT = 50_000


#: How far the words of a text are from a name.
_AS_WRITTEN, _THE_SAME_WORDS, _INFLECTED, _NOT_AT_ALL = range(4)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the practice, as much of it as a text needs to explain it."""

    slug: str
    title: str
    url: str
    aliases: tuple[str, ...] = ()
    meaning: str = ""


class Mention(NamedTuple):
    """A term where it stands in a text, in the words the text has for it.

    Several ``terms`` may go by the same name: then the mark leads to the choice.
    """

    terms: tuple[Term, ...]
    #: As the entry has it, its title or an alias.
    name: str
    start: int
    words: str
    url: str

    @property
    def end(self) -> int:
        return self.start + len(self.words)

    @property
    def term(self) -> Term | None:
        return None if self.asks else self.terms[0]

    @property
    def asks(self) -> bool:
        return len(self.terms) > 1

    @property
    def look(self) -> str:
        return "term asks" if self.asks else "term"

    def __html__(self) -> str:
        words = escape(self.words)
        return f'<a class="{self.look}" href="{escape(self.url)}">{words}</a>'


#: A word's number in two digits, the first of which are no second ones. At each step
#: the automaton goes through the words that may follow one by one, and at the first
#: all words may: told in digits, these are few.
_Sign = tuple[int, int]

_DIGITS = 256

#: Every word that is in no name.
_OTHER: _Sign = (0, 0)


def _sign(number: int) -> _Sign:
    return _DIGITS + number // _DIGITS, number % _DIGITS


class _Form(NamedTuple):
    """A name of a term, word by word; ``exactly`` when it only counts as written."""

    term: Term
    name: str
    before: list[str]
    last: str
    exactly: str | None = None


class Vocabulary:
    """The terms of one domain, ready to be recognized.

    ``choice_url`` says where a name is explained that several terms go by.
    """

    def __init__(
        self,
        terms: Iterable[Term],
        *,
        language: str = inflection.ENGLISH,
        choice_url: Callable[[str], str] = lambda name: "",
    ) -> None:
        self.terms = {term.slug: term for term in terms}
        self._choice_url = choice_url
        self._inflection = inflection.of(language)
        self._stems: dict[str, _Sign] = {}
        self._kept: dict[str, _Sign] = {}
        known = self._forms()
        self._automaton = ahocorasick.Automaton(
            ahocorasick.STORE_ANY, ahocorasick.KEY_SEQUENCE
        )
        for key, forms in known.items():
            self._automaton.add_word(key, (len(key) // 2, tuple(forms)))
        if known:
            self._automaton.make_automaton()

    def __len__(self) -> int:
        return len(self.terms)

    def mentions(self, text: str) -> list[Mention]:
        """Return every term in the text, in order, the longest where they overlap.

        Upper and lower case are one, except for names all in capitals: "DO" is a
        term, "do" is a verb. The last word of a name may be inflected.
        """
        if not self._stems:
            return []
        folded = fold(text)
        words = TOKEN.findall(folded)
        hits = list(self._automaton.iter(self._signs(words)))
        if not hits:
            return []
        spans = [token.span() for token in TOKEN.finditer(folded)]
        found = []
        for end, (length, forms) in hits:
            last = end // 2
            first = last + 1 - length
            if stands_together(folded, spans[first : last + 1]):
                start, written = spans[first][0], text[spans[first][0] : spans[last][1]]
                mention = self._meant(written, words[first : last + 1], forms, start)
                if mention:
                    found.append(mention)
        found.sort(key=lambda mention: (mention.start, -len(mention.words)))
        return list(_apart(found))

    def reader(self, known: Iterable[str] = ()) -> "Reader":
        """Start reading one text, in as many pieces as it comes."""
        return Reader(self, frozenset(known))

    def mark_plain(self, text: str) -> Markup:
        """Return a text without markup as HTML, each term linked where first met."""
        return Markup("").join(self.reader().split(text))

    def _meant(
        self, written: str, words: list[str], forms: Sequence[_Form], start: int
    ) -> Mention | None:
        """Whoever goes by these words most exactly; all of them where several do."""
        if len(forms) == 1:  # as nearly always
            (form,) = forms
            if self._distance(form, written, words) == _NOT_AT_ALL:
                return None
            return Mention((form.term,), form.name, start, written, form.term.url)
        distances = [self._distance(form, written, words) for form in forms]
        closest = min(distances)
        if closest == _NOT_AT_ALL:
            return None
        meant = [f for f, d in zip(forms, distances, strict=True) if d == closest]
        form, terms = meant[0], tuple({m.term.slug: m.term for m in meant}.values())
        url = form.term.url if len(terms) == 1 else self._choice_url(form.name)
        return Mention(terms, form.name, start, written, url)

    def _distance(self, form: _Form, written: str, words: list[str]) -> int:
        if form.exactly is not None:
            return _AS_WRITTEN if form.exactly == written else _NOT_AT_ALL
        if words[:-1] != form.before:
            return _NOT_AT_ALL
        if words[-1] == form.last:
            return _THE_SAME_WORDS
        is_form = self._inflection.is_form(form.last, words[-1])
        return _INFLECTED if is_form else _NOT_AT_ALL

    def _signs(self, words: list[str]) -> tuple[int, ...]:
        """The words as the automaton knows them; each is looked at once."""
        kept = self._kept
        unknown = [word for word in words if word not in kept]
        if unknown:
            if len(kept) > _MOST_KEPT:
                kept = self._kept = {}
                unknown = words
            stems = self._inflection.stems(unknown)
            kept |= {
                word: self._stems.get(stem, _OTHER)
                for word, stem in zip(unknown, stems, strict=True)
            }
        return tuple(chain.from_iterable(map(kept.__getitem__, words)))

    def _forms(self) -> dict[tuple[int, ...], list[_Form]]:
        """Every name by the stems of its words, titles first."""
        forms: dict[tuple[int, ...], list[_Form]] = {}
        named = [(term.title, term) for term in self.terms.values()]
        named += [(a, term) for term in self.terms.values() for a in term.aliases]
        for name, term in named:
            written = " ".join(name.split())
            words = TOKEN.findall(fold(written))
            if not words:
                continue
            if written.isupper():
                # An acronym takes a small s, and nothing else.
                spellings = {written: words[-1], f"{written}s": f"{words[-1]}s"}
                for spelling, last in spellings.items():
                    form = _Form(term, name, words[:-1], last, spelling)
                    self._know(forms, [*words[:-1], last], form)
            else:
                form = _Form(term, name, words[:-1], words[-1])
                for last in (words[-1], *self._inflection.stemmed_apart(words[-1])):
                    self._know(forms, [*words[:-1], last], form)
        return forms

    def _know(
        self,
        forms: dict[tuple[int, ...], list[_Form]],
        words: list[str],
        form: _Form,
    ) -> None:
        stems = self._inflection.stems(words)
        signs = [self._stems.setdefault(s, _sign(len(self._stems))) for s in stems]
        key = tuple(chain.from_iterable(signs))
        same = forms.setdefault(key, [])
        if form not in same:
            same.append(form)


@dataclass(slots=True)
class Reader:
    """Reads one text and points out each term where a section first has it."""

    vocabulary: Vocabulary
    #: Terms that need no explaining, such as the one the text itself is about.
    known: frozenset[str] = frozenset()
    met: dict[str, None] = field(default_factory=dict)
    _explained: set[str] = field(default_factory=set)

    def split(self, text: str) -> list[str | Mention]:
        """Return the text in pieces, those that are to be explained apart."""
        pieces: list[str | Mention] = []
        done = 0
        for mention in self.vocabulary.mentions(text):
            if mention.asks:
                # Which of them is meant nobody has said, so none of them is met.
                if not self._is_new(mention.name.casefold()):
                    continue
            elif not self.meet(mention.terms[0].slug):
                continue
            pieces += [text[done : mention.start], mention]
            done = mention.end
        return [piece for piece in [*pieces, text[done:]] if piece]

    def meet(self, slug: str) -> bool:
        """Note that the text uses a term; whether it is the first time here."""
        if slug in self.known:
            return False
        self.met[slug] = None
        return self._is_new(slug)

    def turn_to_next_section(self) -> None:
        """What was explained above is explained anew: readers come by the contents."""
        self._explained.clear()

    def _is_new(self, name: str) -> bool:
        if name in self._explained:
            return False
        self._explained.add(name)
        return True


def fold(text: str) -> str:
    """Lower the text without moving a character, and blank out addresses."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a capital such as İ becomes two characters
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    if "@" in lowered or "://" in lowered:
        lowered = _ADDRESS.sub(lambda found: " " * len(found[0]), lowered)
    return lowered.translate(_ALIKE)


def spelled_alike(name: str) -> str:
    """A name in the spelling that all spellings of it share."""
    return " ".join(TOKEN.findall(fold(name)))


def stands_together(folded: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether words follow one another closely enough for one name, and stand free."""
    (start, _), (_, end) = spans[0], spans[-1]
    if _joins(folded[start - 1 : start]) or _joins(folded[end : end + 1]):
        return False
    return all(b - a <= 1 or folded[a:b] == "\r " for (_, a), (b, _) in pairwise(spans))


def _joins(character: str) -> bool:
    return character.isalnum() or character == "_"


def _apart(mentions: Iterable[Mention]) -> Iterator[Mention]:
    end = 0
    for mention in mentions:
        if mention.start >= end:
            end = mention.end
            yield mention
