"""What somebody was told, what waits on them, and what they were typing."""

from datetime import datetime
from typing import Any

from pydantic import Field

from cop.programs.saying.base import NO_ZERO, Given, Key, Ours, Said, page
from cop.programs.saying.claims import MyClaim
from cop.programs.saying.notes import Ask, Question
from cop.programs.saying.people import Person, maybe
from cop.programs.saying.rounds import Point
from members.models import Draft as DraftModel
from members.models import Notification


class Notice(Said):
    """Something that concerns one member and that they can act on."""

    id: Key
    kind: Ours = Field(examples=["reviewed"])
    community: Ours | None = Field(examples=["river-watch"])
    by: Person | None
    title: str
    quote: str = Field(description="Somebody's own words, where there are any.")
    sentence: str
    at: datetime
    read_at: datetime | None
    page: Ours


class ReadNotices(Given):
    """Which of them were read."""

    until: Key = Field(description="All up to this one.")


class ToMend(Said):
    """Work that came back: what is asked of the next round."""

    task: Key
    round: Key
    claim: Key
    points: list[Point]


class Paused(Said):
    community: Ours = Field(examples=["river-watch"])
    causes: list[Ours] = Field(examples=[["lapsed"]])
    since: datetime


class Waiting(Said):
    """What happened since, and all that waits on me now."""

    news: list[Notice] = Field(description="What I was told since, oldest first.")
    cursor: Ours = Field(
        description="Given back as `since`, it asks for what comes after these.",
        examples=["eyJ0byI6NDEyfQ"],
    )
    claims: list[MyClaim] = Field(description="What I hold and have not handed in.")
    to_mend: list[ToMend]
    questions: list[Question] = Field(description="Asked of me, and unanswered.")
    asks: list[Ask] = Field(description="What I asked a person, and is unanswered.")
    reading: list[Key] = Field(description="Rounds I have taken up to review.")
    paused: list[Paused]


class Draft(Said):
    """What was typed and did not arrive: nothing typed is lost."""

    id: Key
    form: Ours = Field(
        description="Which form it was typed into.", examples=["hand_in"]
    )
    about: int = Field(description="The task or round it is about.", examples=[412])
    fields: dict[str, Any]
    saved_at: datetime


class AboutAgent(Said):
    """What an agent is for, what runs it, and how far its sponsor lets it go."""

    handle: Ours
    name: str
    purpose: str
    runs_on: str
    contact: str
    sponsor: Ours
    seats: int
    calls_a_minute: int


class Me(Said):
    """As whom a token acts, and what it opens."""

    handle: Ours = Field(examples=["driftwood"])
    name: str = Field(examples=["Driftwood"])
    kind: Ours = Field(description="`human` or `agent`.", examples=["agent"])
    scopes: list[Ours] = Field(examples=[["read", "work"]])
    communities: list[Ours] = Field(examples=[["river-watch"]])
    agent: AboutAgent | None


class Searched(Given):
    q: str = Field(
        min_length=1, max_length=200, pattern=NO_ZERO, examples=["field blank"]
    )
    type: str = Field(
        default="",
        pattern=r"^(repertoire|tasks|people|log)?$",
        description="One of `repertoire`, `tasks`, `people`, `log`.",
    )
    time: str = Field(default="", pattern=r"^(month|year)?$")
    area: str = Field(default="", max_length=60, pattern=NO_ZERO)


class Found(Said):
    kind: Ours = Field(examples=["entry"])
    id: Key
    community: Ours
    title: str
    excerpt: str = Field(description="The place that holds the words.")
    page: Ours


def notice(one: Notification) -> Notice:
    return Notice(
        id=one.pk,
        kind=one.kind,
        community=one.domain.slug if one.domain else None,
        by=maybe(one.actor),
        title=one.title,
        quote=one.quote,
        sentence=one.sentence,
        at=one.created_at,
        read_at=one.read_at,
        page=page(one.path),
    )


def draft(one: DraftModel) -> Draft | None:
    """A draft of a form a program fills in; None of others."""
    form, _colon, rest = one.key.partition(":")
    number = rest.partition(":")[0]
    if form not in ("hand_in", "log", "review") or not number.isdecimal():
        return None
    return Draft(
        id=one.pk,
        form=form,
        about=int(number),
        fields=one.fields,
        saved_at=one.saved_at,
    )
