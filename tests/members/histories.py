"""Small invented histories for the position engine. Times are days after the start."""

from itertools import count

from domain.centrality import Zone
from members.position import amounts
from members.position.evidence import Channel, Evidence, Kind, Line
from members.position.rules import DEFAULT
from members.position.run import (
    Circumstances,
    Mark,
    Practice,
    Run,
    Term,
)
from members.position.weeks import this_week

#: A Monday, so that weeks after it are whole.
START = this_week(20_000.0)

FOUNDERS = ("fay", "finn", "flo")


class History:
    """A ledger that grows by calls that read like what happened."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._numbers = count(1)

    def line(
        self, kind, giver, receiver, *, day, amount=1.0, item=None, area=None
    ) -> Line:
        number = next(self._numbers)
        is_work = kind in {Kind.RECOGNISED, Kind.TAKEN_IN, Kind.USED}
        line = Line(
            key=f"{number:06}",
            channel=Channel.WORK if is_work else Channel.STEWARDSHIP,
            kind=kind,
            giver=giver,
            receiver=receiver,
            amount=amount,
            item=item or f"item {number}",
            at=START + day,
            area=area,
        )
        self.lines.append(line)
        return line

    def recognised(self, author, *, by, day, centrality=1, area=None, **facts):
        """Somebody's work recognised, with what its reviewers get for it."""
        givers = (by,) if isinstance(by, str) else by
        item = f"work {next(self._numbers)}"
        given = amounts.work(centrality=centrality, recognisers=len(givers), **facts)
        return [
            line
            for place, giver in enumerate(givers, start=1)
            for line in (
                self.line(
                    Kind.RECOGNISED,
                    giver,
                    author,
                    day=day,
                    amount=given,
                    item=item,
                    area=area,
                ),
                self.line(
                    Kind.REVIEWED,
                    giver,
                    author,
                    day=day,
                    amount=amounts.review(place=place),
                    item=item,
                    area=area,
                ),
            )
        ]

    def founded(self, *founders, until=180.0):
        """Return circumstances with founders from the start."""
        return Circumstances(
            founders=tuple(
                Term(one, begins=START, ends=START + until)
                for one in founders or FOUNDERS
            )
        )

    def busy_founders(self, *, until, every=30.0):
        """Keep the founders active: each recognises another's work now and then."""
        day = 0.5
        while day < until:
            for author, by in (("fay", "finn"), ("finn", "flo"), ("flo", "fay")):
                self.recognised(author, by=by, day=day)
            day += every

    def practice(self, circumstances=None, *, rules=DEFAULT, party=None) -> Practice:
        evidence = Evidence(party=party or {})
        evidence.take_in(self.lines)
        return Practice(
            evidence, rules=rules, circumstances=circumstances or self.founded()
        )

    def run(self, *, day, circumstances=None, rules=DEFAULT, party=None) -> Run:
        """Replay up to a day, and read there."""
        practice = self.practice(circumstances, rules=rules, party=party)
        marks: dict[object, Mark] = {}
        for run in practice.replay(start=START - 1, end=START + day):
            marks = run.marks()
        return practice.stand(START + day, previous=marks, weekly=False)


def path_inward(history, who, *, from_day=0.0, works=16, by=FOUNDERS) -> None:
    """Let somebody do works, and review as many, until they are well inside."""
    for number in range(works):
        day = from_day + 1 + 5 * number
        history.recognised(who, by=by[number % len(by)], day=day)
        # Somebody full looks too, which credits the review.
        both = (who, by[number % len(by)])
        history.recognised(f"guest {number % 5}", by=both, day=day + 1)


def zones(history, who, *, until, circumstances=None, party=None) -> list[Zone]:
    """Return somebody's zone, week by week."""
    practice = history.practice(circumstances, party=party)
    return [
        run.standing(who).zone
        for run in practice.replay(start=START - 1, end=START + until)
    ]
