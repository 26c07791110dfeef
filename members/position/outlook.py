"""Outlook: what acts not done yet would lead to, each put before the engine.

An act is told by the lines it would write if it were done so many times. Nothing is
said of it that running the engine with those lines did not come to.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.centrality import Centrality
from members.position import amounts
from members.position.evidence import Channel, Kind, Line
from members.position.explanation import Gain, what_if
from members.position.rules import Rules
from members.position.run import Practice, Run

#: The lines of an act done so many times.
Act = Callable[[int], list[Line]]

#: Beyond a dozen of the same nobody plans; it is said to be a step instead.
MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Way:
    """An act, how often, and what it comes to."""

    times: int
    gain: Gain
    #: Whether it opens a zone further in, rather than being a step toward it.
    opens: bool


def way(practice: Practice, run: Run, member: Hashable, act: Act) -> Way | None:
    """Return the least of an act that opens a zone further in.

    If a dozen do not open one, what the first would add; None if it adds nothing.
    More of an act never takes anybody further out, so the least is found by halving.
    """
    zone = run.standing(member).zone
    found = what_if(practice, run, member, act(MOST))
    if found.zone <= zone:
        found = what_if(practice, run, member, act(1))
        return Way(1, found, opens=False) if found.gain > 0 else None
    low, high = 0, MOST
    while high - low > 1:
        middle = (low + high) // 2
        tried = what_if(practice, run, member, act(middle))
        if tried.zone > zone:
            high, found = middle, tried
        else:
            low = middle
    return Way(high, found, opens=True)


def readers(practice: Practice, run: Run, member: Hashable) -> list[Hashable]:
    """Return the full members who could recognise somebody's work, new ones first.

    A sponsor's word for their agent, or an agent's for its sponsor, is no evidence.
    """
    known = {
        line.giver
        for line in practice.evidence.lines
        if line.channel is Channel.WORK and line.receiver == member
    }
    party = practice.evidence.party
    return sorted(
        (
            one
            for one in run.full_members()
            if party.get(one, one) != party.get(member, member)
        ),
        key=lambda one: (one in known, str(one)),
    )


def works(
    member: Hashable, *, by: Sequence[Hashable], centrality: int, rules: Rules
) -> Act:
    """Return the act of doing real work, recognised as it was handed in.

    Work from active inward takes two readers; each piece is read by others in turn.
    """
    together = min(len(by), 1 if centrality < Centrality.ACTIVE else 2)

    def lines(times: int) -> list[Line]:
        return [
            Line(
                key=f"imagined:work:{number}:{place}",
                channel=Channel.WORK,
                kind=Kind.RECOGNISED,
                giver=by[(number * together + place) % len(by)],
                receiver=member,
                amount=amounts.work(
                    centrality=centrality, recognisers=together, rules=rules
                ),
                item=f"imagined:work:{number}",
                at=0.0,
            )
            for number in range(times)
            for place in range(together)
        ]

    return lines


def entries(member: Hashable, *, by: Sequence[Hashable], rules: Rules) -> Act:
    """Return the act of writing what is taken into the repertoire."""
    return lambda times: [
        Line(
            key=f"imagined:entry:{number}",
            channel=Channel.WORK,
            kind=Kind.TAKEN_IN,
            giver=by[number % len(by)],
            receiver=member,
            amount=amounts.entry(rules=rules),
            item=f"imagined:entry:{number}",
            at=0.0,
        )
        for number in range(times)
    ]


def reviews(member: Hashable, *, rules: Rules) -> Act:
    """Return the act of reviewing work by people not reviewed before."""
    return lambda times: [
        Line(
            key=f"imagined:review:{number}",
            channel=Channel.STEWARDSHIP,
            kind=Kind.REVIEWED,
            giver=member,
            receiver=f"newcomer {number}",
            amount=amounts.review(place=1, rules=rules),
            item=f"imagined:review:{number}",
            at=0.0,
        )
        for number in range(times)
    ]


def first_looks(member: Hashable, *, by: Sequence[Hashable], rules: Rules) -> Act:
    """Return the act of giving first looks that are answered, and then recognised."""
    return lambda times: [
        line
        for number in range(times)
        for line in (
            Line(
                key=f"imagined:look:{number}",
                channel=Channel.STEWARDSHIP,
                kind=Kind.GUIDED,
                giver=member,
                receiver=f"newcomer {number}",
                amount=amounts.guidance(answered=True, recognised=True, rules=rules),
                item=f"imagined:look:{number}",
                at=0.0,
            ),
            Line(
                key=f"imagined:looked:{number}",
                channel=Channel.WORK,
                kind=Kind.RECOGNISED,
                giver=by[number % len(by)],
                receiver=f"newcomer {number}",
                amount=amounts.work(centrality=Centrality.PERIPHERY, rules=rules),
                item=f"imagined:look:{number}",
                at=0.0,
            ),
        )
    ]
