"""What gaming positions gains, in honest communities, with and without each guard.

    python -m bench.adversaries [--seeds 20] [--quick] [--json OUT]

Every seed makes one honest community (``bench.honest``) and runs every scheme of
``bench.attacks`` in it at once, through the very engine, week by week. Worlds of the
same seed are compared: with the votes; without them; with the same acts given and got
honestly; and with each guard taken out. Ends with 1 if a bound does not hold, or a
guard turns out to guard nothing.
"""

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median

import numpy as np

from bench.attacks import Scheme, all_of
from bench.honest import HONEST, NOBODY, START, WEEKS, Act, Community
from domain.centrality import Zone
from members.position.evidence import Channel, Evidence, Kind, Line
from members.position.pairs import Floats, Numbers
from members.position.rules import DEFAULT, Rules
from members.position.run import Circumstances, Practice, Run

#: The bounds: planted rings told, honest members told as a ring.
RECALL, FALSE_FLAGS = 0.9, 0.01
#: A tenth apart is the same position.
MATERIAL = 0.1
#: A scheme succeeds without a guard if it gains a rung more, or this much more: nearly
#: three times as many people recognising.
SUCCESS = 1.0
#: How much of a team's work is reviewed from within, in the last table.
INWARD = (0.6, 0.7, 0.8, 0.9, 1.0)
_NEVER = 10**9
_NO_RINGS = replace(DEFAULT, ring_lines=_NEVER)
_END = START + 7 * WEEKS


@dataclass(frozen=True, slots=True)
class World:
    """How far in everybody came in one replay, and which rings were told when."""

    number: Mapping[Hashable, int]
    position: Floats
    zone: Numbers
    recognisers: Numbers
    #: By members, the weeks in which they were told as a ring.
    rings: Mapping[frozenset[Hashable], int]
    last: Run
    #: By week and member.
    weekly: Floats

    @classmethod
    def lived(
        cls,
        community: Community,
        evidence: Evidence,
        *,
        rules: Rules = DEFAULT,
    ) -> "World":
        practice = Practice(
            evidence,
            rules=rules,
            circumstances=Circumstances(founders=community.founders),
        )
        people = evidence.people
        count = len(people)
        position, zone = np.zeros(count), np.full(count, int(Zone.PERIPHERY))
        recognisers = np.zeros(count, np.int64)
        rings: dict[frozenset[Hashable], int] = defaultdict(int)
        weekly = []
        for run in practice.replay(start=START - 1, end=START + 7 * WEEKS):
            weekly.append(run.level.position)
            position = np.maximum(position, run.level.position)
            zone = np.maximum(zone, run.zone)
            recognisers = np.maximum(recognisers, run.level.recognisers)
            for ring in run.rings:
                rings[frozenset(people.ids[one] for one in ring.members)] += 1
        number = {who: place for place, who in enumerate(people.ids)}
        return cls(number, position, zone, recognisers, rings, run, np.array(weekly))

    def of(self, values: Floats | Numbers, who: Collection[Hashable]) -> Floats:
        """Return somebody's values; whom the ledger never met stands at the edge."""
        edge = int(Zone.PERIPHERY) if values is self.zone else 0
        numbers = (self.number.get(one) for one in who)
        return np.array([edge if n is None else values[n] for n in numbers], float)

    def lost(self, loose: "World", who: Collection[Hashable]) -> list[float]:
        """Return how much further in each once stood in the same week elsewhere."""
        most = (loose.weekly - self.weekly).max(axis=0)
        return [float(one) for one in self.of(most, who)]

    def honest_told(self) -> set[Hashable]:
        return {
            one for ring in self.rings for one in ring if str(one).startswith(HONEST)
        }


