"""Participating: the one way anything enters the ledger."""

from collections.abc import Iterable
from datetime import datetime

from domain.models import Area, Domain
from members.models import Membership, Participation


def record(
    *,
    domain: Domain,
    kind: Participation.Kind,
    key: str,
    item: str,
    at: datetime,
    giver: Membership | None = None,
    receiver: Membership | None = None,
    channel: Participation.Channel = Participation.Channel.NONE,
    amount: float = 0.0,
    title: str = "",
    path: str = "",
    centrality: int | None = None,
    area: Area | None = None,
    rounds: int = 1,
    accommodated: bool = False,
    practice: bool = False,
    entries: Iterable[int] = (),
) -> Participation:
    """Enter one act of participation in the ledger, once.

    Recording a ``key`` again returns the line already there, so neither callers
    nor retried jobs need ask first. The new line itself marks positions stale;
    nothing is enqueued, and no membership's row is touched.

    Work lines: ``giver`` recognised, ``receiver`` gains. Stewardship lines:
    ``giver`` is the steward and gains. Lines without a channel name the one who
    acted as ``giver`` and move nobody.
    """
    line, _ = Participation.objects.get_or_create(
        domain=domain,
        key=key,
        defaults={
            "kind": kind,
            "channel": channel,
            "giver": giver,
            "receiver": receiver,
            "amount": amount,
            "item": item,
            "title": title[:200],
            "path": path,
            "centrality": centrality,
            "area": area,
            "rounds": rounds,
            "accommodated": accommodated,
            "practice": practice,
            "entries": list(entries),
            "occurred_at": at,
        },
    )
    return line
