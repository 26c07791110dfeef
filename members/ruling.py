"""Ruling: what organizers decide about where somebody stands, where the ledger cannot.

Open to everybody with its reason, and over after half a year unless renewed: a ruling
bridges what the ledger does not know yet, it does not replace it.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from domain.centrality import Zone
from domain.refusal import Refusal, Refused
from members import legitimacy
from members.models import Membership, OrganizerAct, Ruling
from members.position.rules import DEFAULT

RULING_WINDOW: Final = timedelta(days=DEFAULT.term)


@transaction.atomic
def endorse(
    *,
    membership: Membership,
    organizer: Membership,
    zone: Zone,
    reason: str,
    at: datetime,
) -> Ruling:
    """Let somebody stand at least in a zone for a while: known for work done elsewhere."""
    return _rule(
        membership,
        organizer,
        at_least=zone,
        at_most=Zone.CORE,
        what=_("Endorsed a member"),
        reason=reason,
        at=at,
    )


@transaction.atomic
def hold_back(
    *,
    membership: Membership,
    organizer: Membership,
    zone: Zone,
    reason: str,
    at: datetime,
) -> Ruling:
    """Let somebody stand no further in than a zone for a while."""
    return _rule(
        membership,
        organizer,
        at_least=Zone.PERIPHERY,
        at_most=zone,
        what=_("Held a member back"),
        reason=reason,
        at=at,
    )


def _rule(
    membership: Membership,
    organizer: Membership,
    *,
    at_least: Zone,
    at_most: Zone,
    what: str,
    reason: str,
    at: datetime,
) -> Ruling:
    refusal = legitimacy.refusal_to_organize(
        domain=membership.domain, membership=organizer
    )
    if refusal is None and membership.pk == organizer.pk:
        refusal = Refusal(
            "own_position",
            _("Organizers do not decide where they stand themselves."),
            _("Ask another organizer."),
        )
    if refusal is None and not reason.strip():
        refusal = Refusal("no_reason", _("Say why: everybody here can read it."))
    if refusal:
        raise Refused(refusal)
    # A later ruling takes the place of earlier ones from now on; before, they held.
    in_force = membership.rulings.filter(begins_at__lt=at, ends_at__gt=at)
    in_force.update(ends_at=at)
    OrganizerAct.objects.create(
        domain=membership.domain,
        organizer=organizer,
        about=membership,
        what=what,
        reason=reason,
        at=at,
    )
    return Ruling.objects.create(
        membership=membership,
        organizer=organizer,
        at_least=at_least,
        at_most=at_most,
        reason=reason,
        begins_at=at,
        ends_at=at + RULING_WINDOW,
    )
