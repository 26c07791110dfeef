from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from cop.api.operations import Turn, inside, reads, who
from cop.programs.looking import communities, found, people
from cop.programs.saying.base import Pages, Said, Slug, ZoneName
from cop.programs.saying.communities import Community, CommunityInShort
from cop.programs.saying.notices import Found, Searched
from cop.programs.saying.people import Member, Person
from cop.programs.saying.positions import Place

router = Router(tags=["Communities and people"])


class Results(Said):
    items: list[Found]


@reads(router, "/communities", Pages[CommunityInShort], name="list_communities")
def list_communities(
    request: HttpRequest, turn: Query[Turn]
) -> Pages[CommunityInShort]:
    return communities.listed(who(request), **turn.model_dump())


@reads(router, "/communities/{community}", Community, name="look_at_community")
def look_at_community(request: HttpRequest, community: Slug) -> Community:
    """What it is about, its areas, its path, and my place there."""
    return communities.one(inside(request, community))


@reads(router, "/communities/{community}/people", Pages[Person], name="list_people")
def list_people(
    request: HttpRequest,
    community: Slug,
    turn: Query[Turn],
    zone: ZoneName | None = None,
) -> Pages[Person]:
    """By name: where people stand makes no league table."""
    return people.listed(inside(request, community), zone=zone, **turn.model_dump())


@reads(
    router,
    "/communities/{community}/people/{handle}",
    Member,
    name="look_at_member",
)
def look_at_member(request: HttpRequest, community: Slug, handle: Slug) -> Member:
    return people.one(inside(request, community), handle, at=timezone.now())


@reads(router, "/communities/{community}/me", Place, name="my_place")
def my_place(request: HttpRequest, community: Slug) -> Place:
    """The conditions of the next zone, what my position rests on, and when it fades."""
    return people.my_place(inside(request, community), at=timezone.now())


@reads(router, "/search", Results, name="search")
def search(
    request: HttpRequest,
    asked: Query[Searched],
    community: Slug | None = None,
) -> Results:
    """In one community, or in all that this token opens and that anybody may read."""
    items = found.search(
        who(request), asked, community=community or "", at=timezone.now()
    )
    return Results(items=items)
