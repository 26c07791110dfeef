"""Founding: starting a community, and naming those who stand for it at first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from domain.centrality import Zone
from domain.models import Area, Domain
from domain.refusal import Refusal, Refused
from members import legitimacy, participating
from members.models import (
    Member,
    Membership,
    OrganizerAct,
    Participation,
    Ruling,
    Stake,
)

#: Until then the ledger has hardly spoken; founders recognise the first work.
FOUNDER_WINDOW = timedelta(days=180)
#: What people would do unasked takes a sentence. One word is a topic, not a concern.
FEWEST_WORDS = 5


def says_enough(unprompted: str) -> bool:
    """Whether an answer to "what would people do unasked" is one at all."""
    return len({word.casefold() for word in unprompted.split()}) >= FEWEST_WORDS


@transaction.atomic
def found(
    *,
    member: Member,
    name: str,
    concern: str,
    stakes: str,
    served: str,
    unprompted: str,
    areas: Iterable[str],
    at: datetime,
    visibility: str = Domain.Visibility.PUBLIC,
    joining: str = Domain.Joining.OPEN,
) -> Membership:
    """Start a community around a concern; return its founder's place in it.

    ``unprompted`` is what people here would do even if nobody asked them to: without
    an answer there is no domain, only a group. It is kept as the founder's stake.
    """
    refusal = _refusal_to_found(member, unprompted)
    if refusal:
        raise Refused(refusal)

    domain = Domain.objects.create(
        name=name,
        slug=_free_slug(name),
        concern=concern,
        stakes=stakes,
        served=served,
        visibility=visibility,
        joining=joining,
        founded_at=at,
    )
    draw_areas(domain, areas)
    founder = Membership.objects.create(
        domain=domain,
        member=member,
        kind=member.kind,
        handle=member.handle,
        name=member.name,
        is_organizer=True,
        joined_at=at,
        zone=Zone.ACTIVE,
        zone_since=at,
        founder_until=at + FOUNDER_WINDOW,
        is_provisional=True,
    )
    _rule_in(founder, organizer=founder, at=at)
    Stake.objects.create(membership=founder, sentence=unprompted, said_at=at)
    participating.record(
        domain=domain,
        kind=Participation.Kind.JOINED,
        key=f"joined:{founder.pk}:{at:%Y-%m-%d}",
        item=f"membership:{founder.pk}",
        giver=founder,
        at=at,
    )
    OrganizerAct.objects.create(
        domain=domain,
        organizer=founder,
        what=_("Started the community"),
        reason=unprompted,
        at=at,
    )
    return founder


@transaction.atomic
def name_founder(
    *, membership: Membership, organizer: Membership, at: datetime, reason: str = ""
) -> Membership:
    """Let a member answer for others' work before the ledger can tell, for 180 days.

    Naming somebody again renews the term.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .select_related("domain")
        .get(pk=membership.pk)
    )
    refusal = legitimacy.refusal_to_organize(
        domain=membership.domain, membership=organizer
    ) or legitimacy.refusal_to_name_founder(membership=membership)
    if refusal:
        raise Refused(refusal)

    membership.founder_until = at + FOUNDER_WINDOW
    if not membership.is_full:
        membership.zone, membership.zone_since = Zone.ACTIVE, at
        membership.is_provisional = True
    membership.save(
        update_fields=["founder_until", "zone", "zone_since", "is_provisional"]
    )
    _rule_in(membership, organizer=organizer, reason=reason, at=at)
    OrganizerAct.objects.create(
        domain=membership.domain,
        organizer=organizer,
        about=membership,
        what=_("Named a founder"),
        reason=reason,
        at=at,
    )
    return membership


def _rule_in(
    founder: Membership, *, organizer: Membership, at: datetime, reason: str = ""
) -> None:
    """Keep each term for itself, so that the past can be worked out again."""
    Ruling.objects.create(
        membership=founder,
        organizer=organizer,
        at_least=Zone.ACTIVE,
        reason=reason,
        begins_at=at,
        ends_at=at + FOUNDER_WINDOW,
    )


def draw_areas(domain: Domain, names: Iterable[str]) -> list[Area]:
    """Give a new community its areas of practice, in the order they were named."""
    drawn: dict[str, Area] = {}
    for name in names:
        slug = slugify(name)[:60] or f"area-{len(drawn) + 1}"
        drawn.setdefault(
            slug, Area(domain=domain, name=name, slug=slug, place=len(drawn))
        )
    return Area.objects.bulk_create(drawn.values())


def _refusal_to_found(member: Member, unprompted: str) -> Refusal | None:
    if member.is_agent:
        return Refusal("agents_do_not", _("Agents do not start communities."))
    if not says_enough(unprompted):
        return Refusal(
            "no_concern",
            _("Nobody would know what to care about yet."),
            _("Say in a sentence what people would do even if nobody asked them to."),
        )
    return None


def _free_slug(name: str) -> str:
    stem = slugify(name)[:40].strip("-") or "community"
    taken = set(
        Domain.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    )
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
