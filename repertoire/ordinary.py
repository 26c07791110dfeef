"""Ordinary text: how often English as it is written elsewhere has a word or a pair.

Read from the lists that come with symspellpy: 82,000 words counted on the open web,
242,000 pairs counted in books. They are read line by line, and only what is asked for
is kept. A pair the list does not have is rarer than the rarest it has, or never a pair;
in either case its rate is at most that of the rarest: what is said here of rarity is
never too much.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from repertoire.inflection import ENGLISH, Inflection

#: The commonest words of a language hold sentences together, and name nothing.
GRAMMAR = 200

_WORDS = "frequency_dictionary_en_82_765.txt"
_PAIRS = "frequency_bigramdictionary_en_243_342.txt"

#: Words with an apostrophe and a few of late have a stand-in for a count.
_MADE_UP = 300_000


@dataclass(frozen=True, slots=True)
class Ordinary:
    """How often ordinary text has what a community says."""

    #: Occurrences among so many words.
    words: int
    rarest: float
    rarest_pair: float
    grammar: frozenset[str]
    _rates: dict[str, float] = field(repr=False)
    _pairs: dict[str, float] = field(repr=False)

    def knows(self, stem: str) -> bool:
        return stem in self._rates

    def rate(self, phrase: str) -> float:
        """At most so often, per word of text. Words are given by their stems."""
        words = phrase.split()
        if len(words) == 1:
            return self._rates.get(phrase, self.rarest)
        return min(
            self._pairs.get(f"{first} {second}", self.rarest_pair)
            for first, second in pairwise(words)
        )


def ordinary_english(phrases: Collection[str], inflection: Inflection) -> Ordinary:
    """What ordinary English has of these, given by the stems of their words."""
    stems = {phrase for phrase in phrases if " " not in phrase}
    asked = {" ".join(pair) for phrase in phrases for pair in pairwise(phrase.split())}
    listed = counted()
    total = sum(listed.values())
    rates: Counter[str] = Counter()
    stem_of = dict(zip(listed, inflection.stems(list(listed)), strict=True))
    for word, stem in stem_of.items():
        if stem in stems:
            rates[stem] += listed[word]
    pairs: Counter[str] = Counter()
    all_pairs, rarest_pair = 0, 0
    for first, second, count in _lines(_PAIRS):
        all_pairs += count
        rarest_pair = min(rarest_pair or count, count)
        pair = f"{stem_of.get(first, first)} {stem_of.get(second, second)}"
        if pair in asked:
            pairs[pair] += count
    return Ordinary(
        words=total,
        rarest=min(listed.values()) / total,
        rarest_pair=rarest_pair / all_pairs,
        grammar=grammar(),
        _rates={stem: count / total for stem, count in rates.items()},
        _pairs={pair: count / all_pairs for pair, count in pairs.items()},
    )


@cache
def grammar() -> frozenset[str]:
    return frozenset(word for word, _ in Counter(counted()).most_common(GRAMMAR))


def language_has_a_list(language: str) -> bool:
    return language == ENGLISH


def counted() -> dict[str, int]:
    """The words of the list, and how often the web had each."""
    return {word: count for word, _, count in _lines(_WORDS) if count != _MADE_UP}


def _lines(name: str) -> Iterator[tuple[str, str, int]]:
    spec = find_spec("symspellpy")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(name)
    with (Path(spec.origin).parent / name).open(encoding="utf-8-sig") as lines:
        for line in lines:
            *words, count = line.split()
            yield words[0], words[-1], int(count)
