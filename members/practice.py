"""Practice: a domain's ledger and rulings as the position engine reads them."""

import math
from collections.abc import Hashable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from domain.centrality import Zone
from domain.models import Domain
from members.models import Membership, Participation, Ruling, WeeklyRun
from members.position.evidence import Channel, Evidence, Kind, Line
from members.position.heading import Bridges, Heading
from members.position.rings import Ring
from members.position.rules import DEFAULT
from members.position.run import Circumstances, Decision, Mark, Practice, Run, Term

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_IS_FULL: Final = Q(left_at=None, zone__gte=Zone.ACTIVE)

#: The engine's headings, in the words the rows keep.
HEADINGS: Final = {
    Heading.EDGE: Membership.Heading.EDGE,
    Heading.IN: Membership.Heading.IN,
    Heading.SETTLED: Membership.Heading.SETTLED,
    Heading.BRIDGING: Membership.Heading.BRIDGING,
    Heading.OUT: Membership.Heading.OUT,
}
_NUMBERED: Final = {kept.value: number for number, kept in HEADINGS.items()}


def days(moment: datetime) -> float:
    """Return the engine's time: days since the start of 1970, in UTC."""
    return (moment - _EPOCH) / timedelta(days=1)


def moment(at: float) -> datetime:
    return _EPOCH + timedelta(days=at)


def evidence_in(domain: Domain) -> QuerySet[Participation]:
    """Return the domain's lines that move anybody."""
    return Participation.objects.evidence().filter(
        domain=domain, kind__in=[kind.value for kind in Kind], practice=False
    )


def lines_of(participations: QuerySet[Participation]) -> list[Line]:
    """Return ledger lines as the engine takes them in."""
    return [
        Line(
            key=key,
            channel=Channel(channel),
            kind=Kind(kind),
            giver=giver,
            receiver=receiver,
            amount=amount,
            item=item,
            at=days(occurred_at),
            area=area,
        )
        for key, channel, kind, giver, receiver, amount, item, occurred_at, area in (
            participations.values_list(
                "key",
                "channel",
                "kind",
                "giver",
                "receiver",
                "amount",
                "item",
                "occurred_at",
                "area",
            )
        )
    ]


def parties_in(domain: Domain) -> dict[Hashable, Hashable]:
    """Return who answers for each agent: its sponsor, by membership if they have one."""
    sponsors = Membership.objects.filter(
        domain=domain, member=OuterRef("member__sponsor")
    )
    agents = domain.memberships.filter(member__sponsor__isnull=False).annotate(
        sponsored_by=Subquery(sponsors.values("pk")[:1])
    )
    return {
        pk: by or f"sponsor {sponsor}"
        for pk, by, sponsor in agents.values_list(
            "pk", "sponsored_by", "member__sponsor"
        )
    }


def circumstances_of(memberships: QuerySet[Membership]) -> Circumstances:
    """Return what the positions of some members depend on beside the ledger."""
    decisions = [
        Decision(
            ruling.membership_id,
            begins=days(ruling.begins_at),
            ends=days(ruling.ends_at),
            at_least=Zone(ruling.at_least),
            at_most=Zone(ruling.at_most),
        )
        for ruling in Ruling.objects.filter(membership__in=memberships).order_by("pk")
    ]
    terms = []
    for pk, left_at, founder_until in (
        memberships.filter(Q(left_at__isnull=False) | Q(founder_until__isnull=False))
        .order_by("pk")
        .values_list("pk", "left_at", "founder_until")
    ):
        if left_at:
            # Whoever has gone answers for nobody; what they gave stays with those
            # they gave it to.
            begins = days(left_at)
            decisions.append(Decision(pk, begins, math.inf, at_most=Zone.PERIPHERY))
        if founder_until:
            ends = days(founder_until)
            terms.append(Term(pk, begins=ends - DEFAULT.term, ends=ends))
    elsewhere = Membership.objects.present().filter(
        ~Q(domain=OuterRef("domain")),
        member=OuterRef("member"),
        position__gte=DEFAULT.inbound.enter,
        is_silent=False,
    )
    here_too = memberships.present().filter(Exists(elsewhere))  # type: ignore[attr-defined]
    return Circumstances(
        founders=tuple(terms),
        decisions=tuple(decisions),
        bridges={
            pk: Bridges(domains=2) for pk in here_too.values_list("pk", flat=True)
        },
    )


def about(membership: Membership, *, at: datetime) -> tuple[Practice, Run]:
    """Return what one member's position is made of, reading their lines alone.

    Who is full, and which sets are mutual, is taken from the last repositioning, so
    that a page costs what the member did and not what everybody did.
    """
    domain = membership.domain
    own = Q(receiver=membership, channel=Participation.Channel.WORK) | Q(
        giver=membership, channel=Participation.Channel.STEWARDSHIP
    )
    lines = evidence_in(domain)
    # Their work's other recognisers belong to the same items and credit reviews. A
    # union: with "or" between the two PostgreSQL reads everybody's lines.
    about_the_same = lines.filter(
        item__in=lines.filter(own).values("item"),
        kind__in=(Kind.RECOGNISED, Kind.COUNTERED),
    )
    evidence = Evidence(party=parties_in(domain))
    evidence.take_in(lines_of(lines.filter(own).union(about_the_same)))
    own_row = domain.memberships.filter(pk=membership.pk)
    marks = marks_of(domain.memberships.filter(Q(pk=membership.pk) | _IS_FULL))
    evidence.enroll(marks)

    # The marks of everybody are for the next weekly run alone.
    last = WeeklyRun.objects.filter(domain=domain).defer("marks").first()
    rings = () if last is None else _rings_of(last, evidence)
    practice = Practice(evidence, circumstances=circumstances_of(own_row))
    run = practice.stand(days(at), previous=marks, weekly=False, rings=rings)
    return practice, replace(run, is_held=last is None or last.is_held)


def marks_of(memberships: QuerySet[Membership]) -> dict[Hashable, Mark]:
    """Return where the rows say that members stand."""
    return {
        pk: Mark(
            zone=Zone(zone),
            heading=_NUMBERED[heading],
            runs_below=below,
            runs_quiet=quiet,
            is_silent=silent,
        )
        for pk, zone, heading, below, quiet, silent in memberships.values_list(
            "pk", "zone", "heading", "runs_below", "runs_quiet", "is_silent"
        )
    }


def _rings_of(last: WeeklyRun, evidence: Evidence) -> tuple[Ring, ...]:
    rings = []
    for kept in last.rings:
        evidence.enroll(kept["members"])
        members = tuple(evidence.people.number(one) for one in kept["members"])
        rings.append(Ring(members, lines=kept["lines"], share=kept["share"]))
    return tuple(rings)
