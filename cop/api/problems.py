"""Problems: why not, as RFC 9457 has programs told."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DataError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from cop.faults import DATABASE_LOST, RETRY_AFTER
from cop.programs import refusing, resources
from cop.programs.answering import Another
from cop.programs.checking import Stale, Unread
from cop.programs.doing.entries import Clashed
from cop.programs.inside import NotThere
from cop.programs.saying import entries
from domain.refusal import Refusal, Refused

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
LONGEST_MESSAGE = 200
MOST_FIELDS = 50


class Unfit(BaseModel):
    """One thing that was given and does not fit."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(examples=["body.effort_minutes"])
    message: str = Field(examples=["Input should be greater than or equal to 5"])
    code: str = Field(examples=["greater_than_equal"])


class Problem(BaseModel):
    """Why not, and what would open the door."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(
        description="What kind of problem it is; leads to its explanation.",
        examples=["https://example.org/api/v1/docs#refused"],
    )
    title: str = Field(examples=["Refused"])
    status: int = Field(ge=400, le=599, examples=[409])
    detail: str = Field(
        description="The sentence a page would say.",
        examples=["You hold 1 task, as many as you may at once."],
    )
    code: str = Field(
        description="For programs; the same in every door.", examples=["hands_full"]
    )
    opens: str = Field(
        default="",
        description="What would open the door.",
        examples=["Hand in or put back what you hold."],
    )
    errors: list[Unfit] = Field(
        default=[], description="Which of what was given does not fit."
    )
    theirs: entries.Version | None = Field(
        default=None, description="In a clash: the version saved meanwhile."
    )
    merged: str | None = Field(
        default=None, description="In a clash: both texts put together, as far as goes."
    )


#: Kinds of problems, by status: the end of its address, and its title.
KINDS: dict[int, tuple[str, str]] = {
    400: ("unreadable", "What was sent cannot be read"),
    401: ("token", "A token is needed"),
    403: ("closed", "This token does not open that"),
    404: ("not-there", "Not there"),
    405: ("method", "Nothing is done that way here"),
    409: ("refused", "Refused"),
    412: ("stale", "It has changed since you read it"),
    413: ("too-large", "Too large"),
    422: ("unfit", "Something given does not fit"),
    428: ("unread", "Say which state you have read"),
    429: ("pace", "Too many calls"),
    500: ("fault", "Something broke on our side"),
    503: ("unavailable", "Not available just now"),
}


class Trouble(Exception):
    """A problem known before anything was done."""

    def __init__(
        self, status: int, refusal: Refusal, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(refusal.sentence)
        self.status, self.refusal, self.headers = status, refusal, headers or {}


def problem(
    status: int, refusal: Refusal, *, errors: list[Unfit] | None = None, **more: Any
) -> HttpResponse:
    kind, title = KINDS[status]
    said = Problem(
        type=f"{settings.SITE_URL}/api/v1/docs#{kind}",
        title=title,
        status=status,
        detail=str(refusal.sentence),
        code=refusal.code,
        opens=str(refusal.opens),
        errors=errors or [],
        **more,
    )
    response = HttpResponse(
        said.model_dump_json(exclude_none=True), status=status, content_type=MEDIA_TYPE
    )
    # Read by whoever keeps the list of calls.
    response.problem_code = refusal.code  # type: ignore[attr-defined]
    if status == 401:  # noqa: PLR2004
        response["WWW-Authenticate"] = resources.challenge(resources.API)
    return response


def refused(refused: Refused) -> HttpResponse:
    refusal = refused.refusal
    more: dict[str, Any] = {}
    if isinstance(refused, Clashed):
        more = {
            "theirs": entries.version(refused.theirs),
            "merged": refused.merged.body,
        }
    return problem(refusing.status_of(refusal), refusal, **more)


def not_there() -> HttpResponse:
    return problem(404, refusing.not_there())


@csrf_exempt
def unknown(_request: HttpRequest) -> HttpResponse:
    """What is below ``/api/`` and no operation."""
    return problem(
        404,
        Refusal(
            "no_such_operation",
            _("There is no operation at this address."),
            _("All there are stand in /api/v1/openapi.json."),
        ),
    )


def no_such_method(allowed: list[str]) -> HttpResponse:
    named = ", ".join(allowed)
    response = problem(
        405, Refusal("method", _("Nothing is done that way here."), named)
    )
    response["Allow"] = named
    return response


def register(api: NinjaAPI) -> None:
    """Answer everything that may go wrong in an operation with a problem."""

    def handle(kind: Any, answer: Any) -> None:
        api.add_exception_handler(kind, lambda request, exc: answer(exc))

    handle(Trouble, _trouble)
    handle(Refused, refused)
    handle(NotThere, lambda _exc: not_there())
    handle(Stale, _stale)
    handle(Unread, _unread)
    handle(Another, _another)
    handle(ValidationError, _unfit)
    handle(HttpError, _unreadable)
    for kind in (
        BadRequest,
        SuspiciousOperation,
        TooManyFieldsSent,
        TooManyFilesSent,
        MultiPartParserError,
        UnreadablePostError,
    ):
        handle(kind, _unreadable)
    handle(RequestDataTooBig, _too_large)
    handle(DataError, _unfit_for_the_database)
    for lost in DATABASE_LOST:
        handle(lost, _lost)
    handle(Exception, _fault)


def _trouble(trouble: Trouble) -> HttpResponse:
    response = problem(trouble.status, trouble.refusal)
    for name, value in trouble.headers.items():
        response[name] = value
    return response


def _stale(_exc: Stale) -> HttpResponse:
    return problem(
        412,
        Refusal(
            "stale",
            _("It has changed since you read it."),
            _("Read it again, and send your change with the ETag you get."),
        ),
    )


def _unread(_exc: Unread) -> HttpResponse:
    return problem(
        428,
        Refusal(
            "unread",
            _("A change says which state it starts from."),
            _("Read it, and send its ETag along as If-Match."),
        ),
    )


def _another(_exc: Another) -> HttpResponse:
    return problem(422, refusing.key_taken())


def _unfit(exc: ValidationError) -> HttpResponse:
    errors = [
        Unfit(
            field=_path(one["loc"]),
            message=str(one["msg"])[:LONGEST_MESSAGE],
            code=str(one["type"]),
        )
        for one in exc.errors[:MOST_FIELDS]
    ]
    return problem(
        422,
        Refusal("unfit", _("Something given does not fit. See “errors”.")),
        errors=errors,
    )


def _path(loc: tuple[Any, ...]) -> str:
    """Where it is, without the name the parameter has in our code."""
    source, *rest = loc
    named = rest[1:] if source in ("body", "query", "form") and len(rest) > 1 else rest
    return ".".join(str(one)[:80] for one in (source, *named))


def _unreadable(_exc: Exception) -> HttpResponse:
    return problem(
        400,
        Refusal(
            "unreadable",
            _("What was sent cannot be read."),
            _("Send JSON in UTF-8, or multipart/form-data where files are taken."),
        ),
    )


def _too_large(_exc: RequestDataTooBig) -> HttpResponse:
    return problem(413, refusing.too_large())


def _unfit_for_the_database(exc: DataError) -> HttpResponse:
    log.warning("Data reached the database that it does not take: %s", exc)
    return problem(422, refusing.unfit())


def _lost(exc: Exception) -> HttpResponse:
    log.error("API: %s", exc)
    response = problem(503, refusing.unavailable())
    response["Retry-After"] = RETRY_AFTER
    return response


def _fault(exc: Exception) -> HttpResponse:
    log.error("The API broke", exc_info=exc)
    return problem(500, refusing.fault())
