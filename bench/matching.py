"""What choosing the next step by fit is worth, against chance and oldest first.

    python -m bench.matching [--seeds 20] [--weeks 40] [--few-readers] [--json OUT]

Every seed makes one invented community: who arrives when, with which areas and how much
time; which tasks are raised, how long and for whom; who reviews. All rules are tried in
the same one. Each day whoever has free hands may look; they are shown three tasks by
the rule and take the first that suits them, or none. They work as long as their time
allows, some give up on the way, what is handed in waits for a reader, and comes back
with changes or is recognised. Then the rule of ``tasks.fit`` is tried once more with
each of its terms taken out: what a term is worth is what is lost without it.

That people rather take work from their own areas, give up long work more often than
short, do better where they know the words, and that readers take what they know first,
is put into the simulation, not found by it. How strongly stands in ``Habits``.
"""

import argparse
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean, median, stdev

import numpy as np
from scipy import stats

from domain.centrality import Zone
from tasks import fit

AREAS = 4
#: Newcomers like some areas more than others; work comes from all of them alike.
LIKED = (0.45, 0.3, 0.15, 0.1)
WORDS_OF_AN_AREA, WORDS_OF_A_TASK = 12, 3
#: By what people say they have in a week, and how many say so.
MINUTES, SAY = (30, 60, 240, 600), (0.3, 0.4, 0.2, 0.1)
#: A reader's reviews a day where readers are few.
FEW_READS = 0.12
AWAITED, NEWCOMERS, SAY_MINUTES = 0.2, 0.85, 0.8
#: Nobody is counted who had less time than this; "within" below is this long.
FOLLOWED = 60
MOST_SHOWN, MOST_CANDIDATES = 3, 24


@dataclass(frozen=True, slots=True)
class Habits:
    """How people behave: put in, and the same under every rule."""

    arrive: float = 0.35
    raised: float = 1.2
    backlog: int = 60
    looks: float = 0.35
    #: Takes what is shown: from their own area, and from another.
    takes_own: float = 0.8
    takes_other: float = 0.4
    #: Gives up on a day, and when it has taken longer than two weeks.
    gives_up: float = 0.005
    gives_up_long: float = 0.03
    leaves: float = 0.5
    #: A reader's reviews a day, and after how many days they read what they know less.
    reads: float = 0.2
    readers: int = 8
    strange_after: int = 4
    #: Recognised in this round: at a first go, in their area, per known word, per work.
    good: float = 0.45
    good_own: float = 0.15
    good_words: float = 0.15
    good_known: float = 0.05
    too_far_in: float = 0.2
    gives_up_returned: float = 0.12


@dataclass(slots=True)
class Job:
    """One task of the community."""

    number: int
    area: int
    centrality: int
    minutes: int
    opened: float
    is_awaited: bool
    words: frozenset[int]
    done: float | None = None
    held: bool = False
    sent_back: bool = False


@dataclass(slots=True)
class Person:
    """Somebody who does tasks."""

    number: int
    arrived: float
    areas: frozenset[int]
    minutes: int
    says_minutes: bool
    luck: np.random.Generator
    is_newcomer: bool = True
    zone: int = Zone.PERIPHERY
    recognised: dict[int, int] = field(default_factory=dict)
    words: set[int] = field(default_factory=set)
    job: Job | None = None
    left_to_do: float = 0.0
    taken_at: float = 0.0
    in_review: bool = False
    gone: bool = False
    first: float | None = None


@dataclass(slots=True)
class Reader:
    areas: frozenset[int]
    turn: float = 0.0


#: The numbers of tasks in the order in which a rule shows them.
Rule = Callable[
    ["Community", Person, Sequence[Job], Sequence[fit.Offer]], Sequence[int]
]
#: A term that was tried and left out.
Beside = Callable[["Community", Person, Job], float]


