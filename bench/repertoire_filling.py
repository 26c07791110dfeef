"""A community with a large repertoire, brought in by the product's own importer.

Tasks, notes and reviews that use the entries are copied in beside it: rows, not lives.
"""

import random
import resource
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

KIB = 1024
SEED = 20261122
BEGINS = datetime(2023, 11, 20, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
AUTHORS = 200
#: One task is cited from so many entries, and one in four is handed in and reviewed.
CITED_A_TASK, REVIEWED = 25, 4
#: One entry in so many was not used in the last half-year.
UNUSED, LATELY = 10, timedelta(days=210)
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


def fill(size: Size, folder: Path) -> None:
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
    tasks, texts = _work(domain, people.tolist(), size.citations // CITED_A_TASK)
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
    until = np.where(
        pairs[:, 0] % UNUSED == UNUSED - 1,
        span - int(LATELY.total_seconds() * 1e6),
        span,
    )
    cited = {
        "domain": np.full(len(pairs), domain.pk),
        "entry": entries[pairs[:, 0]],
        "task": np.array(tasks)[pairs[:, 1]],
        "member": drawn.choice(people, len(pairs)),
        "cited_at": at + (drawn.random(len(pairs)) * until).astype("timedelta64[us]"),
        "explicit": drawn.random(len(pairs)) < 0.3,  # noqa: PLR2004
    }
    # In the task's brief, or in one of the texts there are of it.
    place = np.where(
        pairs[:, 1] % REVIEWED, 0, drawn.integers(0, len(texts) + 1, len(pairs))
    )
    for number, text in enumerate(["", *texts]):
        chosen = place == number
        rows = {name: column[chosen] for name, column in cited.items()}
        if text:
            rows[text] = np.array(texts[text])[pairs[chosen, 1] // REVIEWED]
        insert_columns(Citation, rows)


def _work(
    domain: Any, people: list[int], count: int
) -> tuple[list[int], dict[str, list[int]]]:
    """Tasks that are done, and of one in four what was said at it."""
    from bench.site import put  # noqa: PLC0415
    from bench.words import Words  # noqa: PLC0415
    from domain.centrality import Centrality, Consequence, Reliance  # noqa: PLC0415
    from tasks.models import (  # noqa: PLC0415
        Claim,
        LogEntry,
        Review,
        Submission,
        Task,
        Verdict,
    )

    dice = random.Random(SEED)
    words = Words(dice, titles=count)
    words.refer_to(list(domain.entries.values_list("title", flat=True)[:1000]))
    area = domain.areas.create(name="Reading", slug="reading")
    tasks = put(
        Task(
            domain=domain,
            title=f"Read {title.lower()}",
            brief=words.text(2),
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
        for title in words.titles
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
    notes = put(
        LogEntry(
            task=claim.task,
            claim=claim,
            author_id=claim.membership_id,
            body=words.text(3),
            written_at=BEGINS,
        )
        for claim in claims
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
        {
            "log_entry": [note.pk for note in notes],
            "submission": [submission.pk for submission in submissions],
            "review": [review.pk for review in reviews],
        },
    )


# Telling


def clocks() -> tuple[float, float]:
    """Return the time that passes, and the time this process is at work."""
    return time.monotonic(), time.process_time()


def tell(what: str, began: tuple[float, float], count: int, noun: str) -> None:
    passed, worked = (now - then for now, then in zip(clocks(), began, strict=True))
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
