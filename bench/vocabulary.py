"""Finding a domain's terms: 10,000 of them in a 10 kB text, built once and warm.

    python -m bench.vocabulary [terms] [characters] [texts]

Counted is CPU time. The line after the last of finding is the same text read word by
word in plain Python, so that the figures can be judged on any machine. Half of the terms
have an alias, one use in three is an inflected form, one name in a hundred is shared by
two terms.

Then the job of the night: a year of texts, a hundred words each, in ordinary English as
often as it is ordinary, with the same terms in it and forty words nobody else has.
"""

import random
import re
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import accumulate
from statistics import median

from repertoire import coinages, markup, ordinary, synonyms
from repertoire.coinages import Said
from repertoire.vocabulary import Term, Vocabulary

SYLLABLES = ("ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ri", "su", "ta", "ler")
ENDINGS = ("", "", "", "", "s", "ing")
#: Of the words of a text, those that name a term: one in twenty.
NAMED = 0.05
TIMES = 40
#: Of a year: who says how much, and how much of it in words that have no entry.
PEOPLE, LENGTH = 300, 100
COINED, COINED_SHARE = 40, 0.004
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def main(terms: int = 10_000, characters: int = 10_000, texts: int = 5_000) -> None:
    dice = random.Random(7)
    words = sorted({_word(dice) for _ in range(terms * 2)})
    vocabulary_of = _terms(dice, words, terms)
    text = _text(dice, words, vocabulary_of, characters)
    marked_up = _marked_up(text)

    started = time.process_time()
    vocabulary = Vocabulary(vocabulary_of, choice_url=lambda name: f"/?{name}")
    built = time.process_time() - started
    started = time.process_time()
    found = vocabulary.mentions(text)
    cold = time.process_time() - started
    plain = _took(lambda: [word.lower() for word in re.findall(r"\w+", text)])
    finding = _took(lambda: vocabulary.mentions(text))
    marking = _took(lambda: vocabulary.mark_plain(text))
    without = _took(lambda: markup.render(marked_up, anchor_prefix="t"))
    with_terms = _took(
        lambda: markup.render(marked_up, anchor_prefix="t", terms=vocabulary)
    )
    asks = sum(mention.asks for mention in found)

    print(
        f"{len(vocabulary):,} terms: built in {built * 1e3:.0f} ms, {_size(vocabulary_of):.1f} MB"
    )
    print(f"{len(found)} mentions in {len(text):,} characters, {asks} that ask")
    print(f"found: {_shown(finding)} warm, {cold * 1e3:.1f} ms at first sight")
    print(f"found and marked in plain text: {_shown(marking)}")
    print(
        f"rendered from Markdown: {_shown(with_terms)}, without terms {_shown(without)}"
    )
    print(f"the words of the text alone: {_shown(plain)}")
    if texts:
        _listen(dice, vocabulary_of, texts)


def _listen(dice: random.Random, terms: list[Term], texts: int) -> None:
    coined = [f"{_word(dice)}q" for _ in range(COINED)]
    year = list(_year(dice, terms, coined, texts))
    known = Vocabulary(terms)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    found = coinages.Ear(lambda: year, known).coinages()
    heard = time.process_time() - started
    names = synonyms.Ear(lambda: year, known)
    names.listen(at=NOW)
    pairs = names.pairs()
    named = time.process_time() - started - heard
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    told = {one.words for one in found} & set(coined)
    print(f"a year of {texts:,} texts, {texts * LENGTH:,} words, {PEOPLE} people:")
    print(f"  words without an entry: {heard:.1f} s, {len(told)} of {COINED} found")
    print(f"  and {len(found) - len(told)} others")
    print(
        f"  names in use: {named:.1f} s, {len(names.uses):,} names, {len(pairs)} pairs"
    )
    print(f"  {grown:.0f} MB more than before")


def _year(
    dice: random.Random, terms: list[Term], coined: list[str], texts: int
) -> Iterator[Said]:
    """Sorted by who said it, as the job reads it."""
    ordinary_words = [(w, n) for w, n in ordinary.counted().items() if w.isalpha()]
    words = [word for word, _ in ordinary_words]
    often = list(accumulate(number for _, number in ordinary_words))
    for number in range(texts):
        said = dice.choices(words, cum_weights=often, k=LENGTH)
        for place in range(LENGTH):
            drawn = dice.random()
            if drawn < COINED_SHARE:
                said[place] = dice.choice(coined)
            elif drawn < COINED_SHARE + NAMED:
                said[place] = dice.choice(terms).title
        member = number * PEOPLE // texts
        yield Said(member, f"/t/{number}/", "A task", NOW, f"{' '.join(said)}.")


def _terms(dice: random.Random, words: list[str], number: int) -> list[Term]:
    titles: dict[str, None] = {}
    while len(titles) < number:
        titles[" ".join(dice.choices(words, k=dice.choice((1, 2, 2, 3))))] = None
    names = list(titles)
    made = []
    for index, title in enumerate(names):
        aliases = [" ".join(dice.choices(words, k=2))] if index % 2 else []
        if index % 100 == 0:
            aliases.append(dice.choice(names))
        made.append(Term(str(index), title, "/x/", tuple(aliases), "What it means."))
    return made


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.choice((2, 3, 4))))


def _text(
    dice: random.Random, words: list[str], terms: list[Term], characters: int
) -> str:
    text = ""
    while len(text) < characters:
        if dice.random() < NAMED:
            text += dice.choice(terms).title + dice.choice(ENDINGS) + " "
        else:
            text += dice.choice(words) + " "
    return text[:characters]


def _marked_up(text: str) -> str:
    """The same words as an article: paragraphs of eighty, headings, lists, code."""
    words = text.split()
    parts = []
    for number, start in enumerate(range(0, len(words), 80)):
        if number % 3 == 0:
            parts.append(f"## {words[start]}")
        piece = [*words[start : start + 80], "`code`"]
        parts.append(("- " if number % 4 == 1 else "") + " ".join(piece))
    return "\n\n".join(parts)


def _size(terms: list[Term]) -> float:
    """Megabytes of an automaton, its forms and the words it keeps."""
    tracemalloc.start()
    kept = Vocabulary(terms)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / 1e6 if kept else 0.0


def _took(act: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(TIMES):
        started = time.process_time()
        act()
        took.append((time.process_time() - started) * 1e3)
    return took


def _shown(took: list[float]) -> str:
    return f"{median(took):.1f} ms (best {min(took):.1f})"


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
