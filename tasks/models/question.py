from django.db import models
from django.db.models import F, Q

from members.models import Membership
from tasks.models.task import Task


class QuestionQuerySet(models.QuerySet["Question"]):
    def unanswered(self) -> "QuestionQuerySet":
        return self.filter(answered_at=None)


class Question(models.Model):
    """What somebody who watches asks whoever does the task; answered when they like."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="questions")
    asker = models.ForeignKey(
        Membership, models.PROTECT, related_name="questions_asked", db_index=False
    )
    asked = models.ForeignKey(
        Membership, models.PROTECT, related_name="questions_received", db_index=False
    )
    body = models.TextField(max_length=2000)
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(asker=F("asked")), name="question_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="question_answered_in_words",
            ),
        ]
        indexes = [
            models.Index(fields=["task", "asked_at"], name="question_in_time"),
            models.Index(
                fields=["asked"],
                condition=Q(answered_at=None),
                name="question_waits",
            ),
            models.Index(
                fields=["asker"],
                condition=Q(answered_at=None),
                name="question_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]
