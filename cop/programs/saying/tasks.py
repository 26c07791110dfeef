from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from cop.programs.saying.base import (
    NO_ZERO,
    Given,
    Key,
    Ours,
    Said,
    WhyNot,
    ZoneName,
    page,
    zone,
)
from cop.programs.saying.claims import Claim, MyClaim
from cop.programs.saying.entries import Met
from cop.programs.saying.notes import Ask, Question
from cop.programs.saying.people import Person, in_passing
from cop.programs.saying.rounds import RoundInShort
from domain.centrality import Consequence, Reliance
from tasks.models import Part as PartModel
from tasks.models import Review as ReviewModel
from tasks.models import Task as TaskModel

ConsequenceName = Literal["put_right", "day_lost", "others_held_up", "cannot_be_undone"]
RelianceName = Literal["one", "some", "many", "public"]


class NewPart(Given):
    """One part of a task that needs several areas at once."""

    area: str = Field(max_length=60, pattern=NO_ZERO, examples=["data"])
    title: str = Field(min_length=1, max_length=80, pattern=NO_ZERO)


class Need(Given):
    """What is needed and for whom, and the two answers that say how central it is."""

    title: str = Field(
        min_length=1,
        max_length=80,
        pattern=NO_ZERO,
        examples=["Check 12 photo labels"],
    )
    beneficiary: str = Field(
        min_length=1,
        max_length=120,
        pattern=NO_ZERO,
        description="Who relies on the result.",
        examples=["Readers of the autumn dataset"],
    )
    use: str = Field(
        min_length=1,
        max_length=200,
        pattern=NO_ZERO,
        examples=["Goes on the map people use to find paths"],
    )
    brief: str = Field(
        min_length=1,
        max_length=20_000,
        pattern=NO_ZERO,
        examples=["What to do and where to start. Markdown."],
    )
    area: str = Field(
        max_length=60, pattern=NO_ZERO, examples=["sampling"], description="Its slug."
    )
    consequence: ConsequenceName = Field(
        description="What happens if it is done badly."
    )
    reliance: RelianceName = Field(description="How many rely on it.")
    effort_minutes: int = Field(ge=5, le=48_000, examples=[20])
    done_means: str = Field(default="", max_length=2000, pattern=NO_ZERO)
    if_wrong: str = Field(default="", max_length=2000, pattern=NO_ZERO)
    seats: int = Field(default=1, ge=1, le=50)
    observer_seats: int = Field(default=3, ge=0, le=50)
    claim_days: int | None = Field(default=None, ge=1, le=90)
    for_newcomers: bool = False
    agents_welcome: bool = True
    is_practice: bool = False
    is_awaited: bool = False
    outside_url: str = Field(
        default="",
        max_length=300,
        pattern=NO_ZERO,
        description="A whole address, http or https, or nothing.",
        examples=["https://example.org/sheets"],
    )


class NewTask(Need):
    parts: list[NewPart] = Field(default=[], max_length=50)


class Ending(Given):
    ending: Literal["impossible", "split", "unwanted"]
    reason: str = Field(
        min_length=1,
        max_length=2000,
        pattern=NO_ZERO,
        examples=["Half of the sheets are lost; the rest makes two tasks."],
    )


class Override(Given):
    zone: ZoneName
    reason: str = Field(min_length=1, max_length=300, pattern=NO_ZERO)


class Used(Given):
    used_in: str = Field(
        min_length=1,
        max_length=200,
        pattern=NO_ZERO,
        examples=["The autumn dataset"],
    )


class Stretch(Given):
    """A stretch of a log that is worth watching."""

    first: Key
    last: Key
    why: str = Field(default="", max_length=200, pattern=NO_ZERO)


class Stretched(Said):
    id: Key
    task: Key
    first: Key
    last: Key
    why: str


class Asked(Given):
    """Which tasks of a board are wanted; together they narrow."""

    show: Literal["all", "me", "observe", "awaited", "proposed"] = Field(
        default="all", description="`me`: what I could claim with free hands."
    )
    zone: ZoneName | None = None
    area: list[Annotated[str, Field(max_length=60, pattern=NO_ZERO)]] = Field(
        default=[], max_length=20, description="Slugs of areas."
    )
    time: list[Literal["short", "medium", "long"]] = Field(
        default=[],
        max_length=3,
        description="Under half an hour, up to two hours, longer.",
    )
    seat: list[Literal["people", "agents"]] = Field(default=[], max_length=2)
    q: str = Field(
        default="", max_length=200, pattern=NO_ZERO, description="Words in it."
    )


