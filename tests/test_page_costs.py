"""No page of the main job asks the database more often with 300 rows than with 3.

Two communities live beside each other: one has three of everything a page can show, the
other three hundred. Every page is read in both by the same readers.
"""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cop.health import measuring, moving
from cop.programs.models import Call
from domain.centrality import Centrality, Consequence, Reliance, Zone
from members.models import (
    Agent,
    Dispute,
    Member,
    Membership,
    Notification,
    Participation,
    Pause,
    Pulse,
    Scope,
    Stake,
    Token,
    TrajectoryPoint,
    Voiding,
)
from repertoire.models import Entry, EntryLink, Revision
from tasks.models import (
    Ask,
    Attachment,
    Attendance,
    Change,
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
from tests.makers import (
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_reckoning,
    make_review,
    make_task,
)

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 300
WORDS = "Read the whole sheet once before typing the field blank of that day."


class Community:
    """A community with ``rows`` of everything, laid down in bulk."""

    def __init__(self, rows):
        self.rows, self.now = rows, timezone.now()
        self.domain = make_domain(founded_at=self.now - timedelta(days=400))
        self.area = self.domain.areas.order_by("place")[0]
        self.people()
        self.repertoire()
        self.board()
        self.busy_task()
        self.agents()
        self.gatherings()
        self.queue()
        self.past()
        self.pulses()
        self.disputes()
        self.news()
        self.browsers = {"visitor": Client()}
        for reader in ("newcomer", "veteran", "organizer"):
            self.browsers[reader] = Client()
            self.browsers[reader].force_login(getattr(self, reader).member)
        measuring.measure(domain=self.domain, at=self.now)
        moving.offer(domain=self.domain, at=self.now)

    def ago(self, days):
        return self.now - timedelta(days=days)

    def each(self):
        return range(self.rows)

    def people(self):
        here = {"domain": self.domain, "joined_at": self.ago(90)}
        sight = {"trajectory_sight": Membership.Sight.EVERYONE}
        self.newcomer = make_membership(**here, **sight)
        self.veteran = make_full(**here, **sight, recognisers=2)
        self.organizer = make_core(**here, **sight, is_organizer=True)
        accounts = Member.objects.bulk_create(
            Member(
                handle=f"{self.domain.slug}-{number}",
                name=f"Noor Haddad {number}",
                email=f"{self.domain.slug}-{number}@example.org",
            )
            for number in range(4 * self.rows)
        )
        self.others = Membership.objects.bulk_create(
            Membership(
                domain=self.domain,
                member=account,
                handle=account.handle,
                name=account.name,
                joined_at=self.ago(60),
                zone=number % 4 + 1,
                zone_since=self.ago(20),
                position=2.5 * (number % 4),
                main_area=self.area,
                last_recognised_at=self.ago(2),
                trajectory_sight=Membership.Sight.EVERYONE,
            )
            for number, account in enumerate(accounts)
        )
        areas_of = Membership.areas.through
        areas_of.objects.bulk_create(
            areas_of(membership=who, area=self.area) for who in self.others
        )
        self.full = [who for who in self.others if who.zone >= Zone.ACTIVE]
        everybody = [*self.others, self.newcomer, self.veteran, self.organizer]
        reckoning = make_reckoning(
            domain=self.domain,
            week_at=self.ago(7),
            rings=[
                {
                    "members": [one.pk for one in self.others[3 * number :][:3]],
                    "lines": 9,
                    "share": 0.8,
                }
                for number in self.each()
            ],
        )
        TrajectoryPoint.objects.bulk_create(
            TrajectoryPoint(
                reckoning=reckoning,
                membership=who,
                at=self.ago(days),
                position=1.0,
                momentum=0.5,
                zone=1,
            )
            for who in everybody
            for days in (60, 30)
        )
        Stake.objects.bulk_create(
            Stake(membership=who, sentence=WORDS, said_at=self.ago(50))
            for who in everybody
        )

    def repertoire(self):
        self.entry = make_entry(
            domain=self.domain,
            title="Field blank",
            body=WORDS,
            written_at=self.ago(200),
            changed_at=self.ago(1),
        )
        Revision.objects.bulk_create(
            Revision(
                entry=self.entry,
                number=None if proposed else number + 2,
                author=self.others[number],
                author_zone=Zone.ACTIVE,
                title=self.entry.title,
                body=WORDS,
                state=Revision.State.PROPOSED if proposed else Revision.State.LIVE,
                written_at=self.ago(80 - number / 10),
            )
            for number in self.each()
            for proposed in (False, True)
        )
        kinds = list(Entry.Kind)
        entries = Entry.objects.bulk_create(
            Entry(
                domain=self.domain,
                kind=kinds[number % 4],
                title=f"Drift check {number}",
                slug=f"drift-check-{number}",
                meaning=WORDS,
                written_by=self.others[0],
                written_at=self.ago(100),
                changed_at=self.ago(2),
            )
            for number in range(4 * self.rows)
        )
        current = Revision.objects.bulk_create(
            Revision(
                entry=entry,
                number=1,
                author=self.others[number % len(self.others)],
                author_zone=Zone.ACTIVE,
                title=entry.title,
                body=f"See [[Field blank]]. {WORDS}",
                written_at=self.ago(100),
            )
            for number, entry in enumerate(entries)
        )
        for entry, revision in zip(entries, current, strict=True):
            entry.current = revision
        Entry.objects.bulk_update(entries, ["current"])
        EntryLink.objects.bulk_create(
            link
            for number, entry in enumerate(entries)
            for link in (
                EntryLink(source=entry, target=self.entry),
                EntryLink(source=self.entry, target=entry),
                EntryLink(source=entry, wanted=f"Lock spike {number}"),
            )
        )
        self.entries = entries

    def task(self, **given):
        return Task(
            **{
                "domain": self.domain,
                "title": "Transcribe the Mill Bridge field sheets",
                "brief": WORDS,
                "beneficiary": "Readers of the autumn dataset",
                "use": "Feeds the public autumn dataset",
                "area": self.area,
                "consequence": Consequence.PUT_RIGHT,
                "reliance": Reliance.ONE,
                "centrality": Centrality.PERIPHERY,
                "effort_minutes": 20,
                "raised_by": self.veteran,
                "raised_at": self.ago(9),
                "opened_by": self.veteran,
                "opened_at": self.ago(9),
                "state": Task.State.OPEN,
                **given,
            }
        )

    def claims(self, tasks, people, **given):
        return Claim.objects.bulk_create(
            Claim(
                **{
                    "task": task,
                    "membership": who,
                    "seat": 1,
                    "generation": 1,
                    "claimed_at": self.ago(5),
                    "due_at": self.now + timedelta(days=2),
                    **given,
                }
            )
            for task, who in zip(tasks, people, strict=True)
        )

    def board(self):
        """Open and held tasks of every zone; the three readers hold some too."""
        Task.objects.bulk_create(
            self.task(centrality=zone) for zone in Centrality for _ in self.each()
        )
        held = Task.objects.bulk_create(
            self.task(centrality=zone, state=Task.State.HELD, generation=1)
            for zone in Centrality
            for _ in self.each()
        )
        claims = self.claims(held, self.others)
        LogEntry.objects.bulk_create(
            LogEntry(
                task=claim.task,
                claim=claim,
                author=claim.membership,
                body=WORDS,
                written_at=self.ago(1),
            )
            for claim in claims
        )
        for who in (self.newcomer, self.veteran):
            own = Task.objects.bulk_create(
                self.task(state=Task.State.HELD, generation=1) for _ in self.each()
            )
            self.claims(own, [who] * self.rows)

    def busy_task(self):
        """One task with many seats, makers, watchers, notes, rounds and changes."""
        self.busy = make_task(
            domain=self.domain,
            area=self.area,
            raised_by=self.veteran,
            seats=4 * MANY,
            observer_seats=3 * MANY,
        )
        seats = enumerate(self.others[: 2 * self.rows], start=1)
        claims = Claim.objects.bulk_create(
            Claim(
                task=self.busy,
                membership=who,
                seat=seat,
                generation=seat,
                claimed_at=self.ago(5),
                due_at=self.now + timedelta(days=2),
                ended_at=self.ago(1) if seat % 2 else None,
                ending=Claim.Ending.DONE if seat % 2 else "",
            )
            for seat, who in seats
        )
        self.reviewed(claims)
        Observation.objects.bulk_create(
            Observation(task=self.busy, membership=who, seat=seat, since_at=self.ago(3))
            for seat, who in enumerate(self.others[-self.rows :], start=1)
        )
        notes = LogEntry.objects.bulk_create(
            LogEntry(
                task=self.busy,
                claim=claim,
                author=claim.membership,
                body=WORDS,
                written_at=self.ago(2),
            )
            for claim in claims
        )
        LogEntry.objects.bulk_create(
            LogEntry(
                task=self.busy,
                author=self.others[number],
                about=note,
                body=WORDS,
                written_at=self.ago(1),
            )
            for number, note in enumerate(notes)
        )
        Change.objects.bulk_create(
            Change(
                task=self.busy,
                changed_by=self.others[number],
                changed_at=self.ago(1),
                fields={"title": ["Before", "After"]},
            )
            for number in self.each()
        )

    def agents(self):
        """Agents the veteran answers for: paused, asking, and one of them busy."""
        accounts = Member.objects.bulk_create(
            Member(
                kind=Member.Kind.AGENT,
                handle=f"{self.domain.slug}-agent-{number}",
                name=f"Driftwood {number}",
                sponsor=self.veteran.member,
            )
            for number in self.each()
        )
        Agent.objects.bulk_create(
            Agent(
                member=account,
                purpose=WORDS,
                runs_on="a script",
                contact="agents@example.org",
                registered_at=self.ago(40),
            )
            for account in accounts
        )
        here = Membership.objects.bulk_create(
            Membership(
                domain=self.domain,
                member=account,
                kind=account.kind,
                handle=account.handle,
                name=account.name,
                joined_at=self.ago(30),
                zone_since=self.ago(30),
                trajectory_sight=Membership.Sight.EVERYONE,
                paused_at=self.ago(1),
            )
            for account in accounts
        )
        Pause.objects.bulk_create(
            Pause(membership=one, cause=cause, words=WORDS, began_at=self.ago(1))
            for one in here
            for cause in Pause.Cause.values
        )
        self.agent = here[0]
        tasks = Task.objects.bulk_create(
            self.task(state=Task.State.HELD, generation=1) for _ in self.each()
        )
        held = self.claims(tasks, [self.agent] * self.rows)
        seats = Claim.objects.bulk_create(
            Claim(
                task=self.busy,
                membership=one,
                seat=seat,
                generation=seat,
                claimed_at=self.ago(5),
                due_at=self.now + timedelta(days=2),
            )
            for seat, one in enumerate(here, start=2 * MANY + 1)
        )
        Ask.objects.bulk_create(
            Ask(
                task=claim.task,
                claim=claim,
                asked_by=claim.membership,
                question=WORDS,
                asked_at=self.ago(1),
            )
            for claim in (*held, *seats)
        )
        for member in (self.agent.member, self.veteran.member):
            Token.objects.bulk_create(
                Token(
                    member=member,
                    domain=self.domain,
                    name=f"Night run {number}",
                    prefix=f"cop_{member.pk}_{number}",
                    token_hash="0" * 64,
                    scopes=Scope.values,
                    created_at=self.ago(5),
                    expires_at=self.now + timedelta(days=30),
                )
                for number in self.each()
            )
            Call.objects.bulk_create(
                Call(
                    member=member,
                    by="Night run",
                    at=self.ago(number / 100),
                    method="GET",
                    path="/api/v1/me",
                    status=200,
                    ms=5,
                )
                for number in self.each()
            )

    def gatherings(self):
        """As many that come as went by, all on one task, and one on many."""
        made = Gathering.objects.bulk_create(
            Gathering(
                domain=self.domain,
                title="Sheets at the mill",
                what_for=WORDS,
                place="The mill",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                called_by=self.others[number],
                called_at=self.ago(40),
                changed_at=self.ago(40),
            )
            for number in self.each()
            for starts_at in (self.ago(10 + number), self.ago(-10 - number))
        )
        self.gathering = made[0]
        named = Gathering.tasks.through
        on_one = [named(gathering=one, task=self.busy) for one in made]
        on_many = [
            named(gathering=self.gathering, task=task)
            for task in self.domain.tasks.exclude(pk=self.busy.pk)[: self.rows]
        ]
        named.objects.bulk_create([*on_one, *on_many])
        Attendance.objects.bulk_create(
            Attendance(gathering=one, membership=who, answer="coming", was_there=True)
            for one in made[:2]
            for who in self.others[: self.rows]
        )

    def reviewed(self, claims, *, reviewer=None, verdict=Verdict.RECOGNISED):
        """What was handed in under these claims, with what its readers said of it."""
        submissions = Submission.objects.bulk_create(
            Submission(
                task=claim.task,
                claim=claim,
                author=claim.membership,
                body=WORDS,
                narration=WORDS,
                handed_in_at=self.ago(3),
                outcome=verdict,
                settled_at=self.ago(2),
            )
            for claim in claims
        )
        reviews = Review.objects.bulk_create(
            Review(
                submission=submission,
                reviewer=reviewer or self.full[number % len(self.full)],
                place=1,
                claimed_at=self.ago(2.1),
                due_at=self.ago(1.9),
                verdict=verdict,
                version_read=1,
                works=WORDS,
                sent_at=self.ago(2),
            )
            for number, submission in enumerate(submissions)
        )
        Point.objects.bulk_create(
            Point(review=review, number=number, text=WORDS)
            for review in reviews
            for number in (1, 2)
            if verdict == Verdict.RETURNED
        )
        self.cite(submissions, self.entry)
        return submissions

    def cite(self, submissions, *entries):
        Citation.objects.bulk_create(
            Citation(
                domain=self.domain,
                entry=entry,
                member=submission.author,
                task=submission.task,
                submission=submission,
                cited_at=self.ago(2),
            )
            for submission in submissions
            for entry in entries
        )

    def queue(self):
        """What waits for a reader, and one of it in the veteran's hands."""
        authors = self.others[: 4 * self.rows : 4]
        tasks = Task.objects.bulk_create(
            self.task(state=Task.State.IN_REVIEW, generation=1) for _ in authors
        )
        waiting = Submission.objects.bulk_create(
            Submission(
                task=claim.task,
                claim=claim,
                author=claim.membership,
                body=WORDS,
                narration=WORDS,
                handed_in_at=self.ago(1),
            )
            for claim in self.claims(tasks, authors)
        )
        self.waiting = waiting[0]
        make_review(
            submission=self.waiting,
            reviewer=self.veteran,
            claimed_at=self.now - timedelta(minutes=5),
        )
        LogEntry.objects.bulk_create(
            LogEntry(
                task=self.waiting.task,
                claim=self.waiting.claim,
                author=self.waiting.author,
                body=WORDS,
                written_at=self.ago(2),
            )
            for _ in self.each()
        )
        Attachment.objects.bulk_create(
            Attachment(submission=self.waiting, file="sheet.pdf", name="sheet", size=9)
            for _ in self.each()
        )
        self.cite([self.waiting], *self.entries)

    def past(self):
        """What the readers have done: recognised, returned, reviewed, written."""
        for who, reader in (
            (self.newcomer, self.veteran),
            (self.veteran, self.organizer),
        ):
            tasks = Task.objects.bulk_create(
                self.task(state=Task.State.DONE, closed_at=self.ago(2), generation=1)
                for _ in self.each()
            )
            done = self.claims(
                tasks,
                [who] * self.rows,
                ended_at=self.ago(2),
                ending=Claim.Ending.DONE,
            )
            submissions = self.reviewed(done, reviewer=reader)
            self.cite(submissions, *self.entries[:2])
            self.ledger(submissions, reader)
            tasks = Task.objects.bulk_create(
                self.task(state=Task.State.HELD, generation=1) for _ in self.each()
            )
            held = self.claims(tasks, [who] * self.rows)
            self.returned = self.reviewed(
                held, reviewer=reader, verdict=Verdict.RETURNED
            )[0]
        self.done = submissions[0]

    def pulses(self):
        """A question asked each quarter, and answered."""
        Pulse.objects.bulk_create(
            Pulse(
                domain=self.domain,
                quarter=date(2025 - number // 4, 3 * (number % 4) + 1, 1),
                opened_at=self.ago(100),
                closes_at=self.ago(86),
                closed_at=self.ago(86),
                asked=20,
                yes=9,
                no=3,
                unsure=2,
                words=[WORDS] * 3,
            )
            for number in self.each()
        )

    def ledger(self, submissions, reader):
        kinds, channels = Participation.Kind, Participation.Channel
        Participation.objects.bulk_create(
            Participation(
                domain=self.domain,
                key=f"{kind}:{submission.pk}",
                kind=kind,
                channel=channel,
                giver=reader,
                receiver=submission.author,
                amount=1.0,
                item=f"submission:{submission.pk}",
                title=submission.task.title,
                path=submission.get_absolute_url(),
                centrality=1,
                area=self.area,
                occurred_at=self.ago(2),
            )
            for submission in submissions
            for kind, channel in (
                (kinds.RECOGNISED, channels.WORK),
                (kinds.REVIEWED, channels.STEWARDSHIP),
            )
        )

    def disputes(self):
        """Lines about the veteran: one disputed by many, more by one, some voided."""
        works = list(
            Participation.objects.filter(
                receiver=self.veteran, kind=Participation.Kind.RECOGNISED
            ).order_by("pk")
        )
        self.line = works[0]
        raised = {"reason": WORDS, "raised_at": self.ago(1)}
        Dispute.objects.bulk_create(
            Dispute(line=self.line, membership=who, **raised)
            for who in self.others[: self.rows]
        )
        Dispute.objects.bulk_create(
            Dispute(line=line, membership=self.veteran, **raised) for line in works
        )
        counters = Participation.objects.bulk_create(
            Participation(
                domain=self.domain,
                key=f"void:{line.key}",
                kind=Participation.Kind.COUNTERED,
                channel=line.channel,
                giver=line.giver,
                receiver=line.receiver,
                amount=-line.amount,
                item=line.item,
                occurred_at=line.occurred_at,
            )
            for line in works[self.rows // 2 :]
        )
        Voiding.objects.bulk_create(
            Voiding(
                line=line,
                counter=counter,
                organizer=self.organizer,
                reason=WORDS,
                at=self.ago(1),
            )
            for line, counter in zip(works[self.rows // 2 :], counters, strict=True)
        )

    def news(self):
        for who in (self.newcomer, self.veteran, self.organizer):
            Notification.objects.bulk_create(
                Notification(
                    member=who.member,
                    domain=self.domain,
                    actor=self.others[number],
                    kind=Notification.Kind.REVIEWED,
                    key=f"news:{number}",
                    title="Field sheets",
                    sentence=WORDS,
                    path=self.busy.get_absolute_url(),
                    created_at=self.ago(number / 100),
                )
                for number in self.each()
            )

    def address(self, name, *args):
        return reverse(name, args=[self.domain.slug, *args])


#: Every page of the main job: its address here, and who reads it.
PAGES = {
    "landing": (lambda c: "/", "visitor newcomer"),
    "home": (lambda c: c.address("domain:home"), "visitor veteran"),
    "about": (lambda c: c.address("domain:about"), "visitor newcomer"),
    "path": (lambda c: c.address("domain:path"), "visitor newcomer veteran"),
    "start": (lambda c: c.address("domain:start"), "newcomer veteran"),
    "board": (lambda c: c.address("tasks:board"), "visitor newcomer veteran"),
    "table": (
        lambda c: c.address("tasks:board") + "?view=table",
        "visitor newcomer veteran",
    ),
    "narrowed table": (
        lambda c: c.address("tasks:board") + "?view=table&show=me&q=sheets",
        "newcomer veteran",
    ),
    "busy task": (lambda c: c.busy.get_absolute_url(), "visitor newcomer veteran"),
    "done task": (lambda c: c.done.task.get_absolute_url(), "visitor newcomer"),
    "task's history": (
        lambda c: c.address("tasks:history", c.busy.pk),
        "visitor newcomer",
    ),
    "gatherings": (
        lambda c: c.address("tasks:gatherings"),
        "visitor newcomer veteran",
    ),
    "gathering": (
        lambda c: c.gathering.get_absolute_url(),
        "visitor newcomer veteran",
    ),
    "calling a gathering": (
        lambda c: c.address("tasks:new_gathering"),
        "newcomer veteran",
    ),
    "round": (lambda c: c.done.get_absolute_url(), "visitor newcomer veteran"),
    "hand in": (
        lambda c: c.address("tasks:submit", c.returned.task_id),
        "veteran",
    ),
    "desk": (lambda c: c.address("tasks:desk"), "newcomer veteran organizer"),
    "workspace": (lambda c: c.waiting.get_review_url(), "veteran organizer"),
    "repertoire": (lambda c: c.address("repertoire:index"), "visitor veteran"),
    "shelf": (
        lambda c: c.address("repertoire:index") + "?kind=tools",
        "visitor veteran",
    ),
    "entry": (lambda c: c.entry.get_absolute_url(), "visitor newcomer veteran"),
    "entry's history": (
        lambda c: c.address("repertoire:history", "vocabulary", c.entry.slug),
        "visitor newcomer",
    ),
    "uses": (
        lambda c: c.address("repertoire:uses", "vocabulary", c.entry.slug),
        "visitor newcomer",
    ),
    "map": (lambda c: c.address("members:people"), "visitor newcomer veteran"),
    "people": (
        lambda c: c.address("members:people") + "?view=list",
        "visitor newcomer veteran",
    ),
    "profile": (
        lambda c: c.veteran.get_absolute_url(),
        "visitor newcomer veteran organizer",
    ),
    "why": (
        lambda c: c.address("members:reasons", c.veteran.handle),
        "veteran organizer",
    ),
    "line": (
        lambda c: c.address("members:line", c.veteran.handle, c.line.pk),
        "veteran organizer",
    ),
    "disputes": (lambda c: c.address("members:disputes"), "organizer"),
    "circles": (lambda c: c.address("members:circles"), "organizer"),
    "narration": (
        lambda c: c.address("members:log", c.others[0].handle),
        "visitor newcomer",
    ),
    "agent's profile": (
        lambda c: c.agent.get_absolute_url(),
        "visitor veteran organizer",
    ),
    "agents here": (lambda c: c.address("members:agent_rules"), "organizer"),
    "agents one answers for": (lambda c: reverse("members:agents"), "veteran"),
    "agent": (
        lambda c: reverse("members:agent", args=[c.agent.handle]),
        "veteran",
    ),
    "stopping an agent": (
        lambda c: reverse("members:stop_agent", args=[c.agent.handle]),
        "veteran",
    ),
    "tokens": (lambda c: reverse("members:tokens"), "veteran"),
    "my work": (lambda c: reverse("members:me"), "newcomer veteran"),
    "notifications": (lambda c: reverse("members:notifications"), "newcomer"),
    "search": (
        lambda c: f"{reverse('cop:search')}?q=field&in={c.domain.slug}",
        "visitor newcomer",
    ),
    "health": (lambda c: c.address("health:health"), "organizer"),
    **{
        f"detector {mode}": (
            lambda c, mode=mode: c.address("health:detector", mode),
            "organizer",
        )
        for mode in ("no-domain", "practice-in-disguise", "no-path-inward")
    },
    "health of an area": (
        lambda c: f"{c.address('health:health')}?area={c.area.slug}",
        "organizer",
    ),
    "becoming competent": (
        lambda c: c.address("health:masterpiece"),
        "organizer",
    ),
    "who carries the reviews": (lambda c: c.address("health:reviews"), "organizer"),
    "signs": (lambda c: c.address("health:signs"), "visitor organizer"),
    "questions to members": (
        lambda c: c.address("health:pulse"),
        "newcomer organizer",
    ),
    "what is shared": (lambda c: c.address("health:sharing"), "organizer"),
    "sign": (lambda c: c.address("health:sign", "stakes"), "organizer"),
}


@pytest.fixture(scope="module")
def communities(django_db_setup, django_db_blocker):
    """Both communities, made once for all pages."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = SimpleNamespace(few=Community(FEW), many=Community(MANY))
        with connection.cursor() as cursor:
            # Our own tables alone: those that the databases of a server share are
            # locked until this ends, and another worker would wait for them in vain.
            names = connection.introspection.django_table_names(only_existing=True)
            tables = ", ".join(map(connection.ops.quote_name, names))
            cursor.execute(f"ANALYZE {tables}")
        yield made
        transaction.set_rollback(True)


def asked_of(community, page, reader):
    """The questions one reading asks."""
    address, _ = PAGES[page]
    path = address(community)
    with CaptureQueriesContext(connection) as asked:
        response = community.browsers[reader].get(path)
    assert response.status_code == 200
    return Counter(" ".join(query["sql"].split()[:12]) for query in asked)


@pytest.mark.parametrize(
    ("page", "reader"),
    [
        pytest.param(page, reader, id=f"{page} as {reader}")
        for page, (_, readers) in PAGES.items()
        for reader in readers.split()
    ],
)
def test_a_page_asks_no_more_of_three_hundred_rows_than_of_three(
    communities, page, reader
):
    few = asked_of(communities.few, page, reader)
    many = asked_of(communities.many, page, reader)
    if many.total() != few.total():
        # A first reading may leave a mark, or find nothing kept yet: read once more.
        few = asked_of(communities.few, page, reader)
        many = asked_of(communities.many, page, reader)

    assert many.total() == few.total(), many - few or few - many
