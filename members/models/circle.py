from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from domain.models import Domain
from members.models.membership import Membership


class KnownCircleQuerySet(models.QuerySet["KnownCircle"]):
    def in_force(self) -> "KnownCircleQuerySet":
        return self.filter(ended_at=None)


class KnownCircle(models.Model):
    """Members who mostly recognise each other, and of whom an organizer knows why.

    It settles the notice and nothing else: what they give each other counts as before.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="known_circles")
    #: Memberships by their keys, the lowest first.
    members = ArrayField(models.BigIntegerField())
    reason = models.TextField(max_length=500)
    organizer = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    known_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = KnownCircleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "members"],
                condition=Q(ended_at=None),
                name="known_circle_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("known_at")),
                name="known_circle_ends_after_it_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.members} in {self.domain}"
