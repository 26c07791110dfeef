from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from domain.models import Domain
from members.models.membership import Membership


class CompanionQuerySet(models.QuerySet["Companion"]):
    def open(self) -> "CompanionQuerySet":
        """Offered, or begun: what takes of the room somebody gave."""
        return self.filter(ended_at=None)

    def offered(self) -> "CompanionQuerySet":
        return self.open().filter(begun_at=None)

    def begun(self) -> "CompanionQuerySet":
        return self.open().filter(begun_at__isnull=False)

    def near_peers(self) -> "CompanionQuerySet":
        return self.filter(bond=Companion.Bond.COMPANION)

    def of(self, membership: Membership) -> "CompanionQuerySet":
        return self.filter(Q(newcomer=membership) | Q(peer=membership))

    def in_domain(self, domain: Domain) -> "CompanionQuerySet":
        return self.filter(newcomer__domain=domain)


class Companion(models.Model):
    """A near peer who walks a newcomer in, once both have said yes.

    A mentor is the longer bond that can follow: the same two answers, and no end but
    the one they give it.
    """

    class Bond(models.TextChoices):
        COMPANION = "companion", _("Companion")
        MENTOR = "mentor", _("Mentor")

    class Ending(models.TextChoices):
        PASSED = "passed", _("One of them passed it on")
        LAPSED = "lapsed", _("Nobody answered")
        ANOTHER = "another", _("Another walks them in")
        COMPETENT = "competent", _("The newcomer became competent here")
        LEFT = "left", _("One of them left")
        PARTED = "parted", _("One of them ended it")

    newcomer = models.ForeignKey(
        Membership, models.CASCADE, related_name="companions", db_index=False
    )
    peer = models.ForeignKey(
        Membership, models.CASCADE, related_name="newcomers", db_index=False
    )
    bond = models.CharField(max_length=9, choices=Bond, default=Bond.COMPANION)
    offered_at = models.DateTimeField()
    newcomer_said_at = models.DateTimeField(null=True)
    peer_said_at = models.DateTimeField(null=True)
    #: When the second of the two said yes.
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=9, choices=Ending, blank=True)
    #: Whoever passed it on or ended it.
    ended_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects = CompanionQuerySet.as_manager()

    class Meta:
        constraints = [
            # Offers may stand beside each other; whoever begins first walks them in.
            models.UniqueConstraint(
                fields=["newcomer"],
                condition=Q(
                    bond="companion", begun_at__isnull=False, ended_at__isnull=True
                ),
                name="companion_one_per_newcomer",
            ),
            models.UniqueConstraint(
                fields=["newcomer", "peer", "bond"],
                condition=Q(ended_at=None),
                name="companion_offered_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(begun_at=None)
                | Q(newcomer_said_at__isnull=False, peer_said_at__isnull=False),
                name="companion_begins_with_two_answers",
            ),
            models.CheckConstraint(
                condition=Q(ending="", ended_at=None)
                | ~Q(ending="") & Q(ended_at__isnull=False),
                name="companion_ends_with_an_ending",
            ),
            models.CheckConstraint(
                condition=~Q(newcomer=F("peer")), name="companion_is_somebody_else"
            ),
        ]
        indexes = [
            models.Index(fields=["newcomer", "-offered_at"], name="companion_of"),
            models.Index(
                fields=["peer"], condition=Q(ended_at=None), name="companion_walking"
            ),
            models.Index(
                fields=["offered_at"],
                condition=Q(ended_at=None, begun_at=None),
                name="companion_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.peer_id} walks {self.newcomer_id} in"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_begun(self) -> bool:
        return self.is_open and self.begun_at is not None

    def other_than(self, membership: Membership) -> Membership:
        return self.peer if membership.pk == self.newcomer_id else self.newcomer

    def said_yes(self, membership: Membership) -> bool:
        """Whether this one of the two has accepted."""
        said = (
            self.newcomer_said_at
            if membership.pk == self.newcomer_id
            else self.peer_said_at
        )
        return said is not None
