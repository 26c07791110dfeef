from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from domain.models import Domain
from members.models.membership import Membership

#: Fewer answers are never told: somebody among four can work out the other three.
FEWEST_ANSWERS = 5


class Question(models.TextChoices):
    """What a community may ask its members; each stands on published work, or on ours."""

    UNASKED = "unasked", _("Would you do this if nobody asked you to?")
    LEARNED = "learned", _("Did you learn something here you could not learn alone?")
    OF_USE = "of_use", _("Do you know somebody for whom your work here was of use?")
    MISTAKES = "mistakes", _("Is it safe to make a mistake here?")
    BELONGING = "belonging", _("Do you feel that you belong here?")
    OWN = "own", _("A question of our own")


class Said(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNSURE = "unsure", _("Not sure")


class _Asks(models.Model):
    """Something with a question: one of the list, or a community's own."""

    preset = models.CharField(max_length=10, choices=Question, default=Question.UNASKED)
    own_words = models.CharField(max_length=160, blank=True)

    class Meta:
        abstract = True

    @property
    def question(self) -> str:
        if self.preset == Question.OWN:
            return self.own_words
        return str(Question(self.preset).label)


class PulsePlan(_Asks):
    """What a community asks its members next, if it asks them at all."""

    domain = models.OneToOneField(Domain, models.CASCADE, related_name="pulse_plan")
    is_asked = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(preset=Question.OWN) | ~Q(own_words=""),
                name="pulse_plan_has_a_question",
            )
        ]

    def __str__(self) -> str:
        return self.question


class PulseQuerySet(models.QuerySet["Pulse"]):
    def open(self) -> "PulseQuerySet":
        return self.filter(closed_at=None)

    def closed(self) -> "PulseQuerySet":
        return self.filter(closed_at__isnull=False)

    def latest_first(self) -> "PulseQuerySet":
        return self.order_by("-quarter", "-pk")


class Pulse(_Asks):
    """One question of a quarter to the people of a community.

    While it is open there is a row for each answer, under a name made with ``key``.
    Closing it adds them up, mixes their words, and deletes rows and key: what is left
    says how many said what, and nothing of who.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="pulses")
    #: The first day of its quarter.
    quarter = models.DateField()
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    key = models.BinaryField(null=True)
    #: How many were asked; told once it is closed.
    asked = models.PositiveIntegerField(null=True)
    #: None where fewer than five answered: then nobody will ever know.
    yes = models.PositiveIntegerField(null=True)
    no = models.PositiveIntegerField(null=True)
    unsure = models.PositiveIntegerField(null=True)
    #: What people added, in no order.
    words = ArrayField(models.TextField(), default=list)

    objects = PulseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "quarter"], name="pulse_once_a_quarter"
            ),
            models.UniqueConstraint(
                fields=["domain"], condition=Q(closed_at=None), name="pulse_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(preset=Question.OWN) | ~Q(own_words=""),
                name="pulse_has_a_question",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")),
                name="pulse_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, key__isnull=False, asked=None)
                | Q(closed_at__isnull=False, key=None, asked__isnull=False),
                name="pulse_closed_without_its_key",
            ),
            # Whatever else goes wrong, too few answers are not kept.
            models.CheckConstraint(
                condition=Q(yes=None, no=None, unsure=None, words=[])
                | Q(
                    closed_at__isnull=False,
                    yes__isnull=False,
                    no__isnull=False,
                    unsure__isnull=False,
                    yes__gte=FEWEST_ANSWERS - F("no") - F("unsure"),
                ),
                name="pulse_tells_of_five_or_more",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_told(self) -> bool:
        return self.yes is not None

    @property
    def answered(self) -> int | None:
        """How many answered, where that is told at all."""
        if self.yes is None or self.no is None or self.unsure is None:
            return None
        return self.yes + self.no + self.unsure

    def takes_answers(self, *, at: datetime) -> bool:
        return self.closed_at is None and at < self.closes_at


class PulseAsking(models.Model):
    """That somebody was asked, while it is open; nothing of whether they answered."""

    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="askings")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    #: They want to hear of it no more.
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pulse", "membership"], name="pulse_asks_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} is asked {self.pulse_id}"


class PulseAnswer(models.Model):
    """One answer, while it is open. Neither whose it is nor when it came is in it.

    ``token`` is made of the pulse's key, the site's own and the membership: whoever
    answers again finds their answer, and changes it. Without a number of its own a row
    says nothing of the order in which answers came.
    """

    pk = models.CompositePrimaryKey("pulse", "token")
    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="answers")
    token = models.BinaryField(max_length=32)
    said = models.CharField(max_length=6, choices=Said)
    words = models.TextField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.said
