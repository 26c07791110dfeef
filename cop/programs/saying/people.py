from datetime import datetime

from pydantic import Field

from cop.people import headings, moments
from cop.programs.saying.base import Ours, Said, ZoneName, page, zone
from domain.models import Domain
from members.models import Membership


class Person(Said):
    """Somebody in passing: a person, or an agent, and never the one for the other."""

    handle: Ours = Field(examples=["amara-okoye"])
    name: str = Field(examples=["Amara Okoye"])
    kind: Ours = Field(description="`human` or `agent`.", examples=["human"])
    zone: ZoneName = Field(examples=["active"])


class Moment(Said):
    """Something of theirs that others recognised."""

    at: datetime
    words: str = Field(examples=["Transcribe the Mill Bridge field sheets"])
    change: str = Field(examples=["First work recognised"])
    quote: str
    by: str = Field(examples=["Amara Okoye"])


class Member(Person):
    """One member of a community, as their page shows them."""

    joined_at: datetime
    main_area: Ours | None = Field(examples=["sampling"])
    areas: list[Ours] = Field(examples=[["sampling", "data"]])
    is_present: bool
    is_away: bool
    is_organizer: bool
    heading: Ours | None = Field(examples=["Heading in"])
    sponsor: Ours | None = Field(
        description="Who answers for an agent.", examples=["tomas-vrba"]
    )
    purpose: str | None = Field(description="What an agent is for.")
    moments: list[Moment]
    page: Ours


def in_passing(who: Membership) -> Person:
    return Person(handle=who.handle, name=who.name, kind=who.kind, zone=zone(who.zone))


def maybe(who: Membership | None) -> Person | None:
    return in_passing(who) if who else None


def member(
    who: Membership,
    *,
    domain: Domain,
    reader: Membership | None,
    withheld: str,
    at: datetime,
) -> Member:
    """Say what a member's page says. ``withheld`` is work the reader reads blind."""
    who.domain = domain
    account = who.member
    heading = headings.said_of(who, to=reader, at=at)
    told = [one for one in moments.of(who) if one.line.item != withheld]
    return Member(
        **in_passing(who).model_dump(),
        joined_at=who.joined_at,
        main_area=who.main_area.slug if who.main_area else None,
        areas=[area.slug for area in who.areas.all()],
        is_present=who.is_present,
        is_away=who.is_present and who.is_away(at=at),
        is_organizer=who.is_organizer,
        heading=str(heading[0]) if heading else None,
        sponsor=account.sponsor.handle if account and account.sponsor else None,
        purpose=account.agent.purpose if account and account.is_agent else None,
        moments=[
            Moment(
                at=one.at,
                words=one.line.title,
                change=str(one.change),
                quote=one.quote,
                by=one.by,
            )
            for one in told
        ],
        page=page(who.get_absolute_url()),
    )
