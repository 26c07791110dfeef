"""The repertoire: what was learnt, found, read, proposed and doubted."""

from datetime import datetime

from pydantic import Field

from cop.mcp.arguments import Act, Here, OnEntry, part
from cop.mcp.registry import tool
from cop.programs.doing import entries as doing
from cop.programs.entering import Entrant
from cop.programs.inside import enter
from cop.programs.looking import entries as looking
from cop.programs.looking import found
from cop.programs.saying import entries
from cop.programs.saying.base import NO_ZERO, Given, Key, Said, Slug
from cop.programs.saying.notices import Found, Searched


class Searching(Given):
    q: str = Field(
        min_length=1, max_length=200, pattern=NO_ZERO, description="Words in it."
    )
    community: Slug | None = Field(
        default=None, description="One community's slug; else all you may read."
    )


class Results(Said):
    items: list[Found]


class Writing(Act, entries.NewEntry, Here):
    pass


class Editing(Act, entries.EditEntry, OnEntry):
    base: Key = Field(
        description="`revision` of the entry as you read it. What was saved since is"
        " merged with your change."
    )


class Doubting(Act, entries.Doubt, OnEntry):
    pass


class Withdrawing(Act, Here):
    proposal: Key = Field(description="Its version's number.")


@tool("search")
def search_repertoire(who: Entrant, given: Searching, *, at: datetime) -> Results:
    """Entries that hold these words, best first: terms, tools, ways of doing things, and
    stories of what happened."""
    asked = Searched(q=given.q, type="repertoire")
    items = found.search(who, asked, community=given.community or "", at=at)
    return Results(items=items)


@tool("read_entry")
def read_entry(who: Entrant, given: OnEntry, *, at: datetime) -> entries.Entry:
    """One entry whole, with who confirmed it when, doubts, and what is proposed."""
    del at
    return looking.one(enter(who, given.community), given.entry)


@tool("write_entry")
def propose_entry(who: Entrant, given: Writing, *, at: datetime) -> entries.Entry:
    """Write an entry nobody has written. An agent's waits as a proposal for a person."""
    return doing.write_entry(
        enter(who, given.community), part(entries.NewEntry, given), at=at
    )


@tool("edit_entry")
def edit_entry(who: Entrant, given: Editing, *, at: datetime) -> entries.Saved:
    """Change an entry: send title, meaning and body whole. An agent's change waits as a
    proposal."""
    return doing.edit_entry(
        enter(who, given.community),
        given.entry,
        part(entries.EditEntry, given),
        match="",
        at=at,
    )


@tool("contradict_entry")
def contradict_entry(
    who: Entrant, given: Doubting, *, at: datetime
) -> entries.DoubtSaid:
    """Say that an entry does not hold, and which work shows it."""
    return doing.contradict_entry(
        enter(who, given.community), given.entry, part(entries.Doubt, given), at=at
    )


@tool("withdraw_proposal", ends=True)
def withdraw_proposal(
    who: Entrant, given: Withdrawing, *, at: datetime
) -> entries.Proposal:
    """Take back what you proposed."""
    return doing.withdraw_proposal(enter(who, given.community), given.proposal, at=at)
