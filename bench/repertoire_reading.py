"""The pages of a repertoire, read by a member: what each asks, and what it takes."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from bench.driving import cpu
from bench.repertoire_filling import BEGINS, KIB, say

MS = 1000
#: What statements begin with that PostgreSQL has a plan for.
PLANNED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Page:
    """A page to ask for; with ``typed``, a form to send, made anew each time."""

    name: str
    path: str
    typed: Callable[[], dict[str, Any]] | None = None


@dataclass(slots=True)
class Measured:
    """What one page costs: waits in seconds, the rest in seconds of CPU a request."""

    page: str
    queries: int
    size: int
    waits: list[float]
    python: float
    database: float
    slowest: tuple[float, str]

    def wait(self, share: float) -> float:
        ordered = sorted(self.waits)
        return MS * ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    @property
    def own(self) -> float:
        """Milliseconds of work, of Python and PostgreSQL together."""
        return MS * (self.python + self.database)


def look_around(slug: str, *, requests: int) -> list[Measured]:
    """Read every page, and then change the entry that is changed most."""
    from django.test import Client  # noqa: PLC0415

    from domain.models import Domain  # noqa: PLC0415

    domain = Domain.objects.get(slug=slug)
    client = Client(raise_request_exception=True, SERVER_NAME="127.0.0.1")
    client.force_login(_reader(domain))
    return [_read(client, page, requests) for page in _pages(domain)]


def _reader(domain: Any) -> Any:
    from domain.centrality import Zone  # noqa: PLC0415
    from members.models import Member  # noqa: PLC0415

    handle = f"reader-{domain.slug}"
    reader, _is_new = Member.objects.get_or_create(
        handle=handle,
        defaults={"name": "Ada Reader", "email": f"{handle}@example.org"},
    )
    domain.memberships.get_or_create(
        member=reader,
        defaults={
            "handle": handle,
            "name": reader.name,
            "zone": Zone.ACTIVE,
            "joined_at": BEGINS,
            "zone_since": BEGINS,
        },
    )
    return reader


def _pages(domain: Any) -> Iterator[Page]:
    """Those about one entry are about the one with the most versions and uses."""
    entry = domain.entries.order_by("-current__number", "pk")[0]
    here, index = entry.get_absolute_url(), f"/c/{domain.slug}/repertoire/"
    last, word = entry.current.number, entry.title.split()[0].lower()
    yield Page("index", index)
    yield Page("a shelf", f"{index}?kind=vocabulary")
    yield Page("a shelf, searched", f"{index}?{urlencode({'q': word})}")
    yield Page("changed lately", f"{index}?changed=30d")
    yield Page("unused", f"{index}?unused=6m")
    yield Page("tending", f"{index}tending/")
    yield Page("words in use", f"{index}words/")
    yield Page("entry", here)
    yield Page("history", f"{here}history/")
    yield Page("history, last page", f"{here}history/?page=9999")
    yield Page("diff of the last two", f"{here}diff/{last - 1}..{last}/")
    yield Page("diff, first to last", f"{here}diff/1..{last}/")
    yield Page("authors", f"{here}authors/")
    yield Page("uses", f"{here}uses/")
    yield Page("edit", f"{here}edit/")
    yield Page("book, a part", f"{index}book/vocabulary/")
    yield Page("feed", f"{index}changes.atom")
    searches = {
        "a term": entry.title,
        "words": "also every one",
        "a beginning": word[:4],
        "a common word": "also",
        "nothing": f"qx{word}",
    }
    for what, words in searches.items():
        found = urlencode({"q": words, "in": domain.slug})
        yield Page(f"search: {what}", f"/search/?{found}")
    yield Page("save a change", f"{here}edit/", lambda: _change(entry))


def _change(entry: Any) -> dict[str, Any]:
    """What somebody sends who adds a sentence to an entry as it is now."""
    entry.refresh_from_db()
    now = entry.current
    return {
        "base": now.pk,
        "title": now.title,
        "meaning": now.meaning,
        "body": f"{now.body}\n\nRead version {now.number} before this one.",
        "aliases": ", ".join(entry.aliases),
        "aliases_from": ", ".join(entry.aliases),
        "why": "Somebody asked",
        "task": "",
        "act": "save",
    }


def _read(client: Any, page: Page, requests: int) -> Measured:
    from django.core.cache import caches  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    expected = HTTPStatus.FOUND if page.typed else HTTPStatus.OK

    def ask(typed: dict[str, Any] | None) -> Any:
        return client.get(page.path) if typed is None else client.post(page.path, typed)

    def typed() -> dict[str, Any] | None:
        if page.path.startswith("/search/"):
            # Whoever searches so often would be asked to wait.
            caches["quick"].clear()
        return page.typed() if page.typed else None

    ask(typed())
    sent = typed()
    with CaptureQueriesContext(connection) as asked:
        answer = ask(sent)
    assert answer.status_code == expected, (page, answer.status_code)
    times = [(float(one["time"]), str(one["sql"])) for one in asked]
    # Some of them begin and end transactions, which can take long and have no plan.
    planned = [one for one in times if one[1].lstrip().startswith(PLANNED)]
    backend = connection.connection.info.backend_pid
    waits, worked, before = [], 0.0, cpu(backend)
    for _ in range(requests):
        sent = typed()
        began, at_work = time.monotonic(), time.process_time()
        ask(sent)
        waits.append(time.monotonic() - began)
        worked += time.process_time() - at_work
    return Measured(
        page.name,
        len(times),
        len(answer.content),
        waits,
        worked / requests,
        (cpu(backend) - before) / requests,
        max(planned),
    )


def tell(found: dict[str, list[Measured]]) -> None:
    row = "{:22} {:>7} {:>7} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9}"
    say("\nMilliseconds. Python and PostgreSQL: their CPU time a request, on average.")
    say(
        row.format(
            *("page", "queries", "large", "kB", "p50", "p95"),
            *("Python", "Postgres", "own", "of small"),
        )
    )
    for small, large in zip(found["small"], found["large"], strict=True):
        say(
            row.format(
                large.page,
                small.queries,
                large.queries,
                f"{large.size / KIB:.0f}",
                f"{large.wait(0.5):.0f}",
                f"{large.wait(0.95):.0f}",
                f"{MS * large.python:.0f}",
                f"{MS * large.database:.0f}",
                f"{large.own:.0f}",
                f"{small.own:.0f}",
            )
        )


def plans(pages: list[Measured]) -> str:
    """How PostgreSQL answers the slowest question of each page."""
    from django.db import connection, transaction  # noqa: PLC0415

    told = []
    for one in pages:
        sql = one.slowest[1]
        with transaction.atomic(), connection.cursor() as cursor:
            # Some write, which is asked again and not done.
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}")
            plan = "\n".join(f"    {line}" for (line,) in cursor.fetchall())
            transaction.set_rollback(True)
        told.append(f"{one.page}: {MS * one.slowest[0]:.0f} ms\n  {sql}\n{plan}\n")
    return "\n".join(told)
