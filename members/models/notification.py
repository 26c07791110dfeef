from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domain.models import Domain
from members.models.member import Member
from members.models.membership import Membership


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def unmailed(self) -> "NotificationQuerySet":
        return self.filter(mailed_at=None)

    def latest_first(self) -> "NotificationQuerySet":
        return self.order_by("-created_at", "-pk")


class Notification(models.Model):
    """Something that concerns one member and that they can act on.

    The row is its own outbox: it is written with what caused it, and a job mails
    what has not been mailed, so nothing is sent for what was rolled back and
    nothing is lost while the mail server is down.
    """

    class Kind(models.TextChoices):
        REVIEWED = "reviewed", _("Your work was reviewed")
        REVIEW_WAITS = "review_waits", _("A review waits for you")
        STALLED = "stalled", _("Work here has waited too long for a verdict")
        CLAIM_ENDS = "claim_ends", _("Your claim ends soon")
        CLAIM_ENDED = "claim_ended", _("Your seat went back to the board")
        OBSERVED = "observed", _("Something you observe moved")
        MOVED = "moved", _("You moved inward")
        THRESHOLD = "threshold", _("Somebody became competent here")
        TASK = "task", _("A task you raised or hold changed")
        JOINING = "joining", _("Someone asks to join, or you were let in")
        COMPANION = "companion", _("Somebody walks with you, or is asked to")
        REPERTOIRE = "repertoire", _("What you wrote was taken in")
        DISPUTE = "dispute", _("A line of the ledger is disputed, or was answered for")
        GATHERING = "gathering", _("A gathering that touches you")
        AGENT = "agent", _("An agent you answer for stopped, or asks for you")
        DRIFT = "drift", _("Agents drift from the people of a community")
        HOOK = "hook", _("A webhook of yours was switched off")
        RING = "ring", _("Some members mostly recognise each other")
        PULSE = "pulse", _("A question to the members of a community")

    member = models.ForeignKey(Member, models.CASCADE, related_name="notifications")
    domain = models.ForeignKey(Domain, models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=120)
    #: The thing it is about: a person's words come first, then what happened.
    title = models.CharField(max_length=200)
    quote = models.TextField(blank=True)
    sentence = models.TextField()
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    #: Sending gives up after some tries, so that one bad address holds up nobody.
    mail_tries = models.PositiveSmallIntegerField(default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "key"], name="notification_told_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["member", "-created_at"], name="notification_latest_first"
            ),
            # Every page counts them; what was read stays for years.
            models.Index(
                fields=["member"],
                condition=Q(read_at=None),
                name="notification_unread",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(mailed_at=None),
                name="notification_unmailed",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence


class DraftQuerySet(models.QuerySet["Draft"]):
    def of_form(self, key: str) -> "DraftQuerySet":
        """What was typed into one form, in whichever windows; the latest first."""
        in_any_window = Q(key=key) | Q(key__startswith=f"{key}:")
        return self.filter(in_any_window).order_by("-saved_at", "-pk")


class Draft(models.Model):
    """What somebody was typing, kept until it is sent: nothing typed is ever lost."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="drafts")
    #: Which form, as "review:42" or "hand_in:7"; where two windows of one member may
    #: show it, also which window, as "entry:7:1f0c9a2b".
    key = models.CharField(max_length=120)
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="draft_one_per_form")
        ]

    def __str__(self) -> str:
        return self.key
