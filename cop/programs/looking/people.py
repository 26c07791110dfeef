"""The people of a community, and where one stands oneself."""

from datetime import datetime

from django.db.models import Q

from cop.people import reasons
from cop.programs import paging
from cop.programs.inside import Inside, NotThere
from cop.programs.saying import companions, people, positions
from cop.programs.saying.base import Pages, ZoneName, number_of
from members.models import Companion, Membership
from tasks import legitimacy, rereading


def listed(
    inside: Inside,
    *,
    zone: ZoneName | None = None,
    cursor: str = "",
    limit: int = paging.USUAL,
) -> Pages[people.Person]:
    """Who is here, by name: never in an order of where they stand."""
    found = Membership.objects.present().filter(domain=inside.domain)
    if zone:
        found = found.filter(zone=number_of(zone))
    return paging.page(
        found,
        order=("name", "pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [people.in_passing(one) for one in rows],
    )


def one(inside: Inside, handle: str, *, at: datetime) -> people.Member:
    who = (
        Membership.objects.filter(domain=inside.domain, handle=handle)
        .select_related("main_area", "member__sponsor", "member__agent")
        .prefetch_related("areas")
        .first()
    )
    if who is None:
        raise NotThere
    return people.member(
        who,
        domain=inside.domain,
        reader=inside.membership,
        withheld=f"submission:{rereading.withheld_from(inside.membership)}",
        at=at,
    )


def my_place(inside: Inside, *, at: datetime) -> positions.Place:
    own = inside.own
    standing = legitimacy.standing_of(own)
    return positions.place(
        own,
        reasons.of(own, at=at, in_full=True),
        in_hand=standing.in_hand,
        most_in_hand=standing.most_in_hand,
    )


def my_companions(
    inside: Inside, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[companions.Companion]:
    """With whom I walk, or was asked to, the latest first."""
    own = inside.own
    return paging.page(
        Companion.objects.filter(Q(newcomer=own) | Q(peer=own)).select_related(
            "newcomer", "peer"
        ),
        order=("-offered_at", "-pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [companions.companion(one) for one in rows],
    )
