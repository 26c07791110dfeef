from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domain.models import Area, Domain
from members.models import Membership


class Mode(models.TextChoices):
    """The ways in which communities of practice are known to fail."""

    NO_DOMAIN = "no-domain", _("No shared domain")
    PRACTICE_IN_DISGUISE = "practice-in-disguise", _("Practice in disguise")
    NO_PATH_INWARD = "no-path-inward", _("No path inward")


class State(models.TextChoices):
    CLEAR = "clear", _("Clear")
    WATCH = "watch", _("Watch")
    ACT = "act", _("Act on this")
    TOO_EARLY = "too_early", _("Too early to say")


class WhoseDoing(models.TextChoices):
    PEOPLE = "people", _("People")
    AGENTS = "agents", _("Agents")
    BOTH = "both", _("Both")


class ReadingQuerySet(models.QuerySet["Reading"]):
    def of(
        self, domain: Domain, *, area: Area | None = None, who: str = WhoseDoing.PEOPLE
    ) -> "ReadingQuerySet":
        return self.filter(domain=domain, area=area, who=who)

    def latest_first(self) -> "ReadingQuerySet":
        return self.order_by("-on", "-pk")


class Reading(models.Model):
    """The value of one sign of a domain's health, or of one area's, on one day."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="readings")
    area = models.ForeignKey(
        Area, models.CASCADE, null=True, related_name="+", db_index=False
    )
    who = models.CharField(max_length=6, choices=WhoseDoing, default=WhoseDoing.PEOPLE)
    sign = models.CharField(max_length=40)
    on = models.DateField()
    #: None where there is too little to say.
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    cases = models.PositiveIntegerField()
    #: How sure the reading is that the sign lies past its threshold, from 0 to 1.
    past_threshold = models.FloatField(null=True)
    #: The moment it is a reading of.
    measured_at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "on", "area", "who", "sign"],
                nulls_distinct=False,
                name="reading_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sign} on {self.on}"


class FindingQuerySet(models.QuerySet["Finding"]):
    def of(self, domain: Domain, *, area: Area | None = None) -> "FindingQuerySet":
        return self.filter(domain=domain, area=area)


class Finding(models.Model):
    """A failure looked for on one day: its state, in words, and how sure it is."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="findings")
    area = models.ForeignKey(
        Area, models.CASCADE, null=True, related_name="+", db_index=False
    )
    mode = models.CharField(max_length=20, choices=Mode)
    on = models.DateField()
    state = models.CharField(max_length=9, choices=State)
    sentence = models.TextField()
    #: How probable it is that the condition holds, in this window and the one before.
    now = models.FloatField(default=0.0)
    before = models.FloatField(default=0.0)
    #: Which signs are past their thresholds for sure, by name.
    called_by = models.JSONField(default=list)
    measured_at = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "on", "area", "mode"],
                nulls_distinct=False,
                name="finding_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mode}: {self.state}"


class DiagnosisQuerySet(models.QuerySet["Diagnosis"]):
    def open(self) -> "DiagnosisQuerySet":
        return self.filter(closed_on=None)


