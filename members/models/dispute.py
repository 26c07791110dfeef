from django.db import models
from django.db.models import F, Q

from members.models.membership import Membership
from members.models.participation import Participation


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self) -> "DisputeQuerySet":
        return self.filter(answered_at=None)

    def oldest_first(self) -> "DisputeQuerySet":
        return self.order_by("raised_at", "pk")


class Dispute(models.Model):
    """A member holds that a line they are a side of is wrong; an organizer answers."""

    line = models.ForeignKey(Participation, models.CASCADE, related_name="disputes")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="disputes")
    reason = models.TextField(max_length=500)
    raised_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    #: Whether the line stays; empty until answered.
    is_kept = models.BooleanField(null=True)
    answer = models.TextField(max_length=500, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line", "membership"],
                condition=Q(answered_at=None),
                name="dispute_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, is_kept=None)
                | Q(answered_at__gte=F("raised_at"), is_kept__isnull=False),
                name="dispute_answered_one_way",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Voiding(models.Model):
    """A line that organizers took back, and why.

    The counter line is what moves anybody; this says whose decision it was, and which
    line was meant where several are about the same thing.
    """

    line = models.OneToOneField(
        Participation, models.CASCADE, primary_key=True, related_name="voiding"
    )
    counter = models.OneToOneField(Participation, models.CASCADE, related_name="voids")
    organizer = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.TextField(max_length=500)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reason
