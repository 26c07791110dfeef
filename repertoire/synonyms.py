"""Synonyms: which of an entry's names people use, and which entries may be one.

Pure. Two entries may be one thing under two names when their meanings share half of
what they say (the cosine of their words, rare ones weighing more) and both stand among
the same words where people use them. Neither alone tells: opposites stand among the
same words, and things explained alike may be used for different work.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

from repertoire import inflection, ordinary
from repertoire.coinages import Said, bare
from repertoire.vocabulary import TOKEN, Mention, Vocabulary, fold

#: What "lately" means here; it is compared with as long before.
LATELY = timedelta(days=90)

LEAST_NEAR, LEAST_COMPANY = 0.5, 0.5
#: Fewer uses do not show what company a word keeps.
FEWEST_USES = 5
#: Words around a use that are its company, on either side.
AROUND = 4
#: Of an entry's company, the words met most.
MOST_COMPANY = 60
#: A word more meanings have than this brings nothing together.
COMMON = 50
MOST_PAIRS = 30
MOST_SPEAKERS = 3


@dataclass(slots=True)
class NameUse:
    """How often an entry is called by one of its names, and by whom."""

    slug: str
    name: str
    said: int = 0
    people: int = 0
    texts: int = 0
    lately: int = 0
    before: int = 0
    #: Those who say it most: how often, and who.
    _most: list[tuple[int, int]] = field(default_factory=list)
    _own: tuple[int, int] = (0, -1)
    _last_text: int = -1

    def hear(self, said: Said, text: int, *, at: datetime) -> None:
        self.said += 1
        often, member = self._own
        if member != said.member:
            self._settle()
            self.people += 1
            often = 0
        self._own = (often + 1, said.member)
        if text != self._last_text:
            self.texts, self._last_text = self.texts + 1, text
        if said.at > at - LATELY:
            self.lately += 1
        elif said.at > at - 2 * LATELY:
            self.before += 1

    @property
    def speakers(self) -> list[int]:
        self._settle()
        return [member for _, member in sorted(self._most, reverse=True)]

    def _settle(self) -> None:
        if self._own[0]:
            self._most = heapq.nlargest(MOST_SPEAKERS, [*self._most, self._own])
            self._own = (0, -1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one."""

    first: str
    second: str
    near: float
    company: float
    #: What both meanings say, and what both stand among.
    shared: tuple[str, ...]
    around: tuple[str, ...]


@dataclass(slots=True)
class Ear:
    """Hears which names are used, and in what company. Texts come sorted by member."""

    said: Callable[[], Iterable[Said]]
    known: Vocabulary
    language: str = inflection.ENGLISH
    uses: dict[tuple[str, str], NameUse] = field(default_factory=dict)
    _company: dict[str, Counter[str]] = field(default_factory=dict)

    def listen(self, *, at: datetime) -> None:
        """Take in every text once."""
        for text, said in enumerate(self.said()):
            prose = bare(said.text)
            mentions = [m for m in self.known.mentions(prose) if not m.asks]
            for mention in mentions:
                slug = mention.terms[0].slug
                key = (slug, mention.name)
                use = self.uses.setdefault(key, NameUse(slug, mention.name))
                use.hear(said, text, at=at)
            if mentions:
                self._note_company(fold(prose), mentions)

    def pairs(self) -> list[Pair]:
        """Entries that mean nearly the same and are used alike, the likeliest first."""
        meanings = self._meanings()
        common = Counter(word for words in meanings.values() for word in words)
        rarity = {w: math.log(1 + len(meanings) / n) for w, n in common.items()}
        sharing: dict[str, list[str]] = defaultdict(list)
        for slug, words in meanings.items():
            for word in words:
                if common[word] <= COMMON:
                    sharing[word].append(slug)
        near = {pair for slugs in sharing.values() for pair in combinations(slugs, 2)}
        said: Counter[str] = Counter()
        for use in self.uses.values():
            said[use.slug] += use.said
        found = []
        for first, second in near:
            if min(said[first], said[second]) < FEWEST_USES:
                continue
            nearness = _cosine(
                dict.fromkeys(meanings[first], 1),
                dict.fromkeys(meanings[second], 1),
                rarity,
            )
            ours, theirs = self._kept(first), self._kept(second)
            company = _cosine(ours, theirs, None)
            if nearness >= LEAST_NEAR and company >= LEAST_COMPANY:
                shared = meanings[first] & meanings[second]
                around = sorted(
                    set(ours) & set(theirs), key=lambda w: (-min(ours[w], theirs[w]), w)
                )
                found.append(
                    Pair(
                        first,
                        second,
                        nearness,
                        company,
                        tuple(sorted(shared)),
                        tuple(around[:6]),
                    )
                )
        found.sort(
            key=lambda pair: (-pair.near * pair.company, pair.first, pair.second)
        )
        return found[:MOST_PAIRS]

    def _note_company(self, folded: str, mentions: Collection[Mention]) -> None:
        grammar = self._grammar()
        tokens = [
            (token.start(), token[0])
            for token in TOKEN.finditer(folded)
            if token[0].isalpha() and token[0] not in grammar
        ]
        place = 0
        for mention in mentions:
            while place < len(tokens) and tokens[place][0] < mention.start:
                place += 1
            after = place
            while after < len(tokens) and tokens[after][0] < mention.end:
                after += 1
            kept = self._company.setdefault(mention.terms[0].slug, Counter())
            kept.update(word for _, word in tokens[max(0, place - AROUND) : place])
            kept.update(word for _, word in tokens[after : after + AROUND])
            if len(kept) > 4 * MOST_COMPANY:
                self._company[mention.terms[0].slug] = Counter(
                    dict(kept.most_common(2 * MOST_COMPANY))
                )

    def _kept(self, slug: str) -> dict[str, int]:
        return dict(self._company.get(slug, Counter()).most_common(MOST_COMPANY))

    def _meanings(self) -> dict[str, set[str]]:
        """The words of each meaning, by stem."""
        found = {}
        endings, grammar = inflection.of(self.language), self._grammar()
        for slug, term in self.known.terms.items():
            words = [
                word
                for word in TOKEN.findall(fold(term.meaning))
                if word.isalpha() and word not in grammar
            ]
            if words:
                found[slug] = set(endings.stems(words))
        return found

    def _grammar(self) -> frozenset[str]:
        has_list = ordinary.language_has_a_list(self.language)
        return ordinary.grammar() if has_list else frozenset()


def _cosine(
    first: Mapping[str, float],
    second: Mapping[str, float],
    weights: Mapping[str, float] | None,
) -> float:
    def weighed(words: Mapping[str, float]) -> dict[str, float]:
        return {w: n * (weights[w] if weights else 1.0) for w, n in words.items()}

    one, other = weighed(first), weighed(second)
    together = sum(number * other.get(word, 0.0) for word, number in one.items())
    if not together:
        return 0.0
    return together / (math.hypot(*one.values()) * math.hypot(*other.values()))
