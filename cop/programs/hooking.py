"""Hooking: webhooks, by which members have their news sent to a program of theirs."""

import ipaddress
import secrets
from base64 import b64encode
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from cop.programs import reach
from cop.programs.models import Delivery, Hook
from domain.refusal import Refusal, Refused
from members import legitimacy_of_agents
from members.models import Member

#: More of one member nobody looks after.
MOST: Final = 5


@transaction.atomic
def add(*, member: Member, by: Member, url: str, at: datetime) -> Hook:
    """Have a member's news posted to an address from now on."""
    # Locked: two at once must not come to more than there may be.
    member = (
        Member.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agent")
        .get(pk=member.pk)
    )
    refusal = refusal_to_add(member=member, by=by) or refusal_of_address(url)
    if refusal:
        raise Refused(refusal)
    return Hook.objects.create(
        member=member,
        url=url,
        # The standard's form; as long as what it is hashed to (SHA-256).
        secret=f"whsec_{b64encode(secrets.token_bytes(32)).decode()}",
        made_at=at,
    )


def remove(*, hook: Hook, by: Member) -> None:
    _insist_it_is_theirs(hook.member, by)
    hook.delete()


def switch_on(*, hook: Hook, by: Member) -> None:
    """Go on with a hook that was switched off; what is not too old follows."""
    _insist_it_is_theirs(hook.member, by)
    Hook.objects.filter(pk=hook.pk).update(
        switched_off_at=None, failing_since=None, rests_until=None, failures=0
    )


def try_out(*, hook: Hook, by: Member, at: datetime) -> Delivery:
    """Have a word posted that is no news, to see whether it arrives."""
    _insist_it_is_theirs(hook.member, by)
    Hook.objects.filter(pk=hook.pk).update(rests_until=None)
    return Delivery.objects.create(hook=hook, at=at)


def refusal_to_add(*, member: Member, by: Member) -> Refusal | None:
    """Whether somebody may have one more, for themselves or an agent."""
    if by.is_agent or by.pk not in (member.pk, member.sponsor_id):
        return legitimacy_of_agents.not_yours()
    if not legitimacy_of_agents.can_be_reached(by):
        return Refusal(
            "confirm_first",
            _("Whoever has news sent somewhere can be reached."),
            _("Confirm your e-mail address first."),
        )
    if Hook.objects.filter(member=member).count() >= MOST:
        return Refusal(
            "many_hooks",
            _("There are %(count)d webhooks already.") % {"count": MOST},
            _("Remove one that is not used any more."),
        )
    return None


def refusal_of_address(url: str) -> Refusal | None:
    """Whether news could ever be posted there; who answers is looked at each time."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme != "https" or not host:
        return Refusal(
            "not_https", _("Give an address that begins with https:// and a name.")
        )
    if parts.username or parts.password or parts.fragment or port == 0:
        return Refusal(
            "more_than_address",
            _("Leave out names, passwords and what comes after “#”."),
            _("Each message is signed; that is how you know it is from here."),
        )
    try:
        is_inside = not reach.is_public(ipaddress.ip_address(host))
    except ValueError:
        is_inside = "." not in host
    if is_inside:
        return Refusal(
            "not_public", _("Webhooks go to public addresses only; this is none.")
        )
    return None


def _insist_it_is_theirs(member: Member, by: Member) -> None:
    if by.pk not in (member.pk, member.sponsor_id):
        raise Refused(legitimacy_of_agents.not_yours())
