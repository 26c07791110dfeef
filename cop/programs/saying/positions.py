"""Where somebody stands, why, and what would take them further."""

from datetime import datetime

from pydantic import Field

from cop.people.reasons import Reasons
from cop.programs.saying.base import Ours, Said, ZoneName, zone
from members.models import Membership


class Step(Said):
    """One condition of the next zone."""

    is_met: bool
    words: str = Field(examples=["Recognised by 2 of 3 full members"])
    note: str


class Prospect(Said):
    """Something to do, and what it comes to."""

    kind: Ours = Field(examples=["work"])
    words: str
    outcome: str
    tasks: list[int]


class Ground(Said):
    """Something the position rests on: whose word it is, and what it still weighs."""

    ground: Ours = Field(examples=["Work others recognised"])
    words: str
    by: str
    at: datetime | None
    weighs: Ours = Field(examples=["0.9 of 1"])


class Place(Said):
    zone: ZoneName
    zone_name: str = Field(examples=["Bank"])
    position: float = Field(
        description="A real number from 0 at the edge; never for a league table.",
        examples=[2.4],
    )
    momentum: float
    heading: Ours = Field(examples=["in"])
    recognisers: int = Field(
        description="Full members whose recognition still counts.", examples=[2]
    )
    is_provisional: bool
    is_paused: bool
    next_zone: ZoneName | None
    steps: list[Step]
    holds_until: datetime | None = Field(
        description="When it fades below the zone if nothing happens."
    )
    grounds: list[Ground]
    prospects: list[Prospect]
    in_hand: int = Field(description="Tasks held that wait on me.", examples=[1])
    most_in_hand: int = Field(examples=[2])


def place(
    who: Membership, reasons: Reasons, *, in_hand: int, most_in_hand: int
) -> Place:
    groups = reasons.grounds.groups if reasons.grounds else []
    return Place(
        zone=zone(who.zone),
        zone_name=who.domain.zone_name(who.zone),
        position=round(who.position, 6),
        momentum=round(who.momentum, 6),
        heading=who.heading,
        recognisers=who.recognisers,
        is_provisional=who.is_provisional,
        is_paused=who.paused_at is not None,
        next_zone=zone(reasons.next_zone) if reasons.next_zone else None,
        steps=[
            Step(is_met=one.done, words=str(one.words), note=str(one.note))
            for one in reasons.steps
        ],
        holds_until=reasons.holds_until,
        grounds=[
            Ground(
                ground=str(group.ground.label),
                words=row.told.title if row.told else "",
                by=row.names,
                at=row.told.occurred_at if row.told else None,
                weighs=str(row.weighs),
            )
            for group in groups
            for row in group.rows
        ],
        prospects=[
            Prospect(
                kind=one.kind,
                words=str(one.words),
                outcome=str(one.outcome),
                tasks=[task.pk for task in one.tasks],
            )
            for one in reasons.prospects
        ],
        in_hand=in_hand,
        most_in_hand=most_in_hand,
    )
