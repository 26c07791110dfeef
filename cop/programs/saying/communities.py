from pydantic import Field

from cop.programs.saying.base import Ours, Said, ZoneName, page, zone
from cop.programs.saying.people import Person, in_passing
from domain.centrality import Zone
from domain.models import Domain
from members.models import Membership


class CommunityInShort(Said):
    slug: Ours = Field(examples=["river-watch"])
    name: str = Field(examples=["River Watch"])
    concern: str = Field(examples=["We measure the river and publish what we find."])
    visibility: Ours = Field(examples=["public"])
    joining: Ours = Field(examples=["open"])
    is_mine: bool = Field(description="Whether the token's member belongs to it.")
    page: Ours


class Area(Said):
    slug: Ours = Field(examples=["sampling"])
    name: str = Field(examples=["Sampling"])
    agents_welcome: bool


class PathStretch(Said):
    """One zone of the path, as this community calls it."""

    zone: ZoneName = Field(examples=["periphery"])
    name: str = Field(examples=["Bank"])
    promise: str = Field(
        examples=["Take small, needed work that is easy to put right."]
    )


class Community(CommunityInShort):
    stakes: str
    served: str
    areas: list[Area]
    path: list[PathStretch]
    agents: Ours = Field(
        description="How far in agents take work here.", examples=["inbound"]
    )
    days_a_claim_lasts: float = Field(examples=[7])
    me: Person | None = Field(description="My place there, if I have one.")


def in_short(domain: Domain, own: Membership | None) -> CommunityInShort:
    return CommunityInShort(
        slug=domain.slug,
        name=domain.name,
        concern=domain.concern,
        visibility=domain.visibility,
        joining=domain.joining,
        is_mine=own is not None,
        page=page(domain.get_absolute_url()),
    )


def whole(domain: Domain, own: Membership | None) -> Community:
    return Community(
        **in_short(domain, own).model_dump(),
        stakes=domain.stakes,
        served=domain.served,
        areas=[
            Area(slug=one.slug, name=one.name, agents_welcome=one.agents_welcome)
            for one in domain.areas.order_by("place", "pk")
        ],
        path=[
            PathStretch(
                zone=zone(one),
                name=domain.zone_name(one),
                promise=domain.zone_promises[one - 1],
            )
            for one in Zone
        ],
        agents=domain.agents,
        days_a_claim_lasts=domain.claim_window.total_seconds() / 86400,
        me=in_passing(own) if own else None,
    )
