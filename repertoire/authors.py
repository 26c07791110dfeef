"""Who wrote an entry's living text, worked out once for each version that lives.

Of an entry with two thousand versions that takes a second and a half. It follows from
them alone, and none of them ever changes, so that it is kept under the latest's key.
"""

import contextlib
from datetime import timedelta
from typing import Final

from django.core.cache import caches
from redis.exceptions import RedisError

from repertoire.authorship import Authorship, authorship
from repertoire.models import Entry, Revision

#: Nobody has looked for so long: it is worked out again for whoever does.
KEPT_FOR: Final = timedelta(days=30)
#: Of each version. Its entry, too: it is had by way of the entry, and Django would ask
#: for the key of every one that came without.
NEEDED: Final = ("entry", "author", "meaning", "body")
#: Another number where ``Authorship`` tells something else.
FORM: Final = 1


def authorship_of(entry: Entry, *, latest: Revision) -> Authorship:
    """Who wrote ``latest``, which is the last of the entry's living versions."""
    # Its moment, too: a database begun anew gives keys out again.
    key = f"authorship:{FORM}:{latest.pk}:{latest.written_at.timestamp()}"
    kept = _kept(key)
    if kept is not None:
        return kept
    versions = entry.revisions.living().filter(number__lte=latest.number)
    found = authorship(list(versions.only(*NEEDED).order_by("number")))
    _keep(key, found)
    return found


def _kept(key: str) -> Authorship | None:
    try:
        kept = caches["quick"].get(key)
    except RedisError:
        return None
    return kept if isinstance(kept, Authorship) else None


def _keep(key: str, found: Authorship) -> None:
    # Without Redis it is worked out each time.
    with contextlib.suppress(RedisError):
        caches["quick"].set(key, found, timeout=KEPT_FOR.total_seconds())
