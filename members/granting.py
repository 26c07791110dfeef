"""Granting: what a person lets a program do as an agent of theirs, and taking it back.

The grants themselves are made and renewed by allauth, where a program asks for them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from allauth.idp.oidc.models import Client
from allauth.idp.oidc.models import Token as Grant
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from domain.refusal import Refused
from members import legitimacy_of_agents
from members.models import Member

_KINDS: Final = (Grant.Type.ACCESS_TOKEN, Grant.Type.REFRESH_TOKEN)
#: A program that nobody let in for so long is forgotten; it can announce itself anew.
FORGOTTEN_AFTER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Granted:
    """What one program may do as an agent."""

    client_id: str
    name: str
    scopes: Sequence[str]
    #: Until then the program can renew it by itself.
    until: datetime


def granted_to(agent: Member, *, at: datetime) -> list[Granted]:
    """Return the programs that act as an agent, by name."""
    found: dict[str, list[Grant]] = {}
    grants = Grant.objects.filter(user=agent, type__in=_KINDS, expires_at__gt=at)
    for grant in grants.select_related("client").order_by("client__name", "pk"):
        found.setdefault(grant.client_id, []).append(grant)
    return [
        Granted(
            client_id,
            one[0].client.name,
            sorted({scope for grant in one for scope in grant.get_scopes()}),
            max(grant.expires_at for grant in one),
        )
        for client_id, one in found.items()
    ]


@transaction.atomic
def revoke(*, agent: Member, client_id: str, by: Member) -> None:
    """Take back all that a program may do as an agent."""
    if agent.sponsor_id != by.pk:
        raise Refused(legitimacy_of_agents.not_yours())
    Grant.objects.filter(user=agent, client=client_id).delete()


def end_all(*, agent: Member) -> None:
    """Take back what any program may do as an agent."""
    Grant.objects.filter(user=agent).delete()


def one_at_a_time(shown: str) -> None:
    """Have nobody else use this code or renew by this token until the transaction ends.

    What is good for one use is read and then taken away; two at once would both read.
    """
    key = int.from_bytes(hashlib.sha256(shown.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def clear(*, at: datetime) -> int:
    """Delete grants that are over, and programs nobody lets in; return how many."""
    over, _ = Grant.objects.filter(expires_at__lte=at).delete()
    unused, _ = (
        Client.objects.filter(data__dcr=True, created_at__lt=at - FORGOTTEN_AFTER)
        .filter(~Exists(Grant.objects.filter(client=OuterRef("pk"))))
        .delete()
    )
    return int(over + unused)
