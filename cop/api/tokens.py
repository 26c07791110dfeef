"""Tokens: as whom a call comes in, what its token opens, and how many calls are left."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from cop.api.problems import Trouble
from cop.programs import entering, pace, refusing, resources
from cop.programs.entering import Entrant
from cop.programs.pace import Pace
from domain.refusal import Refusal
from members.models import Scope

SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST_HEADER = 4096


class CallRequest(HttpRequest):
    """A call of a program."""

    auth: Entrant
    entrant: Entrant | None
    pace: Pace | None


class Token(AuthBase):
    """A bearer token in force that opens acts of one kind."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        call, now = cast("CallRequest", request), timezone.now()
        shown = request.headers.get("Authorization", "")
        # Servers let nothing else through; what is not a header is no token either.
        is_header = shown.isascii() and shown.isprintable()
        who = entering.entrant(
            shown if is_header and len(shown) < LONGEST_HEADER else "",
            at=now,
            door=resources.API,
        )
        if isinstance(who, Refusal):
            raise Trouble(401, who)
        call.entrant = who
        call.pace = pace.step(who, acts=request.method not in SAFE, at=now)
        if not call.pace.is_kept:
            raise Trouble(
                429,
                refusing.out_of_pace(call.pace.resets_in),
                headers={"Retry-After": str(call.pace.resets_in)},
            )
        if refusal := entering.refusal_of_scope(who, self.scope):
            raise Trouble(403, refusal)
        return who
