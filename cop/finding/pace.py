"""How often somebody may search: as fast as people type, not as fast as scripts ask."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest
from redis.exceptions import RedisError

#: Twice a second, for a whole minute.
MOST_A_MINUTE = 120


def is_too_fast(request: HttpRequest, *, at: datetime) -> bool:
    """Count this search, and say whether it is one too many in this minute.

    Without Redis nothing is counted, and everybody may search.
    """
    who = request.user.pk or get_adapter(request).get_client_ip(request)
    key = f"searches:{who}:{at:%d%H%M}"
    try:
        counts = caches["quick"]
        counts.add(key, 0, timeout=60)
        return counts.incr(key) > MOST_A_MINUTE
    except (RedisError, ValueError):
        return False
