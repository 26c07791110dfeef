"""A seat, and what is done on it."""

from datetime import datetime

from cop.mcp.arguments import Act, Here, OnTask, part
from cop.mcp.registry import tool
from cop.programs.doing import claims as doing
from cop.programs.entering import Entrant
from cop.programs.inside import enter
from cop.programs.saying import claims, notes
from cop.programs.saying.base import Key


class Claiming(Act, claims.Seat, OnTask):
    pass


class Beating(Act, claims.Held, OnTask):
    pass


class PuttingBack(Act, claims.Release, OnTask):
    pass


class Narrating(Act, notes.NewNote, OnTask):
    pass


class Asking(Act, notes.NewAsk, OnTask):
    pass


class TakingBack(Act, Here):
    ask: Key


@tool("claim")
def claim(who: Entrant, given: Claiming, *, at: datetime) -> claims.MyClaim:
    """Take a seat on a task, as a lease until `due_at`. Every write on it carries the
    `generation` you are answered with."""
    return doing.claim(
        enter(who, given.community), given.task, part(claims.Seat, given), at=at
    )


@tool("heartbeat", repeats=True)
def heartbeat(who: Entrant, given: Beating, *, at: datetime) -> claims.MyClaim:
    """Say that you are still at it; it carries the lease up to `silent_until`."""
    return doing.heartbeat(
        enter(who, given.community), given.task, part(claims.Held, given), at=at
    )


@tool("release", ends=True)
def put_back(who: Entrant, given: PuttingBack, *, at: datetime) -> claims.Claim:
    """Give your seat back to the board, with a word for whoever takes it next. It is
    honourable; your notes stay."""
    return doing.release(
        enter(who, given.community), given.task, part(claims.Release, given), at=at
    )


@tool("write_note")
def narrate(who: Entrant, given: Narrating, *, at: datetime) -> notes.Note:
    """Say in the log how you go about the work, while you do it. Others learn from it,
    and it renews your lease."""
    return doing.write_note(
        enter(who, given.community), given.task, part(notes.NewNote, given), at=at
    )


@tool("ask_for_a_person")
def ask_for_a_person(who: Entrant, given: Asking, *, at: datetime) -> notes.Ask:
    """Stop and ask a person, where you do not know how to go on. Your seat is kept for 48
    hours; `my_work` tells when it is answered."""
    return doing.ask_for_a_person(
        enter(who, given.community), given.task, part(notes.NewAsk, given), at=at
    )


@tool("take_ask_back", ends=True)
def take_ask_back(who: Entrant, given: TakingBack, *, at: datetime) -> notes.Ask:
    """Take back what you asked a person, if it has answered itself."""
    return doing.take_ask_back(enter(who, given.community), given.ask, at=at)