def by_fit(weights: Mapping[str, float], beside: Beside | None = None) -> Rule:
    def choose(
        community: "Community",
        person: Person,
        jobs: Sequence[Job],
        offers: Sequence[fit.Offer],
    ) -> Sequence[int]:
        seeker = fit.Seeker(
            zone=person.zone,
            areas=person.areas,
            minutes=person.minutes if person.says_minutes else None,
            recognised=person.recognised,
        )
        worth = [fit.fit(seeker, offer, weights=weights) for offer in offers]
        if beside:
            worth = [
                much + beside(community, person, job)
                for much, job in zip(worth, jobs, strict=True)
            ]
        return sorted(range(len(offers)), key=lambda one: -worth[one])

    return choose


def a_reader(community: "Community", _person: Person, job: Job) -> float:
    """How much of a turn of those who know the area is left for it."""
    readers = sum(job.area in reader.areas for reader in community.readers)
    line = sum(bool(who.job and who.job.area == job.area) for *_, who in community.line)
    return readers / (readers + line) if readers else 0.0


def by_chance(
    community: "Community",
    _person: Person,
    _jobs: Sequence[Job],
    offers: Sequence[fit.Offer],
) -> Sequence[int]:
    return list(community.chance.permutation(len(offers)))


def oldest_first(
    _community: "Community",
    _person: Person,
    _jobs: Sequence[Job],
    offers: Sequence[fit.Offer],
) -> Sequence[int]:
    return sorted(range(len(offers)), key=lambda one: -offers[one].days)


def near_then_short(
    _community: "Community",
    person: Person,
    _jobs: Sequence[Job],
    offers: Sequence[fit.Offer],
) -> Sequence[int]:
    return sorted(
        range(len(offers)),
        key=lambda one: (offers[one].area not in person.areas, offers[one].minutes),
    )


