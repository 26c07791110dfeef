from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    SmallIntegerField,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from domain.centrality import Centrality, Consequence, Reliance, Zone
from domain.models import Area, Domain, Findable
from domain.questions import Given, is_any_of
from members.models import Membership

if TYPE_CHECKING:
    from members.models import Member


# What hangs on a task's seats, as SQL: every deed asks it under a lock and every board for
# all its rows, and the ORM takes longer to put these together than PostgreSQL to answer.

#: Taken while a claim lives, and for good once its work is done.
TAKEN_SEATS = """(
    SELECT coalesce(array_agg(c.seat), '{}') FROM tasks_claim c
    WHERE c.task_id = tasks_task.id AND (c.ended_at IS NULL OR c.ending = 'done')
)"""
#: Let go with changes still asked for, and nobody on the seat now: for its author
#: (the reader), or for whoever stands further in than its author, up to the core. That
#: somebody took it up meanwhile and put it back makes it no lighter.
KEPT_SEATS = """(
    SELECT coalesce(array_agg(c.seat), '{}')
    FROM tasks_claim c JOIN members_membership m ON m.id = c.membership_id
    WHERE c.task_id = tasks_task.id AND c.ending IN ('released', 'lapsed')
    AND c.membership_id <> %s AND m.zone >= %s AND NOT (m.zone = %s AND m.zone = %s)
    AND EXISTS (
        SELECT FROM tasks_submission s
        WHERE s.task_id = c.task_id AND s.outcome = 'returned' AND (
            s.claim_id = c.id OR EXISTS (
                SELECT FROM tasks_submission_shared_with w
                WHERE w.submission_id = s.id AND w.claim_id = c.id
            )
        )
    )
    AND NOT EXISTS (
        SELECT FROM tasks_claim later
        WHERE later.task_id = c.task_id AND later.seat = c.seat
        AND later.membership_id IS NOT NULL AND later.generation > c.generation
        AND (later.ended_at IS NULL OR later.ending = 'done')
    )
)"""
WATCHING = """(
    SELECT count(*) FROM tasks_observation o
    WHERE o.task_id = tasks_task.id AND o.ended_at IS NULL
)"""
IS_MINE = """EXISTS (
    SELECT FROM tasks_claim c
    WHERE c.task_id = tasks_task.id AND c.ended_at IS NULL AND c.membership_id = %s
)"""
IS_WATCHED = """EXISTS (
    SELECT FROM tasks_observation o
    WHERE o.task_id = tasks_task.id AND o.ended_at IS NULL AND o.membership_id = %s
)"""


def _sql(
    constant: str, *parameters: int | Given, gives: models.Field[Any, Any]
) -> RawSQL:
    return RawSQL(constant, parameters, gives)  # noqa: S611


class Cardinality(Func):
    """The length of an array, nothing of nothing."""

    function = "cardinality"
    output_field = IntegerField()


# Conditions on tasks that came ``with_seats``. Not to be asked as a subquery: its SQL
# names the table, and would mean the row outside.

A_SEAT_IS_LEFT = Q(seats__gt=Cardinality("taken_seats") + Cardinality("kept_seats"))
ONE_MORE_MAY_WATCH = Q(observer_seats__gt=F("watching"))


