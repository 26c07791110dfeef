"""Mends: changes small enough that a newcomer's goes live at once, and is watched.

Pure. A mend is small twice over: by how many words it changes, and by what it touches.
Spelling, a link to another entry, a clearer half-sentence are mends. What may turn what
is said into something else is none, however short, and goes in as a proposal.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

from repertoire import alike, difference
from repertoire.alike import WORD
from repertoire.difference import Change
from repertoire.text import Text

#: Spelling, a link, a clearer half-sentence. More than this changes what is said.
MOST_WORDS = 12

#: A word is only spelled otherwise while so much of it stays.
_SAME_WORD = 0.6

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_ADDRESS = re.compile(
    r"(?:\w[\w+.-]*:)?//[^\s)>\]]+|\bwww\.\S+|\b(?:mailto|tel):\S+", re.IGNORECASE
)
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_INDENTED = re.compile(r"(?: {4}|\t)\s*(?![-*+]\s|\d+[.)]\s)\S")

#: Words that turn a sentence round, or say how many and when: spelled-out numbers of
#: English, and what denies in the languages communities write in. Others are few
#: enough to be left to those who watch.
_TURNING_WORDS = """
    no not never none nor neither without cannot nobody nothing isn aren wasn weren don
    doesn didn won wouldn shouldn mustn can couldn
    unless except only always must may should all any every each
    before after above below over under until less more least most
    zero one two three four five six seven eight nine ten eleven twelve
    once twice half double hundred thousand
    nicht nie niemals kein keine keinen ohne ne pas jamais sans aucun non mai senza sin
    nunca ni nem sem nao não niet geen nooit zonder
"""
_TURNING = frozenset(_TURNING_WORDS.split())


class Touches(StrEnum):
    """What makes a change more than a mend."""

    NAME = "name"
    MEANING = "meaning"
    SIZE = "size"
    PARAGRAPHS = "paragraphs"
    NUMBERS = "numbers"
    SENSE = "sense"
    CODE = "code"
    ADDRESSES = "addresses"


def is_mend(before: Text, after: Text) -> bool:
    return more_than_a_mend(before, after) is None


def more_than_a_mend(before: Text, after: Text) -> Touches | None:
    """Return what of the change is more than a mend; None for a mend.

    * the *name* leads here from every text, and is the entry's address;
    * the *short meaning* is what everybody reads who points at the word: there, only
      the spelling of its words may change;
    * *size*: more than ``MOST_WORDS`` words put in or taken out;
    * *paragraphs* that come, go or move say more, or less, than was said;
    * *numbers*, in figures or in words, in tables as elsewhere: a wrong digit looks just
      like a right one;
    * *sense*: words that turn a sentence round, such as "not", "only" or "before";
    * *code* is run as it stands;
    * *addresses* outside, and pictures: one word of them can lead anywhere.
    """
    return next((touches for touches, found in _found(before, after) if found), None)


def _found(before: Text, after: Text) -> Iterator[tuple[Touches, bool]]:
    yield Touches.NAME, before.title != after.title
    yield Touches.MEANING, not _spells_the_same(before.meaning, after.meaning)
    changed = difference.words_changed(before.body, after.body)
    changed += difference.words_changed(before.meaning, after.meaning)
    yield Touches.SIZE, changed > MOST_WORDS
    old, new = (f"{text.meaning}\n\n{text.body}" for text in (before, after))
    yield Touches.ADDRESSES, bool(set(_addresses(new)) - set(_addresses(old)))
    yield Touches.CODE, _code(old) != _code(new)
    yield Touches.NUMBERS, _NUMBER.findall(old) != _NUMBER.findall(new)
    paragraphs = difference.paragraph_changes(before.body, after.body)
    yield Touches.PARAGRAPHS, any(p.change != Change.CHANGED for p in paragraphs)
    yield Touches.SENSE, _turning(old) != _turning(new)


def _spells_the_same(before: str, after: str) -> bool:
    old, new = WORD.findall(before.casefold()), WORD.findall(after.casefold())
    return len(old) == len(new) and all(
        a == b or SequenceMatcher(None, a, b).ratio() >= _SAME_WORD
        for a, b in zip(old, new, strict=True)
    )


def _addresses(text: str) -> list[str]:
    return [*_ADDRESS.findall(text), *_IMAGE.findall(text)]


def _code(text: str) -> list[str]:
    """Everything that is code: fenced, set in by four spaces, or within a line."""
    lines = alike.lines(text)
    fenced = [
        "\n".join(lines[start:end])
        for start, end in alike.paragraphs(lines)
        if any(line.lstrip().startswith(("```", "~~~")) for line in lines[start:end])
    ]
    indented = [line for line in lines if _INDENTED.match(line)]
    return [*fenced, *indented, *(match[0] for match in _CODE.finditer(text))]


def _turning(text: str) -> list[str]:
    return [word for word in WORD.findall(text.casefold()) if word in _TURNING]
