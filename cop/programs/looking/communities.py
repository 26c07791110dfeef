from django.db.models import Q

from cop.programs import paging
from cop.programs.entering import Entrant
from cop.programs.inside import Inside, places_of
from cop.programs.saying import communities
from cop.programs.saying.base import Pages
from domain.models import Domain


def listed(
    who: Entrant, *, cursor: str = "", limit: int = paging.USUAL
) -> Pages[communities.CommunityInShort]:
    """The member's communities and those anybody may read, by name."""
    own = {place.domain_id: place for place in places_of(who)}
    found = Domain.objects.filter(
        Q(visibility=Domain.Visibility.PUBLIC) | Q(pk__in=list(own))
    )
    if who.domain_id is not None:
        found = found.filter(pk=who.domain_id)
    return paging.page(
        found,
        order=("name", "pk"),
        cursor=cursor,
        limit=limit,
        say=lambda rows: [communities.in_short(one, own.get(one.pk)) for one in rows],
    )


def one(inside: Inside) -> communities.Community:
    return communities.whole(inside.domain, inside.membership)