def evidence_of(
    lines: Iterable[Line], party: Mapping[Hashable, Hashable] = NOBODY
) -> Evidence:
    evidence = Evidence(party=party)
    evidence.take_in(lines)
    return evidence


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard, how the engine runs without it, and a scheme it is there to stop."""

    name: str
    scheme: str
    #: The engine's, and those by which the ledger was written.
    rules: Rules = DEFAULT
    without_party: bool = False
    #: Pairs are summed as they are, by this module's own account of the formula.
    without_roots: bool = False


GUARDS = (
    Guard(
        "root per pair",
        "volume: 400 trivial works, one full friend",
        without_roots=True,
    ),
    Guard(
        "D: recognised by several",
        "volume: 200 reviews a day, by a newcomer",
        rules=replace(
            DEFAULT,
            recognisers_least=0,
            recognisers_most=0,
            unrecognised_factor=1.0,
        ),
    ),
    Guard(
        "ring rule",
        "ring of 6, three of them full and idle before",
        rules=_NO_RINGS,
    ),
    Guard(
        "one party per sponsor",
        "agent swarm of one full sponsor",
        without_party=True,
    ),
    Guard(
        "outsiders' cap",
        "sock puppets, twelve behind one",
        rules=replace(DEFAULT, outsider_factor=1.0, outsider_cap=math.inf),
    ),
    Guard(
        "reviews a day",
        "volume: 200 reviews a day, by a full member",
        rules=replace(DEFAULT, reviews_a_day=_NEVER),
    ),
)


@dataclass(slots=True)
class Gains:
    """What one scheme came to, seed by seed."""

    #: With the votes, without, and with the same acts spread honestly.
    position: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    zone: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    recognisers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    #: The most rungs the votes lifted anybody of it.
    rungs: list[int] = field(default_factory=list)
    #: How much of the planted ring was told as one.
    told: list[float] = field(default_factory=list)

    def take_in(self, scheme: Scheme, worlds: Mapping[str, World]) -> None:
        for name, world in worlds.items():
            self.position[name].append(
                float(world.of(world.position, scheme.gainers).max())
            )
            self.zone[name].append(int(world.of(world.zone, scheme.gainers).max()))
            self.recognisers[name].append(
                int(world.of(world.recognisers, scheme.gainers).max())
            )
        self.rungs.append(rungs(scheme, worlds["votes"], worlds["without"]))
        if scheme.ring:
            told = (ring & set(scheme.ring) for ring in worlds["votes"].rings)
            self.told.append(max(map(len, told), default=0) / len(scheme.ring))


def rungs(scheme: Scheme, world: World, without: World) -> int:
    """Return how many zones further in the votes ever brought any one of a scheme."""
    who = (*scheme.gainers, *scheme.full)
    gained = world.of(world.zone, who) - without.of(without.zone, who)
    return int(gained.max())


@dataclass(slots=True)
class Suite:
    """Everything measured, over all seeds."""

    schemes: dict[str, Gains] = field(default_factory=lambda: defaultdict(Gains))
    #: By guard: the scheme's position and most rungs, with the guard and without.
    guards: dict[str, list[tuple[float, float, int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    bounds: dict[str, int] = field(default_factory=dict)
    planted: int = 0
    found: int = 0
    honest: int = 0
    flagged: int = 0
    #: By kind of people who are close: what each lost by the ring rule.
    lost: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: The furthest each came, beside if their reviews had been drawn by lot.
    zones: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    #: The furthest this module's account of the formula was from the engine's.
    disagreement: float = 0.0

    def play(self, seed: int) -> None:
        """Run one seed in all its worlds."""
        community = Community(np.random.default_rng(seed))
        schemes = all_of(community)
        party = {who: by for one in schemes for who, by in one.party.items()}
        acts = {
            "votes": [act for one in schemes for act in (*one.honest, *one.votes)],
            "without": [act for one in schemes for act in one.honest],
            "spread": [
                act for one in schemes for act in (*one.honest, *one.spread(community))
            ],
        }
        worlds = {
            name: World.lived(
                community, evidence_of(community.lines(told, party=party), party)
            )
            for name, told in acts.items()
        }
        for scheme in schemes:
            gains = self.schemes[scheme.name]
            gains.take_in(scheme, worlds)
            self.bounds[scheme.name] = scheme.bound
            if scheme.ring:
                self.planted += 1
                self.found += gains.told[-1] > 0.5  # noqa: PLR2004 - most of it
        self._take_out_guards(community, schemes, worlds, acts["votes"], party)
        alone = evidence_of(community.ledger.lines)
        honest = World.lived(community, alone)
        loose = World.lived(community, alone, rules=_NO_RINGS)
        self.honest += community.people
        self.flagged += len(honest.honest_told() | worlds["votes"].honest_told())
        by_lot = World.lived(community, evidence_of(community.drawn_by_lot()))
        for kind, circles in community.close().items():
            for circle in circles:
                self.lost[kind].extend(honest.lost(loose, circle))
                there, drawn = (
                    world.of(world.zone, circle) for world in (honest, by_lot)
                )
                self.zones[kind].extend(
                    zip(there.tolist(), drawn.tolist(), strict=True)
                )

    def _take_out_guards(
        self,
        community: Community,
        schemes: list[Scheme],
        worlds: Mapping[str, World],
        acts: list[Act],
        party: Mapping[Hashable, Hashable],
    ) -> None:
        by_name = {scheme.name: scheme for scheme in schemes}
        with_all, without = worlds["votes"], worlds["without"]
        for guard in GUARDS:
            scheme = by_name[guard.scheme]
            before = float(with_all.of(with_all.position, scheme.gainers).max())
            gained = rungs(scheme, with_all, without)
            answers = NOBODY if guard.without_party else party
            lines = community.lines(acts, party=answers, rules=guard.rules)
            if guard.without_roots:
                after, still = self._unrooted(scheme, with_all, lines, party), gained
            else:
                evidence = evidence_of(lines, answers)
                world = World.lived(community, evidence, rules=guard.rules)
                after = float(world.of(world.position, scheme.gainers).max())
                still = rungs(scheme, world, without)
            self.guards[guard.name].append((before, after, gained, still))

    def _unrooted(
        self,
        scheme: Scheme,
        world: World,
        lines: list[Line],
        party: Mapping[Hashable, Hashable],
    ) -> float:
        """Return the scheme's position if pairs were summed as they are."""
        full = world.last.full_members()
        for who in scheme.gainers:
            rooted = accounted(who, lines, full, party, power=0.5)
            engine = world.last.standing(who).position
            self.disagreement = max(self.disagreement, abs(rooted - engine))
        return max(
            accounted(who, lines, full, party, power=1.0) for who in scheme.gainers
        )


