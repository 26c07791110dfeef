from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Membership
from repertoire.models.entry import Entry


class ContradictionQuerySet(models.QuerySet["Contradiction"]):
    def standing(self) -> "ContradictionQuerySet":
        return self.filter(settled_at=None)

    def answered(self) -> "ContradictionQuerySet":
        return self.exclude(settled_at=None)

    def oldest_first(self) -> "ContradictionQuerySet":
        return self.order_by("said_at", "pk")


class Contradiction(models.Model):
    """Somebody found, in the work, that an entry does not hold, and says so.

    It stands on the entry until the entry is mended, or somebody says why it holds.
    """

    class Outcome(models.TextChoices):
        MENDED = "mended", _("The entry was mended")
        HOLDS = "holds", _("It holds")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="contradictions")
    said_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    words = models.CharField(max_length=600)
    #: The work that shows it, as an address within the site.
    because_path = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField()
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)
    settled_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    settled_words = models.CharField(max_length=600, blank=True)

    objects = ContradictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None)
                | ~Q(outcome="") & Q(settled_at__isnull=False),
                name="contradiction_settled_has_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["entry", "said_by"],
                condition=Q(settled_at=None),
                name="contradiction_stands_once_per_member",
            ),
        ]

    def __str__(self) -> str:
        return self.words