class TaskInShort(Said):
    id: Key
    title: str = Field(examples=["Transcribe the Mill Bridge field sheets"])
    use: str
    beneficiary: str
    area: Ours = Field(examples=["sampling"])
    zone: ZoneName = Field(
        description="How central it is: who stands there, or further in, may claim it."
    )
    minutes: int = Field(examples=[20])
    state: Ours = Field(examples=["open"])
    seats: int
    seats_free: int
    observer_seats_free: int
    for_newcomers: bool
    agents_welcome: bool
    is_practice: bool
    is_awaited: bool
    is_mine: bool
    is_watched: bool = Field(description="Whether I have an observer seat.")
    is_open_to_me: bool = Field(description="Whether I could claim it with free hands.")
    opened_at: datetime | None
    page: Ours


class Part(Said):
    seat: int
    title: str
    area: Ours
    is_taught: bool
    is_ready: bool
    holder: Person | None


class Neighbour(Said):
    """Recognised work of the same kind: how it was gone about, and what was said."""

    task: Key
    title: str
    round: Key
    author: Person
    narration: str
    works: str
    notes: list[str]


class Watcher(Said):
    id: Key
    who: Person
    to_the_end: bool
    is_vouched_for: bool


class Task(TaskInShort):
    """One task: what is needed and for whom, who does it, how they go about it."""

    brief: str
    done_means: str
    if_wrong: str
    consequence: ConsequenceName
    reliance: RelianceName
    override_reason: str
    claim_days: float
    outside_url: str
    raised_by: Person
    raised_at: datetime
    used_in: str
    ending: Ours
    ending_reason: str
    claim: MyClaim | None = Field(description="My own, if I hold a seat.")
    why_not_claim: WhyNot | None = Field(
        description="Why I may not claim it now; null where I may."
    )
    claims: list[Claim] = Field(description="Who holds it, or has done it.")
    watchers: list[Watcher]
    parts: list[Part]
    questions: list[Question]
    asks: list[Ask] = Field(description="What agents asked a person.")
    rounds: list[RoundInShort]
    neighbours: list[Neighbour]
    entries: list[Met] = Field(description="What of the repertoire it uses.")
    wanted: list[str] = Field(
        description="Entries it links to that nobody has written.",
        examples=[["Field blank"]],
    )


def consequence(number: int) -> ConsequenceName:
    names: tuple[ConsequenceName, ...] = (
        "put_right",
        "day_lost",
        "others_held_up",
        "cannot_be_undone",
    )
    return names[Consequence(number) - 1]


def reliance(number: int) -> RelianceName:
    names: tuple[RelianceName, ...] = ("one", "some", "many", "public")
    return names[Reliance(number) - 1]


def in_short(task: TaskModel, *, is_open_to_me: bool) -> TaskInShort:
    """Say a task that came ``with_seats``."""
    return TaskInShort(**facts(task, is_open_to_me=is_open_to_me))


def facts(task: TaskModel, *, is_open_to_me: bool) -> dict[str, Any]:
    gone = len({*task.taken_seats, *task.kept_seats})
    return {
        "id": task.pk,
        "title": task.title,
        "use": task.use,
        "beneficiary": task.beneficiary,
        "area": task.area.slug,
        "zone": zone(task.centrality),
        "minutes": task.effort_minutes,
        "state": task.state,
        "seats": task.seats,
        "seats_free": max(task.seats - gone, 0),
        "observer_seats_free": max(task.observer_seats - task.watching, 0),
        "for_newcomers": task.for_newcomers,
        "agents_welcome": task.agents_welcome and task.area.agents_welcome,
        "is_practice": task.is_practice,
        "is_awaited": task.is_awaited,
        "is_mine": task.is_mine,
        "is_watched": task.is_watched,
        "is_open_to_me": is_open_to_me,
        "opened_at": task.opened_at,
        "page": page(task.get_absolute_url()),
    }


def part(
    one: PartModel, *, holder: Person | None, is_taught: bool, is_ready: bool
) -> Part:
    return Part(
        seat=one.seat,
        title=one.title,
        area=one.area.slug,
        is_taught=is_taught,
        is_ready=is_ready,
        holder=holder,
    )


def neighbours(found: Sequence[ReviewModel]) -> list[Neighbour]:
    return [
        Neighbour(
            task=one.submission.task_id,
            title=one.submission.task.title,
            round=one.submission_id,
            author=in_passing(one.submission.author),
            narration=one.submission.narration,
            works=one.works,
            notes=list(one.lines),  # type: ignore[attr-defined]
        )
        for one in found
    ]
