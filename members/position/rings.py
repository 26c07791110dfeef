"""Rings: small sets of members whose recognition mostly comes back to them.

A ring is told by what passed between its members in the last 90 days. It is not
accused of anything: its pairs count as one, and organizers are told.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from members.position.evidence import Evidence, Flags, Numbers
from members.position.rules import Rules


@dataclass(frozen=True, slots=True)
class Ring:
    """A mutual set: its members' numbers, and what made it one."""

    members: tuple[int, ...]
    #: Ledger lines between them in the window.
    lines: int
    #: How much of their evidence was given back within the set.
    share: float


@dataclass(frozen=True, slots=True)
class _Exchange:
    """The work recognised in the window, by the parties that answer for both sides."""

    given: dict[int, dict[int, float]]
    got: dict[int, dict[int, float]]
    lines: dict[tuple[int, int], int]

    def total(self, one: int) -> float:
        """Return all the recognition somebody gave and got."""
        return sum(self.given[one].values()) + sum(self.got[one].values())

    def may_be_mutual(self, one: int, share: float) -> bool:
        """Whether somebody gives about as much as they get, wherever it goes."""
        given, got = sum(self.given[one].values()), sum(self.got[one].values())
        return 2.0 * min(given, got) > share * (given + got)

    def mutual(self, one: int, members: set[int]) -> float:
        """Return what somebody both gave and got within a set, counted both ways."""
        given = sum(self.given[one].get(other, 0.0) for other in members)
        got = sum(self.got[one].get(other, 0.0) for other in members)
        return 2.0 * min(given, got)

    def share(self, one: int, members: set[int]) -> float:
        total = self.total(one)
        return self.mutual(one, members) / total if total else 0.0


def find(
    evidence: Evidence, *, at: float, full: Flags, rules: Rules
) -> tuple[Ring, ...]:
    """Return the rings of a moment; nobody is in two.

    Recognition is mutual as far as somebody gave as much within the set as they got
    there, from whichever of its members: trading in a circle is trading too, while
    one reviewer and the newcomers they carry are not. A set of three to five is a ring
    when over 60 % of each member's evidence is mutual and ten lines or more passed
    within it. A pair is one pair already and needs no rule. A set that is more than half
    of those who recognised each other, or of the full members, *is* the community.
    """
    exchange = _exchanged(evidence, at=at, rules=rules)
    everybody = set(exchange.given) | set(exchange.got)
    suspects = {
        one for one in everybody if exchange.may_be_mutual(one, rules.ring_share)
    }
    most, most_full = len(everybody) / 2, int(full.sum()) / 2
    found: set[Ring] = set()
    for seed in suspects:
        members = _kept(_grown(seed, suspects, exchange, rules), exchange, rules)
        ring = _judged(members, exchange, rules)
        if ring is None or len(members) > most:
            continue
        if sum(bool(full[one]) for one in members) <= most_full:
            found.add(ring)
    # Grown from a seed nearby a ring may come out without one of its own; the tightest
    # is the whole.
    rings: list[Ring] = []
    taken: set[int] = set()
    for ring in sorted(found, key=lambda ring: (-ring.share, ring.members)):
        if taken.isdisjoint(ring.members):
            rings.append(ring)
            taken.update(ring.members)
    return tuple(rings)


def numbered(rings: tuple[Ring, ...], evidence: Evidence) -> Numbers:
    """Return for everybody the ring of the party that answers for them, or -1."""
    ring = np.full(len(evidence.people), -1, np.int64)
    for number, found in enumerate(rings):
        ring[list(found.members)] = number
    return ring[evidence.parties]


def _exchanged(evidence: Evidence, *, at: float, rules: Rules) -> _Exchange:
    columns, people = evidence.columns, len(evidence.people)
    window = slice(evidence.until(at - rules.ring_window), evidence.until(at))
    gainer, other = evidence.parties[columns.gainer[window]], columns.other[window]
    is_recognition = columns.is_recognition[window].astype(np.float64)
    met, pair, often = np.unique(
        gainer * people + other, return_inverse=True, return_counts=True
    )
    amounts = np.bincount(
        pair, columns.amount[window] * is_recognition, minlength=often.size
    )
    exchange = _Exchange(defaultdict(dict), defaultdict(dict), {})
    gainers, others = np.divmod(met, max(people, 1))
    rows = zip(
        gainers.tolist(), others.tolist(), amounts.tolist(), often.tolist(), strict=True
    )
    for one, came_from, amount, lines in rows:
        if one == came_from:
            continue
        exchange.lines[one, came_from] = lines
        if amount > 0:
            exchange.got[one][came_from] = amount
            exchange.given[came_from][one] = amount
    return exchange


def _grown(
    seed: int, suspects: set[int], exchange: _Exchange, rules: Rules
) -> set[int]:
    """Return the set around one suspect, grown by whoever exchanged most with it."""
    members = {seed}
    close: dict[int, float] = defaultdict(float)
    newest = seed
    while len(members) < rules.ring_size:
        for flow in (exchange.given[newest], exchange.got[newest]):
            for other, amount in flow.items():
                if other in suspects:
                    close[other] += amount
        near = [other for other in close if other not in members]
        if not near:
            break
        newest = min(near, key=lambda other: (-close[other], other))
        members.add(newest)
    return members


def _kept(members: set[int], exchange: _Exchange, rules: Rules) -> set[int]:
    """Drop whoever is held in the set by the company they keep, the loosest first."""
    while members:
        share, loosest = min((exchange.share(one, members), one) for one in members)
        if share > rules.ring_share:
            break
        members = members - {loosest}
    return members


def _judged(members: set[int], exchange: _Exchange, rules: Rules) -> Ring | None:
    if len(members) <= 2:  # noqa: PLR2004 - a pair is one pair already
        return None
    lines = sum(
        exchange.lines.get((one, other), 0) for one in members for other in members
    )
    if lines < rules.ring_lines:
        return None
    total = sum(exchange.total(one) for one in members)
    mutual = sum(exchange.mutual(one, members) for one in members)
    return Ring(members=tuple(sorted(members)), lines=lines, share=mutual / total)