def accounted(
    who: Hashable,
    lines: Iterable[Line],
    full: Collection[Hashable],
    party: Mapping[Hashable, Hashable],
    *,
    power: float,
) -> float:
    """Return somebody's position at the end, from the formula of docs/position.md.

    Written down once more, with the root as a power that can be taken out; with 0.5 it
    must come to what the engine says of anybody in no ring.
    """
    rules = DEFAULT
    work: dict[Hashable, float] = defaultdict(float)
    carried: dict[tuple[Hashable, bool], float] = defaultdict(float)
    recognised = {
        line.item
        for line in lines
        if line.kind is Kind.RECOGNISED and party.get(line.giver, line.giver) in full
    }
    for line in lines:
        other = party.get(line.other, line.other)
        if line.gainer != who or other == party.get(who, who):
            continue
        weight = line.amount * 2 ** ((line.at - _END) / rules.level_half_life)
        if line.channel is Channel.WORK:
            work[other] += weight
        else:
            credited = who in full or other in full or line.item in recognised
            carried[other, credited] += weight
    sums = {
        (channel, inside): sum(amount**power for amount in amounts)
        for channel, inside, amounts in (
            ("work", True, [b for g, b in work.items() if g in full]),
            ("work", False, [b for g, b in work.items() if g not in full]),
            ("carried", True, [v for (_, c), v in carried.items() if c]),
            ("carried", False, [v for (_, c), v in carried.items() if not c]),
        )
    }
    w, s = (
        sums[channel, True]
        + min(rules.outsider_factor * sums[channel, False], rules.outsider_cap)
        for channel in ("work", "carried")
    )
    reached = math.log1p(w) + rules.stewardship_factor * math.log1p(s)
    d = sum(b >= rules.recogniser_threshold for g, b in work.items() if g in full)
    beyond = max(reached - rules.unrecognised_from, 0.0)
    held = reached - (1.0 - rules.unrecognised_factor) * beyond
    return reached if d or who in full else held


