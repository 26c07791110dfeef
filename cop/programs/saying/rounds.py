"""What is handed in, round by round, and the reviews of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from cop.programs.saying.base import NO_ZERO, Given, Key, Ours, Said, WhyNot, page
from cop.programs.saying.claims import Generation
from cop.programs.saying.people import Person, in_passing
from tasks.models import Point as PointModel
from tasks.models import Review as ReviewModel
from tasks.models import Submission

LONGEST = 20_000

Link = Annotated[str, Field(max_length=300, pattern=NO_ZERO)]
VerdictName = Literal["recognised", "accommodated", "returned", "declined"]


class PointAnswered(Given):
    """What was done about one change the last review asked for."""

    point: Key
    answer: str = Field(
        min_length=1,
        max_length=1000,
        pattern=NO_ZERO,
        examples=["Both readings are given now, the doubtful one in brackets."],
    )


class Work(Given):
    """What was made, and how."""

    body: str = Field(
        default="",
        max_length=LONGEST,
        pattern=NO_ZERO,
        examples=["Time 09:10, water 11.4, turbidity 6.2, nitrate 2.1"],
    )
    links: list[Link] = Field(
        default=[],
        max_length=10,
        description="Where the work lives elsewhere: whole addresses, http or https.",
        examples=[["https://example.org/sheets/4"]],
    )
    narration: str = Field(
        default="",
        max_length=LONGEST,
        pattern=NO_ZERO,
        description="How you went about it and why. `[[Name]]` links what you used.",
    )
    unsure: str = Field(
        default="",
        max_length=LONGEST,
        pattern=NO_ZERO,
        description="What you are not sure of: reviewers look there first.",
    )


class HandIn(Work):
    """One round of work, under the claim it was done under."""

    generation: int = Generation
    answers: list[PointAnswered] = Field(
        default=[],
        max_length=100,
        description="For a round after one that was returned: an answer to each point.",
    )
    take_back: bool = Field(
        default=False,
        description="If the seat has gone back to the board and is free, take it again"
        " and hand in under it.",
    )


class EditRound(Work):
    drop: list[Key] = Field(
        default=[], max_length=20, description="Files that are not part of it any more."
    )


class File(Said):
    id: Key
    name: str = Field(examples=["sheet-4.csv"])
    size: int = Field(description="In bytes.", examples=[2048])


class Point(Said):
    """One change a review asked for, and what the next round answered."""

    id: Key
    number: int = Field(examples=[1])
    text: str
    answer: str
    answered_in: int | None


class Review(Said):
    """What somebody made of a round. It is their word, about the work."""

    id: Key
    round: Key
    reviewer: Person
    is_first_look: bool = Field(description="Advice, without a verdict.")
    is_second_opinion: bool
    verdict: Ours = Field(examples=["returned"])
    works: str = Field(description="What works, and how one can tell.")
    reason: str
    looked_at: str
    points: list[Point]
    version_read: int | None
    sent_at: datetime


class RoundInShort(Said):
    id: Key
    task: Key
    round: int = Field(examples=[1])
    author: Person
    outcome: Ours = Field(
        description="Empty while it waits for its verdict.", examples=["recognised"]
    )
    handed_in_at: datetime
    settled_at: datetime | None
    withdrawn_at: datetime | None
    page: Ours


class Round(RoundInShort):
    body: str
    links: list[str]
    narration: str
    unsure: str
    files: list[File]
    version: int = Field(examples=[1])
    is_threshold: bool = Field(
        description="Whether it is where its author became competent here."
    )
    answered: list[Point] = Field(description="Points of earlier reviews it answers.")
    reviews: list[Review] = Field(description="Those the reader may read now.")
    change: WhyNot | None = Field(
        description="Why its author may not change it any more; null while they may."
    )
    second_opinion: WhyNot | None = Field(
        description="Why a second opinion cannot be asked for; null where it can."
    )


class NewReview(Given):
    """A verdict and what carries it."""

    verdict: VerdictName
    works: str = Field(
        max_length=4000,
        pattern=NO_ZERO,
        description="What works, and how you can tell: point at the thing.",
    )
    points: list[Annotated[str, Field(max_length=1000, pattern=NO_ZERO)]] = Field(
        default=[],
        max_length=6,
        description="For `returned`: each change, and why it matters.",
    )
    looked_at: str = Field(default="", max_length=4000, pattern=NO_ZERO)
    reason: str = Field(
        default="",
        max_length=4000,
        pattern=NO_ZERO,
        description="For `declined` why; for `accommodated` what help it took.",
    )
    version: int = Field(
        ge=1, le=32767, description="The version of the round that was read."
    )


class FirstLook(Given):
    """Advice on work that waits: what one sees, and how one can tell."""

    works: str = Field(
        min_length=40,
        max_length=4000,
        pattern=NO_ZERO,
        examples=[
            "The dates in rows 3 to 9 follow the sheet; row 10 has day and month"
        ],
    )
    looked_at: str = Field(default="", max_length=4000, pattern=NO_ZERO)


class Skip(Given):
    reason: str = Field(
        min_length=10,
        max_length=300,
        pattern=NO_ZERO,
        examples=["I know them well; somebody else reads it."],
    )


class Draw(Given):
    minutes: Literal[0, 5, 10, 30] = Field(
        default=0, description="The time there is; 0 for as long as it takes."
    )
    area: str | None = Field(default=None, max_length=60, pattern=NO_ZERO)


class Room(Given):
    """How much one reviews here, and how long one mostly has."""

    capacity: Literal["none", "half", "usual", "double"]
    minutes: Literal[0, 5, 10, 30]


class Reading(Said):
    """A piece of work one is reading, under a lease of its own."""

    id: Key
    round: Round
    claimed_at: datetime
    due_at: datetime
    finished_at: datetime | None = Field(
        description="Said already, and lying ready for a minute before it goes."
    )
    goes_at: datetime | None


class DeskItem(Said):
    round: RoundInShort
    title: str
    minutes: int = Field(description="About how long it takes to read.", examples=[10])
    is_first: bool = Field(description="Its author's first work here.")


class Desk(Said):
    """What waits for a reader, and what of it is for this one."""

    gives_verdicts: bool
    waiting: list[DeskItem] = Field(
        description="For a verdict, or a first look where one gives no verdicts."
    )
    to_draw: int = Field(
        description="First works that are handed out and not picked.", examples=[2]
    )
    reading: list[Key] = Field(description="Rounds one has taken up.")
    on_their_way: list[Key]


def point(one: PointModel) -> Point:
    return Point(
        id=one.pk,
        number=one.number,
        text=one.text,
        answer=one.answer,
        answered_in=one.answered_in_id,
    )


def review(one: ReviewModel) -> Review:
    assert one.sent_at is not None  # noqa: S101 - only what was sent is said
    return Review(
        id=one.pk,
        round=one.submission_id,
        reviewer=in_passing(one.reviewer),
        is_first_look=one.is_first_look,
        is_second_opinion=one.is_second_opinion,
        verdict=one.verdict,
        works=one.works,
        reason=one.reason,
        looked_at=one.looked_at,
        points=[point(p) for p in sorted(one.points.all(), key=lambda p: p.number)],
        version_read=one.version_read,
        sent_at=one.sent_at,
    )


def in_short(one: Submission) -> RoundInShort:
    return RoundInShort(**_facts(one))


def whole(
    one: Submission,
    *,
    reviews: Sequence[ReviewModel],
    change: WhyNot | None,
    second_opinion: WhyNot | None,
) -> Round:
    return Round(
        **_facts(one),
        body=one.body,
        links=list(one.links),
        narration=one.narration,
        unsure=one.unsure,
        files=[
            File(id=file.pk, name=file.name, size=file.size)
            for file in one.attachments.order_by("pk")
        ],
        version=one.version,
        is_threshold=one.is_threshold,
        answered=[point(p) for p in one.answers.order_by("review", "number")],
        reviews=[review(r) for r in reviews],
        change=change,
        second_opinion=second_opinion,
    )


def _facts(one: Submission) -> dict[str, Any]:
    return {
        "id": one.pk,
        "task": one.task_id,
        "round": one.round,
        "author": in_passing(one.author),
        "outcome": one.outcome,
        "handed_in_at": one.handed_in_at,
        "settled_at": one.settled_at,
        "withdrawn_at": one.withdrawn_at,
        "page": page(one.get_absolute_url()),
    }
