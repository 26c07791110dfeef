"""What simulated members are like and how they go about things: every number, and why it.

None of them was chosen by what it does to a mechanism. Three kinds of reason are given:

*said*      it is what an answer on the join page, or a setting of the product, means
*measured*  it is one of the figures on real communities that the health page holds a
            community against (docs/health.md)
*guess*     nobody has measured it; the number is round, and conclusions that would turn
            with it are not drawn

Chances are for one sitting unless they say otherwise.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from domain.centrality import Centrality, Consequence, Reliance, Zone
from members.models import Membership

Hours, Capacity = Membership.Hours, Membership.Capacity


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often somebody sits down for the community, and for how long."""

    share: float
    days_a_week: float
    minutes: float


#: Said: days and minutes are the join page's own answers, read as they stand. Guess: the
#: shares; many can give an hour and few half a week.
RHYTHMS: Final[Mapping[str, Rhythm]] = {
    Hours.MINUTES: Rhythm(0.30, 1, 20),
    Hours.HOUR: Rhythm(0.40, 2, 30),
    Hours.HALF_DAY: Rhythm(0.22, 3, 70),
    Hours.MORE: Rhythm(0.08, 5, 90),
}
#: Guess: those who start a community give it at least half a day a week.
FOUNDERS_HOURS: Final = (Hours.HALF_DAY, Hours.MORE)
#: Guess: of all who come within a year, one in twelve was there when it began ...
FOUNDERS_SHARE: Final = 0.08
#: ... and said: it takes three to start a practice.
FEWEST_FOUNDERS: Final = 3
#: Guess: whoever joins sits down at once, and sees what there is.
LOOKS_AROUND: Final = timedelta(minutes=5)
#: Guess: one evening in four that was meant for it goes otherwise.
MISSES: Final = 0.25
#: Guess: holidays, exams, illness: once or twice a year for two sittings a week ...
GOES_AWAY: Final = 0.015
#: ... for two to five weeks, and one in three tells the community.
AWAY_DAYS: Final = (14.0, 35.0)
TELLS_OF_IT: Final = 0.33

#: Measured: half of all newcomers leave early. At this chance half of those who come
#: twice a week, miss one in four and are never recognised are gone in a quarter.
LEAVES: Final = 0.04
#: Guess: each recognition ties a little more: a fifth off every reason to leave ...
STAYS_AFTER_EACH: Final = 0.8
#: ... down to this. Measured: a core loses 7.5 % a year, which for two to three sittings
#: a week is about so much each.
LEAVES_AT_LEAST: Final = 0.0008
#: Guesses, all of them: what the day brought, each added once to the chance to leave
#: and eased by recognition like it. Of the order of the everyday chance, so that no
#: single one of them decides who stays; a plain no weighs most.
LEAVES_AFTER_RETURN: Final = 0.10
LEAVES_AFTER_DECLINE: Final = 0.25
LEAVES_EMPTY_HANDED: Final = 0.06
LEAVES_WHEN_PUT_BACK: Final = 0.05
#: Said: authors are told to expect a verdict within 48 hours; each sitting later than that
#: without one. Guess: how much.
LEAVES_WAITING: Final = 0.03
#: Guess: a full member asked for more than they have room for.
LEAVES_OVERASKED: Final = 0.01
#: Guess: walking in beside somebody ties as much as a first recognition will.
STAYS_IN_COMPANY: Final = 0.8
#: Guess: most newcomers are glad of it; a peer is as willing as they are diligent.
WALKS_ALONG: Final = 0.8
#: Guess: of ten who go, nine press no button; what they hold stays in their hands.
GOES_SILENTLY: Final = 0.9

#: Guess: what somebody can do, in standard deviations among newcomers; what is asked at
#: the edge lies this far below the middle, so that two in three first works can be used.
ABILITY: Final = 0.8
#: Guess: luck and care of one piece of work, beside what its author can do.
LUCK: Final = 0.7
#: Guess: people choose the areas they know something about.
ELSEWHERE: Final = -0.7
#: Guess: each zone further in asks this much more.
FURTHER_IN: Final = -0.7
#: Guess: practice tells, and each time less: half a deviation by the second recognition.
PRACTICE: Final = 0.5
#: Guess: watching a task to its end teaches, less than doing it ...
WATCHED: Final = 0.2
#: ... and three times is about all there is to see.
MOST_WATCHED: Final = 3
#: Guess: mending what a first look saw, before anybody judges.
MENDED_AFTER_LOOK: Final = 0.5
#: Guess: mending what a verdict asked for: two rounds are rarely followed by a third.
MENDED_AFTER_RETURN: Final = 1.5
#: Guess: a further round takes this share of the whole again.
MENDING_TAKES: Final = 0.4
#: Guess: readers differ for good, and from day to day.
LENIENCY: Final = 0.4
MOOD: Final = 0.5
#: Guess: what cannot be used as it is: sent back, mended by the reader, or not wanted.
RETURNS, ACCOMMODATES = 0.85, 0.10

