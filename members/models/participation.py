from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from domain.centrality import Centrality
from domain.models import Area, Domain
from members.models.membership import Membership

#: Amounts that differ by less are the same but for rounding.
SAME = 1e-9


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def evidence(self) -> "ParticipationQuerySet":
        """The lines positions are worked out from."""
        return self.exclude(channel=Participation.Channel.NONE)

    def standing(self) -> "ParticipationQuerySet":
        """The lines that were not taken back whole.

        A line that organizers voided says so itself. What an import corrects is told
        by a counter line about the same; one that takes back a share of it leaves it.
        """
        corrected = Participation.objects.filter(
            kind=Participation.Kind.COUNTERED,
            voids=None,
            channel=OuterRef("channel"),
            item=OuterRef("item"),
            giver=OuterRef("giver"),
            receiver=OuterRef("receiver"),
            amount__lte=SAME - OuterRef("amount"),
        )
        return (
            self.exclude(kind=Participation.Kind.COUNTERED)
            .filter(voiding=None)
            .exclude(Exists(corrected))
        )

    def carried_over(self) -> "ParticipationQuerySet":
        """Uses of an entry in an area it does not belong to."""
        return self.filter(carried_from__isnull=False).standing()

    def uncounted(self) -> "ParticipationQuerySet":
        return self.filter(counted=False)

    def earliest_first(self) -> "ParticipationQuerySet":
        return self.order_by("occurred_at", "pk")

    def latest_first(self) -> "ParticipationQuerySet":
        return self.order_by("-occurred_at", "-pk")


class Participation(models.Model):
    """One line in the ledger: somebody did something for the practice at a time.

    Lines are never changed; a mistake is corrected by a further line. What mattered
    about the act is copied onto its line, so retagging a task rewrites nobody's past.

    Work lines run from the recogniser (giver) to the author (receiver), who gains.
    Stewardship lines run from the steward (giver), who gains, to whom they helped.
    Lines of neither channel tell that something happened, and move nobody.
    """

    class Channel(models.TextChoices):
        NONE = "", _("none")
        WORK = "work", _("work")
        STEWARDSHIP = "stewardship", _("stewardship")

    class Kind(models.TextChoices):
        JOINED = "joined", _("joined")
        RAISED = "raised", _("raised a task")
        CLAIMED = "claimed", _("claimed a task")
        RELEASED = "released", _("put a task back")
        NARRATED = "narrated", _("narrated their work")
        OBSERVED = "observed", _("observed a task")
        HANDED_IN = "handed_in", _("handed in work")
        RECOGNISED = "recognised", _("work recognised")
        THRESHOLD = "threshold", _("became competent here")
        RETURNED = "returned", _("asked for changes")
        DECLINED = "declined", _("declined work")
        REVIEWED = "reviewed", _("reviewed work")
        LOOKED = "looked", _("gave a first look")
        GUIDED = "guided", _("gave guidance that was answered")
        MENTORED = "mentored", _("walked a newcomer in")
        WROTE = "wrote", _("wrote in the repertoire")
        TAKEN_IN = "taken_in", _("entry or edit taken in")
        USED = "used", _("entry used in recognised work")
        TENDED = "tended", _("tended the repertoire")
        COUNTERED = "countered", _("evidence taken back")

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="participations")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind)
    channel = models.CharField(
        max_length=11, choices=Channel, default=Channel.NONE, blank=True
    )
    giver = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="lines_given"
    )
    receiver = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="lines_received"
    )
    amount = models.FloatField(default=0.0)
    #: What the line is about, as "submission:42": lines with one item belong together.
    item = models.CharField(max_length=80)
    title = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=200, blank=True)
    centrality = models.PositiveSmallIntegerField(choices=Centrality, null=True)
    area = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    #: Of an entry's use outside the area the entry belongs to: that area.
    carried_from = models.ForeignKey(
        Area, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    rounds = models.PositiveSmallIntegerField(default=1)
    accommodated = models.BooleanField(default=False)
    practice = models.BooleanField(default=False)
    #: Entries (primary keys) a recognised piece of work used.
    entries = ArrayField(models.BigIntegerField(), default=list, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    #: An uncounted line is the mark that positions are stale; a job sweeps the marks.
    counted = models.BooleanField(default=False)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "key"], name="participation_recorded_once"
            ),
            models.CheckConstraint(
                # Only of work that came in from elsewhere may nobody know who let it in.
                condition=Q(channel="", amount=0)
                | Q(receiver__isnull=False, giver__isnull=False)
                | Q(
                    receiver__isnull=False,
                    channel="work",
                    kind__in=["recognised", "countered"],
                    key__startswith="work:",
                ),
                name="participation_evidence_has_two_sides",
            ),
            models.CheckConstraint(
                condition=Q(channel="") | ~Q(giver=models.F("receiver")),
                name="participation_evidence_comes_from_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["domain"],
                condition=Q(counted=False) & ~Q(channel=""),
                name="participation_uncounted",
            ),
            models.Index(
                fields=["domain", "occurred_at"], name="participation_in_time"
            ),
            models.Index(
                fields=["receiver", "-occurred_at"], name="participation_received"
            ),
            models.Index(fields=["giver", "-occurred_at"], name="participation_given"),
            models.Index(fields=["item"], name="participation_about"),
            # Whatever passed between two, however much else either gave and got.
            models.Index(fields=["giver", "receiver"], name="participation_between"),
            # Of few lines is asked whether another takes them back; of all, which do.
            models.Index(
                fields=["domain", "item"],
                condition=Q(kind="countered"),
                name="participation_countering",
            ),
            models.Index(
                fields=["receiver", "occurred_at"],
                condition=Q(carried_from__isnull=False),
                name="participation_carried",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}"

    @property
    def gainer(self) -> Membership | None:
        """Whom the line moves: the author of work, the steward of another's."""
        return self.receiver if self.channel == self.Channel.WORK else self.giver

    @property
    def other(self) -> Membership | None:
        return self.giver if self.channel == self.Channel.WORK else self.receiver
