"""Practice: a domain's ledger and rulings as the position engine reads them."""

import json
import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from domain.centrality import Zone
from domain.models import Domain
from members.models import Membership, Participation, Reckoning, Ruling
from members.position.evidence import COMMONS, Channel, Evidence, Kind, Line
from members.position.heading import Bridges, Heading
from members.position.rings import Ring
from members.position.rules import DEFAULT, Cut, Rules
from members.position.run import Circumstances, Decision, Mark, Practice, Run, Term

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: The engine's headings, in the words the rows keep.
HEADINGS: Final = {
    Heading.EDGE: Membership.Heading.EDGE,
    Heading.IN: Membership.Heading.IN,
    Heading.SETTLED: Membership.Heading.SETTLED,
    Heading.BRIDGING: Membership.Heading.BRIDGING,
    Heading.OUT: Membership.Heading.OUT,
}


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
            giver=COMMONS if giver is None else giver,
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


def rules_of(reckoning: Reckoning) -> Rules:
    """Return the rules a domain's positions are worked out under."""
    return (
        DEFAULT if reckoning.rules is None else changed_rules(reckoning.rules.changed)
    )


def changed_rules(changed: Mapping[str, Any]) -> Rules:
    """Return the defaults but for some settings, as they are kept: cuts as pairs."""
    fields: dict[str, Any] = {
        name: Cut(*value) if isinstance(getattr(DEFAULT, name), Cut) else value
        for name, value in changed.items()
    }
    return replace(DEFAULT, **fields)


def circumstances_of(
    memberships: QuerySet[Membership], *, rules: Rules = DEFAULT
) -> Circumstances:
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
            terms.append(Term(pk, begins=ends - rules.term, ends=ends))
    elsewhere = Membership.objects.present().filter(
        ~Q(domain=OuterRef("domain")),
        member=OuterRef("member"),
        position__gte=DEFAULT.inbound.enter,
        is_silent=False,
    )
    here_too = memberships.filter(Exists(elsewhere), left_at=None)
    return Circumstances(
        founders=tuple(terms),
        decisions=tuple(decisions),
        bridges={
            pk: Bridges(domains=2) for pk in here_too.values_list("pk", flat=True)
        },
    )


def reading_of(
    who: Collection[int],
    evidence: Evidence,
    *,
    domain: Domain,
    reckoning: Reckoning,
    at: datetime,
) -> tuple[Practice, Run]:
    """Return where some members stand, by the lines their positions are made of.

    Who answers for others in full, and which sets are mutual, stays from one weekly run
    to the next, so that a reading costs what those members did and not what everybody
    did.
    """
    rules = rules_of(reckoning)
    marks: dict[Hashable, Mark] = {
        one: Mark(zone=Zone.ACTIVE) for one in reckoning.full
    }
    marks |= marks_in(reckoning, who)
    evidence.enroll([*who, *marks])
    # Before the practice counts whom it knows.
    rings = rings_in(reckoning, evidence)
    practice = Practice(
        evidence,
        rules=rules,
        circumstances=circumstances_of(
            _touched(domain, who, reckoning, rules), rules=rules
        ),
    )
    run = practice.stand(days(at), previous=marks, weekly=False, rings=rings)
    return practice, replace(run, is_held=reckoning.is_held)


def about(membership: Membership, *, at: datetime) -> tuple[Practice, Run]:
    """Return what one member's position is made of, line by line."""
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
    return reading_of(
        [membership.pk],
        evidence,
        domain=domain,
        reckoning=reckoning_of(domain),
        at=at,
    )


def reckoning_of(domain: Domain) -> Reckoning:
    """Return the reckoning in force, or one that has not begun yet."""
    in_force = Reckoning.objects.current().filter(domain=domain)
    found = in_force.select_related("rules").defer("marks").first()
    return found or Reckoning(domain=domain, state=Reckoning.State.CURRENT)


def marks_in(reckoning: Reckoning, who: Collection[int]) -> dict[Hashable, Mark]:
    """Return the marks of some members, without those of everybody."""
    if reckoning.week_at is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mark.key, mark.value FROM members_reckoning, jsonb_each(marks) AS mark"
            " WHERE id = %s AND mark.key = ANY(%s)",
            [reckoning.pk, [str(one) for one in who]],
        )
        return {
            int(key): mark_of(json.loads(value)) for key, value in cursor.fetchall()
        }


def mark_of(kept: Sequence[int]) -> Mark:
    """Return a mark as it is kept: zone, heading, runs below and quiet, silent."""
    zone, heading, below, quiet, silent = kept
    return Mark(Zone(zone), Heading(heading), below, quiet, bool(silent))


def rings_in(reckoning: Reckoning, evidence: Evidence) -> tuple[Ring, ...]:
    """Return the rings of the last weekly run, by the numbers of the evidence."""
    rings = []
    for kept in reckoning.rings:
        evidence.enroll(kept["members"])
        members = tuple(evidence.people.number(one) for one in kept["members"])
        rings.append(Ring(members, lines=kept["lines"], share=kept["share"]))
    return tuple(rings)


def full_since(reckoning: Reckoning, domain: Domain) -> set[int]:
    """Return who has been full since the last weekly run, whatever was decided since."""
    decided = _touched(domain, (), reckoning, rules_of(reckoning))
    return set(reckoning.full) - set(decided.values_list("pk", flat=True))


def _touched(
    domain: Domain, who: Collection[int], reckoning: Reckoning, rules: Rules
) -> QuerySet[Membership]:
    """Return some members, and whoever is full or not by decision since the last run."""
    since = reckoning.week_at
    if since is None:
        return domain.memberships.all()
    ruled = Ruling.objects.filter(begins_at__gt=since).values("membership")
    return domain.memberships.filter(
        Q(pk__in=who)
        | Q(left_at__gt=since)
        | Q(founder_until__gt=since + timedelta(days=rules.term))
        | Q(pk__in=ruled)
    )