def is_open_to(
    *,
    zone: int,
    is_agent: bool,
    furthest_in: int | Given,
    further_in: Collection[int] | Given = (),
) -> Q:
    """What a member could claim with free hands.

    ``further_in`` are areas in which one task of the next zone is open to them besides.
    The same answer as ``legitimacy.refusal_to_claim`` gives for one task.
    """
    in_reach = Q(centrality__lte=furthest_in)
    if isinstance(further_in, Given):
        in_reach |= Q(is_any_of("area", further_in.name), centrality=zone + 1)
    elif further_in:
        in_reach |= Q(area__in=further_in, centrality=zone + 1)
    found = Q(in_reach, state=Task.State.OPEN, is_mine=False)
    if is_agent:
        found &= Q(agents_welcome=True, area__agents_welcome=True)
    if is_agent or zone > Zone.PERIPHERY:
        found &= Q(for_newcomers=False)
    return found & A_SEAT_IS_LEFT


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, member: "Member | Given | None") -> "TaskQuerySet":
        open_to_all = Q(domain__visibility__in=("public", "unlisted"))
        if not isinstance(member, Given) and not (member and member.is_authenticated):
            return self.filter(open_to_all).exclude(state=Task.State.DRAFT)
        theirs = Membership.objects.present().filter(member=member).values("domain")
        return self.filter(
            (open_to_all & ~Q(state=Task.State.DRAFT)) | Q(domain__in=theirs)
        )

    def on_the_board(self) -> "TaskQuerySet":
        """Open or in somebody's hands: what a newcomer sees going on."""
        return self.filter(state__in=(Task.State.OPEN, Task.State.HELD))

    def open(self) -> "TaskQuerySet":
        return self.filter(state=Task.State.OPEN)

    def real(self) -> "TaskQuerySet":
        return self.filter(is_practice=False)

    def within_reach_of(self, membership: Membership) -> "TaskQuerySet":
        return self.filter(centrality__lte=membership.zone)

    def matching(self, words: str | Given, *, language: str | Given) -> "TaskQuerySet":
        """Tasks of a community in which the words stand, in its language."""
        found = Findable.objects.matching(Findable.Kind.TASK, words, language=language)
        return self.filter(pk__in=found.values("key"))

    def with_seats(self, membership: Membership | None = None) -> "TaskQuerySet":
        """How many seats are taken, and how many only somebody else may take.

        A seat is taken while a claim on it lives, and for good once its work is done.
        """
        return self.with_seats_for(
            membership.pk if membership else 0, membership.zone if membership else 0
        )

    def with_seats_for(self, reader: int | Given, zone: int | Given) -> "TaskQuerySet":
        """The same for somebody by key and zone, 0 for a visitor."""
        seats = ArrayField(SmallIntegerField())
        added = {
            "taken_seats": _sql(TAKEN_SEATS, gives=seats),
            "kept_seats": _sql(KEPT_SEATS, reader, zone, zone, Zone.CORE, gives=seats),
            "watching": _sql(WATCHING, gives=IntegerField()),
            "is_mine": _sql(IS_MINE, reader, gives=BooleanField()),
            "is_watched": _sql(IS_WATCHED, reader, gives=BooleanField()),
        }
        return self.annotate(**added)

    def with_nearness(self, membership: Membership | None) -> "TaskQuerySet":
        """Whether each task lies in one of the member's areas."""
        return self.with_nearness_to(membership.pk if membership else 0)

    def with_nearness_to(self, reader: int | Given) -> "TaskQuerySet":
        own = Membership.areas.through.objects.filter(membership=reader).values("area")
        added = {"is_near": Case(When(area__in=own, then=1), default=0)}
        return self.annotate(**added)

    def open_to(
        self,
        membership: Membership,
        *,
        furthest_in: int,
        further_in: Collection[int] = (),
    ) -> "TaskQuerySet":
        """After ``with_seats``: what the member could claim with free hands."""
        return self.filter(
            is_open_to(
                zone=membership.zone,
                is_agent=membership.is_agent,
                furthest_in=furthest_in,
                further_in=further_in,
            )
        )

    def with_an_observer_seat(self) -> "TaskQuerySet":
        """After ``with_seats``: those that one more could watch."""
        return self.filter(ONE_MORE_MAY_WATCH)

    def peripheral_first(self) -> "TaskQuerySet":
        return self.order_by("centrality", "-is_awaited", "opened_at", "pk")


