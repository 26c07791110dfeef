from collections.abc import Iterable
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from cop.programs.saying.base import NO_ZERO, Given, Key, Ours, Said, page
from cop.programs.saying.people import Person, in_passing
from domain.models import Domain
from tasks.came_of import CameOf as CameOfRecords
from tasks.models import Gathering as GatheringModel


class Plan(Given):
    """When, where, what for, and on which tasks."""

    title: str = Field(
        min_length=1,
        max_length=80,
        pattern=NO_ZERO,
        description="What people will say they were at.",
        examples=["Sheets at the mill"],
    )
    what_for: str = Field(
        min_length=1,
        max_length=300,
        pattern=NO_ZERO,
        description="What will be there at the end that is not now.",
        examples=["The sheets of May are typed up and checked."],
    )
    place: str = Field(
        min_length=1,
        max_length=300,
        pattern=NO_ZERO,
        description="A place, or a link to meet at.",
        examples=["The mill, upper floor"],
    )
    starts_at: AwareDatetime = Field(examples=["2026-11-30T18:00:00Z"])
    minutes: int = Field(ge=15, le=24 * 60, examples=[90])
    tasks: list[Key] = Field(
        min_length=1, max_length=100, description="What is worked on, by number."
    )


class Change(Plan):
    version: int = Field(
        ge=1,
        le=2**31 - 1,
        description="The one you have read: what changed meanwhile is not undone.",
    )


class CallOff(Given):
    because: str = Field(
        min_length=1,
        max_length=300,
        pattern=NO_ZERO,
        examples=["The bridge is closed until Sunday."],
    )


class Coming(Given):
    coming: bool = Field(description="What one said last holds.")


class Told(Given):
    """Who was there, and what came of it."""

    there: list[Ours] = Field(
        default=[],
        max_length=200,
        description="Handles, all of them: who is not named was not there.",
        examples=[["amara-okoye"]],
    )
    came_of_it: str = Field(default="", max_length=600, pattern=NO_ZERO)
    version: int = Field(ge=1, le=2**31 - 1, description="The one you have read.")


class AskedGatherings(Given):
    """Which gatherings are wanted."""

    show: Literal["coming", "gone_by"] = Field(
        default="coming",
        description="Those to come, the next one first; or those gone by, the latest"
        " first.",
    )


class GatheringInShort(Said):
    """A session in which members work together on tasks that are named."""

    id: Key
    title: str = Field(examples=["Sheets at the mill"])
    what_for: str
    place: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    called_by: Person
    called_off_because: str = Field(description="Empty where it takes place.")
    is_called_off: bool
    my_answer: Ours = Field(
        description="`coming`, `cannot`, or empty where I said nothing.",
        examples=["coming"],
    )
    version: int = Field(examples=[1])
    page: Ours


class CameOf(Said):
    """What those who were there did on its tasks until two weeks after."""

    handed_in: list[Key] = Field(description="First rounds, by number.")
    recognised: list[Key] = Field(description="Rounds.")
    first_works: list[Key] = Field(description="Rounds: somebody's first work here.")
    watched: list[Key] = Field(description="Tasks on which they took observer seats.")
    entries: list[Key] = Field(description="Written or changed out of what was said.")


class Gathering(GatheringInShort):
    """One gathering: what is worked on, who comes, and what came of it."""

    tasks: list[Key]
    coming: list[Person]
    cannot: list[Person]
    there: list[Person] = Field(description="Who was there, once that was noted.")
    came_of_it: str = Field(description="In the words of somebody who was there.")
    told_by: Person | None
    came_of: CameOf | None = Field(description="Null until it has begun.")


def in_short(one: GatheringModel, *, answer: str, domain: Domain) -> GatheringInShort:
    return GatheringInShort(**facts(one, answer=answer, domain=domain))


def facts(one: GatheringModel, *, answer: str, domain: Domain) -> dict[str, Any]:
    one.domain = domain
    return {
        "id": one.pk,
        "title": one.title,
        "what_for": one.what_for,
        "place": one.place,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "called_by": in_passing(one.called_by),
        "called_off_because": one.called_off_because,
        "is_called_off": one.is_called_off,
        "my_answer": answer,
        "version": one.version,
        "page": page(one.get_absolute_url()),
    }


def came_of(found: CameOfRecords) -> CameOf:
    return CameOf(
        handed_in=[work.pk for work in found.handed_in],
        recognised=[work.pk for work in found.recognised],
        first_works=[work.pk for work in found.first_works],
        watched=_once(seat.task_id for seat in found.watched),
        entries=_once(origin.revision.entry_id for origin in found.grown),
    )


def _once(keys: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(keys))
