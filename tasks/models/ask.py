from django.db import models
from django.db.models import F, Q

from members.models import Membership
from tasks.models.task import Claim, Task


class AskQuerySet(models.QuerySet["Ask"]):
    def open(self) -> "AskQuerySet":
        """Waiting for a person."""
        return self.filter(answered_at=None, withdrawn_at=None)


class Ask(models.Model):
    """What an agent at work stops for: a question that a person has to answer."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="asks")
    claim = models.ForeignKey(
        Claim, models.CASCADE, related_name="asks", db_index=False
    )
    asked_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="asks", db_index=False
    )
    question = models.TextField(max_length=2000)
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="asks_answered",
        db_index=False,
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="")
                & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="ask_answered_in_words_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(withdrawn_at=None),
                name="ask_withdrawn_or_answered",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
                name="ask_answered_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["task", "asked_at"], name="ask_in_time"),
            models.Index(fields=["claim", "asked_at"], name="ask_of_claim"),
            models.Index(fields=["asked_by", "-asked_at"], name="ask_by"),
        ]

    def __str__(self) -> str:
        return self.question[:60]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None
