"""A community that lives: simulated members, and nothing but the product's deeds.

Everything that is written is written by a deed, at the simulated time. A sitting is a
generator: it gives the minutes something takes and goes on after them, so that what
members do interleaves as it would, and two readers can be at one desk.
"""

from collections import Counter
from collections.abc import Callable, Collection, Generator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Final, TypeAlias, TypeVar

from allauth.account.models import EmailAddress
from django.db import connection

from bench import habits
from bench.habits import Person, Work
from cop.demo.river_watch.calendar import Calendar
from domain.centrality import Centrality, Zone, derive
from domain.models import Area, Domain
from domain.refusal import Refused
from members import accompanying, founding, joining, leaving, positioning, preferring
from members.models import Companion, Member, Membership, Notification
from tasks import (
    claiming,
    drawing,
    legitimacy,
    narrating,
    observing,
    proposing,
    review_queue,
    reviewing,
    stepping,
    submitting,
)
from tasks.models import Claim, Observation, Review, Submission, Task, Verdict

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
#: A Monday.
BEGINS_AT: Final = datetime(2025, 1, 6, tzinfo=UTC)
#: The product sweeps each minute; who sits down in the evening sees little difference.
SWEEPS_EVERY: Final = DAY
#: Whoever was recognised is read anew by night and not 20 seconds later, and who only
#: faded, each Monday.
NIGHT: Final = timedelta(hours=2, minutes=10)
#: PostgreSQL is told how large its tables have become: nobody else tells it here.
ANALYZES_EVERY: Final = 4 * WEEK
#: A promise of the pages.
PROMISED: Final = timedelta(hours=48)

#: Gives minutes, gets the time after them.
Sitting: TypeAlias = Generator[float, datetime, None]
Done = TypeVar("Done")

#: Further down the desk nobody looks.
MOST_SHOWN: Final = 50

WORKS_WORDS: Final = "The column of readings agrees with the sheet, line by line."
POINT_WORDS: Final = (
    "Give the unit beside each reading, because two gauges differ here."
)
REASON_WORDS: Final = "The totals had to be added up again by hand."