class Community:
    """One invented community, lived through day by day under one rule."""

    def __init__(self, seed: int, weeks: int, rule: Rule, habits: Habits) -> None:
        self.habits, self.rule, self.days = habits, rule, 7 * weeks
        world = np.random.default_rng([seed, 1])
        self.chance = np.random.default_rng([seed, 2])
        self.readers = [
            Reader(frozenset(world.choice(AREAS, 2, replace=False).tolist()))
            for _ in range(habits.readers)
        ]
        self.jobs = [
            self._job(world, number, -float(world.uniform(0, 60)))
            for number in range(habits.backlog)
        ]
        self.to_come: list[list[Job]] = []
        self.arrivals: list[list[Person]] = []
        raised, arrived = habits.backlog, 0
        for day in range(self.days):
            jobs = int(world.poisson(habits.raised))
            self.to_come.append(
                [self._job(world, raised + each, float(day)) for each in range(jobs)]
            )
            raised += jobs
            people = int(world.poisson(habits.arrive))
            self.arrivals.append(
                [
                    self._person(world, seed, arrived + each, day)
                    for each in range(people)
                ]
            )
            arrived += people
        self.people: list[Person] = []
        #: What waits for a reader: whose, since when, and whether it is their first.
        self.line: list[tuple[bool, float, Person]] = []

    def _job(self, world: np.random.Generator, number: int, opened: float) -> Job:
        area = int(world.integers(AREAS))
        first = area * WORDS_OF_AN_AREA
        words = first + world.choice(WORDS_OF_AN_AREA, WORDS_OF_A_TASK, replace=False)
        return Job(
            number=number,
            area=area,
            centrality=int(world.choice(3, p=(0.6, 0.25, 0.15))) + 1,
            minutes=int(np.clip(world.lognormal(math.log(60), 0.9), 10, 960)),
            opened=opened,
            is_awaited=bool(world.random() < AWAITED),
            words=frozenset(words.tolist()),
        )

    def _person(
        self, world: np.random.Generator, seed: int, number: int, day: int
    ) -> Person:
        many = int(world.choice(3, p=(0.15, 0.5, 0.35)))
        areas = world.choice(AREAS, many, replace=False, p=LIKED).tolist()
        is_newcomer = bool(world.random() < NEWCOMERS)
        return Person(
            number=number,
            arrived=float(day),
            areas=frozenset(areas),
            minutes=int(world.choice(MINUTES, p=SAY)),
            says_minutes=bool(world.random() < SAY_MINUTES),
            luck=np.random.default_rng([seed, 3, number]),
            is_newcomer=is_newcomer,
            zone=Zone.PERIPHERY if is_newcomer else Zone.INBOUND,
        )

    def live(self) -> "Community":
        for day in range(self.days):
            self.jobs += self.to_come[day]
            self.people += self.arrivals[day]
            for person in self.people:
                if not person.gone and not person.in_review:
                    if person.job:
                        self._work(person, person.job, day)
                    else:
                        self._look(person, day)
            self._review(day)
        return self

    def _look(self, person: Person, day: int) -> None:
        if person.luck.random() > self.habits.looks:
            return
        open_to_them = [
            job
            for job in self.jobs
            if job.done is None
            and not job.held
            and job.centrality <= person.zone
            and not (job.sent_back and person.zone == Zone.PERIPHERY)
        ]
        # The same bound as the page's: their own areas, then the oldest.
        open_to_them.sort(key=lambda job: (job.area not in person.areas, job.opened))
        open_to_them = open_to_them[:MOST_CANDIDATES]
        offers = [self._offer(person, job, day) for job in open_to_them]
        for number in self.rule(self, person, open_to_them, offers)[:MOST_SHOWN]:
            job = open_to_them[number]
            own = not person.areas or job.area in person.areas
            takes = self.habits.takes_own if own else self.habits.takes_other
            if person.luck.random() < takes:
                person.job, job.held, person.taken_at = job, True, day
                slowness = person.luck.lognormal(0, 0.3)
                person.left_to_do = 7 * slowness * job.minutes / person.minutes
                return

    def _offer(self, person: Person, job: Job, day: int) -> fit.Offer:
        return fit.Offer(
            area=job.area,
            area_name="",
            centrality=job.centrality,
            minutes=job.minutes,
            days=day - job.opened,
            is_awaited=job.is_awaited,
            words=len(job.words),
            met=[str(word) for word in job.words & person.words],
        )

    def _work(self, person: Person, job: Job, day: int) -> None:
        habits = self.habits
        long = day - person.taken_at > 14  # noqa: PLR2004 - two weeks
        if person.luck.random() < (habits.gives_up_long if long else habits.gives_up):
            self._put_back(person, job)
            return
        person.left_to_do -= 1
        if person.left_to_do <= 0:
            person.in_review = True
            is_first = person.first is None and person.is_newcomer
            self.line.append((not is_first, float(day), person))

    def _put_back(self, person: Person, job: Job) -> None:
        job.held, person.job = False, None
        person.gone = bool(person.luck.random() < self.habits.leaves)

    def _review(self, day: int) -> None:
        for reader in self.readers:
            reader.turn = min(reader.turn + self.habits.reads, 1.0)
            if reader.turn < 1.0 or not self.line:
                continue
            known = [
                waits
                for waits in self.line
                if (waits[2].job and waits[2].job.area in reader.areas)
                or day - waits[1] >= self.habits.strange_after
            ]
            if known:
                read = min(known, key=lambda waits: (waits[0], waits[1]))
                self.line.remove(read)
                reader.turn -= 1.0
                self._decide(read[2], day)

    def _decide(self, person: Person, day: int) -> None:
        job, habits = person.job, self.habits
        if job is None:
            return
        person.in_review = False
        before = person.recognised.get(job.area, 0)
        good = (
            habits.good
            + habits.good_own * (job.area in person.areas)
            + habits.good_words * len(job.words & person.words) / len(job.words)
            + habits.good_known * min(before, 3)
            - habits.too_far_in * (job.centrality > 1 and not before)
        )
        person.words |= job.words
        if person.luck.random() < good:
            job.done, job.held, person.job = float(day), False, None
            person.recognised[job.area] = before + 1
            person.first = day if person.first is None else person.first
            works = sum(person.recognised.values())
            person.zone = max(person.zone, 1 + (works >= 4) + (works >= 12))  # noqa: PLR2004
        elif person.luck.random() < habits.gives_up_returned:
            job.sent_back = True
            self._put_back(person, job)
        else:
            person.left_to_do = 3.5 * job.minutes / person.minutes
            person.taken_at = float(day)

    def figures(self) -> dict[str, float]:
        """What came of it; who never came to it counts, and had as long as the rest."""
        newcomers = [
            person
            for person in self.people
            if person.is_newcomer and person.arrived <= self.days - FOLLOWED
        ]
        took = [
            math.inf if one.first is None else one.first - one.arrived
            for one in newcomers
        ]
        in_time = [job for job in self.jobs if job.opened <= self.days - FOLLOWED]
        ages = [job.done - job.opened for job in self.jobs if job.done is not None]
        return {
            "first_recognition_days": median(took),
            "first_recognition_days_mean": mean(min(days, FOLLOWED) for days in took),
            "recognised_in_time": mean(days <= FOLLOWED for days in took),
            "age_done_median": median(ages),
            "age_done_p90": float(np.quantile(ages, 0.9)),
            "age_awaited": median(
                job.done - job.opened
                for job in self.jobs
                if job.done is not None and job.is_awaited
            ),
            "left_lying": mean(
                job.done is None or job.done - job.opened > FOLLOWED for job in in_time
            ),
            "done_a_week": 7 * len(ages) / self.days,
        }


