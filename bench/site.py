"""A synthetic site: one community of any size, always the same for the same numbers.

Rows are loaded, not lived: this is the one place that writes them by hand, because
what is asked of them is only to be many and to hang together as real ones do. Where
everybody stands is then worked out from the ledger, and the health measured, by the
product itself.

What is on the board and what waits for a reader does not grow with the community
unless asked to: a practice of ten thousand keeps its board as short as one of a hundred.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from itertools import accumulate
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection, models

from bench.words import Words
from cop.health import jobs
from domain.centrality import Consequence, Reliance, Zone, derive
from domain.models import Area, Domain
from members import asking, positioning
from members.models import Member, Membership, Notification, Participation, Stake
from members.models.pulse import Question
from members.position import amounts
from repertoire.models import Coinage, Contradiction, Entry, EntryLink, Revision
from tasks import gathering, verdict_places
from tasks.models import (
    Citation,
    Claim,
    Gathering,
    LogEntry,
    Observation,
    Point,
    Review,
    Submission,
    Task,
    Verdict,
)

SLUG = "bench"
AGE = timedelta(days=3 * 365)
FEWEST_MEMBERS = 200
AREAS = ("Sampling", "Transcription", "Analysis", "Field kit", "Outreach", "Archive")

#: Who is meant to stand where, how often somebody from there is an author, and how
#: often a reader: with these the engine puts about as many into each zone as meant.
SHARES = {Zone.CORE: 0.015, Zone.ACTIVE: 0.035, Zone.INBOUND: 0.10}
WORKS = {Zone.CORE: 40, Zone.ACTIVE: 16, Zone.INBOUND: 16, Zone.PERIPHERY: 0.7}
READS = {Zone.CORE: 12, Zone.ACTIVE: 1}
FEWEST_FULL = 6

#: How many of each kind there are among a thousand entries.
KINDS = {
    Entry.Kind.TERM: 300,
    Entry.Kind.TOOL: 200,
    Entry.Kind.APPROACH: 300,
    Entry.Kind.STORY: 200,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is. Of tasks there ever were, two and a half for each member."""

    members: int
    board: int = 300
    waiting: int = 80
    entries: int = 1000
    seed: int = 20261116


@dataclass(frozen=True, slots=True)
class Site:
    """What to look at, and as whom."""

    domain: Domain
    newcomer: Membership
    veteran: Membership
    organizer: Membership
    open_task: Task
    done_task: Task
    waiting: Submission
    entry: Entry
    proposal: Revision
    gathering: Gathering


@dataclass(slots=True)
class Work:
    """One piece of work, from the board to its verdict."""

    task: Task
    author: Membership
    begun_at: datetime
    handed_in_at: datetime
    #: None while it waits for its verdict.
    settled_at: datetime | None
    outcome: Verdict
    readers: list[Membership]
    rounds: int = 1
    claim: Claim = field(default_factory=Claim)
    submissions: list[Submission] = field(default_factory=list)


def fill(size: Size, *, at: datetime) -> None:
    """Fill the empty database; then let the product work out positions and health."""
    load = _Load(size, at)
    load.people()
    load.repertoire()
    load.work()
    load.board()
    load.news()
    _look_over()
    positioning.replay(domain=load.domain, at=at)
    load.gatherings()
    load.question()
    jobs.night(load.domain, at=at)
    _look_over()


