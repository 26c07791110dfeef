from datetime import datetime

from django.db import models
from django.db.models import F, Q

from members.models import Membership
from tasks.models.submission import Review, Submission, Verdict


class RereadingQuerySet(models.QuerySet["Rereading"]):
    def unsent(self) -> "RereadingQuerySet":
        return self.filter(sent_at=None)

    def free(self, *, at: datetime) -> "RereadingQuerySet":
        """In nobody's hands, or in those of somebody whose time is up."""
        return self.unsent().filter(Q(reader=None) | Q(due_at__lt=at))

    def under_way(self) -> "RereadingQuerySet":
        return self.unsent().filter(reader__isnull=False)

    def sent(self) -> "RereadingQuerySet":
        return self.filter(sent_at__isnull=False)


class Rereading(models.Model):
    """Settled work read once more by somebody who does not know what was said of it.

    It shows whether verdicts agree and changes nothing: not the verdict, not where
    anybody stands. Kept apart from reviews, so that nothing about reviews counts it.
    """

    submission = models.OneToOneField(
        Submission, models.CASCADE, related_name="rereading"
    )
    #: The verdict it is held against.
    first = models.ForeignKey(Review, models.CASCADE, related_name="rereadings")
    chosen_at = models.DateTimeField()
    reader = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="rereadings"
    )
    claimed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    #: What the reader saw; the two readers read each other's words afterwards.
    words = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    #: Who had it and gave it back: from then on they may see what was said of it.
    left_by = models.ManyToManyField(Membership, related_name="+")

    objects = RereadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_at=None, due_at=None)
                | Q(claimed_at__isnull=False, due_at__gt=F("claimed_at")),
                name="rereading_due_after_claimed",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None, verdict="")
                | Q(sent_at__isnull=False, claimed_at__isnull=False) & ~Q(verdict=""),
                name="rereading_sent_with_a_verdict",
            ),
            # Drawing twice, by a double click or in two windows, gives the one.
            models.UniqueConstraint(
                fields=["reader"],
                condition=Q(sent_at=None, reader__isnull=False),
                name="rereading_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["chosen_at"],
                condition=Q(sent_at=None),
                name="rereading_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} again"
