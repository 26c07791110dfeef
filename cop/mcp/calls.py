"""Calls: one call of a tool from what was given to what is answered, or why not.

Nothing is raised to whoever called: a model reads a refusal as a result, and goes on.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import DataError
from django.utils.translation import gettext as _
from mcp_types import CallToolResult, TextContent

from cop.faults import DATABASE_LOST
from cop.mcp import arguments, marks
from cop.mcp.arguments import Act, Misfit
from cop.mcp.registry import TOOLS, Tool
from cop.mcp.words import NOTE
from cop.programs import answering, calling, entering, pace, refusing
from cop.programs.answering import Another, Answered, Asked
from cop.programs.doing.entries import Clashed
from cop.programs.entering import Entrant
from cop.programs.inside import NotThere
from cop.programs.pace import Pace
from cop.programs.saying import entries
from cop.programs.saying.base import Given
from domain.refusal import Refusal, Refused
from members.models import Scope

log = logging.getLogger(__name__)

Value = TypeVar("Value")

#: In letters: more than this at once helps nobody who reads it.
LONGEST_ANSWER: Final = 600_000


@dataclass(frozen=True, slots=True)
class Caller:
    """As whom a call comes in, and where that leaves its minute."""

    who: Entrant
    pace: Pace


class Refusing(Exception):
    """A refusal with what else is to be told of it."""

    def __init__(self, refusal: Refusal, **more: Any) -> None:
        super().__init__(refusal.code)
        self.refusal, self.more = refusal, more


def call(
    caller: Caller, name: str, given: Mapping[str, Any] | None, *, at: datetime
) -> CallToolResult:
    """Answer one call of a tool that there is."""
    tool = TOOLS[name]

    def ask() -> CallToolResult:
        check(caller, tool.scope, acts=tool.is_act, at=at)
        return _answered(tool, caller.who, given, at=at)

    try:
        return noted(caller, tool.name, ask, at=at)
    except Refusing as refusing_:
        return _refused(refusing_)


def noted(
    caller: Caller, what: str, ask: Callable[[], Value], *, at: datetime
) -> Value:
    """Do what was asked for, and keep that it was asked; raise only ``Refusing``."""
    begun = time.monotonic()
    status, code = 200, ""
    try:
        return ask()
    except Exception as exc:  # noqa: BLE001 - each is told, those of ours as a fault
        refusing_ = _why(exc)
        code = refusing_.refusal.code
        status = refusing.status_of(refusing_.refusal)
        raise refusing_ from None
    finally:
        # One of too many costs no write.
        if caller.pace.is_kept:
            calling.note_quietly(
                who=caller.who,
                method="MCP",
                path=what,
                status=status,
                code=code,
                took=timedelta(seconds=time.monotonic() - begun),
                at=at,
            )


def check(caller: Caller, scope: Scope, *, acts: bool, at: datetime) -> None:
    """Raise ``Refused`` unless the minute and the token have room for it."""
    check_pace(caller)
    if acts:
        check_pace(Caller(caller.who, pace.step_acting(caller.who, at=at)))
    if refusal := entering.refusal_of_scope(caller.who, scope):
        raise Refused(refusal)


def check_pace(caller: Caller) -> None:
    if not caller.pace.is_kept:
        raise Refused(refusing.out_of_pace(caller.pace.resets_in))


def _answered(
    tool: Tool, who: Entrant, given: Mapping[str, Any] | None, *, at: datetime
) -> CallToolResult:
    read = arguments.read(tool.takes, given)

    def done() -> Answered:
        told = marks.marked(tool.do(who, read, at=at))
        return Answered(200, json.dumps(told, ensure_ascii=False))

    if tool.is_act:
        answered = answering.once(_asked(tool, who, read), done, at=at)
    else:
        answered = done()
    if len(answered.body) > LONGEST_ANSWER:
        raise Refused(
            Refusal(
                "too_long",
                _("That is more than can be told at once."),
                _("Ask for less of it, or for a part."),
            )
        )
    return CallToolResult(
        content=[
            TextContent(type="text", text=NOTE),
            TextContent(type="text", text=answered.body),
        ],
        structured_content=json.loads(answered.body),
    )


def _asked(tool: Tool, who: Entrant, read: Given) -> Asked | None:
    key = read.key if isinstance(read, Act) else None
    if key is None:
        return None
    sent = read.model_dump_json().encode()
    return Asked(who.member, key, f"MCP {tool.name}", answering.digest_of([sent]))


def _why(exc: Exception) -> Refusing:  # noqa: PLR0911 - one for each
    match exc:
        case Clashed():
            return Refusing(
                exc.refusal,
                theirs=marks.marked(entries.version(exc.theirs)),
                merged={marks.KEY: marks.plain(exc.merged.body)},
            )
        case Refused():
            return Refusing(exc.refusal)
        case Misfit():
            refusal = Refusal("unfit", str(exc), _("Put that right and call again."))
            return Refusing(refusal, arguments=exc.told)
        case NotThere():
            return Refusing(refusing.not_there())
        case Another():
            return Refusing(refusing.key_taken())
        case DataError():
            log.warning("Data reached the database that it does not take: %s", exc)
            return Refusing(refusing.unfit())
    if isinstance(exc, DATABASE_LOST):
        log.error("MCP: %s", exc)
        return Refusing(refusing.unavailable())
    log.error("The door of tools broke", exc_info=exc)
    return Refusing(refusing.fault())


def told(refusal: Refusal) -> dict[str, str]:
    """A refusal in the words of pages and API."""
    return {
        "code": refusal.code,
        "sentence": marks.plain(str(refusal.sentence)),
        "opens": marks.plain(str(refusal.opens)),
    }


def _refused(refusing_: Refusing) -> CallToolResult:
    said = told(refusing_.refusal)
    text = f"Refused ({said['code']}): {said['sentence']} {said['opens']}".strip()
    texts = [text]
    if "theirs" in refusing_.more:
        # Both texts are members', and a model that reads text reads them here.
        texts += [NOTE, json.dumps(refusing_.more, ensure_ascii=False)]
    return CallToolResult(
        content=[TextContent(type="text", text=one) for one in texts],
        structured_content={**said, **refusing_.more},
        is_error=True,
    )
