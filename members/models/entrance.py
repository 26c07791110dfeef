from django.db import models
from django.db.models import Q

from domain.models import Domain
from members.models.member import Member
from members.models.membership import Membership


class JoinRequest(models.Model):
    """Somebody asks to come in; an organizer answers."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="join_requests")
    member = models.ForeignKey(Member, models.CASCADE, related_name="join_requests")
    why = models.TextField(max_length=500)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    accepted = models.BooleanField(null=True)
    reason = models.TextField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "member"],
                condition=Q(answered_at=None),
                name="join_request_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} asks to join {self.domain}"


class Invitation(models.Model):
    """A link that lets one person in, or claim what an imported history says of them."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="invitations")
    #: Only a hash is kept: whoever reads the database cannot walk in.
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        Membership, models.CASCADE, related_name="invitations"
    )
    #: The membership without an account that the invited person will take over.
    claims = models.ForeignKey(
        Membership, models.CASCADE, null=True, related_name="claim_invitations"
    )
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Invitation to {self.domain}"


class OrganizerAct(models.Model):
    """Everything an organizer does as an organizer, with the reason given."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="organizer_acts")
    organizer = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="organizer_acts"
    )
    about = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.what
