"""What concerns oneself: what waits, what one was told, drafts, and whom one walks with."""

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from cop.api.operations import Turn, does, inside, reads, who
from cop.programs.doing import people as doing
from cop.programs.looking import notices as looking
from cop.programs.looking import people
from cop.programs.paging import LONGEST_CURSOR
from cop.programs.saying.base import Done, Key, Pages, Slug
from cop.programs.saying.companions import Companion, Word
from cop.programs.saying.notices import Draft, Me, Notice, ReadNotices, Waiting

router = Router(tags=["What waits on me"])

_HERE = "/communities/{community}/companions"
_ONE = f"{_HERE}/{{int:companion}}"

Since = Annotated[
    str,
    Field(
        max_length=LONGEST_CURSOR,
        pattern=r"^[-_a-zA-Z0-9]*$",
        description="`cursor` of what was answered last; empty for all there is.",
    ),
]
Wait = Annotated[
    int,
    Field(
        ge=0,
        le=25,
        description="Seconds to wait for news, where the site can: the answer comes as"
        " soon as there are any.",
    ),
]


@reads(router, "/me", Me, name="about_me")
def about_me(request: HttpRequest) -> Me:
    """What the token opens and, for an agent, what it is for and how far it may go."""
    return looking.me(who(request))


@reads(router, "/waiting", Waiting, name="waiting")
def waiting(request: HttpRequest, since: Since = "", wait: Wait = 0) -> Waiting:
    """Reviews given, work returned, questions, answers, claims that end, pauses: what is
    new since a cursor, and all that waits on me now."""
    # Waiting itself is done in front of this: see ``cop.api.patience``.
    del wait
    return looking.waiting(who(request), since=since, at=timezone.now())


@reads(router, "/notices", Pages[Notice], name="list_notices")
def list_notices(
    request: HttpRequest, turn: Query[Turn], unread: bool = False
) -> Pages[Notice]:
    """The latest first."""
    return looking.told(who(request), unread=unread, **turn.model_dump())


@does(router, "POST", "/notices/read", Done, name="read_notices")
def read_notices(request: HttpRequest, given: ReadNotices) -> Done:
    return doing.read_notices(who(request), given, at=timezone.now())


@reads(router, "/drafts", Pages[Draft], name="list_drafts")
def list_drafts(request: HttpRequest, turn: Query[Turn]) -> Pages[Draft]:
    """What was refused, as it was typed: a round under a lease that had lapsed, say."""
    return looking.drafts(who(request), **turn.model_dump())


@does(router, "DELETE", "/drafts/{int:draft}", Done, name="forget_draft")
def forget_draft(request: HttpRequest, draft: Key) -> Done:
    return doing.forget_draft(who(request), draft, at=timezone.now())


@reads(router, _HERE, Pages[Companion], name="list_companions")
def list_companions(
    request: HttpRequest, community: Slug, turn: Query[Turn]
) -> Pages[Companion]:
    return people.my_companions(inside(request, community), **turn.model_dump())


@does(router, "POST", _HERE, Companion, name="seek_companion", status=201)
def seek_companion(request: HttpRequest, community: Slug) -> Companion:
    return doing.seek_companion(inside(request, community), at=timezone.now())


@does(router, "POST", f"{_ONE}/accept", Companion, name="accept_companion")
def accept_companion(
    request: HttpRequest, community: Slug, companion: Key
) -> Companion:
    return doing.accept_companion(
        inside(request, community), companion, at=timezone.now()
    )


@does(router, "POST", f"{_ONE}/pass", Companion, name="pass_companion")
def pass_companion(request: HttpRequest, community: Slug, companion: Key) -> Companion:
    return doing.pass_companion(
        inside(request, community), companion, at=timezone.now()
    )


@does(router, "POST", f"{_ONE}/part", Companion, name="part_companion")
def part_companion(request: HttpRequest, community: Slug, companion: Key) -> Companion:
    return doing.part_companion(
        inside(request, community), companion, at=timezone.now()
    )


@does(router, "POST", f"{_ONE}/word", Companion, name="say_to_companion")
def say_to_companion(
    request: HttpRequest, community: Slug, companion: Key, given: Word
) -> Companion:
    return doing.say_to_companion(
        inside(request, community), companion, given, at=timezone.now()
    )
