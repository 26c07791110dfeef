"""What waits on one, and what one typed that did not arrive."""

from datetime import datetime

from pydantic import Field

from cop.mcp.arguments import Act, Paged, part
from cop.mcp.registry import tool
from cop.programs.doing import people as doing
from cop.programs.entering import Entrant
from cop.programs.looking import notices as looking
from cop.programs.paging import LONGEST_CURSOR
from cop.programs.saying.base import Done, Given, Pages
from cop.programs.saying.notices import Draft, ReadNotices, Waiting


class Since(Given):
    since: str = Field(
        default="",
        max_length=LONGEST_CURSOR,
        pattern=r"^[-_a-zA-Z0-9]*$",
        description="`cursor` of the last answer; empty for all there is.",
    )


class Reading(Act, ReadNotices):
    pass


@tool("waiting")
def my_work(who: Entrant, given: Since, *, at: datetime) -> Waiting:
    """What you hold, what came back to mend, questions to you, what you asked a person,
    and what is new since last time. Begin here, and come back here."""
    return looking.waiting(who, since=given.since, at=at)


@tool("list_drafts")
def my_drafts(who: Entrant, given: Paged, *, at: datetime) -> Pages[Draft]:
    """What you sent that was refused, kept as you wrote it."""
    del at
    return looking.drafts(who, cursor=given.cursor, limit=given.limit)


@tool("read_notices", repeats=True)
def read_notices(who: Entrant, given: Reading, *, at: datetime) -> Done:
    """Mark your news as read, up to one by its number."""
    return doing.read_notices(who, part(ReadNotices, given), at=at)
