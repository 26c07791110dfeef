"""The API itself: its operations, what every answer of it carries, and its schema."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from ninja import NinjaAPI

from cop.api import (
    claims,
    communities,
    entries,
    gatherings,
    mine,
    parsers,
    problems,
    rounds,
    schema,
    tasks,
)
from cop.api.tokens import CallRequest
from cop.programs import calling

NAMESPACE = "api"

METHOD_NOT_ALLOWED = 405


class API(NinjaAPI):
    def get_openapi_schema(self, **given: Any) -> Any:
        return schema.completed(super().get_openapi_schema(**given))


api = API(
    title="Communities of practice",
    version="1",
    description=schema.INTRODUCTION,
    urls_namespace=NAMESPACE,
    openapi_url=None,
    docs_url=None,
    parser=parsers.Parser(),
)
for resource in (communities, tasks, claims, rounds, entries, gatherings, mine):
    api.add_router("", resource.router)
problems.register(api)

View = Callable[..., HttpResponse]


def _answered(view: View) -> View:
    """Put on every answer what every answer carries, and keep the call."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        begun, call = time.monotonic(), _nobodys_yet(request)
        response = view(request, *args, **kwargs)
        if (
            response.status_code == METHOD_NOT_ALLOWED
            and response["Content-Type"] != problems.MEDIA_TYPE
        ):
            response = problems.no_such_method(sorted(response["Allow"].split(", ")))
        if call.pace is not None:
            response["RateLimit-Limit"] = str(call.pace.most)
            response["RateLimit-Remaining"] = str(max(call.pace.left, 0))
            response["RateLimit-Reset"] = str(call.pace.resets_in)
        response["X-Content-Type-Options"] = "nosniff"
        patch_vary_headers(response, ["Authorization"])
        _noted(call, response, took=timedelta(seconds=time.monotonic() - begun))
        return response

    inside.csrf_exempt = True  # type: ignore[attr-defined]
    return inside


def _nobodys_yet(request: HttpRequest) -> CallRequest:
    call = cast("CallRequest", request)
    call.entrant = call.pace = None
    return call


def _noted(call: CallRequest, response: HttpResponse, *, took: timedelta) -> None:
    if call.entrant is None or call.pace is None or not call.pace.is_kept:
        # Nobody's, or one of too many: what is refused for its pace costs no write.
        return
    calling.note_quietly(
        who=call.entrant,
        method=call.method or "",
        path=call.path,
        status=response.status_code,
        code=getattr(response, "problem_code", ""),
        took=took,
        at=timezone.now(),
    )


def patterns() -> list[URLPattern]:
    """The addresses of all operations, each answering in the house's way."""
    listed = []
    for pattern in api.urls[0]:
        # Ninja's own page of the API's root says what the schema says better.
        if not isinstance(pattern, URLPattern) or pattern.name == "api-root":
            continue
        pattern.callback = _answered(cast("View", pattern.callback))
        listed.append(pattern)
    return listed
