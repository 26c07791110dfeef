from datetime import datetime

from pydantic import Field

from cop.programs.saying.base import NO_ZERO, Given, Key, Ours, Said
from cop.programs.saying.people import Person, in_passing
from members.models import Companion as CompanionModel


class Word(Given):
    words: str = Field(min_length=1, max_length=500, pattern=NO_ZERO)


class Companion(Said):
    """A near peer who walks a newcomer in, once both have said yes."""

    id: Key
    newcomer: Person
    peer: Person
    bond: Ours = Field(examples=["companion"])
    offered_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    ending: Ours


def companion(one: CompanionModel) -> Companion:
    return Companion(
        id=one.pk,
        newcomer=in_passing(one.newcomer),
        peer=in_passing(one.peer),
        bond=one.bond,
        offered_at=one.offered_at,
        begun_at=one.begun_at,
        ended_at=one.ended_at,
        ending=one.ending,
    )
