"""Living through River Watch's history: every act is a deed, done at its time."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.utils.text import slugify

from cop.demo.river_watch import people, work
from cop.demo.river_watch.calendar import Calendar
from cop.demo.river_watch.people import CAST, Person
from cop.demo.river_watch.work import WORKS, Work
from domain.centrality import Centrality, Zone, derive
from domain.models import Area, Domain
from domain.refusal import Refused
from members import (
    accompanying,
    founding,
    issuing,
    joining,
    notifying,
    positioning,
    preferring,
    sponsoring,
)
from members.models import Companion, Member, Membership, Notification, Scope
from tasks import (
    claiming,
    legitimacy,
    legitimacy_of_review,
    narrating,
    observing,
    proposing,
    rereading,
    reviewing,
    submitting,
    verdict_places,
)
from tasks.models import Claim, Rereading, Review, Submission, Task, Verdict

Done = TypeVar("Done")

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)

#: Lives the same life every time.
SEED = 1998

OFTEN = 0.5
NOW_AND_THEN = 0.2

#: A volunteer's week has fewer free evenings than they say.
UNHURRIED = 0.55

MOSTLY_WALK = 0.8

#: Readers who do not know of each other mostly say the same.
MOSTLY_AGREE = 0.8

#: Whoever makes room for so many reviews a week also reads some again.
WELL_READ = 2

#: What was chosen later is left for whoever visits to read again, blind.
LEFT_TO_READ_AGAIN = 9 * WEEK

#: How many tasks of each centrality members keep on the board.
WANTED = {
    Centrality.PERIPHERY: 9,
    Centrality.INBOUND: 7,
    Centrality.ACTIVE: 5,
    Centrality.CORE: 1,
}


class River:
    """The community as it lives; ``now`` is the moment the demo opens."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
        #: Apart, because what is read again hangs on the key of the site.
        self.chance_again = random.Random(SEED)  # noqa: S311
        self.calendar = Calendar()
        self.cast = {person.name: person for person in CAST}
        self.members: dict[str, int] = {}
        self.kinds: dict[int, Work] = {}
        self.recognised: dict[int, int] = {}
        self.rooms: dict[tuple[int, int], int] = {}
        self.domain = Domain()
        self.areas: dict[str, Area] = {}

    # Times

    def ago(self, weeks: float) -> datetime:
        return self.now - weeks * WEEK

    def later(self, at: datetime, hours: float) -> datetime:
        """About so many hours later, in somebody's waking day."""
        moment = at + HOUR * hours * self.chance.uniform(0.6, 1.4)
        if not 7 <= moment.hour <= 21:  # noqa: PLR2004
            moment = moment.replace(hour=7) + HOUR * self.chance.uniform(0, 4)
        return max(moment, at + timedelta(minutes=10))

    # People

    def membership(self, name: str) -> Membership:
        """As the database has them now: positions move while the story goes on."""
        return Membership.objects.select_related("domain", "member").get(
            pk=self.members[name]
        )

    def account(self, person: Person, *, at: datetime) -> Member:
        if person.is_agent:
            return self.agent(person, at=at)
        handle = slugify(person.name)
        member = Member.objects.create_user(
            handle, email=f"{handle}@example.org", name=person.name, created_at=at
        )
        EmailAddress.objects.create(
            user=member, email=member.email, verified=True, primary=True
        )
        return member

    def agent(self, person: Person, *, at: datetime) -> Member:
        sponsor = self.membership(person.sponsor).member
        assert sponsor is not None  # noqa: S101 - everybody here has an account
        return sponsoring.register(
            sponsor=sponsor,
            name=person.name,
            purpose=person.purpose,
            runs_on=person.runs_on,
            contact=f"{slugify(person.sponsor)}@example.org",
            at=at,
        ).member

    def give_token(self, name: str) -> None:
        """Make what an agent comes in by; nobody is shown it."""
        agent = self.membership(name).member
        assert agent is not None  # noqa: S101 - everybody here has an account
        assert agent.sponsor is not None  # noqa: S101 - a constraint
        issuing.issue(
            member=agent,
            by=agent.sponsor,
            name="the machine at home",
            scopes=[Scope.READ, Scope.WORK],
            domain=self.domain,
            at=self.ago(3),
        )

    def found(self, at: datetime) -> None:
        founder = self.cast[people.FOUNDER]
        membership = founding.found(
            member=self.account(founder, at=at),
            name="River Watch",
            concern="We measure the Tamsel and publish what we find, so that the authority"
            " cannot say it did not know.",
            stakes="Discharge limits are set from what is known. What nobody measures is"
            " allowed.",
            served="Everyone who drinks from the Tamsel, fishes in it or swims at the weir.",
            unprompted="Walk the river on Saturdays and argue about what the numbers mean.",
            areas=people.AREAS,
            at=at,
        )
        self.domain = membership.domain
        self.areas = {area.name: area for area in self.domain.areas.all()}
        self.members[founder.name] = membership.pk
        membership.areas.set([self.areas[name] for name in founder.areas])

    def join(self, person: Person, at: datetime) -> None:
        account = self.account(person, at=at)
        areas = [self.areas[name] for name in person.areas]
        membership = (
            joining.bring_agent(
                sponsor=self.membership(person.sponsor),
                agent=account,
                areas=areas,
                at=at,
            )
            if person.is_agent
            else joining.join(
                domain=self.domain,
                member=account,
                why=person.why,
                areas=areas,
                hours=person.hours,
                at=at,
            )
        )
        self.members[person.name] = membership.pk
        if person.name in people.FOUNDERS:
            founding.name_founder(
                membership=membership,
                organizer=self.membership(people.FOUNDER),
                reason="There from the first walk.",
                at=at,
            )
        self.calendar.plan(self.later(at, 20), partial(self.be_walked_in, person.name))

    def be_walked_in(self, name: str, at: datetime) -> None:
        """Whoever was asked says yes, and so does the newcomer; some go alone."""
        if self.chance.random() < MOSTLY_WALK:
            self.walk_together(name, at)

    def walk_together(self, name: str, at: datetime) -> None:
        offers = Companion.objects.near_peers().offered()
        bond = offers.filter(newcomer=self.members[name]).order_by("pk").first()
        if bond is None:
            return
        for number, pk in enumerate((bond.peer_id, bond.newcomer_id)):
            own = Membership.objects.get(pk=pk)
            accompanying.accept(companion=bond, membership=own, at=at + number * HOUR)

    def somebody_of(
        self, zone: Zone, *, at: datetime, besides: Sequence[str] = (), area: str = ""
    ) -> Membership:
        """Somebody known, of that zone or further in, who is here with a hand free.

        Those who like the area come first, then the outermost.
        """
        found = [
            own
            for own in Membership.objects.present()
            .of_people()
            .select_related("domain", "member")
            .filter(domain=self.domain, zone__gte=zone, threshold_at__isnull=False)
            .exclude(name__in=besides)
            .order_by("zone", "pk")
            if self.cast[own.name].pace and self.is_around(self.cast[own.name], at)
        ]
        for own in sorted(found, key=lambda o: area not in self.cast[o.name].areas):
            standing = legitimacy.standing_of(own)
            if standing.in_hand < standing.most_in_hand:
                return own
        raise LookupError(zone)

    # Work

    def tend_the_board(self, at: datetime) -> None:
        """Whoever may opens what is missing on the board."""
        open_now = [
            task.centrality
            for task in Task.objects.filter(domain=self.domain).open().with_seats()
            if task.seats > task.taken
        ]
        raisers = [
            name
            for name in self.members
            if self.cast[name].pace and not self.cast[name].is_agent
        ]
        for centrality, wanted in WANTED.items():
            for _ in range(wanted - open_now.count(centrality)):
                self.propose(self.chance.choice(raisers), centrality, at)

    def propose(self, name: str, centrality: Centrality, at: datetime) -> Task | None:
        kind = self.chance.choice([each for each in WORKS if _of(each) == centrality])
        return self.propose_kind(
            name, kind, site=self.chance.choice(work.SITES), day=day_of(at), at=at
        )

    def propose_kind(
        self,
        name: str,
        kind: Work,
        *,
        site: str,
        day: str,
        at: datetime,
        pieces: Sequence[proposing.Piece] = (),
    ) -> Task:
        def said(text: str) -> str:
            return text.format(site=site, day=day)

        task = proposing.propose(
            membership=self.membership(name),
            need=proposing.Need(
                title=said(kind.title),
                brief=said(kind.brief),
                beneficiary=said(kind.beneficiary),
                use=said(kind.use),
                area=self.areas[kind.area],
                consequence=kind.consequence,
                reliance=kind.reliance,
                effort_minutes=kind.minutes,
                done_means=kind.done_means,
                seats=kind.seats,
                for_newcomers=kind.for_newcomers,
                agents_welcome=kind.agents_welcome,
                is_awaited=self.chance.random() < 0.15 or kind.is_awaited,  # noqa: PLR2004
            ),
            pieces=pieces,
            at=at,
        )
        self.kinds[task.pk] = kind
        if task.state == Task.State.DRAFT:
            opener = self.membership(people.FOUNDER)
            self.calendar.plan(
                at + 20 * HOUR,
                lambda then: _if_allowed(
                    lambda: proposing.open_task(task=task, membership=opener, at=then)
                ),
            )
        return task

    def take_up(self, name: str, at: datetime) -> None:
        """Somebody has time: they take a task they like, if one is open to them."""
        own = self.membership(name)
        standing = legitimacy.standing_of(own)
        if standing.in_hand >= standing.most_in_hand:
            return
        open_to_them = list(
            Task.objects.filter(domain=self.domain, parts=None)
            .real()
            .with_seats(own)
            .open_to(
                own, furthest_in=standing.furthest_in, further_in=standing.further_in
            )
            .select_related("area")
            .order_by("pk")
        )
        liked = [t for t in open_to_them if t.area.name in self.cast[name].areas]
        if not (liked or open_to_them):
            return
        # People reach as far in as they may, more often than not.
        liked = sorted(liked or open_to_them, key=lambda t: -t.centrality)
        chosen = liked[min(int(self.chance.expovariate(0.7)), len(liked) - 1)]
        self.do(name, chosen, at)

    def do(self, name: str, task: Task, at: datetime) -> None:
        claim = _if_allowed(
            lambda: claiming.claim(task=task, membership=self.membership(name), at=at)
        )
        if claim is None:
            return
        kind = self.kinds[task.pk]
        then = at
        # The first note always, the others when they remember to.
        for note in kind.notes[:1] + tuple(
            note for note in kind.notes[1:] if self.chance.random() < OFTEN
        ):
            then = self.later(then, 7)
            self.calendar.plan(then, partial(self.note, claim, note))
        if self.chance.random() < 0.06:  # noqa: PLR2004
            self.calendar.plan(
                self.later(then, 30), lambda now: self.put_back(claim, now)
            )
            return
        if task.centrality > Centrality.PERIPHERY:
            self.draw_observer(task, at)
        self.calendar.plan(self.later(then, 14), lambda now: self.hand_in(claim, now))

    def note(self, claim: Claim, text: str, at: datetime) -> None:
        _if_allowed(
            lambda: narrating.note(
                task=claim.task, membership=_holder(claim), body=text, at=at
            )
        )

    def put_back(self, claim: Claim, at: datetime) -> None:
        _if_allowed(
            lambda: claiming.release(
                claim=claim,
                membership=_holder(claim),
                words="Harvest came early. My notes are good as far as they go.",
                at=at,
            )
        )

    def draw_observer(self, task: Task, at: datetime) -> None:
        watchers = [
            name
            for name, pk in self.members.items()
            if self.cast[name].pace and not self.cast[name].is_agent and pk
        ]
        watcher = self.membership(self.chance.choice(watchers))
        if watcher.zone < task.centrality:
            _if_allowed(lambda: observing.observe(task=task, membership=watcher, at=at))

    def hand_in(self, claim: Claim, at: datetime) -> None:
        claim.refresh_from_db()
        kind = self.kinds[claim.task_id]
        points = submitting.open_points(task=claim.task, author=_holder(claim))
        submission = _if_allowed(
            lambda: submitting.hand_in(
                claim=claim,
                generation=claim.generation,
                body=kind.body,
                narration=self.chance.choice(work.NARRATIONS),
                unsure=kind.unsure,
                answers={
                    point.pk: self.chance.choice(work.ANSWERS) for point in points
                },
                at=at,
            )
        )
        if submission is not None:
            self.ask_for_readers(submission, at)
            if self.chance.random() < NOW_AND_THEN:
                self.calendar.plan(
                    self.later(at, 3), partial(self.have_a_look, submission.pk)
                )

    # Review

    def have_a_look(self, submission_pk: int, at: datetime) -> None:
        """Somebody on the way in reads before the verdict; the author mends a little."""
        submission = Submission.objects.select_related("task").get(pk=submission_pk)
        looking = [
            own
            for own in Membership.objects.present()
            .of_people()
            .filter(domain=self.domain, zone=Zone.INBOUND)
            .exclude(pk=submission.author_id)
            .select_related("domain", "member")
            .order_by("pk")
            if self.is_around(self.cast[own.name], at)
        ]
        if not submission.is_waiting or not looking:
            return
        reader = self.chance.choice(looking)
        look = _if_allowed(
            partial(
                reviewing.give_first_look,
                submission=submission,
                reader=reader,
                works=self.chance.choice(work.LOOKS),
                at=at,
            )
        )
        if look is not None:
            self.calendar.plan(self.later(at, 2), partial(self.mend, submission_pk))

    def mend(self, submission_pk: int, at: datetime) -> None:
        submission = Submission.objects.select_related("task").get(pk=submission_pk)
        _if_allowed(
            partial(
                submitting.edit,
                submission=submission,
                membership=self.membership(submission.author.name),
                body=f"{submission.body}\n\n{self.chance.choice(work.MENDS)}",
                narration=submission.narration,
                unsure=submission.unsure,
                at=at,
            )
        )

    def ask_for_readers(self, submission: Submission, at: datetime) -> None:
        wait = self.chance.expovariate(1 / 16) + 1
        self.calendar.plan(
            self.later(at, wait), lambda now: self.be_read(submission, now)
        )

    def be_read(self, submission: Submission, at: datetime) -> None:
        """Whoever has room and may reads it; nobody has, and it waits on."""
        submission.refresh_from_db()
        if not submission.is_waiting:
            return
        review = self.taken_up(submission, at)
        if review is None:
            self.calendar.plan(at + 11 * HOUR, partial(self.be_read, submission))
            return
        minutes = timedelta(
            minutes=self.chance.uniform(3, 9) * submission.task.centrality
        )
        verdict = self.verdict_on(submission)
        self.calendar.plan(at + minutes, partial(self.judge, review.pk, verdict))

    def taken_up(self, submission: Submission, at: datetime) -> Review | None:
        for reader in self.readers(submission, at):
            review = _if_allowed(
                partial(reviewing.take, submission=submission, reviewer=reader, at=at)
            )
            if review is not None:
                room = reader.pk, _week(at)
                self.rooms[room] = self.rooms.get(room, 0) + 1
                return review
        return None

    def readers(self, submission: Submission, at: datetime) -> list[Membership]:
        """Whoever may and has room, in no order: the deed asks all that again.

        For what has waited a fortnight everybody makes room.
        """
        waited = at - submission.handed_in_at
        core = legitimacy_of_review.core_size(submission)
        full = [
            reader
            for reader in Membership.objects.full()
            .filter(domain=self.domain)
            .exclude(pk__in=[author.pk for author in submission.authors])
            .select_related("domain", "member")
            .order_by("pk")
            if self.cast[reader.name].reviews
            and verdict_places.is_far_enough_in(
                reader=reader.zone, core=core, core_authors=submission.core_authors
            )
            and self.is_around(self.cast[reader.name], at)
            and (
                waited > 14 * DAY
                or self.rooms.get((reader.pk, _week(at)), 0)
                < self.cast[reader.name].reviews * 2
            )
        ]
        self.chance.shuffle(full)
        # Those who know the area first; the others read only what would wait too long.
        area = submission.task.area.name
        near = [reader for reader in full if area in self.cast[reader.name].areas]
        return near + [r for r in full if r not in near] if waited > 2 * DAY else near

    def verdict_on(self, submission: Submission) -> str:
        """Practice makes competent: the more was recognised, the more will be."""
        sent = submission.reviews.sent().filter(is_first_look=False).first()
        if sent is not None:
            return sent.verdict
        care = self.cast[submission.author.name].care
        care += 0.02 * self.recognised.get(submission.author_id, 0)
        luck = self.chance.random()
        if submission.round > 1 or luck < min(care, 0.96):
            return Verdict.RECOGNISED
        return Verdict.RETURNED if luck < 0.97 else Verdict.ACCOMMODATED  # noqa: PLR2004

    def judge(self, review_pk: int, verdict: str, at: datetime) -> None:
        review = Review.objects.select_related("submission__task").get(pk=review_pk)
        submission = review.submission
        count = self.chance.randint(1, 2)
        sent = _if_allowed(
            lambda: reviewing.send(
                review=review,
                verdict=verdict,
                works=self.chance.choice(work.WORKS_WORDS),
                version=submission.version,
                points=self.chance.sample(work.POINTS, count)
                if verdict == Verdict.RETURNED
                else (),
                looked_at=self.chance.choice(work.LOOKED_AT)
                if self.chance.random() < 0.5  # noqa: PLR2004
                else "",
                reason=self.chance.choice(work.HELP_GIVEN)
                if verdict == Verdict.ACCOMMODATED
                else "",
                at=at,
            )
        )
        submission.refresh_from_db()
        self.calendar.plan(self.later(at, 6), partial(self.read_it, submission))
        if sent is None:
            # The author changed it meanwhile: it has to be read again.
            reviewing.put_back(review=review, at=at)
        if submission.is_waiting:
            self.ask_for_readers(submission, at)
        elif sent is None:
            return
        elif submission.outcome == Verdict.RETURNED:
            self.calendar.plan(
                self.later(at, 30), lambda now: self.hand_in(submission.claim, now)
            )
        else:
            author = submission.author_id
            self.recognised[author] = self.recognised.get(author, 0) + 1
            if self.chance.random() < 0.8:  # noqa: PLR2004
                self.calendar.plan(
                    at + DAY * self.chance.randint(2, 30),
                    lambda now: self.put_to_use(submission.task, now),
                )

    def read_it(self, submission: Submission, at: datetime) -> None:
        author = self.membership(submission.author.name)
        reviewing.note_opened(submission=submission, reader=author, at=at)

    def read_again(self, name: str, at: datetime) -> None:
        """Read settled work once more, not knowing whose it is and what was said."""
        again = _if_allowed(
            lambda: rereading.draw(membership=self.membership(name), at=at)
        )
        if again is not None:
            minutes = timedelta(minutes=self.chance_again.uniform(4, 12))
            self.calendar.plan(at + minutes, partial(self.judge_again, name, again))

    def judge_again(self, name: str, again: Rereading, at: datetime) -> None:
        agreed = self.chance_again.random() < MOSTLY_AGREE
        other = (
            Verdict.RETURNED
            if again.first.verdict == Verdict.RECOGNISED
            else Verdict.RECOGNISED
        )
        _if_allowed(
            lambda: rereading.send(
                rereading=again,
                reader=self.membership(name),
                verdict=again.first.verdict if agreed else other,
                words=self.chance_again.choice(work.READ_AGAIN),
                at=at,
            )
        )

    def put_to_use(self, task: Task, at: datetime) -> None:
        task.refresh_from_db()
        _if_allowed(
            lambda: proposing.mark_used(
                task=task,
                membership=self.membership(task.raised_by.name),
                used_in=self.kinds[task.pk].used_in,
                at=at,
            )
        )

    # Weeks

    def is_around(self, person: Person, at: datetime) -> bool:
        return person.quiet_weeks_ago < 0 or at < self.ago(person.quiet_weeks_ago)

    def begin_week(self, at: datetime) -> None:
        claiming.remind(at=at)
        claiming.release_overdue(at=at)
        reviewing.release_overdue(at=at)
        positioning.reposition(domain=self.domain, at=at, everybody=True)
        self.tend_the_board(at)
        for name, person in self.cast.items():
            if name not in self.members or not self.is_around(person, at):
                continue
            pace = person.pace * UNHURRIED
            times = int(pace) + (self.chance.random() < pace % 1)
            for _ in range(times):
                then = self.later(at, self.chance.uniform(2, 140))
                self.calendar.plan(then, partial(self.take_up, name))
        if at < self.now - LEFT_TO_READ_AGAIN and Rereading.objects.unsent().exists():
            readers = [n for n in self.members if self.cast[n].reviews >= WELL_READ]
            for name in self.chance_again.sample(readers, min(3, len(readers))):
                then = at + HOUR * self.chance_again.uniform(9, 140)
                self.calendar.plan(then, partial(self.read_again, name))
        if at + WEEK < self.now:
            self.calendar.plan(at + WEEK, self.begin_week)

    def read_the_post(self) -> None:
        """Everybody has read what they were told, but for the last day and a half."""
        old = Notification.objects.filter(created_at__lt=self.now - 36 * HOUR)
        last = old.order_by("-pk").values_list("pk", flat=True).first()
        for name in self.members if last else ():
            member = self.membership(name).member
            if member is not None:
                notifying.read(member=member, at=self.now, until=last)

    def go_away(self, person: Person) -> None:
        own = self.membership(person.name)
        preferring.arrange(
            membership=own,
            areas=own.areas.all(),
            hours=own.hours,
            trajectory_sight=own.trajectory_sight,
            away_until=(self.now + 4 * WEEK).date(),
            room=own.room,
        )


def _of(kind: Work) -> Centrality:
    return derive(consequence=kind.consequence, reliance=kind.reliance)


def _holder(claim: Claim) -> Membership:
    assert claim.membership_id is not None  # noqa: S101 - a claim in the story has one
    return Membership.objects.select_related("domain", "member").get(
        pk=claim.membership_id
    )


def day_of(at: datetime) -> str:
    return f"{at.day} {at:%B}"


def _week(at: datetime) -> int:
    return int(at.timestamp() // WEEK.total_seconds())


def _if_allowed(deed: Callable[[], Done]) -> Done | None:
    """What the deed gives, or None where the rules say no: that is part of life."""
    try:
        return deed()
    except Refused:
        return None
