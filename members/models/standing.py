"""What positions depend on beside the ledger, and what the next run starts from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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


class RulesVersion(models.Model):
    """The rules one domain's positions are worked out under, since they were set.

    Only what differs from the engine's defaults is kept. Versions are never changed:
    what was worked out under one stays readable beside what is worked out under the
    next.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="rules_versions")
    number = models.PositiveIntegerField()
    #: Fields of ``members.position.rules.Rules``, by name.
    changed = models.JSONField(default=dict)
    reason = models.TextField(max_length=500)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "number"], name="rules_version_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.domain}, version {self.number}"


class ReckoningQuerySet(models.QuerySet["Reckoning"]):
    def current(self) -> "ReckoningQuerySet":
        return self.filter(state=Reckoning.State.CURRENT)

    def running(self) -> "ReckoningQuerySet":
        return self.filter(state=Reckoning.State.RUNNING)


class Reckoning(models.Model):
    """One working out of a domain's positions, week by week from its first line on.

    The current one is gone on with each Monday. A new one is worked out beside it
    where the past itself has changed, by a late line, a voided one or other rules, and
    takes its place at once when it has caught up. The row is the truth of how far a
    reckoning has come: whoever goes on with it holds its lease, and has the generation
    that lease was given under.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Being worked out")
        #: Given up after too many failures; an operator has to look.
        PARKED = "parked", _("Parked")
        CURRENT = "current", _("In force")
        PAST = "past", _("Past")

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="reckonings")
    #: None: the engine's defaults.
    rules = models.ForeignKey(
        RulesVersion, models.PROTECT, null=True, related_name="reckonings"
    )
    state = models.CharField(max_length=7, choices=State)
    begun_at = models.DateTimeField()

    lease_until = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=0)
    #: Leases in a row that came to nothing.
    attempts = models.PositiveSmallIntegerField(default=0)

    #: The last weekly run lived through; empty until a first week is over.
    week_at = models.DateTimeField(null=True)
    #: Weekly runs there were to live through, from the first to the last that was due.
    weeks = models.PositiveIntegerField(default=0)
    weeks_done = models.PositiveIntegerField(default=0)
    #: What the ledger said of the time up to that run when it was lived through, and
    #: how many lines were about what others took back: neither changes by itself.
    lines = models.BigIntegerField(default=0)
    taken_back = models.BigIntegerField(default=0)
    #: By membership: zone, heading, runs below, runs quiet, whether silent.
    marks = models.JSONField(default=dict)
    #: F: the memberships that were full in that run.
    full = ArrayField(models.BigIntegerField(), default=list)
    #: Mutual sets, each as {"members": [membership, …], "lines": n, "share": x}.
    rings = models.JSONField(default=list)

    positioned_at = models.DateTimeField(null=True)
    full_members = models.PositiveIntegerField(default=0)
    recognisers_needed = models.PositiveSmallIntegerField(default=1)
    is_provisional = models.BooleanField(default=True)
    #: Too few full members are active: nobody is moved outward.
    is_held = models.BooleanField(default=True)
    #: What everybody's own work weighed in that run, and of it that abroad of their area.
    own_work = models.FloatField(default=0.0)
    work_abroad = models.FloatField(default=0.0)

    #: Who has been in another zone since that run: their latest points are passing ones.
    passing = ArrayField(models.BigIntegerField(), default=list)

    #: F as sums were kept under it; none while nothing is kept that holds.
    kept_full = ArrayField(models.BigIntegerField(), null=True)
    #: The areas of the kept sums, in their order.
    kept_areas = ArrayField(models.BigIntegerField(), default=list)

    objects = ReckoningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(state="current"),
                name="reckoning_one_current",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(state__in=["running", "parked"]),
                name="reckoning_one_beside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.domain} up to {self.week_at}"


class Kept(models.Model):
    """What the counted lines of one member come to, under the reckoning in force.

    So that a reading need not read the ledger again: see ``members.keeping``. Neither
    key is checked by the database, which would cost more than writing the rows: they
    are written whole each Monday, and go with the membership.
    """

    membership = models.OneToOneField(
        Membership,
        models.CASCADE,
        primary_key=True,
        related_name="kept",
        db_constraint=False,
    )
    domain = models.ForeignKey(
        Domain, models.CASCADE, related_name="+", db_constraint=False
    )
    #: Numbers in double precision, as ``members.keeping`` lays them out.
    sums = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.membership_id}"
