from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Concat, Least
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from domain.centrality import Zone
from domain.models import Domain
from domain.promises import PROMISED_WITHIN, STALLED_AFTER
from domain.questions import Given, number_of, question
from members.models import Membership, Notification
from repertoire.models import Entry
from tasks import verdict_places
from tasks.models.task import Claim, LogEntry, Task

#: Long enough to see one's own slip, too short to keep an author waiting.
TAKEN_BACK_WITHIN = timedelta(seconds=60)


class Verdict(models.TextChoices):
    RECOGNISED = "recognised", _("Competent as is")
    RETURNED = "returned", _("Needs changes")
    ACCOMMODATED = "accommodated", _("Competent, accommodated")
    DECLINED = "declined", _("Not wanted")


#: What waits for a verdict the reader may give: in their domain, by others and not by
#: their own agents, with a place free that they may take of work so many of the core
#: made, and not passed on by them since it last turned late. As SQL, because every page
#: counts it for its reader, and the ORM takes ten times as long to put it together as
#: PostgreSQL to answer.
OFFERED = f"""(
    SELECT s.id FROM tasks_submission s
    JOIN tasks_task t ON t.id = s.task_id
    JOIN members_membership a ON a.id = s.author_id
    CROSS JOIN LATERAL (
        SELECT LEAST(%s, (a.zone = {Zone.CORE:d})::int + count(*)) AS core_authors
        FROM tasks_submission_shared_with w
        JOIN tasks_claim c ON c.id = w.claim_id
        JOIN members_membership h ON h.id = c.membership_id
        WHERE w.submission_id = s.id AND h.zone = {Zone.CORE:d}
    ) made
    WHERE s.settled_at IS NULL AND s.withdrawn_at IS NULL
    AND t.domain_id = %s AND a.id <> %s
    AND NOT EXISTS (
        SELECT FROM members_member m WHERE m.id = a.member_id AND m.sponsor_id = %s
    )
    AND NOT EXISTS (
        SELECT FROM tasks_submission_shared_with w
        JOIN tasks_claim c ON c.id = w.claim_id
        JOIN members_membership h ON h.id = c.membership_id
        LEFT JOIN members_member m ON m.id = h.member_id
        WHERE w.submission_id = s.id AND (h.id = %s OR m.sponsor_id = %s)
    )
    AND NOT EXISTS (
        SELECT FROM tasks_review r
        WHERE r.submission_id = s.id AND r.released_at IS NULL AND r.reviewer_id = %s
    )
    AND NOT EXISTS (
        SELECT FROM tasks_skip k
        WHERE k.submission_id = s.id AND k.membership_id = %s
        AND k.skipped_at > COALESCE(GREATEST(s.slipped_at, s.stalled_at), '-infinity')
    )
    AND EXISTS (
        SELECT FROM unnest(%s, %s, %s) AS open_to (place, centrality, core_authors)
        WHERE open_to.place <= s.places AND open_to.centrality = t.centrality
        AND open_to.core_authors = made.core_authors
        AND NOT EXISTS (
            SELECT FROM tasks_review r
            WHERE r.submission_id = s.id AND r.released_at IS NULL
            AND r.place = open_to.place
        )
    )
)"""  # noqa: S608 - a number of our own
#: The parameters of ``OFFERED``, in its order.
ASKED_WITH = (
    "core",
    "domain",
    "author_not",
    "sponsor_not",
    "sharer_not",
    "sharers_sponsor_not",
    "reader",
    "skipped_by",
    "places",
    "centralities",
    "core_authors",
)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def waiting(self) -> "SubmissionQuerySet":
        return self.filter(settled_at=None, withdrawn_at=None)

    def of_one_work(
        self, *, task: Task, author: Membership | int
    ) -> "SubmissionQuerySet":
        """All rounds of somebody's work on a task; of a jigsaw they are everybody's."""
        rounds = self.filter(task=task)
        return rounds if task.is_jigsaw else rounds.filter(author=author)

    def recognised(self) -> "SubmissionQuerySet":
        return self.filter(outcome=Verdict.RECOGNISED)

    def late(self, *, at: datetime) -> "SubmissionQuerySet":
        """Waiting longer than promised, and its author not told so yet."""
        return self.waiting().filter(
            slipped_at=None, handed_in_at__lt=at - PROMISED_WITHIN
        )

    def stalled(self, *, at: datetime) -> "SubmissionQuerySet":
        """Waiting so long that organizers should know, and they do not yet."""
        return self.waiting().filter(
            stalled_at=None, handed_in_at__lt=at - STALLED_AFTER
        )

    def drawn_for(self, membership: "int | Given") -> "SubmissionQuerySet":
        """What the member does not pick for themselves.

        The same rule as ``legitimacy_of_review.refusal_to_pick``, asked of many at
        once; a test holds the two together.
        """
        return self.filter(_is_drawn_for(membership))

    def picked_by(self, membership: "int | Given") -> "SubmissionQuerySet":
        """What the member may choose to read."""
        return self.filter(~_is_drawn_for(membership))

    def reviewable_by(self, membership: Membership) -> "SubmissionQuerySet":
        """Waiting for a verdict the member may give: the desk's own list.

        The same rule as ``legitimacy_of_review.refusal_to_review``, asked of many at
        once; a test holds the two together.
        """
        if not membership.is_full or membership.is_agent:
            return self.none()
        return self.offered(*asked_by(membership).values())

    def offered(self, *parameters: object) -> "SubmissionQuerySet":
        # Said twice, so that PostgreSQL starts from the few that wait.
        return self.waiting().filter(pk__in=RawSQL(OFFERED, parameters))  # noqa: S611

    def asking_for_another_reader(self, membership: Membership) -> "SubmissionQuerySet":
        """Settled, but the author wishes for a second opinion nobody has taken up."""
        if not membership.is_full or membership.is_agent:
            return self.none()
        read = Review.objects.standing().filter(submission=OuterRef("pk"))
        core = _core_as_seen_by(membership)
        shared = Claim.objects.filter(shared_in=OuterRef("pk"))
        in_core = shared.filter(membership__zone=Zone.CORE).order_by()
        return (
            self.filter(task__domain=membership.domain_id)
            .filter(second_opinion_at__isnull=False, withdrawn_at=None)
            .exclude(author=membership)
            .exclude(author__member__sponsor=membership.member_id)
            .exclude(Exists(shared.filter(membership=membership)))
            .exclude(
                Exists(shared.filter(membership__member__sponsor=membership.member_id))
            )
            .filter(
                ~Exists(read.filter(reviewer=membership)),
                ~Exists(read.filter(place=verdict_places.SECOND_OPINION)),
            )
            .alias(
                made_by_core=Least(
                    Value(core),
                    Case(When(author__zone=Zone.CORE, then=1), default=0)
                    + Coalesce(
                        Subquery(
                            in_core.values("shared_in")
                            .annotate(number=Count("pk"))
                            .values("number")
                        ),
                        0,
                    ),
                )
            )
            .filter(
                made_by_core__in=verdict_places.judged_by(membership.zone, core=core)
            )
        )

    def newcomers_first(self) -> "SubmissionQuerySet":
        return self.order_by("-is_first", "handed_in_at", "pk")


