"""Practice: a domain's ledger and rulings as the position engine reads them."""

import json
import math
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from domain.centrality import Zone
from domain.models import Domain
from domain.questions import Given, is_any_of, question
from members.models import Absence, Membership, Participation, Reckoning, Ruling
from members.position.evidence import COMMONS, Channel, Evidence, Kind, Line
from members.position.heading import Bridges, Heading
from members.position.rings import Ring
from members.position.rules import DEFAULT, Cut, Rules
from members.position.run import (
    Circumstances,
    Decision,
    Mark,
    Practice,
    Run,
    Term,
    Week,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: The engine's headings, in the words the rows keep.
HEADINGS: Final = {
    Heading.EDGE: Membership.Heading.EDGE,
    Heading.IN: Membership.Heading.IN,
    Heading.SETTLED: Membership.Heading.SETTLED,
    Heading.BRIDGING: Membership.Heading.BRIDGING,
    Heading.OUT: Membership.Heading.OUT,
}

#: What the engine takes in of a line.
_COLUMNS: Final = (
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


def days(moment: datetime) -> float:
    """Return the engine's time: days since the start of 1970, in UTC."""
    return (moment - _EPOCH) / timedelta(days=1)


def moment(at: float) -> datetime:
    return _EPOCH + timedelta(days=at)


def evidence_in(domain: Domain | Given) -> QuerySet[Participation]:
    """Return the domain's lines that move anybody."""
    return Participation.objects.evidence().filter(
        domain=domain, kind__in=[kind.value for kind in Kind], practice=False
    )


def lines_of(participations: QuerySet[Participation]) -> list[Line]:
    """Return ledger lines as the engine takes them in."""
    return _lines(participations.values_list(*_COLUMNS))


def _lines(rows: Iterable[tuple[Any, ...]]) -> list[Line]:
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
        for key, channel, kind, giver, receiver, amount, item, occurred_at, area in rows
    ]


def parties_in(domain: Domain) -> dict[Hashable, Hashable]:
    """Return who answers for each agent: its sponsor, by membership if they have one."""
    return {
        pk: by or f"sponsor {sponsor}"
        for pk, by, sponsor in _agents.ask(domain=domain.pk)
    }


@question
def _agents() -> QuerySet[Membership, Any]:
    here = Membership.objects.filter(domain=Given("domain"))
    sponsors = here.filter(member=OuterRef("member__sponsor"))
    return (
        here.filter(member__sponsor__isnull=False)
        .annotate(sponsored_by=Subquery(sponsors.values("pk")[:1]))
        .values_list("pk", "sponsored_by", "member__sponsor")
    )


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
    return _circumstances(
        _rulings_of(memberships),
        _terms_of(memberships),
        _bridging(memberships),
        _carried(memberships),
        rules,
        absences=_absences_of(memberships),
    )


def _circumstances(
    rulings: Iterable[Ruling],
    lives: Iterable[tuple[int, datetime | None, datetime | None]],
    bridging: Iterable[int],
    carried: Iterable[tuple[int, list[int], datetime]],
    rules: Rules,
    *,
    absences: Iterable[tuple[int, datetime, datetime]] = (),
) -> Circumstances:
    decisions = [
        Decision(
            ruling.membership_id,
            begins=days(ruling.begins_at),
            ends=days(ruling.ends_at),
            at_least=Zone(ruling.at_least),
            at_most=Zone(ruling.at_most),
        )
        for ruling in rulings
    ]
    # Whoever is gone answers for nobody; what they gave stays with those they gave it
    # to.
    decisions += [
        Decision(pk, days(began_at), days(ended_at), at_most=Zone.PERIPHERY)
        for pk, began_at, ended_at in absences
    ]
    terms = []
    for pk, left_at, founder_until in lives:
        if left_at:
            begins = days(left_at)
            decisions.append(Decision(pk, begins, math.inf, at_most=Zone.PERIPHERY))
        if founder_until:
            ends = days(founder_until)
            terms.append(Term(pk, begins=ends - rules.term, ends=ends))
    return Circumstances(
        founders=tuple(terms),
        decisions=tuple(decisions),
        bridges=_bridges(set(bridging), carried),
    )


def _bridges(
    elsewhere: set[int], carried: Iterable[tuple[int, list[int], datetime]]
) -> dict[Hashable, Bridges]:
    """Return what joins members to others: a second domain, entries used elsewhere."""
    uses: dict[int, dict[int, list[float]]] = {}
    for pk, entries, used_at in carried:
        for entry in entries:
            uses.setdefault(pk, {}).setdefault(entry, []).append(days(used_at))
    return {
        pk: Bridges(
            domains=1 + (pk in elsewhere),
            carried=tuple(tuple(used) for used in uses.get(pk, {}).values()),
        )
        for pk in elsewhere | uses.keys()
    }


def _rulings_of(memberships: QuerySet[Membership]) -> QuerySet[Ruling]:
    return Ruling.objects.filter(membership__in=memberships).order_by("pk")


def _terms_of(
    memberships: QuerySet[Membership],
) -> QuerySet[Membership, tuple[int, datetime | None, datetime | None]]:
    """Who left and when, and who is a founder until when."""
    return (
        memberships.filter(Q(left_at__isnull=False) | Q(founder_until__isnull=False))
        .order_by("pk")
        .values_list("pk", "left_at", "founder_until")
    )


def _absences_of(
    memberships: QuerySet[Membership],
) -> QuerySet[Absence, tuple[int, datetime, datetime]]:
    """Who was gone before, and when."""
    return (
        Absence.objects.filter(membership__in=memberships)
        .order_by("pk")
        .values_list("membership", "began_at", "ended_at")
    )


def _bridging(memberships: QuerySet[Membership]) -> QuerySet[Membership, int]:
    """Who of them is at home in another domain as well."""
    elsewhere = Membership.objects.present().filter(
        ~Q(domain=OuterRef("domain")),
        member=OuterRef("member"),
        position__gte=DEFAULT.inbound.enter,
        is_silent=False,
    )
    here_too = memberships.filter(Exists(elsewhere), left_at=None)
    return here_too.values_list("pk", flat=True)


def _carried(
    memberships: QuerySet[Membership],
) -> QuerySet[Participation, tuple[int, list[int], datetime]]:
    """Whose entries others used outside their area, and when."""
    lines = Participation.objects.carried_over().filter(receiver__in=memberships)
    return lines.earliest_first().values_list("receiver", "entries", "occurred_at")


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
    week = week_of(reckoning, evidence)
    practice = Practice(
        evidence,
        rules=rules,
        circumstances=circumstances_about(domain, who, reckoning=reckoning),
    )
    run = practice.stand(days(at), previous=marks, weekly=False, week=week)
    return practice, replace(run, is_held=reckoning.is_held)


def about(membership: Membership, *, at: datetime) -> tuple[Practice, Run]:
    """Return what one member's position is made of, line by line."""
    domain = membership.domain
    evidence = Evidence(party=parties_in(domain))
    evidence.take_in(_lines(_about.ask(domain=domain.pk, who=membership.pk)))
    return reading_of(
        [membership.pk],
        evidence,
        domain=domain,
        reckoning=reckoning_of(domain),
        at=at,
    )


@question
def _about() -> QuerySet[Participation, tuple[Any, ...]]:
    """The lines one member's position is made of."""
    own = Q(receiver=Given("who"), channel=Participation.Channel.WORK) | Q(
        giver=Given("who"), channel=Participation.Channel.STEWARDSHIP
    )
    lines = evidence_in(Given("domain"))
    # Their work's other recognisers belong to the same items and credit reviews. A
    # union: with "or" between the two PostgreSQL reads everybody's lines.
    about_the_same = lines.filter(
        item__in=lines.filter(own).values("item"),
        kind__in=(Kind.RECOGNISED, Kind.COUNTERED),
    )
    return lines.filter(own).union(about_the_same).values_list(*_COLUMNS)


def reckoning_of(domain: Domain) -> Reckoning:
    """Return the reckoning in force, or one that has not begun yet."""
    found = _in_force.first(domain=domain.pk)
    return found or Reckoning(domain=domain, state=Reckoning.State.CURRENT)


@question
def _in_force() -> QuerySet[Reckoning]:
    in_force = Reckoning.objects.current().filter(domain=Given("domain"))
    return in_force.select_related("rules").defer("marks")


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


def week_of(reckoning: Reckoning, evidence: Evidence) -> Week | None:
    """Return what the last weekly run settled, by the numbers of the evidence."""
    if reckoning.week_at is None:
        return None
    rings = []
    for kept in reckoning.rings:
        evidence.enroll(kept["members"])
        members = tuple(evidence.people.number(one) for one in kept["members"])
        rings.append(Ring(members, lines=kept["lines"], share=kept["share"]))
    return Week(
        days(reckoning.week_at),
        tuple(rings),
        own=reckoning.own_work,
        abroad=reckoning.work_abroad,
    )


def circumstances_about(
    domain: Domain, who: Collection[int] | None, *, reckoning: Reckoning
) -> Circumstances:
    """Return what some members depend on, and whoever decisions moved since.

    Of everybody if ``who`` is None. It is read for now; absences that are over tell of
    weeks that were lived through.
    """
    rules = rules_of(reckoning)
    if who is None:
        return circumstances_of(domain.memberships.all(), rules=rules)
    has_begun, asked = _asked_about(who, domain, reckoning, rules)
    return _circumstances(
        _rulings_about.ask(has_begun, **asked),
        _terms_about.ask(has_begun, **asked),
        _bridging_about.ask(has_begun, **asked),
        _carried_about.ask(has_begun, **asked),
        rules,
    )


def _asked_about(
    who: Collection[int], domain: Domain, reckoning: Reckoning, rules: Rules
) -> tuple[bool, dict[str, object]]:
    """Whether there was a weekly run, and what ``_touched`` is asked with."""
    since = reckoning.week_at
    if since is None:
        return False, {"domain": domain.pk}
    founded = since + timedelta(days=rules.term)
    return True, {
        "domain": domain.pk,
        "who": list(who),
        "since": since,
        "founded": founded,
    }


@question
def _rulings_about(has_begun: bool) -> QuerySet[Ruling]:
    return _rulings_of(_touched(has_begun=has_begun))


@question
def _terms_about(
    has_begun: bool,
) -> QuerySet[Membership, tuple[int, datetime | None, datetime | None]]:
    return _terms_of(_touched(has_begun=has_begun))


@question
def _bridging_about(has_begun: bool) -> QuerySet[Membership, int]:
    return _bridging(_touched(has_begun=has_begun))


@question
def _carried_about(
    has_begun: bool,
) -> QuerySet[Participation, tuple[int, list[int], datetime]]:
    return _carried(_touched(has_begun=has_begun))


def _touched(*, has_begun: bool) -> QuerySet[Membership]:
    """Return some members, and whoever is full or not by decision since the last run."""
    here = Membership.objects.filter(domain=Given("domain"))
    if not has_begun:
        return here
    # Each found by its own index; "or" between them would read everybody's rows.
    touched = here.filter(is_any_of("pk", "who")).values("pk")
    return here.filter(
        pk__in=touched.union(
            here.filter(left_at__gt=Given("since")).values("pk"),
            here.filter(founder_until__gt=Given("founded")).values("pk"),
            Ruling.objects.filter(begins_at__gt=Given("since")).values("membership"),
        )
    )
