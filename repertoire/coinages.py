"""Coinages: what a community says often, others hardly ever, and no entry explains.

Pure: what was said in, words and phrases out. A word or a phrase of two or three words
is proposed when

* at least three people have said it, in at least four texts: no one's habit; and in at
  least three sentences: what stands in forms and templates is said by nobody;
* by Dunning's log-likelihood, chance would bring it about once in a million words
  looked at: ``2 (a ln(a/E1) + b ln(b/E2))`` for ``a`` uses here and ``b`` in ordinary
  text, ``E1`` and ``E2`` what both would have if they were one language
  (T. Dunning, Accurate methods for the statistics of surprise and coincidence,
  Computational Linguistics 19(1), 1993);
* it is at least sixteen times as frequent here as there: significance alone grows with
  the length of the text (A. Hardie, Log ratio: an informal introduction, 2014);
* a phrase is at least a quarter of the uses of its rarest word, and neither begins nor
  ends in grammar.

Of a proposal and a longer one around it, the longer stays if it is most of the uses. What was said is read
three times over, sorted by who said it, so that people are counted without keeping who
said what; memory grows with ``MOST_COUNTED`` alone.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from repertoire import inflection, ordinary
from repertoire.inflection import Inflection
from repertoire.vocabulary import TOKEN, Vocabulary, fold

FEWEST_PEOPLE, FEWEST_TEXTS, FEWEST_SENTENCES = 3, 4, 3
#: Of chi square with one degree of freedom: one in a million.
LEAST_LIKELIHOOD = 23.93
LEAST_RATIO = 16.0
#: Of the uses of its rarest word, how many a phrase makes up at least.
LEAST_SHARE = 0.25
#: Of the uses of a word, how many leave nothing of its own beside a longer proposal.
MOSTLY_LONGER = 0.6
LONGEST_PHRASE = 3
#: More would not be looked through.
MOST_PROPOSED = 60
#: So many are heard again for it, as some turn out to be said in one sentence alone.
MOST_HEARD_AGAIN = 4 * MOST_PROPOSED
MOST_PLACES = 3

#: Words and phrases counted at once, about 60 MB. Beyond it, those said by the fewest
#: people are forgotten.
MOST_COUNTED = 400_000

#: A community whose words the list of ordinary text knows less of writes otherwise.
LEAST_KNOWN = 0.6
#: Without a list, words in more texts than this are taken for grammar.
GRAMMAR_IN = 0.15

#: Grammar that stands within a name, as in "chain of custody".
_JOINING = {"of", "and", "in", "to", "for", "on", "at"}

#: Names are this long in print; longer words are keys, sums and accidents.
LONGEST_WORD = 40

_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.DOTALL)
_QUOTED = re.compile(r"^ {0,3}>.*$|^ {4,}\S.*$", re.MULTILINE)
_LINK = re.compile(r"!?\[\[[^\]\n]*\]\]|\]\([^)\n]*\)|[@#][\w-]+")
#: "don't" names nothing; of "the blank's" only the ending is left out.
_SHORTENED = re.compile(r"\w+'(?!s\b)\w+|(?<=\w)'s\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")

#: A sentence longer than this is cut short.
_LONGEST_SENTENCE = 200


class Said(NamedTuple):
    """A text of the community: who said it, where it is read, when."""

    member: int
    path: str
    title: str
    at: datetime
    text: str


class Place(NamedTuple):
    """Where something was said, and the sentence it was said in."""

    path: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Coinage:
    key: str
    words: str
    said: int
    people: int
    texts: int
    #: Per word of ordinary text, at most; None where there is nothing to compare with.
    elsewhere: float | None
    weight: float
    places: tuple[Place, ...]


@dataclass(slots=True)
class _Count:
    said: int = 0
    people: int = 0
    texts: int = 0
    last_member: int = -1
    last_text: int = -1

    def hear(self, member: int, text: int) -> None:
        self.said += 1
        if member != self.last_member:
            self.people, self.last_member = self.people + 1, member
        if text != self.last_text:
            self.texts, self.last_text = self.texts + 1, text

    @property
    def is_shared(self) -> bool:
        return self.people >= FEWEST_PEOPLE and self.texts >= FEWEST_TEXTS


class _Word(NamedTuple):
    word: str
    stem: str
    start: int
    end: int


@dataclass(slots=True)
class Ear:
    """Hears a community's texts. They come sorted by member, and can be had again."""

    said: Callable[[], Iterable[Said]]
    #: Every name that an entry has: what goes by one is nothing new.
    known: Vocabulary
    language: str = inflection.ENGLISH
    #: What people and things are called that are no words of the practice.
    names: Collection[str] = ()
    #: Proposals answered already; they are counted on, not proposed.
    answered: Collection[str] = ()
    _inflection: Inflection = field(init=False)

    def __post_init__(self) -> None:
        self._inflection = inflection.of(self.language)

    def coinages(self) -> list[Coinage]:
        words, number, texts = self._count_words()
        shared = {stem for stem, count in words.items() if count.is_shared}
        grammar = self._grammar(words, texts)
        phrases = self._count_phrases(shared, grammar)
        counts = {stem: words[stem] for stem in shared} | phrases
        compared = self._compared(counts, number)
        found: dict[str, tuple[float, float | None]] = {}
        for key, count in counts.items():
            if self._is_candidate(key, count, words, grammar):
                elsewhere = compared.rate(key) if compared else None
                weight = _weight(count, number, texts, elsewhere, compared)
                if weight > 0:
                    found[key] = (weight, elsewhere)
        kept = sorted(
            _without_parts(found, counts), key=lambda key: (-found[key][0], key)
        )
        new = [key for key in kept if key not in self.answered][:MOST_HEARD_AGAIN]
        answered = [key for key in kept if key in self.answered]
        heard = self._hear_again({*new, *answered})
        said_freely = [key for key in new if heard[key].is_said_freely]
        told = {*said_freely[:MOST_PROPOSED], *answered}
        return [
            Coinage(
                key=key,
                words=heard[key].words or key,
                said=counts[key].said,
                people=counts[key].people,
                texts=counts[key].texts,
                elsewhere=found[key][1],
                weight=found[key][0],
                places=tuple(heard[key].places),
            )
            for key in kept
            if key in told
        ]

    def _count_words(self) -> tuple[dict[str, _Count], int, int]:
        counts: dict[str, _Count] = {}
        number = texts = 0
        for text, said in enumerate(self.said()):
            texts += 1
            for run in self._runs(said.text):
                number += len(run)
                for word in run:
                    _count(counts, word.stem, said.member, text)
        return counts, number, texts

    def _count_phrases(
        self, shared: Collection[str], grammar: frozenset[str]
    ) -> dict[str, _Count]:
        """Phrases of words that are shared themselves: no other can be."""
        counts: dict[str, _Count] = {}
        for text, said in enumerate(self.said()):
            for run in self._runs(said.text):
                for phrase in _phrases(run, shared, grammar):
                    _count(counts, _key(phrase), said.member, text)
        return {key: count for key, count in counts.items() if count.is_shared}

    def _grammar(self, words: dict[str, _Count], texts: int) -> frozenset[str]:
        if ordinary.language_has_a_list(self.language):
            return ordinary.grammar()
        most = max(FEWEST_TEXTS, GRAMMAR_IN * texts)
        return frozenset(stem for stem, count in words.items() if count.texts > most)

    def _compared(
        self, counts: dict[str, _Count], number: int
    ) -> ordinary.Ordinary | None:
        if not ordinary.language_has_a_list(self.language):
            return None
        found = ordinary.ordinary_english(counts, self._inflection)
        known = sum(c.said for key, c in counts.items() if found.knows(key))
        alone = sum(c.said for key, c in counts.items() if " " not in key)
        return found if known >= LEAST_KNOWN * max(alone, 1) else None

    def _is_candidate(
        self,
        key: str,
        count: _Count,
        words: dict[str, _Count],
        grammar: Collection[str],
    ) -> bool:
        parts = key.split()
        if len(parts) == 1:
            return key not in grammar and len(key) > 2  # noqa: PLR2004 - no name
        rarest = min(words[part].said for part in parts)
        return count.said >= LEAST_SHARE * rarest

    def _hear_again(self, keys: Collection[str]) -> "dict[str, _Heard]":
        """How what is proposed is mostly written, and where it was said."""
        heard = {key: _Heard() for key in keys}
        for said in self.said():
            for run in self._runs(said.text):
                for length in range(1, LONGEST_PHRASE + 1):
                    for start in range(len(run) - length + 1):
                        phrase = run[start : start + length]
                        if one := heard.get(_key(phrase)):
                            one.hear(said, phrase[0].start, phrase[-1].end)
        return heard

    def _runs(self, text: str) -> Iterator[list[_Word]]:
        """Words that follow one another, without what is no prose or has an entry."""
        spoken = bare(text).replace("’", "'")
        spoken = _SHORTENED.sub(lambda found: "." * len(found[0]), spoken)
        folded = fold(spoken)
        # As it was written: a name all in capitals is met in capitals alone.
        for mention in self.known.mentions(spoken):
            blank = "." * len(mention.words)
            folded = folded[: mention.start] + blank + folded[mention.end :]
        run: list[tuple[str, int, int]] = []
        end = 0
        for token in TOKEN.finditer(folded):
            word, start = token[0], token.start()
            is_word = word.isalpha() and len(word) <= LONGEST_WORD
            is_word = is_word and word not in self.names
            if run and (start - end > 1 or not is_word):
                yield self._stemmed(run)
                run = []
            if is_word:
                end = token.end()
                run.append((word, start, end))
        if run:
            yield self._stemmed(run)

    def _stemmed(self, run: list[tuple[str, int, int]]) -> list[_Word]:
        stems = self._inflection.stems([word for word, _, _ in run])
        return [
            _Word(word, stem, start, end)
            for (word, start, end), stem in zip(run, stems, strict=True)
        ]


