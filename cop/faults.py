"""What people get when something beneath the pages fails."""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views import defaults

log = logging.getLogger(__name__)

#: Seconds. A restart of PostgreSQL takes about as long.
RETRY_AFTER = "10"
#: A lost connection, no free connection, or a statement or lock that took too long.
DATABASE_LOST = (OperationalError, InterfaceError)

View = Callable[[HttpRequest], HttpResponse]


class DatabaseLostMiddleware:
    """Answers 503 where a view could not reach the database.

    Synchronous on purpose: from here inward Django then goes through all middleware
    and the view in one thread, instead of changing threads at every one of them.
    """

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, DATABASE_LOST):
            return None
        log.error("%s %s: %s", request.method, request.path, exception)
        return database_lost(request)


def database_lost(request: HttpRequest) -> HttpResponse:
    # The API and the agents' door are for programs.
    if request.path.startswith(("/api/", "/mcp")) or not request.accepts("text/html"):
        # As every problem there is told: RFC 9457.
        response: HttpResponse = JsonResponse(
            {
                "type": f"{settings.SITE_URL}/api/v1/docs#unavailable",
                "title": "Not available just now",
                "status": 503,
                "detail": _("The database cannot be reached."),
                "code": "unavailable",
                "opens": _("Try again in a moment."),
            },
            content_type="application/problem+json",
        )
    else:
        # Without the request: a session or a user could not be had.
        response = HttpResponse(get_template("503.html").render())
    response.status_code = 503
    response["Retry-After"] = RETRY_AFTER
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The 500 page, for failures outside of views the 503 page, and always something."""
    if isinstance(sys.exc_info()[1], DATABASE_LOST):
        return database_lost(request)
    try:
        return defaults.server_error(request)
    except Exception:
        log.exception("The page for failures failed")
        return HttpResponseServerError(
            _("Something broke on our side. Nothing you wrote was lost."),
            content_type="text/plain; charset=utf-8",
        )
