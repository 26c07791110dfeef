"""What somebody looks for: the words as they were typed, and what they are narrowed to."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode

from domain.models import Findable

#: In letters and in words: more of either is a text, not a search.
LONGEST, MOST_WORDS = 200, 12

#: A shorter beginning of a word stands for too many words.
SHORTEST_BEGINNING = 3

KINDS = {
    "repertoire": Findable.Kind.ENTRY,
    "tasks": Findable.Kind.TASK,
    "people": Findable.Kind.MEMBER,
    "log": Findable.Kind.NOTE,
}
TIMES = {"month": timedelta(days=30), "year": timedelta(days=365)}


@dataclass(frozen=True)
class Asked:
    words: str
    #: As the address names them; empty for all.
    kind: str = ""
    area: str = ""
    time: str = ""
    within: str = ""
    page: str = ""
    #: Whether some of what was typed is left out.
    is_cut: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        typed = _tidied(given.get("q", ""))
        words = _cut(typed)
        kind, time = given.get("type", ""), given.get("time", "")
        return cls(
            words=words,
            kind=kind if kind in KINDS else "",
            area=given.get("area", "").replace("\x00", ""),
            time=time if time in TIMES else "",
            within=given.get("in", "").replace("\x00", ""),
            page=given.get("page", ""),
            is_cut=words != typed,
        )

    @property
    def can_be_found(self) -> bool:
        """Whether there is anything in it that stands in a text."""
        return any(letter.isalnum() for letter in self.words)

    @cached_property
    def has_operators(self) -> bool:
        """Whether it says more than which words: a phrase, one of two, or one not."""
        tokens = self.words.split()
        return '"' in self.words or any(
            token.casefold() == "or" or (token[0] == "-" and token[1:2].isalnum())
            for token in tokens
        )

    def as_query(self, *, only_names: bool = False) -> str:
        """All the words, as PostgreSQL's ``to_tsquery`` reads them.

        The last may be the beginning of a word: it may still be in the typing.
        """
        words = list(_quoted(self.words))
        last = len(words) - 1
        return " & ".join(
            f"'{word}'{self._flags(word, is_last=n == last, only_names=only_names)}"
            for n, word in enumerate(words)
        )

    def address(self, **other: str | int) -> str:
        """The address that asks the same, but for what is given."""
        asked: dict[str, str | int] = {
            "q": self.words,
            "in": self.within,
            "type": self.kind,
            "area": self.area,
            "time": self.time,
        }
        given = {name: value for name, value in (asked | other).items() if value}
        return f"?{urlencode(given)}"

    @staticmethod
    def _flags(word: str, *, is_last: bool, only_names: bool) -> str:
        begins = "*" if is_last and len(word) >= SHORTEST_BEGINNING else ""
        flags = begins + ("A" if only_names else "")
        return f":{flags}" if flags else ""


def _tidied(typed: str) -> str:
    """On one line, composed as texts are, and without what cannot be seen."""
    seen = (
        letter if letter.isprintable() else " "
        for letter in unicodedata.normalize("NFC", typed)
    )
    return " ".join("".join(seen).split())


def _cut(typed: str) -> str:
    words = typed[:LONGEST].split()
    if len(typed) > LONGEST and not typed[LONGEST].isspace() and len(words) > 1:
        words.pop()
    return " ".join(words[:MOST_WORDS])


def _quoted(words: str) -> Iterator[str]:
    """Words without what could end a quotation, and not those without a letter."""
    for word in words.split():
        bare = " ".join(word.replace("'", " ").replace("\\", " ").split())
        if any(letter.isalnum() for letter in bare):
            yield bare
