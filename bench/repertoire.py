"""A large repertoire: what bringing it in costs, and what its pages cost then.

    python -m bench.repertoire [--entries 10000] [--revisions 200000]
                               [--citations 1000000] [--plans FILE] [--quick]

Two communities in one database, a small one and a large one, come in by the product's
own importer, from a stream like those git reads. Tasks and reviews that use the entries
are laid down in bulk. Then the same member reads the same pages in both, each of the
entry with the most versions and the most uses: the questions a page asks must be as many
in the one as in the other. For each page of the large one the plan of its slowest
question is written down.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cop.embedded import Servers

KIB = 1024
SEED = 20261122
SMALL = {"entries": 100, "revisions": 2_000, "citations": 10_000}
QUICK = {"entries": 300, "revisions": 3_000, "citations": 6_000, "requests": 4}
BEGINS = datetime(2023, 11, 20, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
AUTHORS = 200
#: One task is cited from so many entries, and one in four is reviewed.
CITED_A_TASK, REVIEWED = 25, 4
#: The n-th entry is changed and used in proportion to 1 / n to this power: a few are
#: on everybody's lips.
STEEPNESS = 0.6
SHELVES = ("vocabulary", "tools", "approaches", "stories")
KINDS = ("term", "tool", "approach", "story")


@dataclass(frozen=True, slots=True)
class Size:
    slug: str
    entries: int
    revisions: int
    citations: int


@dataclass(slots=True)
class Measured:
    page: str
    queries: int
    size: int
    waits: list[float]
    worked: list[float]
    slowest: tuple[float, str]


def main() -> None:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="cop-bench-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        servers = Servers(folder / "s")
        try:
            os.environ |= {
                "DATABASE_URL": servers.start_postgres(),
                "REDIS_URL": servers.start_valkey(),
                "DEMO": "true",
                "DJANGO_SETTINGS_MODULE": "cop.settings",
            }
            sys.exit(_run(asked, folder))
        finally:
            servers.stop()


def _run(asked: argparse.Namespace, folder: Path) -> int:
    import django  # noqa: PLC0415 - the servers come first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    small = Size("small", **SMALL)
    large = Size("large", asked.entries, asked.revisions, asked.citations)
    found = {}
    for size in (small, large):
        _fill(size, folder)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    for size in (small, large):
        found[size.slug] = _look_around(size, requests=asked.requests)
    _tell(found)
    if asked.plans:
        asked.plans.write_text(_plans(found["large"]))
    grown = [
        one.page
        for before, one in zip(found["small"], found["large"], strict=True)
        if before.queries != one.queries
    ]
    if grown:
        say(f"Asks more often in the large one: {', '.join(grown)}")
    return 1 if grown else 0


# Bringing in


def _fill(size: Size, folder: Path) -> None:
    from cop.bridges import importing  # noqa: PLC0415
    from cop.bridges.repertoire import bringing  # noqa: PLC0415

    path = folder / f"{size.slug}.stream"
    lines = _invent(size, path)
    say(
        f"{size.slug}: {size.entries:,} entries, {size.revisions:,} versions, "
        f"{path.stat().st_size / KIB**2:,.0f} MiB in {lines:,} lines"
    )
    domain = importing.open_domain(slug=size.slug, at=BEGINS)
    before, began = memory(), clocks()
    with path.open("rb") as file:
        brought = bringing.bring_in_stream(domain=domain, file=file, name=path.name)
    tell("brought in", began, brought.versions, "versions")
    tell("that is", began, lines, "lines")
    say(f"  peak memory {before:.0f} MiB before, {memory():.0f} MiB after")
    began = clocks()
    with path.open("rb") as file:
        bringing.bring_in_stream(domain=domain, file=file, name=path.name)
    tell("brought in again, nothing new", began, size.revisions, "versions")
    path.unlink()
    began = clocks()
    _use(domain, size)
    tell("uses laid down", began, size.citations, "citations")


def _invent(size: Size, path: Path) -> int:
    """Write a stream in which every entry is written and some are changed often."""
    from bench.words import Words  # noqa: PLC0415
    from cop.bridges.repertoire.pages import Page, Person, written  # noqa: PLC0415
    from repertoire.models import Entry  # noqa: PLC0415
    from repertoire.revising import slug_for  # noqa: PLC0415
    from repertoire.text import Text  # noqa: PLC0415

    dice = random.Random(SEED)
    words = Words(dice, titles=size.entries)
    titles = words.titles
    words.refer_to(titles[: max(size.entries // 10, 10)])
    people = [
        Person(words.name(), f"p{number}@{size.slug}.invalid")
        for number in range(AUTHORS)
    ]
    order = _order(dice, size)
    standing: dict[int, tuple[Page, int]] = {}
    lines, step = 0, YEARS / size.revisions

    def put(file: Any, said: str) -> int:
        file.write(said.encode())
        return said.count("\n")

    with path.open("wb") as file:
        lines += put(file, "feature done\n")
        for place, index in enumerate(order):
            at = BEGINS + place * step
            who = people[int(AUTHORS * dice.random() ** 2)]
            before, number = standing.get(index, (None, 0))
            body = _changed(dice, words, before.text.body if before else "")
            page = Page(
                kind=Entry.Kind(KINDS[index % 4]),
                text=Text(titles[index], words.text()[:300], body).tidied(),
                written_at=before.written_at if before else at,
                written_by=before.written_by if before else who,
                changed_at=at,
                changed_by=who,
            )
            standing[index] = page, number + 1
            name = f"{SHELVES[index % 4]}/{slug_for(titles[index])}"
            head = f"{who} {int(at.timestamp())} +0000\n"
            why = f"{words.phrase(4)}\n\nEntry: {name}\nVersion: {number + 1}\nZone: inbound"
            lines += put(
                file,
                f"commit refs/heads/main\nauthor {head}committer {head}"
                f"{_data(why)}M 100644 inline {name}.md\n{_data(written(page))}",
            )
        lines += put(file, "done\n")
    return lines


def _order(dice: random.Random, size: Size) -> list[int]:
    """Which entry each version is of: every one once, then some more than others."""
    weights = [1 / (place + 1) ** STEEPNESS for place in range(size.entries)]
    often = dice.choices(range(size.entries), weights, k=size.revisions - size.entries)
    return [*dice.sample(range(size.entries), size.entries), *often]


def _changed(dice: random.Random, words: Any, body: str) -> str:
    """A new text, or one in which a paragraph was written anew."""
    if not body:
        return str(words.article(4))
    parts = body.split("\n\n")
    parts[dice.randrange(len(parts))] = words.text(3)
    return "\n\n".join(parts)


def _data(said: str) -> str:
    return f"data {len(said.encode())}\n{said}\n"


# Uses


def _use(domain: Any, size: Size) -> None:
    import numpy as np  # noqa: PLC0415

    from domain.bulk import insert_columns  # noqa: PLC0415
    from tasks.models import Citation  # noqa: PLC0415

    drawn = np.random.default_rng(SEED)
    people = np.array(list(domain.memberships.values_list("pk", flat=True)))
    tasks, reviews = _work(domain, people.tolist(), size.citations // CITED_A_TASK)
    by_fame = domain.entries.order_by("-current__number", "pk")
    entries = np.array(list(by_fame.values_list("pk", flat=True)))
    fame = 1 / np.arange(1, entries.size + 1) ** STEEPNESS
    pairs = np.empty((0, 2), np.int64)
    while len(pairs) < size.citations:
        more = np.column_stack(
            (
                drawn.choice(entries.size, size.citations, p=fame / fame.sum()),
                drawn.integers(0, len(tasks), size.citations),
            )
        )
        pairs = np.unique(np.concatenate((pairs, more)), axis=0)
    pairs = pairs[np.sort(drawn.permutation(len(pairs))[: size.citations])]
    at = np.datetime64(BEGINS.replace(tzinfo=None), "us")
    span = int(YEARS / timedelta(microseconds=1))
    review = np.array([reviews.get(task, 0) for task in tasks])[pairs[:, 1]]
    shared = {
        "entry": entries[pairs[:, 0]],
        "task": np.array(tasks)[pairs[:, 1]],
        "member": drawn.choice(people, len(pairs)),
        "cited_at": at + drawn.integers(0, span, len(pairs)).astype("timedelta64[us]"),
        "explicit": drawn.random(len(pairs)) < 0.3,  # noqa: PLR2004
        "review": review,
    }
    of_review = (review > 0) & (drawn.random(len(pairs)) < 0.5)  # noqa: PLR2004
    for chosen, left_out in ((of_review, ()), (~of_review, ("review",))):
        rows = {
            name: column[chosen]
            for name, column in shared.items()
            if name not in left_out
        }
        count = int(chosen.sum())
        rows["domain"] = np.full(count, domain.pk)
        insert_columns(Citation, rows)


def _work(
    domain: Any, people: list[int], count: int
) -> tuple[list[int], dict[int, int]]:
    """Tasks that are done, and who reviewed one in four of them."""
    from bench.site import put  # noqa: PLC0415
    from domain.centrality import Centrality, Consequence, Reliance  # noqa: PLC0415
    from tasks.models import Claim, Review, Submission, Task, Verdict  # noqa: PLC0415

    dice = random.Random(SEED)
    area = domain.areas.create(name="Reading", slug="reading")
    tasks = put(
        Task(
            domain=domain,
            title=f"Read sheet {number}",
            brief="One page of readings, to be typed in as they stand.",
            beneficiary="Readers of the dataset",
            use="Feeds the public dataset",
            consequence=Consequence.PUT_RIGHT,
            reliance=Reliance.ONE,
            centrality=Centrality.PERIPHERY,
            area=area,
            effort_minutes=20,
            raised_by_id=dice.choice(people),
            raised_at=BEGINS,
            opened_at=BEGINS,
            state=Task.State.DONE,
        )
        for number in range(count)
    )
    claims = put(
        Claim(
            task=task,
            membership_id=dice.choice(people),
            seat=1,
            generation=1,
            claimed_at=BEGINS,
            due_at=BEGINS + timedelta(days=7),
            ended_at=BEGINS,
            ending=Claim.Ending.DONE,
        )
        for task in tasks[::REVIEWED]
    )
    submissions = put(
        Submission(
            task=claim.task,
            claim=claim,
            author_id=claim.membership_id,
            body="As they stood.",
            narration="I read the whole sheet once.",
            handed_in_at=BEGINS,
            outcome=Verdict.RECOGNISED,
            settled_at=BEGINS,
        )
        for claim in claims
    )
    reviews = put(
        Review(
            submission=submission,
            reviewer_id=dice.choice(people),
            place=1,
            claimed_at=BEGINS,
            due_at=BEGINS + timedelta(hours=1),
            verdict=Verdict.RECOGNISED,
            works="You left the smudged reading open.",
            version_read=1,
            sent_at=BEGINS,
        )
        for submission in submissions
    )
    return (
        [task.pk for task in tasks],
        {review.submission.task_id: review.pk for review in reviews},
    )


# Reading


def _look_around(size: Size, *, requests: int) -> list[Measured]:
    from django.test import Client  # noqa: PLC0415

    from domain.centrality import Zone  # noqa: PLC0415
    from domain.models import Domain  # noqa: PLC0415
    from members.models import Member  # noqa: PLC0415

    domain = Domain.objects.get(slug=size.slug)
    reader = Member.objects.create(
        handle=f"reader-{size.slug}",
        name="Ada Reader",
        email=f"reader-{size.slug}@example.org",
    )
    domain.memberships.create(
        member=reader,
        handle=reader.handle,
        name=reader.name,
        zone=Zone.ACTIVE,
        joined_at=BEGINS,
        zone_since=BEGINS,
    )
    client = Client(raise_request_exception=True, SERVER_NAME="127.0.0.1")
    client.force_login(reader)
    return [_read(client, page, path, requests) for page, path in _pages(domain)]


def _pages(domain: Any) -> Iterator[tuple[str, str]]:
    entry = domain.entries.order_by("-current__number", "pk")[0]
    here, index = entry.get_absolute_url(), f"/c/{domain.slug}/repertoire/"
    last = entry.current.number
    yield "index", index
    yield "a shelf", f"{index}?kind=vocabulary"
    yield "changed lately", f"{index}?changed=30d"
    yield "entry", here
    yield "history", f"{here}history/"
    yield "diff", f"{here}diff/{last - 1}..{last}/"
    yield "uses", f"{here}uses/"
    yield "edit", f"{here}edit/"
    yield "book, a part", f"{index}book/vocabulary/"
    yield "feed", f"{index}changes.atom"


def _read(client: Any, page: str, path: str, requests: int) -> Measured:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK, (path, answer.status_code)
    times = [(float(one["time"]), str(one["sql"])) for one in asked]
    waits, worked = [], []
    for _ in range(requests):
        began = clocks()
        client.get(path)
        passed, work = since(began)
        waits.append(passed)
        worked.append(work)
    return Measured(page, len(times), len(answer.content), waits, worked, max(times))


def _tell(found: dict[str, list[Measured]]) -> None:
    row = "{:15} {:>7} {:>7} {:>6} {:>8} {:>8} {:>8} {:>8} {:>9}"
    head = ["page", "queries", "large", "kB", "p50", "p95", "CPU", "small", "slowest"]
    say(
        "\nMilliseconds; CPU is Python's part of the median, small the small one's median"
    )
    say(row.format(*head))
    for small, large in zip(found["small"], found["large"], strict=True):
        say(
            row.format(
                large.page,
                small.queries,
                large.queries,
                f"{large.size / KIB:.0f}",
                f"{_at(large.waits, 0.5):.0f}",
                f"{_at(large.waits, 0.95):.0f}",
                f"{_at(large.worked, 0.5):.0f}",
                f"{_at(small.waits, 0.5):.0f}",
                f"{1000 * large.slowest[0]:.0f}",
            )
        )


def _at(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _plans(pages: list[Measured]) -> str:
    from django.db import connection  # noqa: PLC0415

    told = []
    with connection.cursor() as cursor:
        for one in pages:
            sql = one.slowest[1]
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql}")
            plan = "\n".join(f"    {line}" for (line,) in cursor.fetchall())
            told.append(
                f"{one.page}: {1000 * one.slowest[0]:.0f} ms\n  {sql}\n{plan}\n"
            )
    return "\n".join(told)


# Telling


def clocks() -> tuple[float, float]:
    """Return the time that passes, and the time this process is at work."""
    return time.monotonic(), time.process_time()


def since(began: tuple[float, float]) -> tuple[float, float]:
    passed, worked = (now - then for now, then in zip(clocks(), began, strict=True))
    return passed, worked


def tell(what: str, began: tuple[float, float], count: int, noun: str) -> None:
    passed, worked = since(began)
    say(
        f"  {what}: {count:,} {noun} in {passed:.1f} s, {count / passed:,.0f} a second; "
        f"{worked:.1f} s at work, the server apart"
    )


def memory() -> float:
    """Return the most memory this process has had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (KIB**2 if sys.platform == "darwin" else KIB)


def say(words: str) -> None:
    print(words, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--revisions", type=int, default=200_000)
    parser.add_argument("--citations", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=40, help="for each page")
    parser.add_argument("--plans", type=Path, help="write the slowest plans there")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    asked = parser.parse_args()
    if asked.quick:
        vars(asked).update(QUICK)
    return asked


if __name__ == "__main__":
    main()
