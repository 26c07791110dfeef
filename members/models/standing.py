"""What positions depend on beside the ledger, and what the next run starts from."""

from django.db import models
from django.db.models import F, Q

from domain.centrality import Zone
from domain.models import Domain
from members.models.membership import Membership


class Ruling(models.Model):
    """What organizers decided about where somebody stands, for a time and a reason.

    Founders are ruled full until the ledger can speak; others may be endorsed or held
    back. Rulings are kept when they end, so that the past can be worked out again.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="rulings")
    at_least = models.PositiveSmallIntegerField(choices=Zone, default=Zone.PERIPHERY)
    at_most = models.PositiveSmallIntegerField(choices=Zone, default=Zone.CORE)
    reason = models.TextField(max_length=500, blank=True)
    organizer = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="ruling_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(at_least__lte=F("at_most")), name="ruling_can_be_met"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} between {self.at_least} and {self.at_most}"


class WeeklyRun(models.Model):
    """The last weekly run of a domain's positions: what the next one starts from.

    It also says of the domain what no membership can: how many must recognise
    somebody's work on the way in, and who mostly recognises each other.
    """

    domain = models.OneToOneField(
        Domain, models.CASCADE, primary_key=True, related_name="weekly_run"
    )
    #: Empty until a first week is over.
    week_at = models.DateTimeField(null=True)
    #: By membership: zone, heading, runs below, runs quiet, whether silent.
    marks = models.JSONField(default=dict)
    positioned_at = models.DateTimeField(null=True)
    full_members = models.PositiveIntegerField(default=0)
    recognisers_needed = models.PositiveSmallIntegerField(default=1)
    is_provisional = models.BooleanField(default=True)
    #: Too few full members are active: nobody is moved outward.
    is_held = models.BooleanField(default=True)
    #: Mutual sets, each as {"members": [membership, …], "lines": n, "share": x}.
    rings = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.domain} in the week of {self.week_at}"
