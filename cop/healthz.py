"""Is this process able to work? Asked by what started it, answered in plain words."""

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while pages can be served. Without the broker they can, and jobs wait."""
    database, broker = _database(), _broker()
    return HttpResponse(
        f"database: {database}\nbroker: {broker}\n",
        content_type="text/plain",
        status=200 if database == "ok" else 503,
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "lost"
    return "ok"


def _broker() -> str:
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        ) as broker:
            broker.ping()
    except RedisError:
        return "lost"
    return "ok"