#: Guess: three in ten of those who may review do so when nothing else is left; half do
#: their part; two in ten carry the desk. Chance to sit down to it when asked.
DILIGENCE: Final = ((0.3, 0.2), (0.5, 0.6), (0.2, 0.9))
#: Said: how each of them sets "how much I review".
CAPACITIES: Final = (Capacity.HALF, Capacity.USUAL, Capacity.DOUBLE)
#: Guess: whom nobody asked looks in less often.
UNASKED: Final = 0.4
#: Guess: most of a sitting goes to the desk once one sits down to it.
DESK_SHARE: Final = 0.7
#: Said: minutes a review takes, as the desk assumes until it knows better.
READING: Final = {
    Centrality.PERIPHERY: 5,
    Centrality.INBOUND: 8,
    Centrality.ACTIVE: 15,
    Centrality.CORE: 25,
}
#: Guess: a first work wants more words than another of the same centrality.
FIRST_TAKES: Final = 1.5
#: Guess: the door bell rings; the reading stays open.
WALKS_AWAY: Final = 0.04
#: Guess: an author who believes in work that was not recognised asks for another reader.
ASKS_AGAIN: Final = 0.15
#: Guess: from inbound on, somebody with ten minutes left looks at another's work.
LOOKS: Final = 0.25
LOOK_MINUTES: Final = 8.0
#: Guess: with nothing in hand but a wait, one takes a seat to watch.
WATCHES: Final = 0.3
WATCH_MINUTES: Final = 10.0
#: Guess: whoever was watched to the end puts in a word.
VOUCHES: Final = 0.5

#: Guess: a line in the log at every second sitting spent on a task.
NOTES: Final = 0.5
#: Guess: once in twelve claims the interest goes; two in five then put the task back.
LOSES_INTEREST: Final = 0.08
PUTS_BACK: Final = 0.4
#: Guess: half of those reminded that a seat ends write a line to keep it.
HEEDS_REMINDER: Final = 0.5
#: Guess: a seat that went back is asked for again.
ASKS_BACK: Final = 0.6
#: Guess: nobody starts what they could not finish in about six sittings.
MOST_SITTINGS: Final = 6
#: Said: one task and two alternatives are looked at before one gives up.
LOOKED_THROUGH: Final = 3
#: Guess: whoever has a hand free and likes to be busy takes on a second task.
TAKES_MORE: Final = 0.3
#: Less than this is not worth starting anything with.
SHORTEST: Final = 5.0

#: How often somebody says what is needed. Chosen so that the board offers newcomers
#: about what the health page asks of one: one open task at the edge each, every week.
RAISES: Final = {
    Zone.PERIPHERY: 0.08,
    Zone.INBOUND: 0.25,
    Zone.ACTIVE: 1.0,
    Zone.CORE: 1.0,
}
#: The board a community starts with, for each founder.
TO_BEGIN_WITH: Final = 6
#: Guess: much of what a practice needs is easily put right and matters to a few.
CONSEQUENCES: Final = (0.45, 0.30, 0.18, 0.07)
RELIANCES: Final = (0.35, 0.35, 0.15, 0.15)
#: Guess: minutes, half of them longer: a first task fits an evening, the centre's takes days.
EFFORT: Final = {
    Centrality.PERIPHERY: 30,
    Centrality.INBOUND: 60,
    Centrality.ACTIVE: 120,
    Centrality.CORE: 180,
}
EFFORT_SPREAD: Final = 0.6
#: Guess: what was estimated is off by a third, either way.
ESTIMATE_SPREAD: Final = 0.3
#: Guess: whoever raises work at the edge thinks of newcomers three times in ten.
KEPT: Final = 0.3
AWAITED: Final = 0.15
#: Guess: proposals are looked through by those who may open them.
OPENS: Final = 0.4