class Diagnosis(models.Model):
    """A failure from the day it was called until the day it was found gone.

    There is one open at a time for each failure and area.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="diagnoses")
    area = models.ForeignKey(
        Area, models.CASCADE, null=True, related_name="+", db_index=False
    )
    mode = models.CharField(max_length=20, choices=Mode)
    opened_on = models.DateField()
    #: What called it: the finding's sentence, and its signs with their values then.
    sentence = models.TextField()
    signs = models.JSONField(default=dict)
    #: The last day it was looked at, and how it stood.
    measured_on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.ACT)
    closed_on = models.DateField(null=True)
    #: An organizer's words on it, and who said them.
    words = models.TextField(blank=True)
    said_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    said_at = models.DateTimeField(null=True)

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "diagnoses"
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "area", "mode"],
                condition=Q(closed_on=None),
                nulls_distinct=False,
                name="diagnosis_one_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("opened_on")),
                name="diagnosis_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} since {self.opened_on}"


class MoveQuerySet(models.QuerySet["Move"]):
    def made(self) -> "MoveQuerySet":
        return self.filter(made_at__isnull=False)

    def unmeasured(self, *, before: datetime) -> "MoveQuerySet":
        """Made before a moment, and not held against what came of it yet."""
        return self.filter(made_at__lte=before, measured_on=None)


class Move(models.Model):
    """Something an organizer can do this week, and what came of it four weeks later."""

    class Outcome(models.TextChoices):
        HELPED = "helped", _("Helped")
        NO_CHANGE = "no_change", _("No change")
        TOO_EARLY = "too_early", _("Too early to say")

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="moves")
    #: Which of the ways in ``cop.health.moves``.
    way = models.CharField(max_length=10)
    #: The Monday of its week.
    week = models.DateField()
    #: Keys of the tasks, works, entries or people it is about.
    about = ArrayField(models.BigIntegerField(), default=list)
    #: How many people it touches.
    touches = models.PositiveIntegerField()
    offered_at = models.DateTimeField()
    made_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(null=True)
    #: The page of what it made, where it made something.
    led_to = models.CharField(max_length=300, blank=True, default="", db_default="")
    #: Its signs when it was made, and four weeks later: value, low and high by name.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    measured_on = models.DateField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "week", "way"], name="move_once_a_week"
            )
        ]

    def __str__(self) -> str:
        return f"{self.way} in the week of {self.week}"


class ReportMail(models.Model):
    """One organizer's report of one week: that it is being mailed, and that it was."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    #: Its Monday, where the community is.
    week = models.DateField()
    #: A process has taken it to send; nobody else does any more.
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "week"], name="report_mailed_once_a_week"
            )
        ]

    def __str__(self) -> str:
        return f"Report of {self.week} to {self.membership_id}"


class Baseline(models.Model):
    """How long people took who worked alone, to hold this community's newcomers against."""

    domain = models.OneToOneField(Domain, models.CASCADE, related_name="baseline")
    #: Who they were, and at what.
    name = models.CharField(max_length=120)
    #: Of each person: days waited, and whether they got there.
    rows = models.JSONField()
    brought_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    brought_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class CaseList(models.Model):
    """The very things behind one sign's last figure of a whole domain, people's alone.

    Kept with the reading: to work them out again takes a page longer than it has.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="case_lists")
    sign = models.CharField(max_length=40)
    #: The moment of the reading they lie behind.
    measured_at = models.DateTimeField()
    #: Which kind of things the keys are of.
    of = models.CharField(max_length=10)
    cases = models.PositiveIntegerField()
    hits = models.PositiveIntegerField()
    #: Those there is something to do about first; of very many only the first.
    keys = ArrayField(models.BigIntegerField(), default=list)
    are_hits = ArrayField(models.BooleanField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "sign"], name="case_list_once_a_sign"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cases} behind {self.sign}"


class ArrivalList(models.Model):
    """Those who came to a domain, and how far they got: people, or agents; none named.

    One place in every list is one of them. Days are those of ``members.practice.days``;
    what has not happened yet happens at infinity.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="arrival_lists")
    who = models.CharField(max_length=6, choices=WhoseDoing)
    counted_at = models.DateTimeField()
    joined = ArrayField(models.FloatField(), default=list)
    accepted = ArrayField(models.FloatField(), default=list)
    threshold = ArrayField(models.FloatField(), default=list)
    #: As ``cop.health.competence.Arrivals`` has them.
    first_task = ArrayField(models.SmallIntegerField(), default=list)
    first_work = ArrayField(models.SmallIntegerField(), default=list)
    is_mended = ArrayField(models.BooleanField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "who"], name="arrival_list_of_people_and_agents"
            )
        ]

    def __str__(self) -> str:
        return f"{len(self.joined)} {self.who} who came"


class ChartTable(models.Model):
    """The numbers behind one chart, as they were worked out on one day."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="chart_tables")
    chart = models.CharField(max_length=30)
    on = models.DateField()
    rows = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "chart", "on"], name="chart_table_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.chart} on {self.on}"
