"""Patience: whoever asks what waits on them may wait for it, and holds nothing meanwhile.

In front of Django, whose middleware would keep a thread for each that waits: here waiting
is a coroutine that looks now and then whether there is news, on a connection it gives back
at once. Then the call goes on to Django, which answers it like any other. Where a site
runs without ASGI, everybody is answered at once.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connections
from django.utils import timezone

from cop.programs import entering, resources
from cop.programs.entering import Entrant
from cop.programs.looking import notices
from domain.refusal import Refusal, Refused

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Value = TypeVar("Value")

WAITING: Final = "/api/v1/waiting"
LONGEST: Final = 25
#: Seconds between two looks: news is this late at most.
EVERY: Final = 2.0
#: As many wait at once for one person and their agents together, and in one process.
MOST_OF_A_PARTY: Final = 5
MOST_HERE: Final = 500


class Patient:
    """An application that lets calls for what waits be patient."""

    def __init__(self, app: App, *, every: float = EVERY) -> None:
        self.app, self.every = app, every
        self.here: Counter[int] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        seconds, since = _asked(scope)
        if seconds:
            first = await receive()
            gone = asyncio.ensure_future(receive())
            try:
                if await self._wait(scope, seconds, since, gone):
                    return
                await self.app(scope, partial(_again, [first], gone), send)
            finally:
                gone.cancel()
            return
        await self.app(scope, receive, send)

    async def _wait(
        self, scope: Message, seconds: int, since: str, gone: "asyncio.Future[Message]"
    ) -> bool:
        """Wait for news; return whether whoever asked has left meanwhile."""
        who = await _aside(partial(_entrant, _authorization(scope)))
        if who is None or not self._may_wait(who):
            return False
        self.here[who.party_id] += 1
        try:
            until = asyncio.get_running_loop().time() + seconds
            while not await _aside(partial(_is_news, who, since)):
                left = until - asyncio.get_running_loop().time()
                if left <= 0:
                    return False
                await asyncio.wait({gone}, timeout=min(self.every, left))
                if gone.done():
                    return True
            return False
        finally:
            self.here[who.party_id] -= 1
            if not self.here[who.party_id]:
                del self.here[who.party_id]

    def _may_wait(self, who: Entrant) -> bool:
        return (
            self.here[who.party_id] < MOST_OF_A_PARTY and self.here.total() < MOST_HERE
        )


async def _again(first: list[Message], gone: "asyncio.Future[Message]") -> Message:
    """What came before the wait, and after it whatever comes."""
    return first.pop() if first else await asyncio.shield(gone)


def _asked(scope: Message) -> tuple[int, str]:
    """For how many seconds, and since when; nothing for all other calls."""
    if (
        scope["type"] != "http"
        or scope["path"] != WAITING
        or scope["method"] not in ("GET", "HEAD")
    ):
        return 0, ""
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    wait, since = asked.get("wait", [""])[0], asked.get("since", [""])[0]
    is_number = wait.isascii() and wait.isdecimal() and len(wait) <= len(str(LONGEST))
    # More than may be waited is no wait at all: Django says what does not fit.
    seconds = int(wait) if is_number and int(wait) <= LONGEST else 0
    return seconds, since


def _authorization(scope: Message) -> str:
    shown = (value for name, value in scope["headers"] if name == b"authorization")
    return next(shown, b"").decode("latin-1")


async def _aside(ask: Callable[[], Value]) -> Value:
    """Ask the database in a thread, and give thread and connection back at once."""

    def asked() -> Value:
        try:
            return ask()
        finally:
            connections.close_all()

    return await sync_to_async(asked, thread_sensitive=False)()


def _entrant(authorization: str) -> Entrant | None:
    try:
        who = entering.entrant(authorization, at=timezone.now(), door=resources.API)
    except (DatabaseError, ValueError):
        # Django answers what there is to answer.
        return None
    return None if isinstance(who, Refusal) else who


def _is_news(who: Entrant, since: str) -> bool:
    try:
        return notices.is_news(who, since)
    except (DatabaseError, Refused):
        return True
