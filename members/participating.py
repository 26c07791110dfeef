"""Participating: the one way anything enters the ledger."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.bulk import insert_new
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
    carried_from: Area | None = None,
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
            "carried_from": carried_from,
            "rounds": rounds,
            "accommodated": accommodated,
            "practice": practice,
            "entries": list(entries),
            "occurred_at": at,
        },
    )
    return line


def record_many(*, domain: Domain, lines: Iterable[Participation], at: datetime) -> int:
    """Enter many lines at once, each key once; return how many were new.

    For what happened elsewhere and comes in whole. The lines are as ``record`` would
    make them, and are not saved themselves.
    """
    rows = (
        (
            domain.pk,
            line.key,
            line.kind,
            line.channel,
            line.giver_id,
            line.receiver_id,
            line.amount,
            line.item,
            line.title[:200],
            line.path,
            line.centrality,
            line.area_id,
            line.rounds,
            line.accommodated,
            line.practice,
            line.entries,
            line.occurred_at,
            at,
            False,
        )
        for line in lines
    )
    return insert_new(Participation, _FIELDS, rows, counted_by="domain")[domain.pk]


def reviews_that_day(reviewer: Membership, *, at: datetime) -> int:
    """Return how many reviews count for a reviewer's party on a day, in UTC, so far.

    Whoever answers for agents has one day with all of theirs. Reviews of practice carry
    nobody. Nothing is locked: of two works settled in the same instant both may be
    the ninth.
    """
    begins = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    given = Participation.objects.filter(
        giver__in=Membership.objects.of_one_party_with(reviewer),
        kind=Participation.Kind.REVIEWED,
        channel=Participation.Channel.STEWARDSHIP,
        occurred_at__gte=begins,
        occurred_at__lt=begins + timedelta(days=1),
    )
    # Work from elsewhere tells when it was let in, and not when it was read.
    return given.exclude(key__startswith="work:").count()


_FIELDS = (
    "domain",
    "key",
    "kind",
    "channel",
    "giver",
    "receiver",
    "amount",
    "item",
    "title",
    "path",
    "centrality",
    "area",
    "rounds",
    "accommodated",
    "practice",
    "entries",
    "occurred_at",
    "recorded_at",
    "counted",
)