class Task(models.Model):
    """Real work the practice needs done, tagged by how central it is."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Proposed")
        OPEN = "open", _("Open")
        HELD = "held", _("Claimed")
        IN_REVIEW = "in_review", _("Handed in")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Ending(models.TextChoices):
        DONE = "done", _("Done")
        IMPOSSIBLE = "impossible", _("Cannot be done")
        SPLIT = "split", _("Should be split")
        UNWANTED = "unwanted", _("Not needed any more")

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=80)
    brief = models.TextField()
    #: Who relies on the result, and for what: no beneficiary, no task.
    beneficiary = models.CharField(max_length=120)
    use = models.CharField(max_length=200)
    done_means = models.TextField(blank=True)
    if_wrong = models.TextField(blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="tasks")
    consequence = models.PositiveSmallIntegerField(choices=Consequence)
    reliance = models.PositiveSmallIntegerField(choices=Reliance)
    centrality = models.PositiveSmallIntegerField(choices=Centrality)
    override_reason = models.CharField(max_length=300, blank=True)
    overridden_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    effort_minutes = models.PositiveIntegerField()
    seats = models.PositiveSmallIntegerField(default=1)
    observer_seats = models.PositiveSmallIntegerField(default=3)
    claim_window = models.DurationField(null=True, blank=True)
    #: Kept for people at the edge, never for agents or for those further in.
    for_newcomers = models.BooleanField(default=False)
    agents_welcome = models.BooleanField(default=True)
    is_practice = models.BooleanField(default=False)
    #: Somebody is waiting for the result right now.
    is_awaited = models.BooleanField(default=False)
    outside_url = models.URLField(max_length=300, blank=True)
    raised_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="tasks_raised"
    )
    raised_at = models.DateTimeField()
    #: Whether whoever raised it was an organizer then.
    by_organizer = models.BooleanField(default=False, db_default=False)
    opened_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)
    ending_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Where the result went, once its beneficiary uses it.
    used_in = models.CharField(max_length=200, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    #: Every claim gets the next number; work handed in under an older one is refused.
    generation = models.PositiveIntegerField(default=0)

    objects = TaskQuerySet.as_manager()

    if TYPE_CHECKING:
        # What ``with_seats`` adds.
        taken_seats: list[int]
        kept_seats: list[int]
        watching: int
        is_mine: bool
        is_watched: bool
        # What its rung on the ladder knows.
        in_zone: int
        # What ``with_nearness`` adds.
        is_near: int
        # What its own page adds.
        has_asks: bool
        # What stepping adds: entries its brief uses, and those the reader has used.
        words: int
        met: list[str]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(centrality__in=Centrality.values),
                name="task_known_centrality",
            ),
            models.CheckConstraint(
                condition=~Q(beneficiary="") & ~Q(use=""), name="task_names_its_use"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="task_has_a_seat"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("raised_at")),
                name="task_closes_after_raising",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(opened_at__isnull=False)
                | Q(state="withdrawn"),
                name="task_is_opened_at_a_time",
            ),
        ]
        indexes = [
            # By any letters of its title, as people type it.
            GinIndex(
                OpClass(Upper("title"), name="gin_trgm_ops"), name="task_title_letters"
            ),
            models.Index(
                fields=["domain", "centrality", "-is_awaited", "opened_at"],
                condition=Q(state__in=("open", "held")),
                name="task_on_the_board",
            ),
            models.Index(fields=["domain", "area", "state"], name="task_by_area"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:task", args=[self.domain.slug, self.pk])

    def url_of_note(self, pk: int) -> str:
        """Where a note is to be read: by itself the log shows only the latest."""
        return f"{self.get_absolute_url()}?note={pk}#note_{pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (Task.State.OPEN, Task.State.HELD, Task.State.IN_REVIEW)

    @property
    def window(self) -> timedelta:
        return self.claim_window or self.domain.claim_window

    @property
    def taken(self) -> int:
        """How many seats are taken; of a task that came ``with_seats``."""
        return len(self.taken_seats)

    @cached_property
    def is_jigsaw(self) -> bool:
        """Whether its seats are parts, each in another area, handed in as one."""
        return self.seats > 1 and self.parts.exists()

    @property
    def is_overridden(self) -> bool:
        return bool(self.override_reason)


class Change(models.Model):
    """What is needed was changed, by whom and why: whoever holds the task must know."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="changes")
    changed_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    #: By field name: what it was and what it is, as people read it.
    fields = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["task", "-changed_at"], name="change_latest_first")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} changed by {self.changed_by_id}"


class Part(models.Model):
    """One part of a jigsaw task: its own seat, in its own area; all are needed."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="parts")
    #: The seat that holds this part.
    seat = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    #: The note in which its holder teaches the others what this part is about.
    taught_in = models.ForeignKey(
        "tasks.LogEntry", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    #: The claim whose holder says it is ready; it waits for the other parts, then.
    ready_under = models.OneToOneField(
        "tasks.Claim", models.SET_NULL, null=True, blank=True, related_name="ready_part"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "seat"], name="part_one_per_seat"),
            models.UniqueConstraint(fields=["task", "area"], name="part_one_per_area"),
        ]

    def __str__(self) -> str:
        return self.title


class ClaimQuerySet(models.QuerySet["Claim"]):
    def live(self) -> "ClaimQuerySet":
        return self.filter(ended_at=None)

    def with_review_pending(self) -> "ClaimQuerySet":
        """Whether something handed in under the claim waits for its verdict."""
        waiting = Claim.objects.filter(
            pk=OuterRef("pk"),
            submissions__isnull=False,
            submissions__settled_at=None,
            submissions__withdrawn_at=None,
        )
        # What another holder handed in for all of a jigsaw.
        shared = Claim.objects.filter(
            pk=OuterRef("pk"),
            shared_in__isnull=False,
            shared_in__settled_at=None,
            shared_in__withdrawn_at=None,
        )
        added = {"in_review": Exists(waiting) | Exists(shared)}
        return self.annotate(**added)

    def waiting_on_holder(self) -> "ClaimQuerySet":
        """Held, and nothing of it waits for a review or for another's part."""
        others = Part.objects.filter(task=OuterRef("task"), ready_under=None)
        return (
            self.live()
            .with_review_pending()
            .filter(Q(in_review=False))
            .exclude(Q(ready_part__isnull=False) & Exists(others))
        )

    def overdue(self, *, at: datetime) -> "ClaimQuerySet":
        """Past due, or its holder has left the community.

        Work that waits for a review is late on nobody's account but ours.
        """
        return self.waiting_on_holder().filter(
            Q(due_at__lt=at) | Q(membership__left_at__isnull=False)
        )