def _is_drawn_for(membership: int | Given) -> Q:
    """The verdict may be the author's threshold, and the member was not asked for it."""
    returned = Submission.objects.filter(
        task=OuterRef("task"), author=OuterRef("author"), outcome=Verdict.RETURNED
    )
    asked = Notification.objects.filter(
        domain=OuterRef("task__domain"),
        member__memberships=membership,
        kind=Notification.Kind.REVIEW_WAITS,
        key=Concat(Value("review_waits:"), Cast(OuterRef("pk"), CharField())),
    )
    return (
        Q(author__threshold_at=None, task__is_practice=False)
        & ~Q(Exists(returned))
        & ~Q(Exists(asked))
    )


def number_reviewable_by(membership: Membership) -> int:
    """How many wait for a verdict the member may give, as every page says."""
    if not membership.is_full or membership.is_agent:
        return 0
    return _number_offered.first(**asked_by(membership)) or 0


@question
def _number_offered() -> "models.QuerySet[Submission, int]":
    return number_of(Submission.objects.offered(*map(Given, ASKED_WITH)))


def asked_by(membership: Membership) -> dict[str, object]:
    """What ``OFFERED`` is asked with for one reader, in its order."""
    core = _core_as_seen_by(membership)
    places = verdict_places.open_to(membership.zone, core=core)
    values = (
        core,
        membership.domain_id,
        membership.pk,
        membership.member_id,
        membership.pk,
        membership.member_id,
        membership.pk,
        membership.pk,
        [place for place, _, _ in places],
        [centrality for _, centrality, _ in places],
        [core_authors for _, _, core_authors in places],
    )
    return dict(zip(ASKED_WITH, values, strict=True))


