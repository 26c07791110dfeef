"""Acknowledging: organizers say that a circle is known to them, and why.

It settles the notice. The arithmetic stays: a ring that trades recognition and a team
nobody else sees look the same in a ledger, and if a good word of one organizer's made
every pair of them count, that word would be what a ring has to come by.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal, Refused
from members import legitimacy, notifying
from members.models import KnownCircle, Membership, Notification, OrganizerAct


@transaction.atomic
def acknowledge(
    *, organizer: Membership, members: Collection[int], reason: str, at: datetime
) -> KnownCircle:
    """Say of a circle, by its memberships, why it is one; tell its members.

    Saying it of the same again changes the words.
    """
    domain = Domain.objects.select_for_update(no_key=True).get(pk=organizer.domain_id)
    refusal = legitimacy.refusal_to_acknowledge(members=members, organizer=organizer)
    if refusal is None and not reason.strip():
        refusal = Refusal("no_reason", _("Say why: they read it."))
    if refusal:
        raise Refused(refusal)

    circle, is_new = KnownCircle.objects.update_or_create(
        domain=domain,
        members=sorted(members),
        ended_at=None,
        defaults={"reason": reason.strip(), "organizer": organizer},
        create_defaults={
            "reason": reason.strip(),
            "organizer": organizer,
            "known_at": at,
        },
    )
    names = _log(circle, organizer, _("Knows the circle of"), reason=reason, at=at)
    if is_new:
        _tell(circle, organizer, names, at=at)
    return circle


@transaction.atomic
def forget(*, circle: KnownCircle, organizer: Membership, at: datetime) -> None:
    """Take back that a circle is known: it is told again, should it be one again."""
    circle = KnownCircle.objects.select_for_update(no_key=True).get(pk=circle.pk)
    refusal = legitimacy.refusal_to_organize(
        domain=circle.domain, membership=organizer
    ) or legitimacy.refusal_to_judge_circle(members=circle.members, organizer=organizer)
    if refusal:
        raise Refused(refusal)
    if circle.ended_at is not None:
        return
    circle.ended_at = at
    circle.save(update_fields=["ended_at"])
    _log(circle, organizer, _("No longer knows the circle of"), at=at)


def _log(
    circle: KnownCircle,
    organizer: Membership,
    what: str,
    *,
    at: datetime,
    reason: str = "",
) -> str:
    names = get_text_list(
        list(
            Membership.objects.filter(pk__in=circle.members)
            .order_by("name", "pk")
            .values_list("name", flat=True)
        ),
        _("and"),
    )
    OrganizerAct.objects.create(
        domain=circle.domain,
        organizer=organizer,
        what=f"{what} {names}"[:200],
        reason=reason.strip(),
        at=at,
    )
    return names


def _tell(
    circle: KnownCircle, organizer: Membership, names: str, *, at: datetime
) -> None:
    members = Membership.objects.filter(pk__in=circle.members)
    for membership in members.select_related("member", "domain").order_by("pk"):
        notifying.notify(
            member=membership.member,
            kind=Notification.Kind.RING,
            key=f"known_circle:{circle.pk}",
            domain=circle.domain,
            actor=organizer,
            title=_("%(names)s work closely together") % {"names": names},
            quote=circle.reason,
            sentence=_(
                "%(name)s says so as an organizer. What you give each other counts as "
                "one member’s until others recognise your work as well."
            )
            % {"name": organizer.name},
            path=membership.get_absolute_url(),
            at=at,
        )
