"""Founders of a practice known only by its history."""

from collections import defaultdict
from collections.abc import Hashable, Iterable

from members.position.evidence import COMMONS, Kind, Line
from members.position.rules import DEFAULT, Rules
from members.position.run import Term


def founders_of(lines: Iterable[Line], *, rules: Rules = DEFAULT) -> tuple[Term, ...]:
    """Return the first three who had each recognised the work of three others.

    Nobody named founders in an imported history, so they are told from the history
    alone: a practice begins when three people answer for others' work, each for
    more than a friend's or two. Their term begins with the third of them, and says
    nothing about who counts today.
    """
    authors: dict[Hashable, set[Hashable]] = defaultdict(set)
    founders: list[Hashable] = []
    for line in sorted(lines, key=lambda line: (line.at, line.key)):
        if line.kind is not Kind.RECOGNISED or line.giver in {COMMONS, *founders}:
            continue
        authors[line.giver].add(line.receiver)
        if len(authors[line.giver]) >= rules.fewest_founders:
            founders.append(line.giver)
        if len(founders) >= rules.fewest_founders:
            ends = line.at + rules.term
            return tuple(Term(one, begins=line.at, ends=ends) for one in founders)
    return ()
