"""The gate: whose call it is, known before anything of it is read.

Hosts and origins are the pages' own (``ALLOWED_HOSTS``, ``CSRF_TRUSTED_ORIGINS``), so that
no page from elsewhere reaches this door through somebody's browser, by whatever name.
"""

import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils import timezone
from django.utils.http import is_same_domain
from django.utils.translation import gettext as _
from starlette.requests import ClientDisconnect

from cop.faults import DATABASE_LOST, RETRY_AFTER
from cop.mcp.aside import aside
from cop.mcp.calls import Caller
from cop.mcp.server import CALLER
from cop.programs import entering, pace, refusing, resources
from domain.refusal import Refusal

log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

LONGEST_HEADER: Final = 4096


class Gate:
    """An application that lets programs in to another by the token they show."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if refused := _elsewhere(scope):
            await _answer(send, *refused)
            return
        try:
            caller = await aside(_caller, _shown(scope), at=timezone.now())
        except DATABASE_LOST as lost:
            log.error("MCP: %s", lost)  # noqa: TRY400 - the database's own log says more
            unavailable = refusing.unavailable()
            await _answer(send, 503, unavailable, {"Retry-After": RETRY_AFTER})
            return
        if isinstance(caller, Refusal):
            challenge = resources.challenge(resources.MCP)
            await _answer(send, 401, caller, {"WWW-Authenticate": challenge})
            return
        if scope["method"] != "POST":
            # No stream is held open for what is asked for and answered at once.
            refusal = Refusal("method", _("Everything is asked for by POST here."))
            await _answer(send, 405, refusal, {"Allow": "POST"})
            return
        # Whoever hangs up in the middle of asking is answered nothing.
        with contextlib.suppress(ClientDisconnect):
            await self.app({**scope, CALLER: caller}, receive, _telling(send, caller))


def _caller(shown: str, *, at: datetime) -> Caller | Refusal:
    who = entering.entrant(shown, at=at, door=resources.MCP)
    if isinstance(who, Refusal):
        return who
    return Caller(who, pace.step(who, acts=False, at=at))


def _elsewhere(scope: Message) -> tuple[int, Refusal, dict[str, str]] | None:
    """Whether it was sent to another site than this, or from a page of another."""
    host = _header(scope, b"host")
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return 421, Refusal("host", _("This site is not called that.")), {}
    origin = _header(scope, b"origin")
    if origin and not _is_ours(origin, f"{scope['scheme']}://{host}"):
        return 403, Refusal("origin", _("Pages of other sites do not call here.")), {}
    if settings.SECURE_SSL_REDIRECT and scope["scheme"] != "https":
        # Whoever showed a token in the clear learns it, and is not led on.
        return 403, Refusal("clear", _("This is answered over TLS alone.")), {}
    return None


def _is_ours(origin: str, here: str) -> bool:
    if origin in {here, settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}:
        return True
    try:
        asked = urlsplit(origin)
    except ValueError:
        return False
    for trusted in settings.CSRF_TRUSTED_ORIGINS:
        scheme, _slashes, domain = trusted.partition("://*")
        if domain and asked.scheme == scheme and is_same_domain(asked.netloc, domain):
            return True
    return False


def _header(scope: Message, name: bytes) -> str:
    """A header's value; of one that is said twice none, whoever reads the other."""
    found = [value for key, value in scope["headers"] if key == name]
    return str(found[0].decode("latin-1")) if len(found) == 1 else ""


def _shown(scope: Message) -> str:
    shown = _header(scope, b"authorization")
    is_header = shown.isascii() and shown.isprintable()
    return shown if is_header and len(shown) < LONGEST_HEADER else ""


def _telling(send: Send, caller: Caller) -> Send:
    """Put on every answer where the minute stands, and that it is nobody else's."""
    more = [
        (b"ratelimit-limit", b"%d" % caller.pace.most),
        (b"ratelimit-remaining", b"%d" % max(caller.pace.left, 0)),
        (b"ratelimit-reset", b"%d" % caller.pace.resets_in),
        *_ALWAYS,
    ]

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sent


_ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    (b"vary", b"authorization"),
    (b"x-content-type-options", b"nosniff"),
)


async def _answer(
    send: Send, status: int, refusal: Refusal, headers: dict[str, str]
) -> None:
    """Say why not, as problems are told to programs (RFC 9457)."""
    body = json.dumps(
        {
            "status": status,
            "detail": str(refusal.sentence),
            "code": refusal.code,
            "opens": str(refusal.opens),
        }
    ).encode()
    told = {"Content-Type": "application/problem+json", **headers}
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (b"content-length", str(len(body)).encode()),
            *((name.lower().encode(), value.encode()) for name, value in told.items()),
            *_ALWAYS,
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