def found() -> Site | None:
    """What there is to look at in a filled database; None if it is empty."""
    domain = Domain.objects.filter(slug=SLUG).first()
    if domain is None or not domain.readings.exists():
        return None
    present = Membership.objects.filter(domain=domain).select_related(
        "member", "domain"
    )
    active = present.filter(zone=Zone.ACTIVE).order_by("position", "pk")
    tasks = Task.objects.filter(domain=domain).select_related("domain").order_by("pk")
    veteran = active[active.count() // 2]
    to_read = Submission.objects.reviewable_by(veteran).select_related("task__domain")
    terms = Entry.objects.filter(domain=domain, kind=Entry.Kind.TERM)
    used = terms.annotate(uses=models.Count("citations")).select_related("domain")
    return Site(
        domain=domain,
        newcomer=present.order_by("pk")[0],
        veteran=veteran,
        organizer=present.filter(is_organizer=True).order_by("-position", "pk")[0],
        open_task=tasks.filter(state=Task.State.OPEN)[0],
        done_task=tasks.filter(state=Task.State.DONE)[0],
        waiting=to_read.order_by("pk")[0],
        entry=used.order_by("-uses", "pk")[0],
        proposal=Revision.objects.waiting()
        .filter(entry__domain=domain)
        .select_related("entry__domain")
        .order_by("pk")[0],
        gathering=Gathering.objects.filter(domain=domain).order_by("starts_at")[0],
    )


def _look_over() -> None:
    """What autovacuum does on a site that runs: the planner must know what is there."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def put(rows: Iterable[Any]) -> list[Any]:
    """Copy new rows in, each with the next key: ten times as fast as bulk_create."""
    made = list(rows)
    if not made:
        return made
    model: Any = type(made[0])
    meta = model._meta  # noqa: SLF001 - Django documents it
    columns = [field for field in meta.concrete_fields if not field.generated]
    table, key = meta.db_table, columns[0].column
    last = model.objects.aggregate(last=models.Max("pk"))["last"] or 0
    names = ", ".join(f'"{field.column}"' for field in columns)
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for pk, row in enumerate(made, last + 1):
                row.pk = pk
                copy.write_row(
                    [_plain(getattr(row, field.attname)) for field in columns]
                )
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), {last + len(made)})"
        )
    return made


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


class _Load:
    def __init__(self, size: Size, at: datetime) -> None:
        self.size, self.at = size, at
        self.dice = random.Random(size.seed)
        self.words = Words(self.dice, titles=size.entries + 200)
        self.founded_at = at - AGE
        self.domain = Domain.objects.create(
            name="Bench Watch",
            slug=SLUG,
            concern=self.words.text(2),
            stakes=self.words.text(2),
            served=self.words.text(),
            founded_at=self.founded_at,
        )
        self.areas: list[Area] = put(
            Area(
                domain=self.domain,
                name=name,
                slug=name.lower().replace(" ", "-"),
                place=n,
            )
            for n, name in enumerate(AREAS)
        )

    def people(self) -> None:
        """Everybody, with the zone they are meant to come to."""
        count, dice = self.size.members, self.dice
        self.meant = self._zones(count)
        members = put(
            Member(
                handle=f"member-{n:05}",
                name=self.words.name(),
                email=f"member-{n:05}@example.org",
                password="!",
                created_at=self.founded_at,
            )
            for n in range(count)
        )
        put(
            EmailAddress(user=member, email=member.email, verified=True, primary=True)
            for member in members
        )
        self.everybody = put(
            self._membership(member, zone)
            for member, zone in zip(members, self.meant, strict=True)
        )
        areas_of = Membership.areas.through
        put(
            areas_of(membership=who, area=area)
            for who in self.everybody
            for area in dice.sample(self.areas, dice.randint(1, 3))
        )
        put(
            Stake(membership=who, sentence=self.words.text(), said_at=who.joined_at)
            for who in self.everybody
        )
        self.meant_of = dict(
            zip((m.pk for m in self.everybody), self.meant, strict=True)
        )
        #: Those who may take work of a centrality, with their weights summed up.
        self.reaching = {zone: self._weighed(WORKS, zone) for zone in Zone}
        self.reading = {
            zone: self._weighed(READS, zone) for zone in (Zone.ACTIVE, Zone.CORE)
        }
        self.newcomer = self.everybody[0]

    def _zones(self, count: int) -> list[Zone]:
        zones = []
        for zone, share in SHARES.items():
            fewest = FEWEST_FULL if zone.is_full else 0
            zones += [zone] * max(fewest, round(count * share))
        zones += [Zone.PERIPHERY] * (count - len(zones))
        self.dice.shuffle(zones)
        # Somebody at the edge comes first, and is the newcomer.
        first = zones.index(Zone.PERIPHERY)
        zones[0], zones[first] = zones[first], zones[0]
        return zones

    def _membership(self, member: Member, zone: Zone) -> Membership:
        dice = self.dice
        is_core = zone == Zone.CORE
        joined_at = self.founded_at if is_core else self.at - AGE * dice.random()
        sights = Membership.Sight.EVERYONE, Membership.Sight.MEMBERS
        return Membership(
            domain=self.domain,
            member=member,
            handle=member.handle,
            name=member.name,
            joined_at=joined_at,
            zone_since=joined_at,
            is_organizer=is_core and self._in(0.2),
            founder_until=self.founded_at + timedelta(days=180) if is_core else None,
            hours=dice.choice(Membership.Hours.values),
            trajectory_sight=sights[0] if zone.is_full else sights[1],
            last_recognised_at=None,
        )

    def _weighed(
        self, weights: dict[Zone, float], least: Zone
    ) -> tuple[list[Membership], list[float]]:
        found = [who for who in self.everybody if self.meant_of[who.pk] >= least]
        return found, list(accumulate(weights[self.meant_of[who.pk]] for who in found))

    def _in(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.dice.random() < share

    def _one_of(self, found: tuple[list[Membership], list[float]]) -> Membership:
        who, weights = found
        return self.dice.choices(who, cum_weights=weights)[0]

    def repertoire(self) -> None:
        """Entries with their revisions, and what each points to."""
        dice, words = self.dice, self.words
        kinds = [kind for kind, share in KINDS.items() for _ in range(share)]
        titles = words.titles[: self.size.entries]
        kinds = [kinds[n * len(kinds) // len(titles)] for n in range(len(titles))]
        words.refer_to(
            [
                title
                for title, kind in zip(titles, kinds, strict=True)
                if kind == Entry.Kind.TERM
            ]
        )
        self.entries = put(
            Entry(
                domain=self.domain,
                kind=kind,
                title=title,
                slug=title.lower().replace(" ", "-"),
                area=dice.choice(self.areas),
                meaning=words.text(),
                written_by=self._one_of(self.reading[Zone.ACTIVE]),
                written_at=(written_at := self.at - AGE * dice.random()),
                changed_at=written_at + (self.at - written_at) * dice.random(),
            )
            for title, kind in zip(titles, kinds, strict=True)
        )
        revisions = put(
            Revision(
                entry=entry,
                number=number,
                author=entry.written_by,
                author_zone=Zone.ACTIVE,
                title=entry.title,
                meaning=entry.meaning,
                body=words.article(dice.randint(3, 9)),
                why=words.text(),
                written_at=entry.written_at
                + (entry.changed_at - entry.written_at) * number / 5,
            )
            for entry in self.entries
            for number in range(1, dice.randint(1, 5) + 1)
        )
        for revision in revisions:
            revision.entry.current = revision
        Entry.objects.bulk_update(self.entries, ["current"], 1000)
        terms = [e for e in self.entries if e.kind == Entry.Kind.TERM]
        put(
            EntryLink(source=entry, target=target)
            for entry in self.entries
            for target in dice.sample(terms, min(4, len(terms)))
        )
        put(
            EntryLink(
                source=entry, wanted=dice.choice(words.titles[self.size.entries :])
            )
            for entry in dice.sample(self.entries, len(self.entries) // 5)
        )
        self._waits_to_be_tended()

    def _waits_to_be_tended(self) -> None:
        """In each twentieth entry something is proposed, in another somebody doubts it;
        and words are in use that no entry explains."""
        dice, words = self.dice, self.words
        some = dice.sample(self.entries, 2 * max(1, len(self.entries) // 20))
        newcomers = [
            who for who in self.everybody if self.meant_of[who.pk] == Zone.PERIPHERY
        ]
        put(
            Revision(
                entry=entry,
                state=Revision.State.PROPOSED,
                base=entry.current,
                author=dice.choice(newcomers),
                author_zone=Zone.PERIPHERY,
                title=entry.title,
                meaning=entry.meaning,
                body=f"{entry.current.body}\n\n{words.article(2)}",
                why=words.text(),
                written_at=self.at - dice.random() * timedelta(days=9),
            )
            for entry in some[::2]
            if entry.current
        )
        put(
            Contradiction(
                entry=entry,
                said_by=dice.choice(newcomers),
                words=words.text(),
                said_at=self.at - dice.random() * timedelta(days=30),
            )
            for entry in some[1::2]
        )
        place = {"path": "/", "title": words.text(), "sentence": words.text()}
        Coinage.objects.bulk_create(
            Coinage(
                domain=self.domain,
                key=said,
                words=said,
                said=dice.randint(9, 90),
                people=dice.randint(3, 9),
                texts=dice.randint(4, 40),
                elsewhere=1e-7,
                weight=100 * dice.random(),
                places=[place],
                heard_at=self.at,
            )
            for said in words.titles[self.size.entries :][:60]
        )

    def work(self) -> None:
        """What was done and recognised, what came back, and what waits for a reader."""
        count = int(self.size.members * 2.5) - self.size.board
        works = [self._work() for _ in range(max(count, 0))]
        works += [self._work(waits=True) for _ in range(self.size.waiting)]
        # The newcomer has been recognised for some, and is to mend one.
        works += [self._work(author=self.newcomer) for _ in range(3)]
        returned = self._work(author=self.newcomer)
        returned.outcome = Verdict.RETURNED
        works.append(returned)
        self._load(works)

    def _work(self, *, author: Membership | None = None, waits: bool = False) -> Work:
        dice = self.dice
        task = self._task()
        author = author or self._one_of(self.reaching[Zone(task.centrality)])
        if author == self.newcomer:
            task.centrality = Zone.PERIPHERY
        since = max(author.joined_at, self.founded_at + timedelta(days=20))
        begun_at = since + (self.at - since) * dice.random() * 0.98
        handed_in_at = begun_at + (self.at - begun_at) * dice.random() * 0.05
        if waits:
            handed_in_at = self.at - timedelta(hours=dice.uniform(1, 120))
            begun_at = handed_in_at - timedelta(days=3)
        task.raised_at = task.opened_at = begun_at - timedelta(
            days=dice.uniform(0.1, 20)
        )
        least = Zone.CORE if task.centrality >= Zone.CORE else Zone.ACTIVE
        readers: dict[int, Membership] = {}
        while len(readers) < verdict_places.needed(task.centrality):
            reader = self._one_of(self.reading[least])
            if reader != author:
                readers[reader.pk] = reader
        return Work(
            task=task,
            author=author,
            begun_at=begun_at,
            handed_in_at=handed_in_at,
            settled_at=None
            if waits
            else handed_in_at + (self.at - handed_in_at) * dice.random() * 0.01,
            outcome=Verdict.RECOGNISED,
            readers=list(readers.values()),
            rounds=2 if self._in(0.2) else 1,
        )

    def _task(self) -> Task:
        dice, words = self.dice, self.words
        consequence = dice.choices(Consequence.values, (5, 3, 2, 1))[0]
        reliance = dice.choices(Reliance.values, (4, 3, 2, 1))[0]
        raised_by = self._one_of(self.reading[Zone.ACTIVE])
        return Task(
            domain=self.domain,
            title=words.phrase(5)[:80],
            brief=words.text(5),
            beneficiary=words.phrase(4),
            use=words.phrase(6),
            done_means=words.text(2),
            if_wrong=words.text(),
            area=dice.choice(self.areas),
            consequence=consequence,
            reliance=reliance,
            centrality=derive(consequence=consequence, reliance=reliance),
            effort_minutes=dice.choice((15, 20, 30, 45, 60, 90, 120, 240)),
            raised_by=raised_by,
            opened_by=raised_by,
            is_awaited=self._in(0.1),
        )

    def _load(self, works: list[Work]) -> None:
        for work in works:
            is_done = work.settled_at and work.outcome == Verdict.RECOGNISED
            work.task.generation = 1
            work.task.state = Task.State.IN_REVIEW
            if is_done:
                work.task.state, work.task.closed_at = Task.State.DONE, work.settled_at
            elif work.settled_at:
                work.task.state = Task.State.HELD
        put(work.task for work in works)
        for work in works:
            is_over = work.task.state == Task.State.DONE
            work.claim = Claim(
                task=work.task,
                membership=work.author,
                seat=1,
                generation=1,
                claimed_at=work.begun_at,
                due_at=max(work.handed_in_at, self.at) + timedelta(days=3),
                ended_at=work.settled_at if is_over else None,
                ending=Claim.Ending.DONE if is_over else "",
            )
        put(work.claim for work in works)
        put(self._note(work.claim, work.begun_at) for work in works)
        self._hand_in(works)
        self._read(works)
        self._cite(works)
        self._write_down(works)
        self._remember(works)

    def _note(self, claim: Claim, at: datetime) -> LogEntry:
        return LogEntry(
            task=claim.task,
            claim=claim,
            author=claim.membership,
            body=self.words.text(2),
            written_at=at,
        )

    def _hand_in(self, works: list[Work]) -> None:
        known: set[int] = set()
        for work in sorted(works, key=lambda work: work.handed_in_at):
            is_first = work.author.pk not in known
            known.add(work.author.pk)
            for number in range(1, work.rounds + 1):
                is_last = number == work.rounds
                work.submissions.append(
                    Submission(
                        task=work.task,
                        claim=work.claim,
                        author=work.author,
                        round=number,
                        body=self.words.text(6),
                        narration=self.words.text(4),
                        handed_in_at=work.handed_in_at
                        - timedelta(hours=work.rounds - number),
                        is_first=is_first,
                        is_threshold=is_first
                        and bool(work.settled_at)
                        and work.rounds == 1
                        and work.outcome == Verdict.RECOGNISED,
                        places=len(work.readers),
                        outcome=(work.outcome if is_last else Verdict.RETURNED)
                        if work.settled_at or not is_last
                        else "",
                        settled_at=(work.settled_at if is_last else work.handed_in_at),
                    )
                )
        put(submission for work in works for submission in work.submissions)

    def _read(self, works: list[Work]) -> None:
        self.reviews: dict[int, list[Review]] = defaultdict(list)
        for work in works:
            for submission in work.submissions:
                if not submission.settled_at:
                    continue
                asks = submission.outcome == Verdict.RETURNED
                for place, reader in enumerate(work.readers[: 1 if asks else None], 1):
                    self.reviews[submission.pk].append(
                        Review(
                            submission=submission,
                            reviewer=reader,
                            place=place,
                            claimed_at=submission.settled_at - timedelta(minutes=9),
                            due_at=submission.settled_at + timedelta(minutes=50),
                            verdict=submission.outcome,
                            version_read=1,
                            works=self.words.text(),
                            reason=self.words.text(),
                            looked_at=self.words.text(),
                            sent_at=submission.settled_at,
                            opened_at=submission.settled_at,
                        )
                    )
        put(review for reviews in self.reviews.values() for review in reviews)
        answered = {
            work.submissions[0].pk: work.submissions[-1]
            for work in works
            if work.rounds > 1
        }
        put(
            Point(
                review=review,
                number=number,
                text=self.words.text(),
                answer=self.words.text() if review.submission_id in answered else "",
                answered_in=answered.get(review.submission_id),
            )
            for reviews in self.reviews.values()
            for review in reviews
            if review.verdict == Verdict.RETURNED
            for number in (1, 2)
        )

    def _cite(self, works: list[Work]) -> None:
        dice = self.dice
        put(
            Citation(
                domain=self.domain,
                entry=entry,
                member=work.author,
                task=work.task,
                submission=work.submissions[-1],
                explicit=self._in(0.5),
                cited_at=work.handed_in_at,
            )
            for work in works
            for entry in dice.sample(self.entries, dice.randint(0, 3))
        )

    def _write_down(self, works: list[Work]) -> None:
        """The ledger, as the deeds would have written it."""
        put(
            Participation(
                domain=self.domain,
                key=f"joined:{who.pk}",
                kind=Participation.Kind.JOINED,
                giver=who,
                item=f"membership:{who.pk}",
                occurred_at=who.joined_at,
                recorded_at=who.joined_at,
            )
            for who in self.everybody
        )
        put(line for work in works for line in self._lines(work))

    def _lines(self, work: Work) -> Iterable[Participation]:
        task, kinds = work.task, Participation.Kind
        about_task = {"item": f"task:{task.pk}", "path": f"/c/{SLUG}/tasks/{task.pk}/"}
        yield self._line(
            task,
            kinds.RAISED,
            f"task:{task.pk}",
            task.raised_by,
            task.raised_at,
            **about_task,
        )
        yield self._line(
            task,
            kinds.CLAIMED,
            f"claimed:{work.claim.pk}",
            work.author,
            work.begun_at,
            **about_task,
        )
        for submission in work.submissions:
            about = {
                "item": f"submission:{submission.pk}",
                "path": f"/c/{SLUG}/tasks/{task.pk}/submissions/{submission.pk}/",
                "rounds": submission.round,
            }
            yield self._line(
                task,
                kinds.HANDED_IN,
                f"handed_in:{submission.pk}",
                work.author,
                submission.handed_in_at,
                **about,
            )
            for review in self.reviews[submission.pk]:
                recognised = review.verdict == Verdict.RECOGNISED
                yield self._line(
                    task,
                    kinds.REVIEWED,
                    f"review:{review.pk}",
                    review.reviewer,
                    submission.settled_at,
                    receiver=work.author,
                    channel=Participation.Channel.STEWARDSHIP,
                    amount=amounts.review(place=review.place),
                    **about,
                )
                yield self._line(
                    task,
                    kinds.RECOGNISED if recognised else kinds.RETURNED,
                    f"{review.verdict}:{review.pk}",
                    review.reviewer,
                    submission.settled_at,
                    receiver=work.author,
                    channel=Participation.Channel.WORK if recognised else "",
                    amount=amounts.work(
                        centrality=task.centrality,
                        remediations=submission.round - 1,
                        recognisers=len(work.readers),
                    )
                    if recognised
                    else 0.0,
                    **about,
                )

    def _line(
        self,
        task: Task,
        kind: str,
        key: str,
        giver: Membership,
        at: datetime,
        **more: Any,
    ) -> Participation:
        return Participation(
            domain=self.domain,
            key=key,
            kind=kind,
            giver=giver,
            occurred_at=at,
            recorded_at=at,
            title=task.title,
            centrality=task.centrality,
            area=task.area,
            **more,
        )

    def _remember(self, works: list[Work]) -> None:
        """What memberships keep of what happened to them."""
        told: dict[int, Membership] = {}
        for work in works:
            if work.settled_at and work.outcome == Verdict.RECOGNISED:
                who = told[work.author.pk] = work.author
                last, first = who.last_recognised_at, who.threshold_at
                who.last_recognised_at = max(last or work.settled_at, work.settled_at)
                who.threshold_at = min(first or work.settled_at, work.settled_at)
        Membership.objects.bulk_update(
            told.values(), ["last_recognised_at", "threshold_at"], 1000
        )

    def board(self) -> None:
        """What is open, and what is in somebody's hands."""
        dice = self.dice
        tasks = [self._task() for _ in range(self.size.board)]
        held = tasks[: len(tasks) // 5]
        for task in tasks:
            task.raised_at = self.at - timedelta(days=dice.uniform(1, 60))
            task.opened_at = task.raised_at + timedelta(hours=1)
            task.state = Task.State.OPEN
            task.seats = dice.choice((1, 1, 1, 2, 3))
            task.for_newcomers = task.centrality == Zone.PERIPHERY and self._in(0.2)
        for task in held:
            task.state, task.generation, task.seats = Task.State.HELD, 1, 1
        put(tasks)
        begun_at = self.at - timedelta(days=2)
        claims = put(
            Claim(
                task=task,
                membership=self._one_of(self.reaching[Zone(task.centrality)]),
                seat=1,
                generation=1,
                claimed_at=begun_at,
                due_at=self.at + timedelta(days=5),
            )
            for task in held
        )
        put(
            self._note(claim, begun_at + timedelta(hours=dice.uniform(1, 40)))
            for claim in claims
            for _ in range(3)
        )
        put(
            Observation(task=task, membership=who, seat=seat, since_at=begun_at)
            for task in held
            for seat, who in enumerate(dice.sample(self.everybody, 2), 1)
        )

    def gatherings(self) -> None:
        """One that went by, with who was there, and one that comes."""
        found = Membership.objects.filter(domain=self.domain)
        caller = found.filter(zone=Zone.CORE).select_related("domain")[0]
        tasks = list(Task.objects.filter(domain=self.domain, state=Task.State.OPEN)[:5])
        for ago in (20, -5):
            called = self.at - timedelta(days=25)
            held = gathering.announce(
                membership=caller,
                plan=gathering.Plan(
                    title=self.words.phrase(4),
                    what_for=self.words.text(),
                    place=self.words.phrase(3),
                    starts_at=self.at - timedelta(days=ago),
                    length=timedelta(hours=2),
                    tasks=tasks,
                ),
                at=called,
            )
            if ago > 0:
                gathering.tell(
                    gathering=held,
                    membership=caller,
                    there=self.everybody[:20],
                    came_of_it=self.words.text(),
                    version=held.version,
                    at=self.at,
                )

    def question(self) -> None:
        """A quarter's question, open still."""
        organizer = Membership.objects.filter(domain=self.domain, is_organizer=True)[0]
        asking.plan(
            organizer=organizer,
            preset=Question.UNASKED,
            own_words="",
            is_asked=True,
            at=self.at,
        )
        asking.open_by_hand(organizer=organizer, at=self.at)

    def news(self) -> None:
        """Two notifications for everybody, many for the newcomer; a few unread."""
        for_whom = [*self.everybody, *self.everybody, *[self.newcomer] * 150]
        put(
            Notification(
                member=who.member,
                domain=self.domain,
                actor=self.dice.choice(self.everybody),
                kind=self.dice.choice(Notification.Kind.values),
                key=f"news:{number}",
                title=self.words.phrase(5),
                quote=self.words.text(),
                sentence=self.words.text(),
                path=f"/c/{SLUG}/tasks/",
                created_at=(
                    created_at := self.at - timedelta(days=self.dice.uniform(0, 60))
                ),
                read_at=created_at if self._in(0.9) else None,
                mailed_at=created_at,
            )
            for number, who in enumerate(for_whom)
        )
