"""Confirming: saying that an entry is still true, that nobody needs it any more, or that
another says it better."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal, Refused
from members import participating
from members.models import Membership, Participation
from repertoire import legitimacy
from repertoire.models import Entry


@transaction.atomic
def confirm(*, entry: Entry, membership: Membership, at: datetime) -> Entry:
    """Say that the entry, as it stands, is true."""
    entry = _locked_for_tending(entry, membership)
    _refuse(legitimacy.refusal_to_confirm(entry=entry, membership=membership))
    entry.confirmed_at, entry.confirmed_by = at, membership
    entry.save(update_fields=["confirmed_at", "confirmed_by"])
    _record(entry, membership, f"confirmed:entry:{entry.pk}:{at:%Y-%m-%d}", at)
    return entry


@transaction.atomic
def retire(*, entry: Entry, membership: Membership, at: datetime) -> Entry:
    """Take an entry out of use: its page stays, texts no longer point to it."""
    entry = _locked_for_tending(entry, membership)
    if entry.retired_at is None:
        entry.retired_at = at
        entry.save(update_fields=["retired_at"])
        _record(entry, membership, f"retired:entry:{entry.pk}:{at:%Y-%m-%d}", at)
        _renew_vocabulary(entry)
    return entry


@transaction.atomic
def overtake(*, entry: Entry, by: Entry, membership: Membership, at: datetime) -> Entry:
    """Send whoever asks for an entry on to another, which says it better.

    Taken back by bringing the entry back into use.
    """
    # In one order, so that two entries never overtake each other.
    locked = {
        one.pk: one
        for one in Entry.objects.select_for_update(no_key=True)
        .filter(pk__in=[entry.pk, by.pk])
        .order_by("pk")
    }
    entry, by = _locked_for_tending(entry, membership), locked[by.pk]
    if by.pk == entry.pk or by.domain_id != entry.domain_id:
        _refuse(Refusal("elsewhere", _("Name another entry of this repertoire.")))
    if by.retired_at is not None or by.current_id is None:
        _refuse(
            Refusal("retired", _("“%(title)s” is not in use.") % {"title": by.title})
        )
    entry.overtaken_by = by
    entry.retired_at = entry.retired_at or at
    entry.save(update_fields=["retired_at", "overtaken_by"])
    _record(entry, membership, f"overtaken:entry:{entry.pk}:{at:%Y-%m-%d}", at)
    _renew_vocabulary(entry)
    return entry


@transaction.atomic
def bring_back(*, entry: Entry, membership: Membership, at: datetime) -> Entry:
    """Take an entry into use again."""
    entry = _locked_for_tending(entry, membership)
    if entry.retired_at is not None:
        entry.retired_at, entry.overtaken_by = None, None
        entry.save(update_fields=["retired_at", "overtaken_by"])
        _record(entry, membership, f"brought_back:entry:{entry.pk}:{at:%Y-%m-%d}", at)
        _renew_vocabulary(entry)
    return entry


def _locked_for_tending(entry: Entry, membership: Membership) -> Entry:
    entry = (
        Entry.objects.select_for_update(no_key=True, of=("self",))
        .select_related("domain", "area")
        .get(pk=entry.pk)
    )
    _refuse(legitimacy.refusal_to_tend(domain=entry.domain, membership=membership))
    return entry


def _refuse(refusal: Refusal | None) -> None:
    if refusal:
        raise Refused(refusal)


def _record(entry: Entry, membership: Membership, key: str, at: datetime) -> None:
    participating.record(
        domain=entry.domain,
        kind=Participation.Kind.TENDED,
        key=f"{key}:{membership.pk}",
        item=f"entry:{entry.pk}",
        giver=membership,
        title=entry.title,
        path=entry.get_absolute_url(),
        area=entry.area,
        at=at,
    )


def _renew_vocabulary(entry: Entry) -> None:
    Domain.objects.filter(pk=entry.domain_id).update(
        vocabulary_version=F("vocabulary_version") + 1
    )
