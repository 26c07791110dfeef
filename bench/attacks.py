"""Schemes to stand further in than anybody's work would carry, each within a community.

A scheme is the acts of some accounts. ``votes`` are what they give each other, which
is the attack; ``honest`` is what some of them do beside it, like everybody. Whoever
gains by it is named. Nothing but the engine stands in their way: the suite lets
newcomers give verdicts, rate their own tasks as core and review by the hundred, all of
which the site refuses.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from itertools import permutations

from bench.honest import AREAS, HONEST, WEEKS, Act, Community

#: Schemes run from here, when the community has full members of its own, to the end.
BEGINS, ENDS = 210.0, 7.0 * WEEKS - 3


@dataclass(frozen=True, slots=True)
class Scheme:
    """One attack: who gains, by which votes, beside what honest work."""

    name: str
    #: Those whom the votes are to lift; the figures are theirs.
    gainers: tuple[str, ...]
    votes: tuple[Act, ...]
    honest: tuple[Act, ...] = ()
    #: Those of it who stand where they stand by honest work.
    full: tuple[str, ...] = ()
    #: Who of them is to be found as a ring, if it is one.
    ring: tuple[str, ...] = ()
    party: Mapping[Hashable, Hashable] = field(default_factory=dict)
    #: Rungs the votes may lift anybody.
    bound: int = 0

    def accounts(self) -> set[Hashable]:
        return {
            one
            for act in (*self.votes, *self.honest)
            for one in (act.author, *act.by)
            if not str(one).startswith(HONEST)
        }

    def spread(self, community: Community) -> list[Act]:
        """Return the same acts by the same accounts, given and got honestly.

        A work of theirs is reviewed by somebody drawn among those who may; a review of
        theirs is of somebody's work, beside whoever recognised that.
        """
        own = self.accounts()
        first = min(act.day for act in self.votes)
        last = max(act.day for act in self.votes)
        spread = []
        for act in self.votes:
            day = community.dice.uniform(first, last)
            if act.author in own:
                spread.append(replace(act, by=_reviewers(community, day), day=day))
            spread.extend(community.review_by(by, day) for by in act.by if by in own)
        return spread


def all_of(community: Community) -> list[Scheme]:
    """Return every scheme of the suite, its details drawn with the community's dice."""
    makers: list[Callable[[Community], Scheme]] = [
        *(_ring_of(size) for size in (3, 4, 6, 8)),
        _large_ring,
        _praising_pairs,
        _sock_puppets,
        _swarm,
        _trivial_works,
        _stamped_reviews,
        _stamping_member,
        _self_made_tasks,
        _friendly_reviewer,
        _slow_ring,
        _hidden_ring,
        _infiltrated_ring,
        _idle_members,
        _turned_members,
    ]
    return [make(community) for make in makers]


def _ring_of(size: int) -> Callable[[Community], Scheme]:
    def ring(community: Community) -> Scheme:
        members = _named(f"ring {size}", size)
        return Scheme(
            name=f"ring of {size} trading recognition",
            gainers=members,
            votes=_trade(community, members, every=21),
            ring=members,
        )

    return ring


def _large_ring(community: Community) -> Scheme:
    members = _named("ring 12", 12)
    return Scheme(
        name="ring of 12, too large to be told",
        gainers=members,
        votes=_trade(community, members, every=40),
    )


def _praising_pairs(community: Community) -> Scheme:
    pairs = [_named(f"pair {number}", 2) for number in range(4)]
    return Scheme(
        name="mutual praise in pairs",
        gainers=tuple(one for pair in pairs for one in pair),
        votes=tuple(act for pair in pairs for act in _trade(community, pair, every=4)),
    )


def _sock_puppets(community: Community) -> Scheme:
    main, puppets = "puppeteer", _named("puppet", 12)
    return Scheme(
        name="sock puppets, twelve behind one",
        gainers=(main,),
        votes=(
            *(act for one in puppets for act in _works(community, main, one, every=7)),
            *_trade(community, puppets, every=60),
        ),
    )


def _swarm(community: Community) -> Scheme:
    sponsor, agents = "sponsor", _named("agent", 15)
    return Scheme(
        name="agent swarm of one full sponsor",
        gainers=agents,
        votes=tuple(
            act
            for one in agents
            for giver in (sponsor, agents[0] if one != agents[0] else agents[1])
            for act in _works(community, one, giver, every=10)
        ),
        honest=_honest_path(community, sponsor),
        full=(sponsor,),
        party=dict.fromkeys(agents, sponsor),
    )


def _trivial_works(community: Community) -> Scheme:
    return Scheme(
        name="volume: 400 trivial works, one full friend",
        gainers=("prolific",),
        votes=_works(community, "prolific", "friend", every=(ENDS - BEGINS) / 400),
        honest=_honest_path(community, "friend"),
        full=("friend",),
        bound=1,
    )


def _stamped_reviews(community: Community) -> Scheme:
    return Scheme(
        name="volume: 200 reviews a day, by a newcomer",
        gainers=("stamper",),
        votes=_stamped(community, "stamper"),
        bound=1,
    )