class Community:
    """One community through its first weeks, by one seed, without some mechanisms."""

    def __init__(
        self, *, members: int, weeks: int, seed: int, without: Collection[str] = ()
    ) -> None:
        self.members, self.weeks, self.seed = members, weeks, seed
        self.without = frozenset(without)
        self.calendar = Calendar()
        self.ends_at = BEGINS_AT + weeks * WEEK
        self.people: list[Person] = []
        self.by_membership: dict[int, Person] = {}
        self.works: dict[int, Work] = {}
        self.proposed: list[int] = []
        self.done = Counter[str]()
        self.asked_again = 0

    def has(self, mechanism: str) -> bool:
        return mechanism not in self.without

    def live(self) -> None:
        founders = max(
            habits.FEWEST_FOUNDERS, round(self.members * habits.FOUNDERS_SHARE)
        )
        self.found(founders)
        arrivals = Random(f"{self.seed}/arrivals")
        at, number = BEGINS_AT, founders
        while True:
            # Poisson: one every so often, whatever happened before.
            at += WEEK * arrivals.expovariate((self.members - founders) / self.weeks)
            if at >= self.ends_at:
                break
            person = Person.born(number, seed=self.seed)
            self.calendar.plan(at, partial(self.arrive, person))
            number += 1
        self.calendar.plan(BEGINS_AT + NIGHT, self.night)
        self.calendar.plan(BEGINS_AT + timedelta(hours=6), self.sweep)
        self.calendar.plan(BEGINS_AT + WEEK, self.analyze)
        self.calendar.live_until(self.ends_at, passed=lambda _: None)

    # Coming

    def found(self, founders: int) -> None:
        first, *others = (
            Person.born(number, seed=self.seed, is_founder=True)
            for number in range(founders)
        )
        membership = founding.found(
            member=self.account(first, at=BEGINS_AT),
            name="River Watch",
            concern="We measure the river and publish what we find.",
            stakes="What nobody measures is allowed.",
            served="Everyone who drinks, fishes or swims downstream.",
            unprompted="Walk the river on Saturdays and argue about the numbers.",
            areas=habits.AREAS,
            at=BEGINS_AT,
        )
        self.domain: Domain = membership.domain
        self.areas: list[Area] = list(self.domain.areas.order_by("place"))
        self.place_of_area = {area.pk: place for place, area in enumerate(self.areas)}
        membership.areas.set([self.areas[place] for place in first.areas])
        self.settle_in(first, membership, at=BEGINS_AT)
        for person in others:
            self.arrive(person, BEGINS_AT)
            founding.name_founder(
                membership=self.place(person),
                organizer=self.place(first),
                reason="There from the first walk.",
                at=BEGINS_AT,
            )
        for person in self.people:
            person.furthest = Zone.ACTIVE
            for _ in range(habits.TO_BEGIN_WITH):
                self.raise_need(person, self.place(person), at=BEGINS_AT)

    def arrive(self, person: Person, at: datetime) -> None:
        membership = joining.join(
            domain=self.domain,
            member=self.account(person, at=at),
            why="I swim below the weir with my children.",
            areas=[self.areas[place] for place in person.areas],
            hours=person.hours,
            at=at,
        )
        self.settle_in(person, membership, at=at)

    def account(self, person: Person, *, at: datetime) -> Member:
        member = Member.objects.create_user(
            f"member-{person.number}",
            email=f"member-{person.number}@example.org",
            name=f"Member {person.number}",
            created_at=at,
        )
        EmailAddress.objects.create(
            user=member, email=member.email, verified=True, primary=True
        )
        return member

    def settle_in(
        self, person: Person, membership: Membership, *, at: datetime
    ) -> None:
        person.membership, person.joined_at = membership.pk, at
        self.people.append(person)
        self.by_membership[membership.pk] = person
        reviewing.make_room(membership=membership, capacity=person.capacity, minutes=10)
        # Whoever joins is there, and looks around.
        self.calendar.plan(at + habits.LOOKS_AROUND, partial(self.sit_down, person))

    def place(self, person: Person) -> Membership:
        """As the database has it now."""
        return Membership.objects.select_related("domain", "member").get(
            pk=person.membership
        )

    # What happens by itself

    def night(self, at: datetime) -> None:
        moved = positioning.reposition(
            domain=self.domain, at=at, everybody=at.weekday() == 0
        )
        if moved:
            self.see_who_moved()
        self.calendar.plan(at + DAY, self.night)

    def see_who_moved(self) -> None:
        zones = Membership.objects.filter(domain=self.domain, zone__gt=Zone.PERIPHERY)
        for pk, zone in zones.values_list("pk", "zone"):
            person = self.by_membership[pk]
            person.furthest = max(person.furthest, zone)

    def sweep(self, at: datetime) -> None:
        claiming.release_overdue(at=at)
        if claiming.remind(at=at):
            for claim, member in Claim.objects.filter(reminded_at=at).values_list(
                "pk", "membership"
            ):
                person = self.by_membership[member]
                if person.chance.random() < habits.HEEDS_REMINDER:
                    heed = partial(self.heed, person, claim)
                    self.calendar.plan(at + DAY * person.chance.random(), heed)
        reviewing.release_overdue(at=at)
        reviewing.make_up_for_waits(at=at)
        accompanying.go_on(at=at)
        self.calendar.plan(at + SWEEPS_EVERY, self.sweep)

    def analyze(self, at: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.calendar.plan(at + ANALYZES_EVERY, self.analyze)

    def heed(self, person: Person, claim: int, at: datetime) -> None:
        if self.is_around(person, at):
            for work in person.in_hand:
                if work.claim == claim and not work.is_dropped:
                    self.note(person, work, at=at)

    # Sitting down

    def is_around(self, person: Person, at: datetime) -> bool:
        return person.gone_at is None and not (
            person.away_until and at < person.away_until
        )

    def sit_down(self, person: Person, at: datetime) -> None:
        if person.gone_at is not None:
            return
        chance = person.chance
        gap = 7 / person.rhythm.days_a_week * chance.uniform(0.5, 1.5)
        hour = min(max(person.evening + chance.gauss(0, 1.5), 6), 21)
        then = (at + DAY * gap).replace(hour=0, minute=0, second=0, microsecond=0)
        then = max(then + timedelta(hours=hour), at + timedelta(hours=3))
        self.calendar.plan(then, partial(self.sit_down, person))
        is_new = at <= person.joined + habits.LOOKS_AROUND
        if not self.is_around(person, at):
            return
        if not is_new and chance.random() < habits.MISSES:
            return
        if not is_new and chance.random() < habits.GOES_AWAY:
            self.go_away(person, at)
            return
        self.go_on(self.sitting(person, at), at, is_begun=False)

    def go_on(self, sitting: Sitting, at: datetime, *, is_begun: bool = True) -> None:
        try:
            minutes = sitting.send(at) if is_begun else next(sitting)
        except StopIteration:
            return
        then = at + timedelta(minutes=max(minutes, 1))
        self.calendar.plan(then, partial(self.go_on, sitting))

    def sitting(self, person: Person, at: datetime) -> Sitting:
        """What one evening comes to: news, the desk, the work, and what is next."""
        chance = person.chance
        own = self.place(person)
        ends_at = at + timedelta(
            minutes=person.rhythm.minutes * chance.uniform(0.6, 1.4)
        )
        reasons = self.hear(person, at)
        reasons += self.find_seats_put_back(person, own, at)
        asks = self.asks(own, at) if own.is_full else 0
        if asks > 2 * person.reviews_a_week:
            reasons += habits.LEAVES_OVERASKED
        # Whoever has just come looks at what there is first.
        if at > person.joined + habits.LOOKS_AROUND and self.leaves(person, reasons):
            self.go(person, own, at)
            return
        self.vouch(person, own, at)
        if own.zone > Zone.PERIPHERY or not person.recognised_at:
            self.answer_offers(person, own, at)
        if own.is_full:
            at = yield from self.at_the_desk(person, own, asks, at, ends_at)
        for work in list(person.in_hand):
            at = yield from self.work_on(person, work, at, ends_at)
        at = yield from self.take_up(person, own, at, ends_at)
        if left(at, ends_at) >= habits.LOOK_MINUTES:
            at = yield from self.look_around(person, own, at)
        if chance.random() < habits.RAISES[Zone(own.zone)]:
            self.raise_need(person, own, at=at)
        if self.proposed and own.is_full and chance.random() < habits.OPENS:
            self.open_proposed(own, at)

    # Staying and going

    def hear(self, person: Person, at: datetime) -> float:
        """Learn what became of one's work; return what that adds to leaving."""
        after = {
            Verdict.RETURNED: habits.LEAVES_AFTER_RETURN,
            Verdict.DECLINED: habits.LEAVES_AFTER_DECLINE,
        }
        reasons = sum(after.get(Verdict(outcome), 0.0) for outcome, _ in person.news)
        for outcome, work in person.news:
            believes = outcome != Verdict.RECOGNISED and work.quality > 0
            if believes and self.has("second_opinion"):
                self.ask_again(person, work, at)
        person.news.clear()
        waited = sum(
            work.handed_in_at is not None and at - work.handed_in_at > PROMISED
            for work in person.in_review.values()
        )
        return reasons + waited * habits.LEAVES_WAITING

    def leaves(self, person: Person, reasons: float) -> bool:
        company = habits.STAYS_IN_COMPANY if person.has_company else 1.0
        chance = (habits.LEAVES + reasons) * person.tie * company
        chance = max(chance, habits.LEAVES_AT_LEAST)
        return person.chance.random() < chance

    def go(self, person: Person, own: Membership, at: datetime) -> None:
        person.gone_at = at
        if person.chance.random() >= habits.GOES_SILENTLY and not own.is_organizer:
            leaving.leave(membership=own, at=at)

    def go_away(self, person: Person, at: datetime) -> None:
        chance = person.chance
        person.away_until = at + DAY * chance.uniform(*habits.AWAY_DAYS)
        if chance.random() < habits.TELLS_OF_IT:
            own = self.place(person)
            preferring.arrange(
                membership=own,
                areas=own.areas.all(),
                hours=own.hours,
                trajectory_sight=own.trajectory_sight,
                away_until=person.away_until.date(),
                room=own.room,
            )

    def find_seats_put_back(
        self, person: Person, own: Membership, at: datetime
    ) -> float:
        """Ask again for seats that went back to the board, or let them go."""
        if not person.in_hand:
            return 0.0
        live = set(
            Claim.objects.live().filter(membership=own).values_list("pk", flat=True)
        )
        reasons = 0.0
        for work in list(person.in_hand):
            if work.claim in live:
                continue
            person.in_hand.remove(work)
            if work.is_dropped:
                continue
            self.done["put back by the sweep"] += 1
            reasons += habits.LEAVES_WHEN_PUT_BACK
            if person.chance.random() < habits.ASKS_BACK:
                claim = if_allowed(
                    partial(
                        claiming.claim,
                        task=Task.objects.get(pk=work.task),
                        membership=own,
                        at=at,
                    )
                )
                if claim is not None:
                    work.claim = claim.pk
                    person.in_hand.append(work)
        return reasons

    # Work

    def work_on(
        self, person: Person, work: Work, at: datetime, ends_at: datetime
    ) -> Generator[float, datetime, datetime]:
        """Work as long as there is time; note something; hand in what is finished."""
        minutes = min(left(at, ends_at), work.effort - work.seen_to)
        if work.is_dropped or minutes <= 0:
            return at
        at = yield minutes
        work.seen_to += minutes
        if work.is_finished:
            self.hand_in(person, work, at)
        elif person.chance.random() < habits.NOTES:
            self.note(person, work, at=at)
        return at

    def note(self, person: Person, work: Work, *, at: datetime) -> None:
        if_allowed(
            partial(
                narrating.note,
                task=Task.objects.get(pk=work.task),
                membership=self.place(person),
                body="Read the whole sheet once before typing anything.",
                at=at,
            )
        )

    def hand_in(self, person: Person, work: Work, at: datetime) -> None:
        claim = Claim.objects.select_related("membership__member", "task").get(
            pk=work.claim
        )
        points = submitting.open_points(task=claim.task, author=self.place(person))
        submission = if_allowed(
            partial(
                submitting.hand_in,
                claim=claim,
                generation=claim.generation,
                body="Time 09:10, water 11.4, turbidity 6.2, nitrate 2.1",
                narration="The whole sheet once, then line by line.",
                answers={point.pk: "Added, from the sheet itself." for point in points},
                at=at,
            )
        )
        person.in_hand.remove(work)
        if submission is None:
            self.done["handed in too late"] += 1
            return
        work.submission, work.handed_in_at = submission.pk, at
        person.in_review[submission.pk] = work
        self.works[submission.pk] = work

    def take_up(
        self, person: Person, own: Membership, at: datetime, ends_at: datetime
    ) -> Generator[float, datetime, datetime]:
        """Take a next task if a hand is free, and begin it."""
        chance = person.chance
        busy = [work for work in person.in_hand if not work.is_dropped]
        if left(at, ends_at) < habits.SHORTEST or (
            busy and chance.random() >= habits.TAKES_MORE
        ):
            return at
        standing = legitimacy.standing_of(own)
        if standing.in_hand >= standing.most_in_hand:
            return at
        task = self.offered(person, own, standing, at)
        claim = task and if_allowed(
            partial(claiming.claim, task=task, membership=own, at=at)
        )
        if task is None or claim is None:
            self.done["found nothing next"] += 1
            if not busy and self.leaves(person, habits.LEAVES_EMPTY_HANDED):
                self.go(person, own, at)
            return at
        place = self.place_of_area[task.area_id]
        work = Work(
            author=person,
            task=task.pk,
            claim=claim.pk,
            centrality=task.centrality,
            area=place,
            effort=task.effort_minutes
            * chance.lognormvariate(0, habits.ESTIMATE_SPREAD),
            quality=person.makes(centrality=task.centrality, area=place),
        )
        person.in_hand.append(work)
        person.works_begun += 1
        if chance.random() < habits.LOSES_INTEREST:
            work.is_dropped = True
            if chance.random() < habits.PUTS_BACK:
                person.in_hand.remove(work)
                claiming.release(
                    claim=claim, membership=own, words="Harvest came early.", at=at
                )
            return at
        at = yield from self.work_on(person, work, at, ends_at)
        return at

    def offered(
        self,
        person: Person,
        own: Membership,
        standing: legitimacy.Standing,
        at: datetime,
    ) -> Task | None:
        """The first of a few tasks that does not look too long."""
        longest = person.rhythm.minutes * habits.MOST_SITTINGS
        if self.has("next_step"):
            steps = stepping.next_steps(own, at=at, standing=standing)
            return next(
                (s.task for s in steps if s.task.effort_minutes <= longest), None
            )
        found = list(
            Task.objects.filter(domain=self.domain)
            .real()
            .with_seats(own)
            .open_to(
                own, furthest_in=standing.furthest_in, further_in=standing.further_in
            )
            .order_by("pk")
        )
        person.chance.shuffle(found)
        looked_at = found[: habits.LOOKED_THROUGH]
        return next((t for t in looked_at if t.effort_minutes <= longest), None)

    # Needs

    def raise_need(self, person: Person, own: Membership, *, at: datetime) -> None:
        chance = person.chance
        consequence, reliance = habits.answers(chance)
        centrality = Centrality(derive(consequence=consequence, reliance=reliance))
        place = (
            chance.choice(person.areas)
            if chance.random() < 1 - 1 / len(self.areas)
            else chance.randrange(len(self.areas))
        )
        kept = chance.random() < habits.KEPT and centrality == Centrality.PERIPHERY
        spread = chance.lognormvariate(0, habits.EFFORT_SPREAD)
        task = proposing.propose(
            membership=own,
            need=proposing.Need(
                title="Transcribe the Mill Bridge field sheets",
                brief="One scanned page of readings, to be typed in as they stand.",
                beneficiary="Readers of the autumn dataset",
                use="Feeds the public autumn dataset",
                area=self.areas[place],
                consequence=consequence,
                reliance=reliance,
                effort_minutes=max(5, round(habits.EFFORT[centrality] * spread)),
                for_newcomers=kept and self.has("kept_for_newcomers"),
                is_awaited=chance.random() < habits.AWAITED,
            ),
            at=at,
        )
        if task.state == Task.State.DRAFT:
            self.proposed.append(task.pk)

    def open_proposed(self, own: Membership, at: datetime) -> None:
        task = Task.objects.get(pk=self.proposed.pop(0))
        if_allowed(partial(proposing.open_task, task=task, membership=own, at=at))

    # The desk

    def asks(self, own: Membership, at: datetime) -> int:
        """How often somebody was asked to review within a week."""
        return Notification.objects.filter(
            member=own.member_id,
            kind__in=(Notification.Kind.REVIEW_WAITS, Notification.Kind.STALLED),
            created_at__gt=at - WEEK,
        ).count()

    def at_the_desk(
        self,
        person: Person,
        own: Membership,
        asks: int,
        at: datetime,
        ends_at: datetime,
    ) -> Generator[float, datetime, datetime]:
        """Review for a while, if one does today."""
        room = min(1.0, 2 * person.reviews_a_week / max(asks, 1))
        willing = person.diligence * room * (1 if asks else habits.UNASKED)
        if person.chance.random() >= willing:
            return at
        until = at + (ends_at - at) * habits.DESK_SHARE
        while left(at, until) >= habits.SHORTEST:
            review = self.begin_reading(person, own, left(at, until), at)
            if review is None:
                break
            at = yield self.minutes_to_read(person, review.submission)
            if person.chance.random() < habits.WALKS_AWAY:
                return at
            self.send(person, review.pk, at)
        return at

    def begin_reading(
        self, person: Person, own: Membership, minutes: float, at: datetime
    ) -> Review | None:
        """Take from the desk what it gives, or what one likes."""
        chosen = None
        if self.asked_again and person.chance.random() < habits.UNASKED:
            asking = Submission.objects.asking_for_another_reader(own)
            chosen = asking.order_by("pk").first()
        if chosen is None and self.has("drawn"):
            fits = max(time for time in (5, 10, 30) if time <= max(minutes, 5))
            drawn = if_allowed(
                partial(drawing.draw, membership=own, minutes=fits, at=at)
            )
            if drawn is not None:
                return drawn
            chosen = review_queue.next_for(own, minutes=fits, at=at)
        elif chosen is None:
            chosen = self.picked(person, own)
        return chosen and if_allowed(
            partial(reviewing.take, submission=chosen, reviewer=own, at=at)
        )

    def picked(self, person: Person, own: Membership) -> Submission | None:
        """What is short, in an area one knows, by somebody one has heard of."""
        waiting = list(
            Submission.objects.reviewable_by(own).newcomers_first()[:MOST_SHOWN]
        )
        weights = [
            (2.0 if self.works[one.pk].area in person.areas else 1.0)
            * (1.0 if one.is_first else 1.5)
            / habits.READING[Centrality(self.works[one.pk].centrality)]
            for one in waiting
        ]
        return person.chance.choices(waiting, weights)[0] if waiting else None

    def minutes_to_read(self, person: Person, submission: Submission) -> float:
        usual = habits.READING[Centrality(self.works[submission.pk].centrality)]
        first = habits.FIRST_TAKES if submission.is_first else 1.0
        return usual * first * person.chance.lognormvariate(0, habits.ESTIMATE_SPREAD)

    def send(self, person: Person, review_pk: int, at: datetime) -> None:
        chance = person.chance
        review = Review.objects.select_related(
            "reviewer__member", "submission__task"
        ).get(pk=review_pk)
        work = self.works[review.submission_id]
        seems = work.quality + person.leniency + chance.gauss(0, habits.MOOD)
        verdict = Verdict.RECOGNISED
        if seems < 0:
            lot = chance.random()
            verdict = Verdict.RETURNED
            if lot > habits.RETURNS:
                verdict = Verdict.ACCOMMODATED
            if lot > habits.RETURNS + habits.ACCOMMODATES:
                verdict = Verdict.DECLINED
        sent = if_allowed(
            partial(
                reviewing.send,
                review=review,
                verdict=verdict,
                works=WORKS_WORDS,
                version=review.submission.version,
                points=[POINT_WORDS] if verdict == Verdict.RETURNED else (),
                reason=REASON_WORDS
                if verdict in (Verdict.ACCOMMODATED, Verdict.DECLINED)
                else "",
                at=at,
            )
        )
        if sent is None or sent.is_second_opinion:
            return
        submission = Submission.objects.get(pk=review.submission_id)
        if submission.settled_at is not None:
            self.settled(submission, work, at)

    def settled(self, submission: Submission, work: Work, at: datetime) -> None:
        person = work.author
        if person.in_review.pop(submission.pk, None) is None:
            return
        person.news.append((submission.outcome, work))
        if submission.outcome == Verdict.RETURNED:
            # The next round is another piece of work, begun by what was asked for.
            person.in_hand.append(
                Work(
                    author=person,
                    task=work.task,
                    claim=work.claim,
                    centrality=work.centrality,
                    area=work.area,
                    effort=work.effort * habits.MENDING_TAKES,
                    quality=work.quality + habits.MENDED_AFTER_RETURN,
                )
            )
            return
        if submission.outcome == Verdict.RECOGNISED:
            person.recognised_at.append(at)
            # The way in ends where it was to lead.
            person.has_company = False
        if submission.outcome in (Verdict.RECOGNISED, Verdict.ACCOMMODATED):
            person.watchers += Observation.objects.filter(
                task=work.task, to_the_end=True, vouched_by=None
            ).values_list("pk", flat=True)

    def ask_again(self, person: Person, work: Work, at: datetime) -> None:
        if person.chance.random() < habits.ASKS_AGAIN:
            self.asked_again += 1
            if_allowed(
                partial(
                    reviewing.ask_second_opinion,
                    submission=Submission.objects.get(pk=work.submission),
                    membership=self.place(person),
                    at=at,
                )
            )

    # Company

    def answer_offers(self, person: Person, own: Membership, at: datetime) -> None:
        """Say yes, or pass it on, to walking in or being walked in."""
        offered = Companion.objects.near_peers().offered().of(own)
        for companion in offered.order_by("pk"):
            if companion.said_yes(own):
                continue
            is_newcomer = companion.newcomer_id == own.pk
            willing = habits.WALKS_ALONG if is_newcomer else person.diligence
            if person.chance.random() >= willing:
                if_allowed(
                    partial(
                        accompanying.pass_on, companion=companion, membership=own, at=at
                    )
                )
                continue
            both = if_allowed(
                partial(accompanying.accept, companion=companion, membership=own, at=at)
            )
            if both is not None and both.begun_at is not None:
                self.by_membership[both.newcomer_id].has_company = True
                self.done["walked in"] += 1

    # Watching

    def look_around(
        self, person: Person, own: Membership, at: datetime
    ) -> Generator[float, datetime, datetime]:
        """With time left: see whether a look helped, have one, or watch somebody."""
        chance = person.chance
        if self.has("first_look"):
            self.mend(person, own, at)
            may = own.zone >= Zone.INBOUND and not own.is_full
            if may and chance.random() < habits.LOOKS:
                submission = (
                    Submission.objects.waiting()
                    .filter(task__domain=self.domain)
                    .exclude(author=own)
                    .exclude(reviews__reviewer=own, reviews__released_at=None)
                    .newcomers_first()
                    .first()
                )
                if submission is not None:
                    at = yield habits.LOOK_MINUTES
                    if_allowed(
                        partial(
                            reviewing.give_first_look,
                            submission=submission,
                            reader=own,
                            works=WORKS_WORDS,
                            at=at,
                        )
                    )
                    return at
        waits = person.in_review and not person.in_hand
        if self.has("observing") and waits and chance.random() < habits.WATCHES:
            at = yield from self.watch(person, own, at)
        return at

    def mend(self, person: Person, own: Membership, at: datetime) -> None:
        """Change what somebody had a look at, before it is judged."""
        looked = Submission.objects.filter(
            pk__in=list(person.in_review),
            version=1,
            reviews__is_first_look=True,
        )
        for submission in looked.distinct() if person.in_review else ():
            edited = if_allowed(
                partial(
                    submitting.edit,
                    submission=submission,
                    membership=own,
                    body=submission.body + "\n\nUnits added throughout.",
                    narration=submission.narration,
                    at=at,
                )
            )
            if edited is not None:
                self.works[submission.pk].quality += habits.MENDED_AFTER_LOOK

    def watch(
        self, person: Person, own: Membership, at: datetime
    ) -> Generator[float, datetime, datetime]:
        further = (
            Task.objects.filter(
                domain=self.domain, state=Task.State.HELD, centrality__gt=own.zone
            )
            .real()
            .with_seats(own)
            .with_an_observer_seat()
            .order_by("centrality", "pk")
            .first()
        )
        if further is None:
            return at
        seat = if_allowed(
            partial(observing.observe, task=further, membership=own, at=at)
        )
        return (yield habits.WATCH_MINUTES) if seat else at

    def vouch(self, person: Person, own: Membership, at: datetime) -> None:
        """Put in a word for those who watched to the end."""
        for pk in person.watchers:
            seat = Observation.objects.select_related("membership").get(pk=pk)
            watcher = self.by_membership[seat.membership_id]
            watcher.watched += 1
            if person.chance.random() < habits.VOUCHES:
                if_allowed(partial(observing.vouch, observation=seat, by=own, at=at))
        person.watchers.clear()


def left(at: datetime, until: datetime) -> float:
    """Return the minutes until a time."""
    return (until - at) / timedelta(minutes=1)


def if_allowed(deed: Callable[[], Done]) -> Done | None:
    """What the deed gives, or None where the rules say no: that is part of life."""
    try:
        return deed()
    except Refused:
        return None
