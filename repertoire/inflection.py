"""Inflection: which words are forms of another, and which only look like it.

What words have in common is left to the Snowball stemmers. For our purpose they cut too
much ("generally" has the stem of "general"), so that in English a form is what an
ending of number, tense or manner makes of a name: outwards from the name, never back.
A name in the plural does not claim its singular: "goods" are no good.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import Stemmer

ENGLISH = "english"

#: What is left of a name and of its form after the letters they share.
_ENDINGS = {
    "": {"s", "es", "d", "ed", "ing"},
    "e": {"ing"},
    "y": {"ies", "ied"},
    "ie": {"ying"},
}

#: Forms by their letters that have become words with a meaning of their own.
_OF_THEIR_OWN = {
    *("bearing", "bedding", "being", "building", "clothing", "dressing", "lodging"),
    *("meaning", "means", "offing", "railing", "singed", "stocking", "wedding"),
}

_STEMMED = frozenset(Stemmer.algorithms())

_SIBILANT = ("s", "x", "z", "ch", "sh")

#: In other languages: a longer ending makes another word more often than a form.
_LONGEST_ENDING = 3


@dataclass(frozen=True, slots=True)
class Inflection:
    """How one language inflects, as far as finding names in it goes."""

    language: str
    _own: threading.local = field(default_factory=threading.local)

    def stems(self, words: Sequence[str]) -> list[str]:
        if self.language not in _STEMMED:
            return list(words)
        # A stemmer keeps what it has seen without a lock: each thread has its own.
        stemmer = getattr(self._own, "stemmer", None)
        if stemmer is None:
            stemmer = self._own.stemmer = Stemmer.Stemmer(self.language)
        stems: list[str] = stemmer.stemWords(words)
        return stems

    def stemmed_apart(self, name: str) -> list[str]:
        """Forms of a name that the stemmer does not see are its: "gas" and "gases"."""
        is_one = self.language == ENGLISH and name.endswith(_SIBILANT)
        return [f"{name}es"] if is_one else []

    def is_form(self, name: str, word: str) -> bool:
        """Whether ``word``, which has the stem of ``name``, is its form."""
        pairs = zip(name, word, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if self.language != ENGLISH:
            return max(len(name), len(word)) - shared <= _LONGEST_ENDING
        if word in _OF_THEIR_OWN:
            return False
        rest, ending = name[shared:], word[shared:]
        if not rest and ending[:1] == name[-1]:  # as in "logged", not as in "passes"
            ending = ending[1:] if ending[1:] in {"es", "ed", "ing"} else ending
        return ending in _ENDINGS.get(rest, ())


_known: dict[str, Inflection] = {}


def of(language: str) -> Inflection:
    """The inflection of a language by its English name, such as PostgreSQL uses too."""
    return _known.setdefault(language, Inflection(language))