def _stamping_member(community: Community) -> Scheme:
    return Scheme(
        name="volume: 200 reviews a day, by a full member",
        gainers=("rubber",),
        votes=_stamped(community, "rubber"),
        honest=_honest_path(community, "rubber", every=4, ends=BEGINS + 60),
        full=("rubber",),
        bound=1,
    )


def _self_made_tasks(community: Community) -> Scheme:
    return Scheme(
        name="self-made core tasks, one full friend",
        gainers=("proposer",),
        votes=_works(community, "proposer", "ally", every=4, centrality=4),
        honest=_honest_path(community, "ally"),
        full=("ally",),
        bound=1,
    )


def _friendly_reviewer(community: Community) -> Scheme:
    return Scheme(
        name="one full reviewer who recognises all of it",
        gainers=("favourite",),
        votes=_works(community, "favourite", "patron", every=3, centrality=2),
        honest=_honest_path(community, "patron"),
        full=("patron",),
        bound=1,
    )


def _slow_ring(community: Community) -> Scheme:
    members = _named("slow", 4)
    return Scheme(
        name="slow ring of 4, spread over a year",
        gainers=members,
        votes=_trade(community, members, every=60, begins=ENDS - 365),
        ring=members,
    )


def _hidden_ring(community: Community) -> Scheme:
    members = _named("hidden", 5)
    votes = _trade(community, members, every=28)
    return Scheme(
        name="ring of 5 behind as much honest work",
        gainers=members,
        votes=votes,
        honest=tuple(replace(act, by=_reviewers(community, act.day)) for act in votes),
    )


def _infiltrated_ring(community: Community) -> Scheme:
    members = _named("cell", 5)
    return Scheme(
        name="ring of 5 with one full member in it",
        gainers=members[1:],
        votes=_trade(community, members, every=14, centrality=2),
        honest=_honest_path(community, members[0]),
        full=members[:1],
        ring=members,
        bound=1,
    )


def _idle_members(community: Community) -> Scheme:
    return _three_full(
        community,
        "ring of 6, three of them full and idle before",
        "idle",
        idle=60,
        bound=1,
    )


def _turned_members(community: Community) -> Scheme:
    return _three_full(
        community,
        "ring of 6, three of them full and busy till then",
        "turned",
        idle=0,
        bound=2,
    )


def _three_full(
    community: Community, name: str, who: str, *, idle: float, bound: int
) -> Scheme:
    """Three who came to the core by honest work turn, and lift three friends."""
    members, turn = _named(who, 6), BEGINS + 90
    return Scheme(
        name=name,
        gainers=members[3:],
        votes=_trade(community, members, every=14, centrality=2, begins=turn),
        honest=tuple(
            act
            for one in members[:3]
            for act in _honest_path(community, one, ends=turn - idle)
        ),
        full=members[:3],
        ring=members,
        bound=bound,
    )


def _named(what: str, many: int) -> tuple[str, ...]:
    return tuple(f"{what}: {number}" for number in range(1, many + 1))


def _works(
    community: Community,
    author: str,
    by: str,
    *,
    every: float,
    centrality: int = 1,
    begins: float = BEGINS,
) -> tuple[Act, ...]:
    """One account's works, all recognised by another, with some jitter."""
    acts, day = [], begins + every * community.dice.random()
    while day < ENDS:
        acts.append(Act(author, (by,), day, centrality=centrality, area=AREAS[0]))
        day += every * (0.5 + community.dice.random())
    return tuple(acts)


def _trade(
    community: Community,
    members: tuple[str, ...],
    *,
    every: float,
    centrality: int = 4,
    begins: float = BEGINS,
) -> tuple[Act, ...]:
    """Every member recognises every other's work, again and again."""
    return tuple(
        act
        for author, by in permutations(members, 2)
        for act in _works(
            community, author, by, every=every, centrality=centrality, begins=begins
        )
    )


def _stamped(community: Community, by: str) -> tuple[Act, ...]:
    """Reviews by the hundred, on three days, of real work others recognised."""
    return tuple(
        community.review_by(by, day + number / 400)
        for day in (BEGINS + 70, BEGINS + 130, ENDS - 20)
        for number in range(200)
    )


def _honest_path(
    community: Community, who: str, *, every: int = 1, ends: float = ENDS
) -> tuple[Act, ...]:
    """What carries somebody inward by honest work: now and then a work, and a review."""
    acts: list[Act] = []
    for week in range(8, int(ends // 7), every):
        day = 7 * week + 7 * community.dice.random()
        acts.append(
            Act(who, _reviewers(community, day), day, centrality=2, area=AREAS[0])
        )
        acts.append(community.review_by(who, day))
    return tuple(acts)


def _reviewers(community: Community, day: float) -> tuple[str, ...]:
    drawn = community.reviewers(day, many=1, area=0)
    return tuple(community.name(one) for one in drawn)
