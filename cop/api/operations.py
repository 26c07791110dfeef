"""Operations: what each of them has in common, so that a resource says only its own."""

from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, Field

from cop.api.problems import Trouble
from cop.api.tokens import CallRequest, Token
from cop.programs import answering, checking, paging
from cop.programs.acts import BY_NAME, READS
from cop.programs.answering import Answered, Asked
from cop.programs.entering import Entrant
from cop.programs.inside import Inside, enter
from cop.programs.saying.base import Given
from domain.refusal import Refusal
from members.models import Scope

Function = TypeVar("Function", bound=Callable[..., BaseModel | HttpResponse])

LONGEST_KEY = 200

KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "What you call this act, once and for all: asked for again under the"
    " same key it is not done again, and answered as it was then, for 24 hours.",
    "examples": {"usual": {"value": "hand-in-412-round-1"}},
}
MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "maxLength": 500},
    "description": "The ETag of the state you have read, from which your change starts.",
}
NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string", "maxLength": 500},
    "description": "An ETag you have: answered with 304 while nothing has changed.",
}


class Turn(Given):
    """Which of many."""

    cursor: str = Field(
        default="",
        max_length=paging.LONGEST_CURSOR,
        pattern=r"^[-_a-zA-Z0-9]*$",
        description="`next` of what was given before.",
    )
    limit: int = Field(default=paging.USUAL, ge=1, le=paging.MOST)


def who(request: HttpRequest) -> Entrant:
    return cast("CallRequest", request).auth


def inside(request: HttpRequest, community: str) -> Inside:
    return enter(who(request), community)


def match(request: HttpRequest) -> str:
    return request.headers.get("If-Match", "")


def reads(
    router: Router, path: str, says: Any, *, name: str
) -> Callable[[Function], Function]:
    """Register what only reads: its answer has an ETag, and 304 while it stands."""

    def register(function: Function) -> Function:
        @wraps(function)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            said = function(request, *args, **kwargs)
            if isinstance(said, HttpResponse):
                return said
            tag = checking.tag_of(said)
            known = request.headers.get("If-None-Match", "")
            if tag in {one.strip().removeprefix("W/") for one in known.split(",")}:
                response = HttpResponse(status=304)
            else:
                response = _json(said.model_dump_json(), 200)
                _lead_on(request, said, response)
            response["ETag"] = tag
            response["Cache-Control"] = "private, no-cache"
            return response

        router.api_operation(
            ["GET"],
            path,
            auth=Token(Scope.READ),
            response=says,
            operation_id=name,
            summary=READS[name],
            description=function.__doc__,
            openapi_extra={"parameters": [NONE_MATCH]},
        )(view)
        return function

    return register


def does(
    router: Router,
    method: str,
    path: str,
    says: Any,
    *,
    name: str,
    status: int = 200,
    is_edit: bool = False,
) -> Callable[[Function], Function]:
    """Register an act: done once for a key, in one transaction with its answer."""
    act = BY_NAME[name]

    def register(function: Function) -> Function:
        @wraps(function)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            def done() -> Answered:
                said = function(request, *args, **kwargs)
                assert isinstance(said, BaseModel)  # noqa: S101 - acts say something
                return Answered(status, said.model_dump_json())

            answered = answering.once(_asked(request), done, at=timezone.now())
            response = _json(answered.body, answered.status)
            if answered.is_replayed:
                response["Idempotent-Replayed"] = "true"
            response["ETag"] = f'"{sha256(answered.body.encode()).hexdigest()[:32]}"'
            response["Cache-Control"] = "no-store"
            return response

        router.api_operation(
            [method],
            path,
            auth=Token(act.scope),
            response={status: says},
            operation_id=name,
            summary=act.words,
            description=function.__doc__,
            openapi_extra={"parameters": [KEY, *([MATCH] if is_edit else [])]},
        )(view)
        return function

    return register


def _asked(request: HttpRequest) -> Asked | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Trouble(
            422,
            Refusal(
                "key_unfit",
                _("An Idempotency-Key is 1 to 200 letters, digits and signs."),
            ),
        )
    return Asked(
        member=who(request).member,
        key=key,
        what=f"{request.method} {request.path}"[:400],
        digest=answering.digest_of(_sent(request)),
    )


def _sent(request: HttpRequest) -> Iterator[bytes]:
    """All that was sent, however it was sent."""
    yield match(request).encode()
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name, file.size)).encode()
            yield from file.chunks()
            file.seek(0)


def _json(body: str, status: int) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json")


def _lead_on(request: HttpRequest, said: BaseModel, response: HttpResponse) -> None:
    """Say where what comes after is, as a link besides."""
    onward = getattr(said, "next", None)
    if not isinstance(onward, str):
        return
    query = request.GET.copy()
    query["cursor"] = onward
    address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    response["Link"] = f'<{address}>; rel="next"'