def _core_as_seen_by(membership: Membership) -> int:
    """How many are in the core, where that decides what the reader may judge."""
    if membership.zone == Zone.CORE:
        return verdict_places.SMALL_CORE
    return membership.core_size


class Submission(models.Model):
    """What was handed in, in one round, and how its author went about it."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="submissions")
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="submissions")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="submissions")
    #: Of a jigsaw, handed in once for all: the claims on its other parts.
    shared_with = models.ManyToManyField(Claim, blank=True, related_name="shared_in")
    round = models.PositiveSmallIntegerField(default=1)
    body = models.TextField()
    links = ArrayField(models.URLField(max_length=300), default=list, blank=True)
    #: How I went about it, and why.
    narration = models.TextField(blank=True)
    #: Anything the author is not sure of: a first-class part of good work.
    unsure = models.TextField(blank=True)
    handed_in_at = models.DateTimeField()
    #: Moves when the author edits before a verdict; a verdict names the version read.
    version = models.PositiveSmallIntegerField(default=1)
    #: The author's first work here: it goes to the front of the queue.
    is_first = models.BooleanField(default=False)
    #: How many verdicts settle it; a third reader's place is added when two differ.
    places = models.PositiveSmallIntegerField(default=1)
    #: Since when it took longer than promised, and its author was told who was asked.
    slipped_at = models.DateTimeField(null=True)
    #: Since when it waited so long that organizers were told.
    stalled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Verdict, blank=True)
    settled_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    #: First clean recognition of real work: where somebody became competent here.
    is_threshold = models.BooleanField(default=False)
    #: The author wishes for another reader; once.
    second_opinion_at = models.DateTimeField(null=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "round"], name="submission_round_once_per_claim"
            ),
            # A double click, or a retry after a lost answer, hands in once.
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(settled_at=None, withdrawn_at=None),
                name="submission_one_waiting_per_claim",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None)
                | ~Q(outcome="") & Q(settled_at__isnull=False),
                name="submission_settled_with_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["author"],
                condition=Q(is_threshold=True),
                name="submission_one_threshold_per_membership",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_first", "handed_in_at"],
                condition=Q(settled_at=None, withdrawn_at=None),
                name="submission_queue",
            ),
            models.Index(fields=["author", "-handed_in_at"], name="submission_by"),
            models.Index(fields=["-settled_at"], name="submission_lately_settled"),
            models.Index(
                fields=["second_opinion_at"],
                condition=Q(second_opinion_at__isnull=False),
                name="submission_second_opinion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}, round {self.round}"

    def get_absolute_url(self) -> str:
        return reverse(
            "tasks:submission", args=[self.task.domain.slug, self.task_id, self.pk]
        )

    def get_review_url(self) -> str:
        return reverse("tasks:review", args=[self.task.domain.slug, self.pk])

    @cached_property
    def others(self) -> list[Membership]:
        """Who made the other parts of a jigsaw that one of them handed in for all."""
        if self.task.seats == 1:
            return []
        claims = self.shared_with.select_related(
            "membership__member", "membership__domain"
        )
        return [
            claim.membership for claim in claims.order_by("seat") if claim.membership
        ]

    @property
    def authors(self) -> list[Membership]:
        """Everybody whose work it is, whoever handed it in first."""
        return [self.author, *self.others]

    @property
    def core_authors(self) -> int:
        """How many of those who made it are in the core: it tells who may judge it."""
        return sum(one.zone == Zone.CORE for one in self.authors)

    @property
    def is_waiting(self) -> bool:
        return self.settled_at is None and self.withdrawn_at is None


class Attachment(models.Model):
    """A file handed in with a submission; offered for download, never shown inline."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="attachments"
    )
    file = models.FileField(upload_to="submissions/%Y/%m/")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class ReviewQuerySet(models.QuerySet["Review"]):
    def standing(self) -> "ReviewQuerySet":
        """Being read, or sent: what holds its place at the submission."""
        return self.filter(released_at=None)

    def under_way(self) -> "ReviewQuerySet":
        return self.standing().filter(sent_at=None)

    def in_hand(self) -> "ReviewQuerySet":
        """Being read: what is finished only waits for its minute to pass."""
        return self.under_way().filter(finished_at=None)

    def finished(self) -> "ReviewQuerySet":
        """On its way, and still to be taken back."""
        return self.filter(sent_at=None, finished_at__isnull=False)

    def sent(self) -> "ReviewQuerySet":
        return self.filter(sent_at__isnull=False)

    def overdue(self, *, at: datetime) -> "ReviewQuerySet":
        return self.in_hand().filter(due_at__lt=at)


