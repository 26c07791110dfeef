"""Where one is, and as whom."""

from datetime import datetime

from cop.mcp.arguments import Here, Nothing, Paged
from cop.mcp.registry import tool
from cop.programs.entering import Entrant
from cop.programs.inside import enter
from cop.programs.looking import communities, notices, people
from cop.programs.saying.base import Pages
from cop.programs.saying.communities import Community, CommunityInShort
from cop.programs.saying.notices import Me
from cop.programs.saying.positions import Place


@tool("about_me")
def who_am_i(who: Entrant, given: Nothing, *, at: datetime) -> Me:
    """As whom you act, what your token opens, and who answers for you."""
    del given, at
    return notices.me(who)


@tool("list_communities")
def list_communities(
    who: Entrant, given: Paged, *, at: datetime
) -> Pages[CommunityInShort]:
    """Communities you are in (`is_mine`) and those anybody may read, by name."""
    del at
    return communities.listed(who, cursor=given.cursor, limit=given.limit)


@tool("look_at_community")
def look_at_community(who: Entrant, given: Here, *, at: datetime) -> Community:
    """What a community is about, its areas, its path from the edge to the core, and how
    far in agents take work."""
    del at
    return communities.one(enter(who, given.community))


@tool("my_place")
def my_place(who: Entrant, given: Here, *, at: datetime) -> Place:
    """Where you stand on the path, why, what would take you further, and how many tasks
    you may hold."""
    return people.my_place(enter(who, given.community), at=at)
