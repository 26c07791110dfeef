"""Leaving: going out of a community, or off the site altogether."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refused
from members import accompanying, asking, legitimacy, pausing
from members.models import Invitation, Member, Membership, Notification, Stake


@transaction.atomic
def leave(*, membership: Membership, at: datetime) -> Membership:
    """Go out of one community; the way back stands open, and the past is kept."""
    lock_domains(membership.domain_id)
    membership = (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("domain")
        .get(pk=membership.pk)
    )
    if not membership.is_present:
        return membership
    refusal = legitimacy.refusal_to_leave(membership=membership)
    if refusal:
        raise Refused(refusal)

    membership.left_at = at
    membership.is_organizer = False
    membership.save(update_fields=["left_at", "is_organizer"])
    asking.forget(membership=membership)
    accompanying.end_with_leaving(membership=membership, at=at)
    # Nobody answers for them here any more; one who comes back lets them go on.
    pausing.pause_those_of(sponsor=membership, at=at)
    return membership


@transaction.atomic
def close_account(*, member: Member, at: datetime) -> None:
    """Delete an account and all that tells who it was; the work stays.

    The agents a person answers for go with them: nobody would answer for them.
    """
    lock_domains(*member.memberships.values_list("domain_id", flat=True))
    member = Member.objects.select_for_update().get(pk=member.pk)
    refusal = legitimacy.refusal_to_close(member=member)
    if refusal:
        raise Refused(refusal)

    for agent in member.agents.all():
        _forget(agent, at=at)
    _forget(member, at=at)


def _forget(member: Member, *, at: datetime) -> None:
    # What others were told about them carries the name.
    asked = [
        f"join_request:{pk}" for pk in member.join_requests.values_list("pk", flat=True)
    ]
    Notification.objects.filter(
        Q(actor__member=member) | Q(kind=Notification.Kind.JOINING, key__in=asked)
    ).delete()
    if member.email:
        Invitation.objects.filter(email__iexact=member.email).update(email="")
    memberships = Membership.objects.select_for_update(of=("self",)).filter(
        member=member
    )
    for membership in memberships.select_related("domain").order_by("pk"):
        asking.forget(membership=membership)
        membership.member = None
        membership.name = _("A former member")
        membership.handle = f"former-member-{membership.pk}"
        membership.left_at = membership.left_at or at
        membership.is_organizer = False
        membership.away_until = None
        membership.hours = ""
        membership.save(
            update_fields=[
                "member",
                "name",
                "handle",
                "left_at",
                "is_organizer",
                "away_until",
                "hours",
            ]
        )
        membership.areas.clear()
        accompanying.end_with_leaving(membership=membership, at=at)
        Stake.objects.filter(membership=membership).delete()
    member.delete()


def lock_domains(*domain_ids: int) -> None:
    """The last two organizers of a community cannot both go at once."""
    domains = Domain.objects.select_for_update(no_key=True).filter(pk__in=domain_ids)
    list(domains.order_by("pk"))