@dataclass(slots=True)
class _Heard:
    spellings: Counter[str] = field(default_factory=Counter)
    places: list[Place] = field(default_factory=list)
    by: set[int] = field(default_factory=set)
    sentences: set[str] = field(default_factory=set)

    def hear(self, said: Said, start: int, end: int) -> None:
        words = " ".join(said.text[start:end].split())
        self.spellings[words.lower()] += 1
        if self.is_said_freely and len(self.places) == MOST_PLACES:
            return
        sentence = _sentence(said.text, start)
        is_new = sentence.casefold() not in self.sentences
        self.sentences.add(sentence.casefold())
        # One place each from different people says more than three from one, and than
        # three times the same.
        if is_new and said.member not in self.by and len(self.places) < MOST_PLACES:
            self.by.add(said.member)
            self.places.append(Place(said.path, said.title, sentence))

    @property
    def is_said_freely(self) -> bool:
        return len(self.sentences) >= FEWEST_SENTENCES

    @property
    def words(self) -> str:
        # Several spellings as frequent: the shorter, which has no ending.
        by_use = sorted(self.spellings.items(), key=lambda s: (-s[1], len(s[0]), s[0]))
        return by_use[0][0][:120] if by_use else ""


def likelihood(here: int, words_here: int, there: float, words_there: int) -> float:
    """Dunning's log-likelihood of two counts in texts of two lengths."""
    share = (here + there) / (words_here + words_there)
    expected_here, expected_there = words_here * share, words_there * share
    told = here * math.log(here / expected_here) if here else 0.0
    told += there * math.log(there / expected_there) if there else 0.0
    return 2 * told


