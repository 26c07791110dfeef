from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from members.models.membership import Membership


class Agent(models.Model):
    """What an agent is for, what runs it, and how far its sponsor lets it go.

    Who it is stands on its account and where it is on its memberships, as for people.
    """

    member = models.OneToOneField(
        Member, models.CASCADE, primary_key=True, related_name="agent"
    )
    purpose = models.CharField(max_length=300)
    #: The program, or the model and the program around it, in its maker's words.
    runs_on = models.CharField(max_length=120)
    contact = models.CharField(max_length=200)
    #: As many tasks at once, in all communities together.
    seats = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    calls_a_minute = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    #: It pauses when so many rounds running came back with changes to make.
    most_returned = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    registered_at = models.DateTimeField()
    #: Stopped for good: its tokens are gone, and it is started by nobody.
    stopped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.member.name


class PauseQuerySet(models.QuerySet["Pause"]):
    def open(self) -> "PauseQuerySet":
        return self.filter(ended_at=None)

    def of_agent(self, agent: Member) -> "PauseQuerySet":
        return self.filter(membership__member=agent)


class Pause(models.Model):
    """A time in which an agent may not act in a community, and who or what caused it.

    There may be several at once: what an organizer stopped, a sponsor does not start.
    Whether any is open stands on the membership, where every deed looks.
    """

    class Cause(models.TextChoices):
        SPONSOR = "sponsor", _("Paused by its sponsor")
        ORGANIZER = "organizer", _("Paused by an organizer")
        LAPSED = "lapsed", _("Three of its claims ran out in a row")
        RETURNED = "returned", _("Its work came back too often in a row")
        ALONE = "alone", _("Its sponsor is not there to answer for it")

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="pauses")
    cause = models.CharField(max_length=9, choices=Cause)
    words = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "cause"],
                condition=Q(ended_at=None),
                name="pause_one_open_for_each_cause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.get_cause_display()}"
