"""Finding a domain's terms: 10,000 of them in a 10 kB text, built once and warm.

    python -m bench.vocabulary [terms] [characters]

The second line is the same text read word by word in plain Python, so that the figure
can be judged on any machine.
"""

import random
import re
import sys
import time
from collections.abc import Callable

from repertoire.vocabulary import Term, Vocabulary

SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "lu",
    "ma",
    "ne",
    "po",
    "ri",
    "su",
    "ta",
    "ler",
    "min",
    "stra",
]


def main(terms: int = 10_000, characters: int = 10_000) -> None:
    dice = random.Random(7)
    words = sorted({_word(dice) for _ in range(terms * 2)})
    titles = {
        " ".join(dice.choices(words, k=dice.choice((1, 2, 2, 3)))) for _ in range(terms)
    }
    text = _text(dice, words, sorted(titles), characters)

    started = time.perf_counter()
    vocabulary = Vocabulary(Term(title, title, "/x/") for title in titles)
    built = time.perf_counter() - started
    found = len(vocabulary.mentions(text))
    warm = _fastest(lambda: vocabulary.mark_plain(text))
    plain = _fastest(lambda: [word.lower() for word in re.findall(r"\w+", text)])

    print(f"{len(titles):,} terms built in {built * 1e3:.0f} ms")
    print(f"{found} mentions in {len(text):,} characters: {warm * 1e3:.2f} ms warm")
    print(
        f"the words of the text alone: {plain * 1e3:.2f} ms, ratio {warm / plain:.1f}"
    )


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.choice((2, 3, 4))))


def _text(
    dice: random.Random, words: list[str], titles: list[str], characters: int
) -> str:
    text = ""
    while len(text) < characters:
        text += dice.choice(titles if dice.random() < 0.05 else words) + " "  # noqa: PLR2004
    return text[:characters]


def _fastest(act: Callable[[], object], times: int = 30) -> float:
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - started)
    return best


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
