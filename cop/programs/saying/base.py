"""What everything said to programs, and everything they give, has in common."""

from typing import Annotated, Generic, Literal, TypeVar

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from domain.centrality import Zone
from domain.refusal import Refusal


class OfTheSite:
    """Marks words that no member wrote."""


#: PostgreSQL keeps no text with a zero byte in it.
NO_ZERO = r"^[^\x00]*$"
LARGEST_KEY = 2**63 - 1

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY, examples=[412])]
Slug = Annotated[
    str,
    Field(pattern=r"^[-a-zA-Z0-9_]+$", max_length=120, examples=["river-watch"]),
]
#: Words the site itself chose, and names in addresses, which hold no spaces. All other
#: text that is said is taken for members' words: what nobody marked is theirs.
Ours = Annotated[str, OfTheSite()]
ZoneName = Literal["periphery", "inbound", "active", "core"]

Thing = TypeVar("Thing", bound=BaseModel)


class Said(BaseModel):
    """What a program is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """What a program gives: nothing it was not asked for."""

    model_config = ConfigDict(extra="forbid")


class Pages(Said, Generic[Thing]):
    """Some of many, in an order that what comes in between does not shift."""

    items: list[Thing]
    #: Asks for what comes after these; null when nothing does.
    next: Ours | None = Field(
        default=None,
        description="Given back as `cursor`, it asks for what comes after these.",
        examples=["WyIyMDI2LTExLTE2Il0"],
    )


class WhyNot(Said):
    """What stands in the way of an act, and what would open the door."""

    code: Ours = Field(examples=["hands_full"])
    sentence: Ours = Field(examples=["You hold 1 task, as many as you may at once."])
    opens: Ours = Field(examples=["Hand in or put back what you hold."])


class Done(Said):
    """Nothing more is to be said of it."""

    done: bool = Field(default=True, examples=[True])


def why_not(refusal: Refusal | None) -> WhyNot | None:
    if refusal is None:
        return None
    return WhyNot(
        code=refusal.code, sentence=str(refusal.sentence), opens=str(refusal.opens)
    )


def zone(number: int) -> ZoneName:
    names: tuple[ZoneName, ...] = ("periphery", "inbound", "active", "core")
    return names[Zone(number) - 1]


def number_of(name: ZoneName) -> Zone:
    return Zone[name.upper()]


def page(path: str) -> str:
    """Where people read the same."""
    return f"{settings.SITE_URL}{path}"
