"""What a search costs, by what is searched for, and how PostgreSQL goes about it.

    python -m bench.finding [--database URL] [--searches 40] [--plans] [--json OUT]
        [--entries 10000] [--tasks 50000] [--notes 300000] [--people 10000]

Searches whatever lies in the database it is pointed at; without one it makes a site on
a server of its own, always the same for the same numbers. What to look for is taken
from what there is: names, words of tasks and notes, beginnings of words, mistyped names,
and the word that is everywhere. Each search is a whole page, asked for in this process
through the site's own middleware; counted beside it is the one statement that weighs.
"""

import argparse
import json
import os
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.driving import cpu
from cop.embedded import Servers

SEED = 20261116
AT_ONCE = 20_000
NOTE_WORDS = 30
#: Uses of each entry, over two years.
USES = 10
MS = 1000


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of pages, of their work in Python and PostgreSQL, and of their
    weighing statement; questions of the dearest."""

    what: str
    searches: int
    page: tuple[float, float]
    own: tuple[float, float]
    statement: tuple[float, float]
    questions: int
    found: float


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as folder:
        Path(folder).chmod(0o755)
        servers = Servers(Path(folder) / "s")
        try:
            os.environ["DATABASE_URL"] = asked.database or servers.start_postgres()
            os.environ["REDIS_URL"] = servers.start_valkey()
            os.environ["DEBUG"] = "true"
            os.environ["DJANGO_SETTINGS_MODULE"] = "cop.settings"
            _run(asked)
        finally:
            servers.stop()


def _run(asked: argparse.Namespace) -> None:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    # For plain static files; but nothing is to be written down of each question.
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    connection.settings_dict["OPTIONS"] |= {
        # As pages ask.
        "server_side_binding": True,
        "prepare_threshold": settings.PREPARED_AFTER,
    }
    if not asked.database:
        call_command("migrate", verbosity=0)
        fill(asked)
    dice = random.Random(SEED)
    domain = _largest()
    say(f"{domain.name}, everything there is to find:")
    for kind, number in _numbers().items():
        say(f"  {kind:8}{number:>9,}")
    searches = list(looked_for(domain, asked.searches, dice))
    costs = [measure(domain, what, words) for what, words in searches]
    every = [words for _, words in searches]
    costs.append(measure(domain, "all of these", [w for ws in every for w in ws]))
    tell(costs)
    if asked.plans:
        for what, words in searches:
            say(f"\n{what}: {words[0]}")
            say(plan_of(domain, words[0]))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(cost) for cost in costs], indent=1))


def fill(asked: argparse.Namespace) -> None:
    """Load one community: rows, not lives."""
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from bench.words import Words  # noqa: PLC0415
    from domain.models import Area, Domain  # noqa: PLC0415
    from members.models import Membership  # noqa: PLC0415
    from repertoire.models import Entry, Revision  # noqa: PLC0415
    from tasks.models import Task  # noqa: PLC0415

    began = time.perf_counter()
    dice, now = random.Random(SEED), timezone.now()
    words = Words(dice, titles=asked.entries)
    # Some words are everywhere and most are rare, as in any language.
    weights = list(accumulate(1 / (place + 2) for place in range(len(words.words))))

    def ago() -> Any:
        return now - timedelta(days=dice.random() * 730)

    def said(number: int) -> str:
        return " ".join(dice.choices(words.words, cum_weights=weights, k=number))

    domain = Domain.objects.create(
        name="Bench", slug="bench", concern="c", stakes="s", served="s", founded_at=now
    )
    areas = [
        Area.objects.create(domain=domain, name=name, slug=name.lower(), place=place)
        for place, name in enumerate(("Sampling", "Data", "Outreach"))
    ]
    people = [
        Membership(
            domain=domain,
            handle=f"m{number}",
            name=words.name(),
            joined_at=ago(),
            zone_since=now,
            main_area=dice.choice(areas),
        )
        for number in range(asked.people)
    ]
    Membership.objects.bulk_create(people, batch_size=1000)
    entries = [
        Entry(
            domain=domain,
            kind=dice.choice(Entry.Kind.values),
            title=title,
            slug=f"e{number}",
            aliases=[said(2)] if number % 3 == 0 else [],
            area=dice.choice(areas),
            meaning=said(12),
            written_by=dice.choice(people),
            written_at=(at := ago()),
            changed_at=at,
        )
        for number, title in enumerate(words.titles)
    ]
    Entry.objects.bulk_create(entries, batch_size=1000)
    versions = [
        Revision(
            entry=entry,
            number=1,
            author=entry.written_by,
            author_zone=1,
            title=entry.title,
            meaning=entry.meaning,
            body=said(120),
            written_at=entry.written_at,
        )
        for entry in entries
    ]
    Revision.objects.bulk_create(versions, batch_size=1000)
    for entry, version in zip(entries, versions, strict=True):
        entry.current = version
    Entry.objects.bulk_update(entries, ["current"], batch_size=1000)
    tasks = [
        Task(
            domain=domain,
            title=said(5)[:80],
            brief=said(60),
            beneficiary="Readers",
            use=said(8),
            area=dice.choice(areas),
            consequence=1,
            reliance=1,
            centrality=1 + number % 4,
            effort_minutes=30,
            raised_by=dice.choice(people),
            raised_at=(at := ago()),
            opened_at=at,
            state="open",
        )
        for number in range(asked.tasks)
    ]
    Task.objects.bulk_create(tasks, batch_size=1000)
    with connection.cursor() as cursor:
        for first in range(0, asked.notes, AT_ONCE):
            with cursor.copy(
                "COPY tasks_logentry (task_id, author_id, body, written_at) FROM STDIN"
            ) as copy:
                for _ in range(min(AT_ONCE, asked.notes - first)):
                    task, author = dice.choice(tasks), dice.choice(people)
                    copy.write_row((task.pk, author.pk, said(NOTE_WORDS), ago()))
        used = (
            "COPY tasks_citation (domain_id, entry_id, task_id, explicit, cited_at)"
            " FROM STDIN"
        )
        with cursor.copy(used) as copy:
            for entry in entries:
                for task in dice.sample(tasks, min(USES, len(tasks))):
                    copy.write_row((domain.pk, entry.pk, task.pk, False, ago()))
        cursor.execute("VACUUM ANALYZE")
    say(f"Filled in {time.perf_counter() - began:,.0f} s.")


def looked_for(
    domain: Any, number: int, dice: random.Random
) -> Iterator[tuple[str, list[str]]]:
    """What people look for, in words of what there is."""
    from domain.models import Findable  # noqa: PLC0415
    from repertoire.models import Entry  # noqa: PLC0415
    from tasks.models import LogEntry  # noqa: PLC0415

    here = Findable.objects.filter(domain=domain)
    living = Entry.objects.living().filter(domain=domain)
    titles = list(living.order_by("slug").values_list("title", flat=True)[:5000])
    tasks = list(
        here.filter(kind="task")
        .order_by("-at")
        .values_list("spelled", flat=True)[:2000]
    )
    people = list(
        here.filter(kind="member")
        .order_by("-at")
        .values_list("spelled", flat=True)[:2000]
    )
    notes = list(
        LogEntry.objects.filter(task__domain=domain)
        .order_by("-written_at")
        .values_list("body", flat=True)[:2000]
    )
    spoken = Counter(
        word for body in notes for word in set(re.findall(r"\w{4,}", body))
    )
    common = [word for word, _ in spoken.most_common(5)]
    middling = [word for word, times in spoken.items() if 20 <= times <= 200]  # noqa: PLR2004
    sorts = {
        "the name of an entry": (titles, str),
        "two words of a task": (tasks, lambda title: " ".join(title.split()[:2])),
        "three words of a note": (notes, lambda body: " ".join(body.split()[3:6])),
        "a word in one note of fifty": (middling, str),
        "a word that is everywhere": (common, str),
        "the beginning of a word": (titles, lambda title: title[:4]),
        "a person": (people, lambda name: name.split()[0]),
        "a mistyped name": (titles, lambda title: _mistyped(title, dice)),
        "nothing there is": (titles, lambda title: f"qx{title[::-1]}"),
    }
    for what, (there_is, typed) in sorts.items():
        if there_is:
            yield what, [typed(dice.choice(there_is)) for _ in range(number)]


def _mistyped(title: str, dice: random.Random) -> str:
    """Two letters of it in the wrong order."""
    place = dice.randrange(1, max(2, len(title) - 2))
    return title[:place] + title[place : place + 2][::-1] + title[place + 2 :]


def measure(domain: Any, what: str, words: list[str]) -> Cost:
    from django.core.cache import caches  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from cop.finding import matches, scope  # noqa: PLC0415
    from cop.finding.asked import Asked  # noqa: PLC0415

    browser, here = Client(), scope.scope_of([], domain)
    pages, works, statements, questions, found = [], [], [], 0, []
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    for typed in words:
        caches["quick"].clear()
        began, before = time.perf_counter(), time.process_time() + cpu(backend)
        answer = browser.get("/search/", {"q": typed, "in": domain.slug})
        pages.append((time.perf_counter() - began) * MS)
        works.append((time.process_time() + cpu(backend) - before) * MS)
        assert answer.status_code == 200, answer.status_code  # noqa: PLR2004
        began = time.perf_counter()
        asked = Asked.of({"q": typed})
        found.append(matches.find(asked, scope=here, at=timezone.now()).number)
        statements.append((time.perf_counter() - began) * MS)
    for typed in words[:5]:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/search/", {"q": typed, "in": domain.slug})
        questions = max(questions, len(captured))
    return Cost(
        what,
        len(words),
        _ends(pages),
        _ends(works),
        _ends(statements),
        questions,
        median(found),
    )


def plan_of(domain: Any, typed: str) -> str:
    """How PostgreSQL finds and weighs, with the time it took for each step."""
    from django.utils import timezone  # noqa: PLC0415

    from cop.finding import matches, scope  # noqa: PLC0415
    from cop.finding.asked import Asked  # noqa: PLC0415

    asked, here = Asked.of({"q": typed}), scope.scope_of([], domain)
    return matches.explain(asked, scope=here, at=timezone.now())


def _ends(taken: list[float]) -> tuple[float, float]:
    return median(taken), quantiles(taken, n=20, method="inclusive")[-1]


def _largest() -> Any:
    from django.db.models import Count  # noqa: PLC0415

    from domain.models import Domain  # noqa: PLC0415

    counted = Domain.objects.annotate(number=Count("findables"))
    return counted.latest("number")


def _numbers() -> dict[str, int]:
    from django.db.models import Count  # noqa: PLC0415

    from domain.models import Findable  # noqa: PLC0415

    counted = Findable.objects.order_by("kind").values_list("kind")
    return dict(counted.annotate(number=Count("pk")))


def tell(costs: list[Cost]) -> None:
    say(
        f"{'looked for':30}{'found':>7}{'page p50':>10}{'p95':>7}{'own p50':>10}{'p95':>7}"
        f"{'statement p50':>15}{'p95':>7}{'questions':>11}"
    )
    for cost in costs:
        say(
            f"{cost.what:30}{cost.found:>7.0f}{cost.page[0]:>10.0f}{cost.page[1]:>7.0f}"
            f"{cost.own[0]:>10.0f}{cost.own[1]:>7.0f}"
            f"{cost.statement[0]:>15.1f}{cost.statement[1]:>7.1f}{cost.questions:>11}"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", help="what to search, instead of a site made up")
    parser.add_argument("--searches", type=int, default=40, help="of each sort")
    parser.add_argument("--plans", action="store_true", help="show query plans")
    parser.add_argument("--json", type=Path, help="where to put the figures")
    sizes = {"entries": 10_000, "tasks": 50_000, "notes": 300_000, "people": 10_000}
    for name, size in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    return parser.parse_args()


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
