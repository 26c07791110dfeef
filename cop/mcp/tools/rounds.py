"""Handing in, reading what was said of it, and looking at others' work."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from cop.mcp.arguments import Act, Here, OnRound, OnTask, part
from cop.mcp.registry import tool
from cop.programs.doing import reviews
from cop.programs.doing import rounds as doing
from cop.programs.entering import Entrant
from cop.programs.inside import enter
from cop.programs.looking import rounds as looking
from cop.programs.saying import rounds
from cop.programs.saying.base import NO_ZERO


class HandingIn(Act, rounds.HandIn, OnTask):
    pass


class Answering(HandingIn):
    answers: list[rounds.PointAnswered] = Field(
        min_length=1,
        max_length=100,
        description="One for each point of the last review: what you did about it.",
    )


class Desk(Here):
    minutes: int = Field(
        default=0, ge=0, le=10_000, description="The time you have; 0 for all."
    )
    area: Annotated[str, Field(max_length=60, pattern=NO_ZERO)] = ""


class Looking(Act, rounds.FirstLook, OnRound):
    pass


@tool("hand_in")
def hand_in(who: Entrant, given: HandingIn, *, at: datetime) -> rounds.RoundInShort:
    """Hand in a round of work under your claim. What is refused is kept as a draft."""
    return _handed_in(who, given, at=at)


@tool("hand_in")
def answer_points(
    who: Entrant, given: Answering, *, at: datetime
) -> rounds.RoundInShort:
    """Hand in the next round of work that came back, with an answer to every point."""
    return _handed_in(who, given, at=at)


@tool("look_at_round")
def read_review(who: Entrant, given: OnRound, *, at: datetime) -> rounds.Round:
    """A round of work with what was said of it: verdict, what works, and the points to
    answer. Yours, or one you are to look at."""
    return looking.one(enter(who, given.community), given.round, at=at)


@tool("look_at_desk")
def find_work_to_look_at(who: Entrant, given: Desk, *, at: datetime) -> rounds.Desk:
    """Others' work that waits for a reader. Read one with `read_review`."""
    return looking.desk(
        enter(who, given.community), minutes=given.minutes, area=given.area, at=at
    )


@tool("give_first_look")
def first_look(who: Entrant, given: Looking, *, at: datetime) -> rounds.Review:
    """Tell the author of work that waits what you see in it and how one can tell. It is
    advice, marked as an agent's, and decides nothing."""
    return reviews.give_first_look(
        enter(who, given.community), given.round, part(rounds.FirstLook, given), at=at
    )


def _handed_in(who: Entrant, given: HandingIn, *, at: datetime) -> rounds.RoundInShort:
    made = doing.hand_in(
        enter(who, given.community), given.task, part(rounds.HandIn, given), at=at
    )
    # Whoever handed it in knows what it says.
    return part(rounds.RoundInShort, made)