def inward_teams(seeds: Iterable[int]) -> list[tuple[float, float, float, float]]:
    """Return, by how much teams review each other: told, and what they lose.

    The share of teams ever told as a ring, the mean and the largest loss of a position
    while they were.
    """
    rows = []
    for inward in INWARD:
        told, lost = [], []
        for seed in seeds:
            community = Community(np.random.default_rng(seed), within_team=inward)
            evidence = evidence_of(community.ledger.lines)
            tight, loose = (
                World.lived(community, evidence, rules=rules)
                for rules in (DEFAULT, _NO_RINGS)
            )
            for team in community.close()["teams of four"]:
                told.append(any(set(team) & ring for ring in tight.rings))
                lost.extend(tight.lost(loose, team))
        rows.append((inward, mean(told), float(mean(lost)), float(max(lost))))
    return rows


def main() -> int:
    asked = _arguments()
    began = time.process_time()
    suite = Suite()
    for seed in range(asked.seeds):
        suite.play(seed)
        print(f"\rseed {seed + 1} of {asked.seeds}", end="", file=sys.stderr)
    print(file=sys.stderr)
    teams = inward_teams(range(min(asked.seeds, 4)))
    holds = tell(suite, teams)
    print(f"{asked.seeds} seeds, {time.process_time() - began:.0f} s of work")
    if asked.json:
        asked.json.write_text(json.dumps(told_as_json(suite, teams, holds), indent=1))
    return 0 if all(holds.values()) else 1


def tell(
    suite: Suite, teams: list[tuple[float, float, float, float]]
) -> dict[str, bool]:
    """Print the tables; return which bounds hold."""
    print(
        "The furthest in any of a scheme ever came: median over the seeds of the"
        " position, the zone (1 periphery, 2 inbound, 3 active, 4 core) in the worst"
        " seed, and D.\n"
    )
    print(f"{'':50}{'with the votes':^17}{'spread honestly':^17}{'rungs by':>9}")
    columns = f"{'P':>7}{'zone':>5}{'D':>3}  "
    print(f"{'scheme':50}{columns}{columns}{'votes':>9}{'told':>6}")
    for name, gains in suite.schemes.items():
        row = "".join(
            f"{median(gains.position[world]):7.2f}{max(gains.zone[world]):5}"
            f"{int(median(gains.recognisers[world])):3}  "
            for world in ("votes", "spread")
        )
        told = f"{mean(gains.told):6.0%}" if gains.told else f"{'':6}"
        print(f"{name:50}{row}{max(gains.rungs):9}{told}")
    print("\nThe same with one guard taken out: position, and rungs by votes\n")
    print(f"{'guard':27}{'scheme':50}{'with it':>10}{'without':>11}")
    for guard in GUARDS:
        before, after, gained, still = _usual(suite.guards[guard.name])
        print(
            f"{guard.name:27}{guard.scheme:50}{before:7.2f}{gained:3.0f}"
            f"{after:8.2f}{still:3.0f}"
        )
    print("\nHonest people who are close: what the ring rule ever took\n")
    for kind, lost in suite.lost.items():
        less = sum(there < drawn for there, drawn in suite.zones[kind])
        print(
            f"{kind:27}mean {mean(lost):5.2f}   most {max(lost):5.2f}   "
            f"a zone less than by lot: {less} of {len(lost)}"
        )
    print("\nTeams of four, by how much of their work is reviewed from within\n")
    print(f"{'within':>7}{'told':>7}{'mean loss':>11}{'most':>7}")
    for inward, ever, loss, most in teams:
        print(f"{inward:7.0%}{ever:7.0%}{loss:11.2f}{most:7.2f}")
    holds = bounds(suite)
    print(
        f"\nrings told {suite.found} of {suite.planted}, honest members told "
        f"{suite.flagged} of {suite.honest}"
    )
    for bound, held in holds.items():
        print(f"{'holds' if held else 'BROKEN':8}{bound}")
    return holds


