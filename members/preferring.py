"""Preferring: what members want of the site, and what they let it show of them."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from domain.models import Area
from members.models import Member, Membership


@transaction.atomic
def prefer(*, member: Member, name: str, look: str, keys_on: bool, mail: str) -> Member:
    """Change one's name everywhere, and how the site looks, listens and writes."""
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    member.name, member.look, member.keys_on, member.mail = name, look, keys_on, mail
    member.save(update_fields=["name", "look", "keys_on", "mail"])
    member.memberships.update(name=name)
    return member


def stop_mail(*, member_id: int) -> bool:
    """Send somebody no more mail; return whether they got any until now."""
    return bool(
        Member.objects.filter(pk=member_id)
        .exclude(mail=Member.Mail.OFF)
        .update(mail=Member.Mail.OFF)
    )


@transaction.atomic
def arrange(
    *,
    membership: Membership,
    areas: Iterable[Area],
    hours: str,
    trajectory_sight: str,
    away_until: date | None,
    room: int,
    wants_report: bool = False,
) -> Membership:
    """Say what one does here, how much, for whom one has room, who sees one's path."""
    membership = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    membership.hours = hours
    membership.trajectory_sight = trajectory_sight
    membership.away_until = away_until
    membership.room = room
    membership.wants_report = wants_report
    membership.save(
        update_fields=[
            "hours",
            "trajectory_sight",
            "away_until",
            "room",
            "wants_report",
        ]
    )
    membership.areas.set(
        area for area in areas if area.domain_id == membership.domain_id
    )
    return membership