class Claim(models.Model):
    """A lease on a seat of a task, until its holder lets go, is done, or it runs out.

    A visitor's hold is a claim without a member: it keeps the seat through sign-up.
    """

    class Ending(models.TextChoices):
        RELEASED = "released", _("Put back")
        LAPSED = "lapsed", _("Went back to the board")
        DONE = "done", _("Done")
        CLOSED = "closed", _("The task was closed")

    task = models.ForeignKey(Task, models.CASCADE, related_name="claims")
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="claims"
    )
    #: Names the visitor's browser until it has an account; never shown.
    hold_key = models.CharField(max_length=64, blank=True)
    seat = models.PositiveSmallIntegerField()
    generation = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: Extensions taken without a note; a third needs a reviewer.
    extensions = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=8, choices=Ending, blank=True)
    ending_words = models.TextField(blank=True)

    objects = ClaimQuerySet.as_manager()

    if TYPE_CHECKING:
        # What ``with_review_pending`` adds.
        in_review: bool

    class Meta:
        constraints = [
            # The guard of the whole board: whatever the code forgets, a seat has one
            # holder.
            models.UniqueConstraint(
                fields=["task", "seat"],
                condition=Q(ended_at=None),
                name="claim_one_holder_per_seat",
            ),
            models.UniqueConstraint(
                fields=["task", "membership"],
                condition=Q(ended_at=None),
                name="claim_one_seat_per_member",
            ),
            models.UniqueConstraint(
                fields=["task", "generation"], name="claim_generation_once_per_task"
            ),
            models.UniqueConstraint(
                fields=["hold_key"],
                condition=Q(ended_at=None) & ~Q(hold_key=""),
                name="claim_one_hold_per_visitor",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("claimed_at")), name="claim_due_after_claimed"
            ),
            models.CheckConstraint(
                condition=Q(membership__isnull=False) | ~Q(hold_key=""),
                name="claim_has_a_holder",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(ended_at=None), name="claim_due"
            ),
            models.Index(
                fields=["membership"], condition=Q(ended_at=None), name="claim_in_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} holds seat {self.seat} of {self.task_id}"

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def is_hold(self) -> bool:
        return self.membership_id is None


class ObservationQuerySet(models.QuerySet["Observation"]):
    def live(self) -> "ObservationQuerySet":
        return self.filter(ended_at=None)

    def seen_through(
        self,
        membership: Membership | Given,
        *,
        centrality: int | Given,
        area: Area | int | Given | None = None,
    ) -> "ObservationQuerySet":
        """Real work of this centrality, and area, that the member watched to its end."""
        seen = self.filter(
            membership=membership,
            to_the_end=True,
            task__centrality=centrality,
            task__is_practice=False,
        )
        return seen if area is None else seen.filter(task__area=area)

    def vouched(
        self, membership: Membership | Given, *, centrality: int | Given
    ) -> "ObservationQuerySet":
        """Work of this centrality the member watched to its end, and was vouched for."""
        return self.seen_through(membership, centrality=centrality).filter(
            vouched_by__isnull=False
        )


class Observation(models.Model):
    """A seat to watch a task being done, and to learn from the doing."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="observations")
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="observations"
    )
    seat = models.PositiveSmallIntegerField()
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: Stayed until the task was settled: counts towards being ready for such work.
    to_the_end = models.BooleanField(default=False)
    #: Whoever did the task, or a companion, vouched for the observer.
    vouched_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    vouched_at = models.DateTimeField(null=True)

    objects = ObservationQuerySet.as_manager()

    if TYPE_CHECKING:
        # What the task page and readiness add.
        walks_with_reader: bool
        done_by: str | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "seat"],
                condition=Q(ended_at=None),
                name="observation_one_per_seat",
            ),
            models.UniqueConstraint(
                fields=["task", "membership"],
                condition=Q(ended_at=None),
                name="observation_one_seat_per_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} observes {self.task_id}"


class LogEntry(models.Model):
    """A short dated note on a held task: narration, visible as it is written."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="log")
    claim = models.ForeignKey(Claim, models.CASCADE, null=True, related_name="log")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="log_entries")
    #: An observer's question hangs on the note it is about.
    about = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="questions"
    )
    body = models.TextField(max_length=4000)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["task", "written_at"], name="log_in_time"),
            models.Index(fields=["author", "-written_at"], name="log_by_author"),
        ]

    def __str__(self) -> str:
        return self.body[:60]