class Review(models.Model):
    """A more experienced member's reading of a submission: itself a claim, with a due time."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Membership, models.PROTECT, related_name="reviews")
    #: Verdict places are numbered from 1 and a second opinion's is 0; a first look is
    #: advice and takes none.
    place = models.PositiveSmallIntegerField(null=True)
    is_first_look = models.BooleanField(default=False)
    #: The author asked for another reader; it advises the settled verdict.
    is_second_opinion = models.BooleanField(default=False)
    claimed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    version_read = models.PositiveSmallIntegerField(null=True)
    #: What works, and how one can tell: the author reads this first.
    works = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    #: What the reviewer looked at, in order: how newcomers learn to judge.
    looked_at = models.TextField(blank=True)
    #: When its reader was done with it; it is sent a little later (``sending``).
    finished_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "place"],
                condition=Q(released_at=None),
                name="review_one_per_place",
            ),
            models.UniqueConstraint(
                fields=["submission", "reviewer"],
                condition=Q(released_at=None),
                name="review_one_per_reviewer",
            ),
            # Without a place, a verdict would stand beside the guard and not under it.
            models.CheckConstraint(
                condition=Q(is_first_look=True, place=None)
                | Q(is_first_look=False, place__isnull=False),
                name="review_place_unless_first_look",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | ~Q(works=""),
                name="review_sent_says_what_works",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None)
                | Q(is_first_look=True, verdict="")
                | Q(is_first_look=False) & ~Q(verdict=""),
                name="review_sent_with_a_verdict",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("claimed_at")), name="review_due_after_claimed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(released_at=None, sent_at=None),
                name="review_due",
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(sent_at=None, finished_at__isnull=False),
                name="review_on_its_way",
            ),
            models.Index(fields=["reviewer", "-sent_at"], name="review_by"),
            models.Index(fields=["-sent_at", "-id"], name="review_lately_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} on {self.submission_id}"

    @property
    def goes_at(self) -> datetime | None:
        """When a finished review is sent."""
        return self.finished_at and self.finished_at + TAKEN_BACK_WITHIN


class Point(models.Model):
    """One change a review asks for, why it matters, and what the next round answers."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="points")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=1000)
    answer = models.TextField(max_length=1000, blank=True)
    answered_in = models.ForeignKey(
        Submission, models.SET_NULL, null=True, related_name="answers"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "number"], name="point_number_once_per_review"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Citation(models.Model):
    """A use of a repertoire entry in the work: by a task, a note, a submission or a review."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="citations")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="citations")
    member = models.ForeignKey(
        Membership, models.CASCADE, null=True, related_name="citations"
    )
    task = models.ForeignKey(Task, models.CASCADE, related_name="citations")
    log_entry = models.ForeignKey(
        LogEntry, models.CASCADE, null=True, related_name="citations"
    )
    submission = models.ForeignKey(
        Submission, models.CASCADE, null=True, related_name="citations"
    )
    review = models.ForeignKey(
        Review, models.CASCADE, null=True, related_name="citations"
    )
    #: Linked on purpose, as against a known term met in passing.
    explicit = models.BooleanField(default=False)
    cited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "task", "log_entry", "submission", "review"],
                nulls_distinct=False,
                name="citation_once_per_text",
            ),
        ]
        indexes = [
            # With what an entry's page counts of each, so that ten thousand uses are
            # read from the index alone.
            models.Index(
                fields=["entry", "-cited_at"],
                include=["task", "member", "submission", "review", "explicit"],
                name="uses_of_entry",
            ),
            models.Index(
                fields=["domain", "cited_at"],
                include=["entry", "task", "review"],
                name="uses_lately",
            ),
            models.Index(fields=["member", "-cited_at"], name="citation_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} in {self.task_id}"
