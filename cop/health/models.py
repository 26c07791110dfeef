from django.db import models
from django.utils.translation import gettext_lazy as _

from domain.models import Domain


class ReadingQuerySet(models.QuerySet["Reading"]):
    def latest_first(self) -> "ReadingQuerySet":
        return self.order_by("-on", "-pk")


class Reading(models.Model):
    """The value of one sign of a domain's health on one day."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="readings")
    sign = models.CharField(max_length=40)
    on = models.DateField()
    window_days = models.PositiveSmallIntegerField()
    #: None where there is too little to say.
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    cases = models.PositiveIntegerField()
    #: How sure the reading is that the sign lies past its threshold, from 0 to 1.
    past_threshold = models.FloatField(null=True)
    measured_at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "sign", "on", "window_days"],
                name="reading_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sign} on {self.on}"


class Diagnosis(models.Model):
    """A failure mode looked for on one day: its state, in words, with its evidence."""

    class Mode(models.TextChoices):
        NO_DOMAIN = "no-domain", _("No shared domain")
        PRACTICE_IN_DISGUISE = "practice-in-disguise", _("Practice in disguise")
        NO_PATH_INWARD = "no-path-inward", _("No path inward")

    class State(models.TextChoices):
        CLEAR = "clear", _("Clear")
        WATCH = "watch", _("Watch")
        ACT = "act", _("Act on this")
        TOO_EARLY = "too_early", _("Too early to say")

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="diagnoses")
    mode = models.CharField(max_length=20, choices=Mode)
    on = models.DateField()
    window_days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State)
    sentence = models.TextField()
    #: Which signs called it, by name.
    called_by = models.JSONField(default=list)
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "diagnoses"
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "mode", "on", "window_days"],
                name="diagnosis_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mode}: {self.state}"


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
