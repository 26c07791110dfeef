"""Invented words for synthetic sites: names, sentences and articles that use terms."""

import random
from itertools import cycle, islice

_SYLLABLES = "ba de fi go lu ma ne po ri su ta ven ler min stra kol dra fen"
_GLUE = (
    "the a of to and in that it is was for on with as we they at by this from or an"
    " which one when what before after where not only also then more than every"
)
_FIRST = "Ada Beno Cila Dora Edo Fina Goro Hana Ilmar Jora Kalle Lina Mirko Nela"
_LAST = "Albo Brandt Corva Delm Eskel Falk Grun Holt Imre Jarv Kest Lund Morn"
#: Of all words, those that only hold a sentence together, and those that name a term.
_GLUED, _NAMED = 0.45, 0.06
#: Sentences are drawn from so many: a text is unlike all others, and quickly made.
_POOL = 4000


class Words:
    """Writes text by the same dice every time; some of it in the terms it is given."""

    def __init__(self, dice: random.Random, *, titles: int) -> None:
        self.dice = dice
        syllables, self.glue = _SYLLABLES.split(), _GLUE.split()
        self.first, self.last = _FIRST.split(), _LAST.split()
        self.words = sorted(
            {
                "".join(dice.choices(syllables, k=dice.choice((2, 3))))
                for _ in range(1500)
            }
        )
        made: dict[str, None] = {}
        while len(made) < titles:
            made[" ".join(dice.choices(self.words, k=2)).capitalize()] = None
        self.titles = list(made)
        self.refer_to([])

    def refer_to(self, terms: list[str]) -> None:
        """From here on texts use these terms, and articles link to them."""
        self._said = self._endlessly([f"{term.lower()}" for term in terms])
        self._linked = self._endlessly([f"[[{term}]]" for term in terms])

    def _endlessly(self, named: list[str]) -> "cycle[str]":
        return cycle([self._made_of(12, named) for _ in range(_POOL)])

    def _made_of(self, words: int, named: list[str]) -> str:
        dice = self.dice
        said = [
            dice.choice(named)
            if named and dice.random() < _NAMED
            else dice.choice(self.glue if dice.random() < _GLUED else self.words)
            for _ in range(words)
        ]
        return f"{' '.join(said)}.".capitalize()

    def name(self) -> str:
        middle = self.dice.choice(self.words).capitalize()
        return f"{self.dice.choice(self.first)} {middle} {self.dice.choice(self.last)}"

    def phrase(self, words: int) -> str:
        return " ".join(self.dice.choices(self.words, k=words)).capitalize()

    def text(self, sentences: int = 1) -> str:
        return " ".join(islice(self._said, sentences))

    def article(self, paragraphs: int) -> str:
        parts = []
        for number in range(paragraphs):
            if number % 3 == 1:
                parts.append(f"## {self.phrase(3)}")
            if number % 3 == 2:  # noqa: PLR2004
                parts.append("\n".join(f"* {said}" for said in islice(self._said, 3)))
            parts.append(" ".join(islice(self._linked, self.dice.randint(2, 5))))
        return "\n\n".join(parts)
