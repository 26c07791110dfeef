"""A planted community lives: people who come, work, read, write and go, through the deeds.

Plainer than ``bench/community.py``: nobody sits down of an evening here, and nobody
weighs what to do. What people do is drawn from the community's ways, which can change
while it lives; every record comes about through a deed of the product, at its time.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Final, TypeVar
from unittest.mock import patch

from allauth.account.models import EmailAddress
from django.db import connection

from bench import planted_ways
from bench.planted_ways import AT_ONCE, BEFORE, Ways
from cop.demo.river_watch.calendar import Calendar
from domain.centrality import Centrality, Consequence, Reliance, Zone
from domain.models import Area, Domain
from domain.refusal import Refused
from members import founding, joining, leaving, positioning
from members.models import Member, Membership, Participation
from repertoire import proposing as tending
from repertoire import revising
from repertoire.models import Entry, Revision
from repertoire.text import Text
from tasks import claiming, proposing, reviewing, submitting
from tasks.models import Review, Submission, Task, Verdict

DAY, WEEK, HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)
#: A Monday.
BEGINS_AT: Final = datetime(2025, 1, 6, tzinfo=UTC)
#: Founders are named anew before their term of half a year ends.
NAMED_ANEW: Final = timedelta(days=170)
#: Whoever finds nothing to take up this often does not come again.
PATIENCE: Final = 3
#: Whoever is gone so long is not active any more.
QUARTER: Final = timedelta(days=90)
FIRST_WORKS: Final = 3
#: Entries to begin with.
BEGUN_WITH: Final = 8

WORKS_WORDS: Final = "The column of readings agrees with the sheet, line by line."
POINT_WORDS: Final = (
    "Give the unit beside each reading, because two gauges differ here."
)
REASON_WORDS: Final = "The totals had to be added up again by hand."

#: The two answers that place a task where it is wanted.
ANSWERS: Final = {
    Centrality.PERIPHERY: (Consequence.PUT_RIGHT, Reliance.SOME),
    Centrality.INBOUND: (Consequence.DAY_LOST, Reliance.SOME),
}

Done = TypeVar("Done")


@dataclass(slots=True, eq=False)
class Person:
    """Somebody of the community."""

    number: int
    membership: Membership
    joined_at: datetime
    is_founder: bool = False
    #: Works somebody who does not stay does before going; None of those who stay.
    goes_after: int | None = None
    begun: int = 0
    disappointed: int = 0
    gone_at: datetime | None = None

    @property
    def is_full(self) -> bool:
        return self.membership.is_full

    def is_new(self, at: datetime) -> bool:
        return not self.is_founder and at - self.joined_at < 2 * QUARTER


@dataclass(slots=True, eq=False)
class Written:
    """An entry as people know it."""

    pk: int
    title: str
    writer: int
    versions: int = 1


@dataclass(slots=True, eq=False)
class Work:
    """A piece of work that was taken up."""

    author: Person
    task: Task
    claim: Any
    submission: Submission | None = None
    rounds: int = 0
    centrality: int = Centrality.PERIPHERY


@dataclass(slots=True)
class Board:
    """Tasks with a free seat, as whoever looks sees them."""

    free: dict[int, list[Task]] = field(
        default_factory=lambda: {Centrality.PERIPHERY: [], Centrality.INBOUND: []}
    )
    wanted: dict[int, int] = field(default_factory=dict)


class Life:
    """One community, by one seed."""

    def __init__(self, ways: Ways, *, seed: str) -> None:
        self.ways, self.seed = ways, seed
        self.chance = Random(f"{seed}/life")
        self.calendar = Calendar()
        self.at = BEGINS_AT
        self.people: list[Person] = []
        self.entries: list[Written] = []
        self.board = Board()
        self.number = 0
        self.titles = 0
        #: Entries that wait to be taken in.
        self.entry_of: dict[int, Written] = {}

    def turn(self, ways: Ways, *, lot: str) -> None:
        """From now on people go about things otherwise, and by another lot."""
        self.ways, self.chance = ways, Random(f"{self.seed}/{lot}")
        self.draw_the_board()

    def live_until(self, end: datetime) -> None:
        self.calendar.live_until(end, passed=lambda _: None)
        self.at = end

    # Beginning

    def found(self) -> None:
        chance, ways = self.chance, self.ways
        member = self.account(BEGINS_AT)
        first = founding.found(
            member=member,
            name="River Watch",
            concern="We measure the river and publish what we find.",
            stakes="What nobody measures is allowed.",
            served="Everyone who drinks, fishes or swims downstream.",
            unprompted="Walk the river on Saturdays and argue about the numbers.",
            areas=("Sampling",),
            at=BEGINS_AT,
        )
        self.domain: Domain = first.domain
        self.area: Area = self.domain.areas.get()
        self.organizer = self.settle(first, at=BEGINS_AT, is_founder=True)
        for _ in range(ways.full - 1):
            person = self.come(BEGINS_AT, is_founder=True)
            founding.name_founder(
                membership=person.membership,
                organizer=first,
                reason="There from the first walk.",
                at=BEGINS_AT,
            )
        self.meet_again()
        for person in self.people:
            self.plan_work(person, BEGINS_AT)
        for _ in range(BEGUN_WITH):
            self.write(BEGINS_AT)
        self.draw_the_board()
        self.keep_the_board(BEGINS_AT)
        # Those who heard of it before: they come within the first weeks.
        stay = round((ways.size - ways.full) * 0.5)
        for _ in range(stay):
            at = BEGINS_AT + 3 * WEEK * chance.random()
            self.calendar.plan(at, partial(self.come, stays=True))
        self.calendar.plan(BEGINS_AT + WEEK, self.week)
        self.plan_coming(BEGINS_AT)
        self.plan_edit(BEGINS_AT)
        self.calendar.plan(BEGINS_AT + NAMED_ANEW, self.name_anew)

    def account(self, at: datetime) -> Member:
        self.number += 1
        member = Member.objects.create_user(
            f"member-{self.number}",
            email=f"member-{self.number}@example.org",
            name=f"Member {self.number}",
            created_at=at,
        )
        EmailAddress.objects.create(
            user=member, email=member.email, verified=True, primary=True
        )
        return member

    def name_anew(self, at: datetime) -> None:
        for person in self.people:
            if person.is_founder:
                founding.name_founder(
                    membership=person.membership,
                    organizer=self.organizer.membership,
                    reason="There from the first walk.",
                    at=at,
                )
        self.calendar.plan(at + NAMED_ANEW, self.name_anew)

    # Coming and going

    def plan_coming(self, at: datetime) -> None:
        then = at + WEEK * self.chance.expovariate(self.ways.joins_a_week)
        self.calendar.plan(then, self.next_comes)

    def next_comes(self, at: datetime) -> None:
        self.come(at)
        self.plan_coming(at)

    def come(
        self, at: datetime, *, is_founder: bool = False, stays: bool | None = None
    ) -> Person:
        membership = joining.join(
            domain=self.domain,
            member=self.account(at),
            why="I swim below the weir with my children.",
            areas=[self.area],
            hours=Membership.Hours.HOUR,
            at=at,
        )
        person = self.settle(membership, at=at, is_founder=is_founder)
        if is_founder:
            return person
        chance = self.chance
        if stays is None:
            stays = chance.random() < self.ways.stays
        if not stays:
            person.goes_after = chance.choices(
                range(1, 4), planted_ways.WORKS_BEFORE_GOING
            )[0]
        if stays or chance.random() >= planted_ways.NEVER_BEGINS:
            self.calendar.plan(
                at + DAY * chance.uniform(0.02, 4), partial(self.work, person)
            )
        return person

    def settle(
        self, membership: Membership, *, at: datetime, is_founder: bool
    ) -> Person:
        person = Person(self.number, membership, at, is_founder=is_founder)
        self.people.append(person)
        return person

    def go(self, person: Person, at: datetime) -> None:
        """Most who go say nothing, and finish what is in their hands."""
        if person.gone_at is not None:
            return
        person.gone_at = at
        if self.chance.random() < 0.1:  # noqa: PLR2004 - one in ten presses the button
            leaving.leave(membership=person.membership, at=at)

    def present(self) -> list[Person]:
        return [person for person in self.people if person.gone_at is None]

    def active(self, at: datetime) -> int:
        """About how many have done something within ninety days."""
        return sum(
            person.begun > 0
            and (person.gone_at is None or at - person.gone_at < QUARTER)
            for person in self.people
        )

    # What happens by itself

    def week(self, at: datetime) -> None:
        weeks = round((at - BEGINS_AT) / WEEK)
        # As the last thing before the onset, and before every reading.
        if (weeks - BEFORE) % AT_ONCE == 0:
            positioning.reposition(domain=self.domain, at=at + HOUR, everybody=True)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        self.meet_again()
        for person in self.present():
            stays = person.goes_after is None and not person.is_founder
            if stays and self.chance.random() < 1 / planted_ways.STAYS_FOR:
                self.go(person, at)
        self.draw_the_board()
        self.calendar.plan(at + WEEK, self.week)
        for day in range(7):
            self.calendar.plan(at + day * DAY + 7 * HOUR, self.keep_the_board)

    def meet_again(self) -> None:
        """Know people as the database has them now."""
        found = Membership.objects.filter(domain=self.domain).select_related(
            "domain", "member"
        )
        known = {membership.pk: membership for membership in found}
        for person in self.people:
            person.membership = known[person.membership.pk]

    # The board

    def draw_the_board(self) -> None:
        """What stands there this week: so much on average, a fraction now and then."""
        ways = self.ways
        for centrality, mean in (
            (Centrality.PERIPHERY, ways.first_tasks * ways.joins_a_week),
            (Centrality.INBOUND, ways.next_tasks),
        ):
            whole = int(mean)
            more = self.chance.random() < mean - whole
            self.board.wanted[centrality] = whole + more

    def keep_the_board(self, at: datetime) -> None:
        for centrality, wanted in self.board.wanted.items():
            free = self.board.free[centrality]
            while len(free) < wanted:
                free.append(self.raise_need(centrality, at=at))

    def raise_need(
        self, centrality: int, *, at: datetime, is_practice: bool = False
    ) -> Task:
        consequence, reliance = ANSWERS[Centrality(centrality)]
        raiser = self.organizer
        if self.chance.random() >= self.ways.mandated:
            others = [
                person
                for person in self.present()
                if person.is_full and person is not self.organizer
            ]
            raiser = self.chance.choice(others)
        return proposing.propose(
            membership=raiser.membership,
            need=proposing.Need(
                title="Transcribe the Mill Bridge field sheets",
                brief="One scanned page of readings, to be typed in as they stand.",
                beneficiary="Readers of the autumn dataset",
                use="Feeds the public autumn dataset",
                area=self.area,
                consequence=consequence,
                reliance=reliance,
                effort_minutes=30,
                claim_window=3 * WEEK,
                is_practice=is_practice,
            ),
            at=at,
        )

    # Work

    def plan_work(self, person: Person, at: datetime) -> None:
        kind = "full" if person.is_full else "regular"
        if not person.is_full and person.begun < FIRST_WORKS:
            kind = "new"
        days = 7 / planted_ways.WORKS_A_WEEK[kind]
        # Not sooner than two days after the last, and as long again on average.
        then = at + DAY * (0.3 * days + self.chance.expovariate(1 / (0.7 * days)))
        self.calendar.plan(then, partial(self.work, person))

    def work(self, person: Person, at: datetime) -> None:
        """Take something up, if there is something."""
        if person.gone_at is not None:
            return
        work = self.take_up(person, at)
        if work is None:
            person.disappointed += 1
            if not person.is_founder and person.disappointed >= PATIENCE:
                self.go(person, at)
                return
            self.plan_work(person, at)
            return
        person.begun += 1
        person.disappointed = 0
        days = self.chance.uniform(*planted_ways.DAYS_OF_WORK)
        self.calendar.plan(at + DAY * days, partial(self.hand_in, work))

    def take_up(self, person: Person, at: datetime) -> Work | None:
        chance, ways = self.chance, self.ways
        if not person.is_founder and person.begun < FIRST_WORKS:
            share = ways.exercises_first if person.begun == 0 else ways.exercises
            if chance.random() < share:
                task = self.raise_need(Centrality.PERIPHERY, at=at, is_practice=True)
                return self.claim(person, task, at)
        wanted = self.centrality_for(person)
        has_been_here = person.is_founder or person.begun >= FIRST_WORKS
        free = self.board.free[wanted]
        if has_been_here and chance.random() < ways.handed_on:
            # What stands there beyond what newcomers are left goes first.
            is_left = len(free) > self.board.wanted[wanted]
            task = free.pop(0) if is_left else self.raise_need(wanted, at=at)
            return self.claim(person, task, at)
        for centrality in dict.fromkeys((wanted, Centrality.PERIPHERY)):
            free = self.board.free[centrality]
            if free:
                task = free.pop(chance.randrange(len(free)))
                work = self.claim(person, task, at)
                if work is not None:
                    return work
                free.append(task)
        return None

    def centrality_for(self, person: Person) -> int:
        is_further = person.membership.zone >= Zone.INBOUND
        if is_further and self.chance.random() < 0.5:  # noqa: PLR2004 - every other one
            return Centrality.INBOUND
        return Centrality.PERIPHERY

    def claim(self, person: Person, task: Task, at: datetime) -> Work | None:
        claim = if_allowed(
            partial(claiming.claim, task=task, membership=person.membership, at=at)
        )
        return claim and Work(person, task, claim, centrality=task.centrality)

    def hand_in(self, work: Work, at: datetime) -> None:
        chance = self.chance
        claim = work.claim
        narration = "The whole sheet once, then line by line."
        others = [one for one in self.entries if one.writer != work.author.number]
        if work.rounds == 0 and others and chance.random() < self.ways.leaning:
            narration += f" As [[{chance.choice(others).title}]] says."
        points = (
            submitting.open_points(task=work.task, author=work.author.membership)
            if work.rounds
            else []
        )
        claim.membership = work.author.membership
        work.submission = if_allowed(
            partial(
                submitting.hand_in,
                claim=claim,
                generation=claim.generation,
                body="Time 09:10, water 11.4, turbidity 6.2, nitrate 2.1",
                narration=narration,
                answers={point.pk: "Added, from the sheet itself." for point in points},
                at=at,
            )
        )
        if work.submission is None:
            self.next_work(work.author, at)
            return
        work.rounds += 1
        hours = chance.lognormvariate(0, self.ways.spread_of_waits) * self.ways.wait
        then = at + HOUR * hours
        self.calendar.plan(then, partial(self.review, work))
        if work.author.is_new(at) and chance.random() < self.ways.looks:
            self.calendar.plan(at + (then - at) / 2, partial(self.look, work))

    def look(self, work: Work, at: datetime) -> None:
        """Somebody further out has a look first, and the author mends what they saw."""
        readers = [
            person
            for person in self.present()
            if person.membership.zone == Zone.INBOUND and person is not work.author
        ]
        if not readers or work.submission is None:
            return
        looked = if_allowed(
            partial(
                reviewing.give_first_look,
                submission=work.submission,
                reader=self.chance.choice(readers).membership,
                works=WORKS_WORDS,
                at=at,
            )
        )
        if looked is not None:
            edited = if_allowed(
                partial(
                    submitting.edit,
                    submission=work.submission,
                    membership=work.author.membership,
                    body=work.submission.body + "\n\nUnits added throughout.",
                    narration=work.submission.narration,
                    at=at + HOUR,
                )
            )
            work.submission = edited or work.submission

    def review(self, work: Work, at: datetime) -> None:
        submission = work.submission
        assert submission is not None
        for reader in self.readers_for(work):
            review = if_allowed(
                partial(
                    reviewing.take,
                    submission=submission,
                    reviewer=reader.membership,
                    at=at,
                )
            )
            if review is not None:
                break
        else:
            self.calendar.plan(at + DAY, partial(self.review, work))
            return
        verdict = self.verdict(work, at)
        sent = reviewing.send(
            review=review,
            verdict=verdict,
            works=WORKS_WORDS,
            version=submission.version,
            points=[POINT_WORDS] if verdict == Verdict.RETURNED else (),
            reason=REASON_WORDS if verdict == Verdict.ACCOMMODATED else "",
            at=at + HOUR / 2,
        )
        assert sent.sent_at is not None
        self.settled(work, verdict, sent.sent_at)

    def verdict(self, work: Work, at: datetime) -> Verdict:
        chance, ways = self.chance, self.ways
        if work.rounds == 1 and chance.random() < ways.returned:
            return Verdict.RETURNED
        mended = ways.mended if work.author.is_new(at) else ways.mended / 4
        if work.author.is_new(at) and chance.random() < mended:
            return Verdict.ACCOMMODATED
        return Verdict.RECOGNISED

    def readers_for(self, work: Work) -> list[Person]:
        """Whoever may read it, in the order in which they come to it."""
        full = [
            person
            for person in self.present()
            if person.is_full and person is not work.author
        ]
        # The busiest three are always the same; they were there first.
        by_founding = [person for person in self.people if person.is_founder]
        busiest = dict(zip(by_founding, self.ways.readers, strict=False))
        rest = 1 - sum(self.ways.readers)
        others = max(1, sum(person not in busiest for person in full))
        ordered = []
        weights = [busiest.get(person, rest / others) + 1e-6 for person in full]
        while full:
            place = self.chance.choices(range(len(full)), weights)[0]
            ordered.append(full.pop(place))
            weights.pop(place)
        return ordered

    def settled(self, work: Work, verdict: Verdict, at: datetime) -> None:
        chance, ways, author = self.chance, self.ways, work.author
        if verdict == Verdict.RETURNED:
            days = chance.uniform(0.5, 3)
            self.calendar.plan(at + DAY * days, partial(self.hand_in, work))
            return
        self.next_work(author, at)
        share = ways.used
        if author.is_new(at):
            share *= ways.used_of_newcomers
        if not work.task.is_practice and chance.random() < share:
            then = at + DAY * min(chance.expovariate(1 / 20), 85)
            self.calendar.plan(then, partial(self.use, work))

    def next_work(self, person: Person, at: datetime) -> None:
        if person.goes_after is not None and person.begun >= person.goes_after:
            self.go(person, at)
            return
        self.plan_work(person, at)

    def use(self, work: Work, at: datetime) -> None:
        raiser = next(
            person
            for person in self.people
            if person.membership.pk == work.task.raised_by_id
        )
        if raiser.gone_at is not None:
            raiser = self.organizer
        proposing.mark_used(
            task=work.task,
            membership=raiser.membership,
            used_in="The autumn dataset",
            at=at,
        )

    # The repertoire

    def plan_edit(self, at: datetime) -> None:
        members = max(self.active(at), 1)
        days = self.chance.expovariate(self.ways.edits * members / QUARTER.days)
        # Looked at again each week: the ways may have changed.
        if days < 7:  # noqa: PLR2004
            self.calendar.plan(at + DAY * days, self.edit)
        else:
            self.calendar.plan(at + WEEK, self.plan_edit)

    def edit(self, at: datetime) -> None:
        """Half of what is written down is new; a third of it is brought by others."""
        if self.chance.random() < 0.5:  # noqa: PLR2004
            self.write(at)
        else:
            self.revise(at)
        self.plan_edit(at)

    def writer(self) -> Person:
        here = [person for person in self.present() if person.begun or person.is_full]
        full = [person for person in here if person.is_full]
        return self.chance.choice(here if self.chance.random() < 1 / 3 else full)

    def write(self, at: datetime) -> None:
        self.titles += 1
        writer = self.writer()
        title = f"Way of doing it, number {self.titles}"
        entry = revising.write(
            domain=self.domain,
            membership=writer.membership,
            kind=Entry.Kind.APPROACH,
            text=Text(title, "Two read the gauge, one writes it down.", ""),
            area=self.area,
            at=at,
        )
        if entry.current_id is None:
            self.calendar.plan(at + DAY, partial(self.take_in, entry.pk, writer))
            self.entry_of[entry.pk] = Written(entry.pk, title, writer.number)
        else:
            self.entries.append(Written(entry.pk, title, writer.number))

    def revise(self, at: datetime) -> None:
        known = self.chance.choice(self.entries)
        entry = Entry.objects.select_related("current", "domain").get(pk=known.pk)
        known.versions += 1
        writer = self.writer()
        assert entry.current is not None
        text = Text.of(entry.current)
        line = f"On turn number {known.versions} of the year it took a second reading."
        saved = revising.revise(
            entry=entry,
            membership=writer.membership,
            base=entry.current,
            text=Text(text.title, text.meaning, f"{text.body}\n\n{line}"),
            at=at,
        )
        if (
            isinstance(saved, revising.Saved)
            and saved.revision.state == Revision.State.PROPOSED
        ):
            self.calendar.plan(at + DAY, partial(self.take_in, entry.pk, writer))

    def take_in(self, entry: int, writer: Person, at: datetime) -> None:
        proposal = (
            Revision.objects.filter(entry=entry, state=Revision.State.PROPOSED)
            .select_related("entry__domain", "author")
            .first()
        )
        others = [one for one in self.present() if one.is_full and one is not writer]
        if proposal is None or not others:
            return
        tending.take_in(
            proposal=proposal,
            membership=self.chance.choice(others).membership,
            words="It is how we do it. Thank you.",
            at=at,
        )
        if entry in self.entry_of:
            self.entries.append(self.entry_of.pop(entry))


@contextmanager
def in_haste() -> Iterator[None]:
    """Live without what no sign reads: whom to tell, whom to ask, how the map is drawn.

    What is left writes every record that health is read from. Nothing is done twice
    here, and nobody waits for anybody: lines enter the ledger without a look whether
    they are there, nothing is locked before it is read, and no day has a ninth review.
    """
    with ExitStack() as stack:
        for place in (
            "members.notifying.notify",
            "members.notifying.notify_all",
            "members.drafting.let_go",
            "members.accompanying.offer",
            "members.mapping.lay_out",
            "members.noticing.notice_rings",
            "tasks.observing.tell",
            "tasks.observing.end_all",
            "tasks.observing.ask_for_a_word",
            "tasks.observing.leave",
            "tasks.rereading.choose",
            "tasks.recognising._write_companions",
        ):
            stack.enter_context(patch(place, _nothing))
        for place in ("tasks.asking.ask", "repertoire.asking.ask"):
            stack.enter_context(patch(place, _nobody))
        for place, instead in (
            ("members.models.Participation.objects.get_or_create", _entered),
            ("members.participating.reviews_that_day", lambda *_, **__: 0),
            ("tasks.locks.alone", _as_it_stands),
            ("tasks.reviewing._lock", reviewing._read),  # noqa: SLF001
            ("tasks.reviewing._alone", _review),
        ):
            stack.enter_context(patch(place, instead))
        yield


def _as_it_stands(task: Task | int, *, reader: Membership | None = None) -> Task:
    pk = task if isinstance(task, int) else task.pk
    return Task.objects.with_seats(reader).select_related("domain", "area").get(pk=pk)


def _review(pk: int) -> Review:
    return Review.objects.select_related("reviewer__member", "reviewer__domain").get(
        pk=pk
    )


def _entered(*, defaults: dict[str, Any], **named: Any) -> tuple[Participation, bool]:
    line = Participation(**named, **defaults)
    line.save(force_insert=True)
    return line, True


def if_allowed(deed: Callable[[], Done]) -> Done | None:
    """What the deed gives, or None where the rules say no: that is part of life."""
    try:
        return deed()
    except Refused:
        return None


def _nothing(*_: object, **__: object) -> None:
    return None


def _nobody(*_: object, **__: object) -> list[object]:
    return []
