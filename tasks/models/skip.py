from django.db import models

from members.models import Membership
from tasks.models.submission import Submission


class Skip(models.Model):
    """A member passed on a submission, and said why.

    It is not offered to them again until the promise to its author has slipped: then
    everybody who can is needed.
    """

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="skips")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="skips")
    reason = models.CharField(max_length=300)
    skipped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "membership"], name="skip_one_per_reader"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="skip_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} passed on {self.submission_id}"