#: Said: as many areas as the community of the demo has.
AREAS: Final = (
    "Sampling",
    "Transcription",
    "Analysis",
    "Field kit",
    "Outreach",
    "Archive",
)


@dataclass(slots=True, eq=False)
class Work:
    """One member's work on one task, as the member knows it."""

    author: "Person"
    task: int
    claim: int
    centrality: int
    area: int
    effort: float
    quality: float
    seen_to: float = 0.0
    is_dropped: bool = False
    submission: int | None = None
    handed_in_at: datetime | None = None

    @property
    def is_finished(self) -> bool:
        return self.seen_to >= self.effort


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who comes to the community, with their ways."""

    number: int
    is_founder: bool
    hours: str
    ability: float
    leniency: float
    diligence: float
    capacity: str
    areas: tuple[int, ...]
    #: The hour of the day at which they sit down.
    evening: float
    chance: Random
    membership: int = 0
    joined_at: datetime | None = None
    gone_at: datetime | None = None
    away_until: datetime | None = None
    furthest: int = Zone.PERIPHERY
    recognised_at: list[datetime] = field(default_factory=list)
    watched: int = 0
    has_company: bool = False
    works_begun: int = 0
    #: What waits on them.
    in_hand: list[Work] = field(default_factory=list)
    #: What they wait for.
    in_review: dict[int, Work] = field(default_factory=dict)
    #: How works of theirs were judged since they last sat down.
    news: list[tuple[str, Work]] = field(default_factory=list)
    #: Those who watched them to the end.
    watchers: list[int] = field(default_factory=list)

    @classmethod
    def born(cls, number: int, *, seed: int, is_founder: bool = False) -> "Person":
        """Return the same person for the same seed, whatever the community is like."""
        traits = Random(f"{seed}/traits/{number}")
        kinds = list(RHYTHMS)
        hours = traits.choices(kinds, [RHYTHMS[kind].share for kind in kinds])[0]
        if is_founder:
            hours = FOUNDERS_HOURS[number % len(FOUNDERS_HOURS)]
        kind = traits.choices(range(3), [share for share, _ in DILIGENCE])[0]
        return cls(
            number=number,
            is_founder=is_founder,
            hours=hours,
            ability=traits.gauss(ABILITY, 1) + (1 if is_founder else 0),
            leniency=traits.gauss(0, LENIENCY),
            diligence=DILIGENCE[kind][1],
            capacity=CAPACITIES[kind],
            areas=tuple(traits.sample(range(len(AREAS)), traits.choice((1, 2, 2, 3)))),
            evening=traits.uniform(8, 20),
            chance=Random(f"{seed}/life/{number}"),
        )

    @property
    def joined(self) -> datetime:
        assert self.joined_at is not None
        return self.joined_at

    @property
    def rhythm(self) -> Rhythm:
        return RHYTHMS[self.hours]

    @property
    def tie(self) -> float:
        """By how much recognition eases every reason to leave.

        Whoever was there when it began stays as a core does.
        """
        return 0.0 if self.is_founder else STAYS_AFTER_EACH ** len(self.recognised_at)

    @property
    def reviews_a_week(self) -> float:
        """How many reviews fit into what somebody gives to them in a week."""
        share = {Capacity.HALF: 0.5, Capacity.DOUBLE: 2.0}.get(
            Capacity(self.capacity), 1.0
        )
        minutes = self.rhythm.days_a_week * self.rhythm.minutes * DESK_SHARE
        return max(1.0, share * minutes / 10 / 2)

    def makes(self, *, centrality: int, area: int) -> float:
        """Return how good a piece of work comes out: above 0 it can be used as it is."""
        return (
            self.ability
            + self.chance.gauss(0, LUCK)
            + (0 if area in self.areas else ELSEWHERE)
            + FURTHER_IN * (centrality - Centrality.PERIPHERY)
            + PRACTICE * math.log1p(len(self.recognised_at))
            + WATCHED * min(self.watched, MOST_WATCHED)
        )


def answers(chance: Random) -> tuple[Consequence, Reliance]:
    """Return what goes wrong if some need is met badly, and how many rely on it."""
    return (
        chance.choices(list(Consequence), CONSEQUENCES)[0],
        chance.choices(list(Reliance), RELIANCES)[0],
    )