def bounds(suite: Suite) -> dict[str, bool]:
    """Return every bound, and whether it holds."""
    rings = [name for name, bound in suite.bounds.items() if bound == 0]
    holds = {
        "by votes of those who are not full, no rung": all(
            max(suite.schemes[name].rungs) <= 0 for name in rings
        ),
        **{
            f"by votes, at most {said}": all(
                max(suite.schemes[name].rungs) <= bound
                for name, most in suite.bounds.items()
                if most == bound
            )
            for bound, said in (
                (1, "one rung where a full member takes part, or in volume"),
                (2, "two rungs where three full members turn together"),
            )
        },
        f"at least {RECALL:.0%} of planted rings told": suite.found
        >= RECALL * suite.planted,
        f"at most {FALSE_FLAGS:.0%} of honest members told": suite.flagged
        <= FALSE_FLAGS * suite.honest,
        "close pairs lose nothing material by the ring rule": max(
            suite.lost["close pairs"]
        )
        < MATERIAL,
        "teams lose nothing material by the ring rule": mean(
            suite.lost["teams of four"]
        )
        < MATERIAL,
        "close pairs come as far as if their reviews had been drawn by lot": all(
            there >= drawn for there, drawn in suite.zones["close pairs"]
        ),
        "the formula accounts for the engine": suite.disagreement < 1e-9,  # noqa: PLR2004
    }
    for guard in GUARDS:
        before, after, gained, still = _usual(suite.guards[guard.name])
        holds[f"without {guard.name}, its scheme succeeds"] = (
            still > gained or after - before >= SUCCESS
        )
    return holds


def told_as_json(
    suite: Suite,
    teams: list[tuple[float, float, float, float]],
    holds: Mapping[str, bool],
) -> dict[str, object]:
    return {
        "schemes": {
            name: {
                **{
                    world: {
                        "position": median(gains.position[world]),
                        "zone": max(gains.zone[world]),
                        "recognisers": median(gains.recognisers[world]),
                    }
                    for world in gains.position
                },
                "rungs_by_votes": max(gains.rungs),
                "told": mean(gains.told) if gains.told else None,
            }
            for name, gains in suite.schemes.items()
        },
        "guards": {
            guard.name: dict(
                zip(
                    ("position", "position_without", "rungs", "rungs_without"),
                    _usual(suite.guards[guard.name]),
                    strict=True,
                )
            )
            for guard in GUARDS
        },
        "rings": {"planted": suite.planted, "found": suite.found},
        "honest": {"members": suite.honest, "flagged": suite.flagged},
        "lost": {
            kind: {
                "mean": mean(lost),
                "most": max(lost),
                "people": len(lost),
                "a_zone_less": sum(a < b for a, b in suite.zones[kind]),
            }
            for kind, lost in suite.lost.items()
        },
        "teams": [
            dict(zip(("within", "told", "mean_loss", "most_loss"), row, strict=True))
            for row in teams
        ],
        "holds": dict(holds),
    }


def _usual(rows: list[tuple[float, float, int, int]]) -> tuple[float, ...]:
    return tuple(float(median(column)) for column in zip(*rows, strict=True))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.adversaries")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="three seeds")
    parser.add_argument("--json", type=Path, help="write every figure here")
    asked = parser.parse_args()
    if asked.quick:
        asked.seeds = min(asked.seeds, 3)
    return asked


if __name__ == "__main__":
    sys.exit(main())
