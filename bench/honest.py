"""An invented community in which nobody means any harm, the same by the same seed.

Two hundred people over sixty-four weeks. A dozen are there from the start, three of them
founders; the others come one by one until the last month. What anybody does in a week is
drawn from a power law: most do a work a month or less, a few do several a week. Half of
those who come leave within some weeks, the others stay for a year or so. Everybody has
one of six areas, some large and some small, in which four fifths of their work lies.

After six recognised works three in five members are drawn as reviewers, the busier the
more often, four times as often within their own area; the others never review. Two in
five works have two reviewers. A quarter takes a round of remediation. Work moves inward
with its author, from the edge to the core. A work in ten leaves an entry in the
repertoire, and a work in ten uses one; reviewers also tend the repertoire.

Among them are people who are close and honest: six pairs who work together daily and
have most of their work reviewed by each other, three teams of four that review each
other more often than not, and an area with four people in it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from members.position import amounts
from members.position.evidence import Channel, Kind, Line
from members.position.rules import DEFAULT, Rules
from members.position.run import Term
from members.position.weeks import this_week

#: A Monday, so that weeks after it are whole.
START = this_week(20_000.0)
WEEKS = 64

AREAS = ("sampling", "data", "craft", "outreach", "tools", "archive")
_AREA_SHARES = np.array([0.3, 0.24, 0.18, 0.14, 0.1, 0.04])
_HOME_SHARE = 0.8
#: What the names of honest people begin with.
HONEST = "honest"
#: Who answers for whom, where everybody answers for themselves.
NOBODY: Mapping[Hashable, Hashable] = {}
_FIRST_PEOPLE, _FOUNDERS = 12, 3
_WORKS_TO_REVIEW, _REVIEWS = 6, 0.6
_WORKS_TO_NEXT = (3, 10, 25)
_TWO_REVIEWERS, _REMEDIATED, _ENTRY, _USED, _TENDED = 0.4, 0.25, 0.1, 0.1, 0.05
#: Somebody who looks for work to review finds that of the last weeks.
_RECENT = 150
_PAIRS, _TEAMS, _TEAM, _SMALL_AREA = 6, 3, 4, 4
#: How often a close pair's work is reviewed from within.
_WITHIN_PAIR = 0.7


@dataclass(frozen=True, slots=True)
class Act:
    """A work recognised by others, who reviewed it; days are counted from the start.

    With an ``item`` it is one more review of a work that others had recognised.
    """

    author: Hashable
    by: tuple[Hashable, ...]
    day: float
    centrality: int = 1
    remediations: int = 0
    area: str | None = None
    item: str | None = None


class Ledger:
    """Writes acts down as lines; those of one day in the order in which they come."""

    def __init__(
        self,
        *,
        first: int = 1,
        beside: "Ledger | None" = None,
        party: Mapping[Hashable, Hashable] = NOBODY,
        rules: Rules = DEFAULT,
    ) -> None:
        self.lines: list[Line] = []
        self._numbers = count(first)
        self._party, self._rules = party, rules
        #: How many reviews by party and day, those another ledger tells of included.
        self.reviews: Counter[tuple[Hashable, int]] = Counter(
            beside.reviews if beside else ()
        )

    def write(self, act: Act) -> str:
        """Write one act down; return the item it is about."""
        if act.item is not None:
            for giver in act.by:
                self._review(giver, act, act.item, place=2)
            return act.item
        item = f"work {next(self._numbers)}"
        given = amounts.work(
            centrality=act.centrality,
            remediations=act.remediations,
            recognisers=len(act.by),
            rules=self._rules,
        )
        for place, giver in enumerate(act.by, start=1):
            self._line(Kind.RECOGNISED, giver, act, given, item)
            self._review(giver, act, item, place=place)
        return item

    def other(self, kind: Kind, giver: Hashable, act: Act, amount: float) -> None:
        item = f"entry {next(self._numbers)}"
        self._line(kind, giver, act, amount, item, carried=kind is Kind.TENDED)

    def _review(self, giver: Hashable, act: Act, item: str, *, place: int) -> None:
        day = self._party.get(giver, giver), int(act.day)
        self.reviews[day] += 1
        amount = amounts.review(place=place, nth=self.reviews[day], rules=self._rules)
        self._line(Kind.REVIEWED, giver, act, amount, item, carried=True)

    def _line(
        self,
        kind: Kind,
        giver: Hashable,
        act: Act,
        amount: float,
        item: str,
        *,
        carried: bool = False,
    ) -> None:
        self.lines.append(
            Line(
                key=f"{next(self._numbers):08}",
                channel=Channel.STEWARDSHIP if carried else Channel.WORK,
                kind=kind,
                giver=giver,
                receiver=act.author,
                amount=amount,
                item=item,
                at=START + act.day,
                area=act.area,
            )
        )


@dataclass(eq=False)
class Community:
    """Two hundred honest people, what they did, and who could review in which week."""

    dice: np.random.Generator
    people: int = 200
    #: How often a team's work is reviewed from within.
    within_team: float = 0.6
    ledger: Ledger = field(default_factory=Ledger)
    acts: list[Act] = field(default_factory=list)
    #: By week: who may review, how likely each is drawn, and who is present.
    eligible: list[np.ndarray] = field(default_factory=list)
    present: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        dice, people = self.dice, self.people
        self.comes = np.sort(dice.uniform(0, WEEKS - 4, people))
        self.comes[:_FIRST_PEOPLE] = 0
        stays = np.where(
            dice.random(people) < 0.5,  # noqa: PLR2004
            dice.exponential(5, people),
            dice.exponential(55, people) + 8,
        )
        stays[:_FIRST_PEOPLE] += 30
        self.goes = self.comes + stays
        self.pace = np.minimum(0.12 * (1 + dice.pareto(1.4, people)), 4.0)
        self.pace[:_FIRST_PEOPLE] += 0.5
        self.area = dice.choice(
            len(AREAS) - 1, people, p=_AREA_SHARES[:-1] / _AREA_SHARES[:-1].sum()
        )
        self.reviews = dice.random(people) < _REVIEWS
        self.reviews[:_FIRST_PEOPLE] = True
        self._bring_together()
        self.works = np.zeros(people, np.int64)
        self.works[:_FOUNDERS] = _WORKS_TO_REVIEW
        self.entries: list[int] = []
        for week in range(WEEKS):
            self._live(week)

    def _bring_together(self) -> None:
        """Make some of those who come early close: pairs, teams, a small area."""
        early = iter(range(_FOUNDERS, self.people))
        self.circle = np.full(self.people, -1)
        self.within = np.zeros(self.people)
        self.circles: list[list[int]] = []
        sizes = [2] * _PAIRS + [_TEAM] * _TEAMS + [_SMALL_AREA]
        for size in sizes:
            circle = [next(early) for _ in range(size)]
            number = len(self.circles)
            self.circles.append(circle)
            self.circle[circle] = number
            self.comes[circle] = np.minimum(self.comes[circle], 10)
            self.goes[circle] = WEEKS
            self.reviews[circle] = True
            self.pace[circle] = np.maximum(self.pace[circle], 0.7 if size == 2 else 0.5)  # noqa: PLR2004
            self.area[circle] = self.area[circle[0]]
            self.within[circle] = _WITHIN_PAIR if size == 2 else self.within_team  # noqa: PLR2004
        self.area[self.circles[-1]] = len(AREAS) - 1
        # A small area's people are close by their work alone.
        self.circle[self.circles[-1]] = -1

    @property
    def founders(self) -> tuple[Term, ...]:
        return tuple(
            Term(self.name(number), begins=START, ends=START + 180)
            for number in range(_FOUNDERS)
        )

    def close(self) -> dict[str, list[list[str]]]:
        """Return those who are close and honest, by kind."""
        named = [[self.name(one) for one in circle] for circle in self.circles]
        return {
            "close pairs": named[:_PAIRS],
            "teams of four": named[_PAIRS:-1],
            "a small area": named[-1:],
        }

    def lines(
        self,
        acts: Iterable[Act],
        *,
        party: Mapping[Hashable, Hashable] = NOBODY,
        rules: Rules = DEFAULT,
    ) -> list[Line]:
        """Return the community's ledger with other acts written into it."""
        beside = Ledger(first=10**7, beside=self.ledger, party=party, rules=rules)
        for act in sorted(acts, key=lambda act: act.day):
            beside.write(act)
        return [*self.ledger.lines, *beside.lines]

    def drawn_by_lot(self) -> list[Line]:
        """Return the ledger as if those who are close had never been drawn together.

        Each reviews as much, and has as much reviewed, but of and by others.
        """
        circle: dict[Hashable, int] = {
            self.name(one): number
            for number, circle in enumerate(self.circles)
            for one in circle
        }
        return [
            self._redrawn(line)
            if circle.get(line.giver, -1) == circle.get(line.receiver, -2)
            else line
            for line in self.ledger.lines
        ]

    def _redrawn(self, line: Line) -> Line:
        day = line.at - START
        if line.kind is Kind.RECOGNISED:
            area = AREAS.index(line.area) if line.area else 0
            author = int(str(line.receiver).removeprefix(HONEST))
            (by,) = self.reviewers(day, many=1, area=area, beside=[author])
            return replace(line, giver=self.name(by))
        if line.kind is Kind.REVIEWED:
            act = self.review_by(line.giver, day)
            return replace(line, receiver=act.author, item=act.item)
        return line

    def name(self, number: int) -> str:
        return f"{HONEST} {number:03}"

    def reviewers(
        self, day: float, *, many: int, area: int, beside: Iterable[int] = ()
    ) -> tuple[int, ...]:
        """Draw reviewers among those eligible that week, more often from the area."""
        eligible = self.eligible[min(int(day // 7), len(self.eligible) - 1)]
        eligible = eligible[~np.isin(eligible, list(beside))]
        likely = self.pace[eligible] * np.where(self.area[eligible] == area, 4.0, 1.0)
        drawn = min(many, eligible.size)
        return tuple(
            self.dice.choice(
                eligible, drawn, replace=False, p=likely / likely.sum()
            ).tolist()
        )

    def review_by(self, who: Hashable, day: float) -> Act:
        """Return somebody's review, as one more, of a work of the days before."""
        until = bisect_left(self.acts, 7 * (day // 7), key=lambda act: act.day) or 1
        act = self.acts[int(self.dice.integers(max(0, until - _RECENT), until))]
        return replace(act, by=(who,), day=day)

    def _live(self, week: int) -> None:
        dice = self.dice
        here = np.flatnonzero((self.comes <= week) & (week < self.goes))
        self.present.append(here)
        may = self.reviews[here] & (self.works[here] >= _WORKS_TO_REVIEW)
        self.eligible.append(here[may])
        done = np.repeat(here, dice.poisson(self.pace[here]))
        days = np.sort(7 * week + 7 * dice.random(done.size))
        for author, day in zip(dice.permutation(done), days, strict=True):
            self._work(int(author), float(day))

    def _work(self, author: int, day: float) -> None:
        dice = self.dice
        at_home = dice.random() < _HOME_SHARE
        area = int(self.area[author] if at_home else dice.integers(len(AREAS) - 1))
        many = 1 + int(dice.random() < _TWO_REVIEWERS)
        by = self.reviewers(day, many=many, area=area, beside=[author])
        close = self._close(author, day)
        if close is not None and close not in by:
            by = (close, *by[1:])
        if not by:
            return
        depth = 1 + int(np.searchsorted(_WORKS_TO_NEXT, self.works[author], "right"))
        act = Act(
            author=self.name(author),
            by=tuple(self.name(one) for one in by),
            day=day,
            centrality=int(dice.integers(max(1, depth - 1), depth + 1)),
            remediations=int(dice.random() < _REMEDIATED),
            area=AREAS[area],
        )
        self.acts.append(replace(act, item=self.ledger.write(act)))
        self.works[author] += 1
        self._tend(author, by[0], act)

    def _close(self, author: int, day: float) -> int | None:
        """Return somebody close who reviews the work this time, if anybody does."""
        if self.circle[author] < 0 or self.dice.random() >= self.within[author]:
            return None
        others = [
            one
            for one in self.circles[self.circle[author]]
            if one != author and self.comes[one] <= day // 7
        ]
        return int(self.dice.choice(others)) if others else None

    def _tend(self, author: int, steward: int, act: Act) -> None:
        """Let the work leave an entry, use one, or make its reviewer tend."""
        dice = self.dice
        if self.entries and dice.random() < _USED:
            writer = int(dice.choice(self.entries))
            if writer != author:
                used = Act(self.name(writer), (), act.day, area=act.area)
                self.ledger.other(Kind.USED, act.author, used, amounts.usage())
        if dice.random() < _ENTRY:
            self.entries.append(author)
            self.ledger.other(Kind.TAKEN_IN, self.name(steward), act, amounts.entry())
        if dice.random() < _TENDED:
            self.ledger.other(Kind.TENDED, self.name(steward), act, amounts.tending())
