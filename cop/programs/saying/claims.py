from datetime import datetime
from typing import Any

from pydantic import Field

from cop.programs.saying.base import NO_ZERO, Given, Key, Ours, Said
from cop.programs.saying.people import Person, maybe
from tasks import claiming
from tasks.models import Claim as ClaimModel

Generation = Field(
    ge=1,
    le=2**31 - 1,
    description="The number the claim was answered with. Under an older one nothing"
    " is taken in: the seat has been somebody else's meanwhile.",
    examples=[3],
)


class Seat(Given):
    """Which seat is wanted."""

    seat: int | None = Field(
        default=None,
        ge=1,
        le=50,
        description="One part of a task in parts; else the first seat that is free.",
    )


class Held(Given):
    """Under which claim something is done."""

    generation: int = Generation


class Release(Held):
    words: str = Field(
        default="",
        max_length=1000,
        pattern=NO_ZERO,
        description="A word for whoever takes it next.",
        examples=["The second sheet cannot be read; the first is typed up."],
    )


class Claim(Said):
    """A lease on a seat of a task."""

    id: Key
    task: Key
    seat: int = Field(examples=[1])
    generation: int = Field(examples=[3])
    holder: Person | None = Field(description="Null while kept for a visitor.")
    claimed_at: datetime
    due_at: datetime = Field(description="When the seat goes back to the board.")
    in_review: bool = Field(
        description="Whether it waits for a verdict, and not on its holder."
    )
    ended_at: datetime | None
    ending: Ours = Field(examples=[""])


class MyClaim(Claim):
    """A lease of one's own."""

    silent_until: datetime = Field(
        description="How far heartbeats carry it; a note carries it further."
    )


def claim(one: ClaimModel, *, in_review: bool | None = None) -> Claim:
    """Say a claim; ``in_review`` where it did not come ``with_review_pending``."""
    return Claim(**_facts(one, in_review=in_review))


def mine(one: ClaimModel, *, in_review: bool | None = None) -> MyClaim:
    return MyClaim(
        **_facts(one, in_review=in_review), silent_until=claiming.silent_until(one)
    )


def _facts(one: ClaimModel, *, in_review: bool | None) -> dict[str, Any]:
    waits = getattr(one, "in_review", False) if in_review is None else in_review
    return {
        "id": one.pk,
        "task": one.task_id,
        "seat": one.seat,
        "generation": one.generation,
        "holder": maybe(one.membership),
        "claimed_at": one.claimed_at,
        "due_at": one.due_at,
        "in_review": waits,
        "ended_at": one.ended_at,
        "ending": one.ending,
    }
