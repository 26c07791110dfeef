"""Who looks at what on a synthetic site, and what each look asks of the database.

    python -m bench.visits --members 1000

fills the database of DATABASE_URL, which is migrated, unless it has been filled before,
and prints one line of JSON.
"""

import argparse
import gzip
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import django


@dataclass(frozen=True, slots=True)
class Visit:
    """One page as one reader sees it."""

    page: str
    reader: str
    path: str
    cookie: str
    status: int
    queries: int
    size: int
    zipped: int


def main() -> None:
    asked = _arguments()
    django.setup()
    # Everything below needs the apps to be ready.
    from django.utils import timezone  # noqa: PLC0415

    from bench import site  # noqa: PLC0415

    began = time.monotonic()
    size = site.Size(
        asked.members,
        board=asked.board,
        waiting=asked.waiting,
        entries=asked.entries,
    )
    if site.found() is None:
        site.fill(size, at=timezone.now())
    seconds = time.monotonic() - began
    visits = [asdict(visit) for visit in look_around(site.found())]
    json.dump({"seconds": seconds, "zones": _zones(), "visits": visits}, sys.stdout)


def look_around(site: Any) -> list[Visit]:
    """Visit every page as everybody who would, twice: the first fills what is kept."""
    cookies = {
        "visitor": "",
        "newcomer": _signed_in(site.newcomer),
        "veteran": _signed_in(site.veteran),
        "organizer": _signed_in(site.organizer),
    }
    return [
        _visit(page, reader, path, cookies[reader])
        for page, path, readers in pages_of(site)
        for reader in readers.split()
    ]


def pages_of(site: Any) -> list[tuple[str, str, str]]:
    here = site.domain.get_absolute_url()
    veteran, entry = site.veteran.get_absolute_url(), site.entry.get_absolute_url()
    return [
        ("home", here, "visitor veteran"),
        ("start", f"{here}start/", "newcomer"),
        ("board", f"{here}tasks/", "visitor newcomer veteran"),
        ("board, table", f"{here}tasks/?view=table", "visitor veteran"),
        ("task, open", site.open_task.get_absolute_url(), "visitor newcomer veteran"),
        ("task, done", site.done_task.get_absolute_url(), "visitor veteran"),
        ("repertoire", f"{here}repertoire/", "visitor veteran"),
        ("entry", entry, "visitor veteran"),
        ("entry, uses", f"{entry}uses/", "veteran"),
        ("entry, authors", f"{entry}authors/", "veteran"),
        ("entry, history", f"{entry}history/", "veteran"),
        ("entry, edit", f"{entry}edit/", "veteran"),
        ("proposal", _proposal(site.proposal), "veteran"),
        ("tending", f"{here}repertoire/tending/", "veteran"),
        ("words in use", f"{here}repertoire/words/", "veteran"),
        ("book, part", f"{here}repertoire/book/vocabulary/", "visitor"),
        ("changes, feed", f"{here}repertoire/changes.atom", "visitor"),
        ("map", f"{here}people/", "visitor newcomer veteran"),
        ("people, list", f"{here}people/?view=list", "visitor veteran"),
        ("profile", veteran, "visitor newcomer veteran"),
        ("path", f"{here}path/", "visitor newcomer"),
        ("desk", f"{here}review/", "newcomer veteran organizer"),
        ("workspace", site.waiting.get_review_url(), "veteran"),
        ("gatherings", f"{here}gatherings/", "visitor veteran"),
        ("gathering", site.gathering.get_absolute_url(), "visitor veteran"),
        ("gathering, new", f"{here}gatherings/new/", "veteran"),
        ("health", f"{here}health/", "organizer"),
        ("health, year", f"{here}health/?days=365", "organizer"),
        ("health, failure", f"{here}health/no-path-inward/", "organizer"),
        ("health, sign", f"{here}health/signs/first_response/", "organizer"),
        ("health, newcomers", f"{here}health/competence/", "organizer"),
        ("health, reviews", f"{here}health/reviews/", "organizer"),
        ("health, sharing", f"{here}health/sharing/", "organizer"),
        ("question", f"{here}health/pulse/", "veteran organizer"),
        ("health, signs", f"{here}health/signs/", "visitor"),
        ("notifications", "/me/notifications/", "newcomer veteran"),
        ("search", f"/search/?q=kolri&in={site.domain.slug}", "visitor veteran"),
    ]


def _proposal(proposal: Any) -> str:
    return f"{proposal.entry.get_absolute_url()}proposals/{proposal.pk}/"


def _visit(page: str, reader: str, path: str, cookie: str) -> Visit:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(raise_request_exception=False)
    if cookie:
        client.cookies["sessionid"] = cookie
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    html = answer.content
    return Visit(
        page=page,
        reader=reader,
        path=path,
        cookie=cookie,
        status=answer.status_code,
        queries=len(asked),
        size=len(html),
        zipped=len(gzip.compress(html, 6)),
    )


def _signed_in(membership: Any) -> str:
    from django.conf import settings  # noqa: PLC0415
    from django.contrib import auth  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[auth.SESSION_KEY] = str(membership.member.pk)
    session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[auth.HASH_SESSION_KEY] = membership.member.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _zones() -> dict[int, int]:
    from django.db.models import Count  # noqa: PLC0415

    from members.models import Membership  # noqa: PLC0415

    counted = Membership.objects.values_list("zone").annotate(Count("pk"))
    return dict(counted.order_by("zone"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, required=True)
    parser.add_argument("--board", type=int, default=300)
    parser.add_argument("--waiting", type=int, default=80)
    parser.add_argument("--entries", type=int, default=1000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