def rules() -> dict[str, Rule]:
    weights = fit.WEIGHTS
    return {
        "fit": by_fit(weights),
        "random": by_chance,
        "oldest first": oldest_first,
        "near, then short": near_then_short,
        "fit and a reader": by_fit(weights, a_reader),
        **{
            f"without {name}": by_fit(
                {other: much for other, much in weights.items() if other != name}
            )
            for name in weights
        },
    }


def interval(values: Iterable[float]) -> tuple[float, float]:
    """The mean of one figure over the seeds, and half the width of its 95 % interval."""
    found = [value for value in values if math.isfinite(value)]
    if len(found) < 2:  # noqa: PLR2004 - no spread
        return (found[0] if found else math.inf, math.inf)
    wide = float(stats.t.ppf(0.975, len(found) - 1)) * stdev(found)
    return mean(found), wide / math.sqrt(len(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--weeks", type=int, default=40)
    parser.add_argument("--few-readers", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    habits = replace(Habits(), reads=FEW_READS) if asked.few_readers else Habits()
    began = time.monotonic()
    found = {
        name: [
            Community(seed, asked.weeks, rule, habits).live().figures()
            for seed in range(asked.seeds)
        ]
        for name, rule in rules().items()
    }
    figures = list(found["fit"][0])
    told: dict[str, dict[str, dict[str, float]]] = {}
    for name, runs in found.items():
        told[name] = {}
        for figure in figures:
            value, wide = interval(run[figure] for run in runs)
            apart, apart_wide = interval(
                run[figure] - with_fit[figure]
                for run, with_fit in zip(runs, found["fit"], strict=True)
            )
            told[name][figure] = {
                "mean": value,
                "half_width": wide,
                "beyond_fit": apart,
                "beyond_fit_half_width": apart_wide,
            }
    _print(told, figures)
    print(f"{asked.seeds} seeds, {asked.weeks} weeks, {time.monotonic() - began:.0f} s")
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1))


def _print(
    told: Mapping[str, Mapping[str, Mapping[str, float]]], figures: Sequence[str]
) -> None:
    print(f"{'':22}" + "".join(f"{figure:>30}" for figure in figures))
    for name, values in told.items():
        row = f"{name:22}"
        for figure in figures:
            one = values[figure]
            said = f"{one['mean']:.2f}"
            if name != "fit":
                said += (
                    f" ({one['beyond_fit']:+.2f} ± {one['beyond_fit_half_width']:.2f})"
                )
            row += f"{said:>30}"
        print(row)


if __name__ == "__main__":
    main()