def bare(text: str) -> str:
    """The text with all that is no prose blanked out, every character in its place."""
    for what in (_CODE, _QUOTED, _LINK):
        text = what.sub(lambda found: re.sub(r"[^\n]", ".", found[0]), text)
    return text


def _weight(
    count: _Count,
    number: int,
    texts: int,
    elsewhere: float | None,
    compared: "ordinary.Ordinary | None",
) -> float:
    """How much speaks for an entry; nothing below what is asked for at least.

    Twice as rare elsewhere weighs as much as anything else that doubles, and more
    people weigh more, each further one less.
    """
    people = math.log(1 + count.people)
    if compared is None or elsewhere is None:
        # By how few texts have it: what all of them have is how one speaks.
        rarity = math.log2(max(texts, 2) / count.texts)
        return people * rarity if count.texts <= GRAMMAR_IN * texts else 0.0
    ratio = count.said / number / elsewhere
    there = elsewhere * compared.words
    told = likelihood(count.said, number, there, compared.words)
    if ratio < LEAST_RATIO or told < LEAST_LIKELIHOOD:
        return 0.0
    return people * math.log2(ratio)


def _count(counts: dict[str, _Count], key: str, member: int, text: int) -> None:
    count = counts.get(key)
    if count is None:
        if len(counts) >= MOST_COUNTED:
            _make_room(counts)
        count = counts[key] = _Count()
    count.hear(member, text)


def _make_room(counts: dict[str, _Count]) -> None:
    """Forget half: what the fewest people said, and of that the longest ago."""
    by_use = sorted(counts, key=lambda key: (counts[key].people, counts[key].last_text))
    for key in by_use[: len(by_use) // 2]:
        del counts[key]


def _key(phrase: list[_Word]) -> str:
    """What the forms of a word or phrase have in common."""
    return " ".join(word.stem for word in phrase)


def _phrases(
    run: list[_Word], shared: Collection[str], grammar: frozenset[str]
) -> Iterator[list[_Word]]:
    def names(word: _Word) -> bool:
        return word.stem in shared and not {word.word, word.stem} & grammar

    for start, first in enumerate(run):
        if not names(first):
            continue
        for end in range(start + 2, min(start + LONGEST_PHRASE, len(run)) + 1):
            within, last = run[start + 1 : end - 1], run[end - 1]
            if all(names(word) or word.word in _JOINING for word in within) and names(
                last
            ):
                yield run[start:end]


def _without_parts(found: Collection[str], counts: dict[str, _Count]) -> Iterator[str]:
    """Of what stands within another, whichever is most of what is said."""
    parts = {key: _parts(key) for key in found}
    longer: Counter[str] = Counter()
    for key, within in parts.items():
        for part in within:
            longer[part] = max(longer[part], counts[key].said)
    for key, within in parts.items():
        phrases = (part for part in within if " " in part and part in parts)
        shorter = max((counts[part].said for part in phrases), default=0)
        is_mostly_longer = longer[key] >= MOSTLY_LONGER * counts[key].said
        if not is_mostly_longer and counts[key].said >= MOSTLY_LONGER * shorter:
            yield key


def _parts(key: str) -> set[str]:
    words = key.split()
    return {*words, *(" ".join(pair) for pair in pairwise(words))} - {key}


def _sentence(text: str, start: int) -> str:
    begin = 0
    for end in _SENTENCE_END.finditer(text):
        if end.start() > start:
            return _cut(text[begin : end.start()])
        begin = end.end()
    return _cut(text[begin:])


def _cut(sentence: str) -> str:
    plain = " ".join(sentence.split())
    if len(plain) <= _LONGEST_SENTENCE:
        return plain
    return plain[: _LONGEST_SENTENCE - 1].rsplit(" ", 1)[0] + "…"
