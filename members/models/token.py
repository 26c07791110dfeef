from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domain.models import Domain
from members.models.member import Member


class Scope(models.TextChoices):
    """What a token opens; none of them opens settings, duties or other accounts."""

    READ = "read", _("Read what the member may read")
    WORK = "work", _("Claim tasks, narrate, hand in, ask and observe")
    REVIEW = "review", _("Take up reviews, give first looks and verdicts")
    REPERTOIRE = "repertoire", _("Propose, mend and publish entries")


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self, *, at: datetime) -> "TokenQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=at)


class Token(models.Model):
    """What a program shows to act as a member. Only a hash of it is kept."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    #: Opens this one community; all of the member's where there is none.
    domain = models.ForeignKey(
        Domain, models.CASCADE, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=60)
    #: The beginning, by which people tell their tokens apart.
    prefix = models.CharField(max_length=16, unique=True)
    token_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    #: To the minute; each call must not cost a write.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0) & Q(scopes__contained_by=Scope.values),
                name="token_opens_something_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="token_expires_after_it_was_made",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-created_at"], name="token_latest_first")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
