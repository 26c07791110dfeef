"""What is kept for programs: answers for those who ask again, the latest calls, webhooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Member, Notification


class Answer(models.Model):
    """What one act of a program came to, for whoever lost the answer and asks again."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    #: What the program called its act: ``Idempotency-Key``.
    key = models.CharField(max_length=200)
    #: Which act that was, as "POST /api/v1/…".
    asked = models.CharField(max_length=400)
    #: Of all that came with it: the same key does not stand for two things.
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "key"], name="answer_once_for_a_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked} {self.status}"


class CallQuerySet(models.QuerySet["Call"]):
    def latest_first(self) -> "CallQuerySet":
        return self.order_by("-at", "-pk")


class Call(models.Model):
    """One call of a program, for whoever answers for it; kept for some days."""

    member = models.ForeignKey(
        Member, models.CASCADE, related_name="calls", db_index=False
    )
    #: What its token, or the client it was granted to, is called.
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()
    #: Why not, where it was refused.
    code = models.CharField(max_length=60, blank=True)
    ms = models.PositiveIntegerField()

    objects = CallQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["member", "-at"], name="call_latest_first"),
            models.Index(fields=["at"], name="call_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


class HookQuerySet(models.QuerySet["Hook"]):
    def latest_first(self) -> "HookQuerySet":
        return self.order_by("-made_at", "-pk")


class Hook(models.Model):
    """An address to which a member's news is posted as it is told: a webhook."""

    #: Whose news: a person's, or an agent's.
    member = models.ForeignKey(Member, models.CASCADE, related_name="hooks")
    url = models.URLField(max_length=500)
    #: With it each message is signed. It opens nothing, so it is kept as it is.
    secret = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    #: Since when nothing has arrived, how often in a row, and until when it rests.
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    switched_off_at = models.DateTimeField(null=True)

    objects = HookQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["member", "-made_at"], name="hook_latest_first")
        ]

    def __str__(self) -> str:
        return self.url


class Trouble(models.TextChoices):
    """Why a message did not arrive."""

    ANSWERED = "answered", _("It was not taken.")
    NO_NAME = "no_name", _("Nobody knows that name.")
    NOT_PUBLIC = "not_public", _("The name leads to an address that is not public.")
    CLOSED = "closed", _("The connection was not taken, or broke.")
    CERTIFICATE = "certificate", _("The certificate is not one to be trusted.")
    SLOW = "slow", _("There was no answer within ten seconds.")


class Delivery(models.Model):
    """One message to one webhook: what was told, or a test where nothing was."""

    hook = models.ForeignKey(
        Hook, models.CASCADE, related_name="deliveries", db_index=False
    )
    notification = models.ForeignKey(
        Notification, models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    #: What the last try was answered with; None where nobody answered.
    status = models.PositiveSmallIntegerField(null=True)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["hook", "notification"], name="delivery_once_to_a_hook"
            )
        ]
        indexes = [
            models.Index(
                fields=["tries", "id"],
                condition=models.Q(arrived_at=None),
                name="delivery_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id or 'test'} to {self.hook_id}"
