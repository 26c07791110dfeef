"""Rings: small sets of members whose recognition mostly comes back to them.

A ring is told by what passed between its members in the last 90 days. It is not
accused of anything: its pairs count as one, and organizers are told.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from members.position.evidence import Evidence
from members.position.pairs import Flags, Floats, Numbers
from members.position.pairs import total as summed
from members.position.rules import Rules

#: Shares that differ by less are the same but for rounding: whether a set is a ring
#: must not depend on the order in which its lines are added up.
_ROUNDING: Final = 1e-9

_Flow = dict[int, dict[int, float]]


@dataclass(frozen=True, slots=True)
class Ring:
    """A mutual set: its members' numbers, and what made it one."""

    members: tuple[int, ...]
    #: Ledger lines between them in the window.
    lines: int
    #: How much of their evidence was given back within the set.
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """The recognition that passed in the window, by the parties that answer.

    First line by line, then, of those who are looked at, pair by pair.
    """

    gainer: Numbers
    other: Numbers
    amount: Floats

    def exchanged(self, people: int) -> tuple[Floats, Floats]:
        """Return how much everybody gave and got."""
        return (
            summed(self.other, self.amount, people),
            summed(self.gainer, self.amount, people),
        )

    def within(self, which: Flags) -> "_Window":
        """Return what passed among some alone."""
        inside = np.flatnonzero(which[self.gainer] & which[self.other])
        return _Window(self.gainer[inside], self.other[inside], self.amount[inside])

    def by_pair(self, people: int) -> "_Window":
        """Return what passed between each two as one."""
        keys = self.gainer.astype(np.int64) * people + self.other
        order = np.argsort(keys)
        keys = keys[order]
        begins = np.flatnonzero(np.diff(keys, prepend=-1))
        met = keys[begins]
        if not met.size:
            return self
        amount = np.add.reduceat(self.amount[order], begins)
        return _Window(met // people, met % people, amount)


@dataclass(frozen=True, slots=True, eq=False)
class _Exchange:
    """What passed among those who may be in a ring."""

    given: _Flow
    got: _Flow
    lines: Counter[tuple[int, int]]
    #: All the recognition each of them gave and got, to and from anybody.
    total: Floats
    #: How many gave or got any at all.
    everybody: int

    def mutual(self, one: int, members: Collection[int]) -> float:
        """Return what somebody both gave and got within a set, counted both ways."""
        given, got = self.given[one], self.got[one]
        return 2.0 * min(
            sum(given.get(other, 0.0) for other in members),
            sum(got.get(other, 0.0) for other in members),
        )

    def share(self, one: int, members: Collection[int]) -> float:
        return self.mutual(one, members) / float(self.total[one])

    def telling(self, size: int, share: float) -> float:
        """Return the share from which a set of this size is telling.

        Where everybody recognised everybody alike, ``c = (size - 1) / (all - 1)`` of
        anybody's evidence would lie within the set. Only what is beyond that can tell,
        so the share is taken of the rest: ``c + share (1 - c)``, as Cohen (1960) takes
        agreement beyond chance.
        """
        chance = (size - 1) / max(self.everybody - 1, 1)
        return chance + share * (1.0 - chance)


def find(
    evidence: Evidence, *, at: float, full: Flags, rules: Rules
) -> tuple[Ring, ...]:
    """Return the rings of a moment; nobody is in two.

    Recognition is mutual as far as somebody gave as much within the set as they got
    there, from whichever of its members: trading in a circle is trading too, while
    one reviewer and the newcomers they carry are not. A set of three to eight is a ring
    when over 60 % of each member's evidence is mutual, beyond what chance makes mutual
    in a community of that size, and ten lines or more passed within it. A pair is one
    pair already and needs no rule. A set that is more than half of those who recognised
    each other, or of the full members, *is* the community.

    Costs what the window's lines cost, whatever the ledger's length, and hangs
    neither on the order in which lines came nor on the numbers people were given.
    """
    window = _passed(evidence, at=at, rules=rules)
    people = len(evidence.people)
    given, got = window.exchanged(people)
    total = given + got
    # Whoever gave much and got little, or the other way, is no suspect, whomever with:
    # that alone lets most go, and needs no pairs.
    one_sided = 2.0 * np.minimum(given, got) <= (rules.ring_share + _ROUNDING) * total
    inside = window.within(~one_sided).by_pair(people)
    suspects = _suspects(inside, total, rules)
    if not suspects.any():
        return ()
    exchange = _exchanged(
        inside.within(suspects),
        _lines(evidence, suspects, at=at, rules=rules),
        total,
        everybody=int(np.count_nonzero(total)),
    )
    # Where two are equally close, the one of the lesser name comes first.
    name = {int(one): str(evidence.people.ids[one]) for one in np.flatnonzero(suspects)}
    most, most_full = exchange.everybody / 2, int(full.sum()) / 2
    found: set[Ring] = set()
    # Whoever is close grows into the same set, which need be looked at once.
    for near in {_grown(seed, exchange, name, rules) for seed in name}:
        members = _kept(near, exchange, name, rules)
        ring = _judged(members, exchange, rules)
        if ring is None or len(members) > most:
            continue
        if sum(bool(full[one]) for one in members) <= most_full:
            found.add(ring)
    return tuple(_apart(found, name))


def numbered(rings: tuple[Ring, ...], evidence: Evidence) -> Numbers:
    """Return for everybody the ring of the party that answers for them, or -1."""
    ring = np.full(len(evidence.people), -1, np.int64)
    for number, found in enumerate(rings):
        ring[list(found.members)] = number
    return ring[evidence.parties]


def _passed(evidence: Evidence, *, at: float, rules: Rules) -> _Window:
    """Return the window's recognition: whatever somebody gained by as an author.

    A work, an entry taken in, an entry used: otherwise a ring would trade in what is
    not looked at.
    """
    work = evidence.work
    first, last = (
        work.until(evidence.until(moment)) for moment in (at - rules.ring_window, at)
    )
    pair, rows = work.pair[first:last], work.rows[first:last]
    gainer = evidence.parties[work.gainer[pair]]
    return _Window(gainer, work.other[pair], evidence.columns.amount[rows])


def _lines(
    evidence: Evidence, suspects: Flags, *, at: float, rules: Rules
) -> Counter[tuple[int, int]]:
    """Count the lines of either channel between suspects, by gainer and other."""
    columns = evidence.columns
    rows = slice(evidence.until(at - rules.ring_window), evidence.until(at))
    gainer, other = evidence.parties[columns.gainer[rows]], columns.other[rows]
    between = suspects[gainer] & suspects[other] & (gainer != other)
    return Counter(zip(gainer[between].tolist(), other[between].tolist(), strict=True))


def _suspects(inside: _Window, total: Floats, rules: Rules) -> Flags:
    """Return who may be in a ring: all of every ring's members, and few others.

    Whoever is in a ring exchanges most of their evidence with as many as a ring holds,
    who are suspects too. Nobody else has to be looked at, so those who do not are
    dropped, until all do.
    """
    # No sum of n amounts is more than the root of n times their squares (Cauchy and
    # Schwarz), and those need no sorting.
    given, got = (
        np.sqrt((rules.ring_size - 1) * summed(ends, inside.amount**2, total.size))
        for ends in (inside.other, inside.gainer)
    )
    suspects = 2.0 * np.minimum(given, got) > rules.ring_share * total
    inside = inside.within(suspects)
    while True:
        given, got = (
            _largest(ends, inside.amount, rules.ring_size - 1, total.size)
            for ends in (inside.other, inside.gainer)
        )
        mutual = 2.0 * np.minimum(given, got)
        left = suspects & (mutual > (rules.ring_share + _ROUNDING) * total)
        if not left.any() or left.sum() == suspects.sum():
            return left
        suspects = left
        inside = inside.within(suspects)


def _largest(ends: Numbers, amount: Floats, many: int, people: int) -> Floats:
    """Return for everybody the sum of their ``many`` largest amounts."""
    # Few have more than so many, and only theirs need sorting.
    more = np.bincount(ends, minlength=people)[ends] > many
    all_of_it = summed(ends[~more], amount[~more], people)
    ends, amount = ends[more], amount[more]
    order = np.lexsort((-amount, ends))
    ends = ends[order]
    starts = np.flatnonzero(np.diff(ends, prepend=-1))
    place = np.arange(ends.size) - np.repeat(starts, np.diff(starts, append=ends.size))
    first = place < many
    return all_of_it + summed(ends[first], amount[order][first], people)


def _exchanged(
    inside: _Window, lines: Counter[tuple[int, int]], total: Floats, *, everybody: int
) -> _Exchange:
    exchange = _Exchange(defaultdict(dict), defaultdict(dict), lines, total, everybody)
    for one, came_from, amount in zip(
        inside.gainer.tolist(),
        inside.other.tolist(),
        inside.amount.tolist(),
        strict=True,
    ):
        if amount > 0:
            exchange.got[one][came_from] = amount
            exchange.given[came_from][one] = amount
    return exchange


def _grown(
    seed: int, exchange: _Exchange, name: dict[int, str], rules: Rules
) -> frozenset[int]:
    """Return the set around one suspect, grown by whoever exchanged most with it."""
    members = {seed}
    close: dict[int, float] = defaultdict(float)
    newest = seed
    while len(members) < rules.ring_size:
        for flow in (exchange.given[newest], exchange.got[newest]):
            for other, amount in flow.items():
                close[other] += amount
        near = [other for other in close if other not in members]
        if not near:
            break
        newest = min(near, key=lambda other: (-round(close[other], 9), name[other]))
        members.add(newest)
    return frozenset(members)


def _kept(
    members: frozenset[int], exchange: _Exchange, name: dict[int, str], rules: Rules
) -> frozenset[int]:
    """Drop whoever is held in the set by the company they keep, the loosest first."""
    while members:
        shares = {one: round(exchange.share(one, members), 9) for one in members}
        loosest = min(members, key=lambda one: (shares[one], name[one]))
        telling = exchange.telling(len(members), rules.ring_share)
        if shares[loosest] > telling + _ROUNDING:
            break
        members = members - {loosest}
    return members


def _judged(members: frozenset[int], exchange: _Exchange, rules: Rules) -> Ring | None:
    if len(members) <= 2:  # noqa: PLR2004 - a pair is one pair already
        return None
    lines = sum(exchange.lines[one, other] for one in members for other in members)
    if lines < rules.ring_lines:
        return None
    total = sum(float(exchange.total[one]) for one in sorted(members))
    mutual = sum(exchange.mutual(one, members) for one in sorted(members))
    return Ring(members=tuple(sorted(members)), lines=lines, share=mutual / total)


def _apart(found: set[Ring], name: dict[int, str]) -> Iterator[Ring]:
    """Yield rings that share nobody, the tightest first.

    Grown from a seed nearby a ring may come out without one of its own; the tightest
    is the whole.
    """
    taken: set[int] = set()
    for ring in sorted(
        found,
        key=lambda ring: (
            -round(ring.share, 9),
            sorted(name[one] for one in ring.members),
        ),
    ):
        if taken.isdisjoint(ring.members):
            yield ring
            taken.update(ring.members)
