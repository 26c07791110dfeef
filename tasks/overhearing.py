"""Overhearing: listening to how a community talks while it works.

Everything its members can read counts: tasks, logs, what is handed in, reviews with the
changes they ask for, questions, and the living entries, all of the last year.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from heapq import merge
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from domain.models import Domain
from repertoire import wording
from repertoire.coinages import Said
from repertoire.models import Entry
from tasks.models import LogEntry, Point, Question, Review, Submission, Task

#: What nobody has said for so long is no word in use.
YEAR = timedelta(days=365)

#: Rows of one kind in memory at once.
AT_ONCE = 200


def overhear(*, at: datetime) -> int:
    """Take stock of the words of every community; return how many were listened to."""
    domains = list(Domain.objects.order_by("pk"))
    for domain in domains:
        wording.take_stock(domain=domain, said=partial(said_in, domain, at=at), at=at)
    return len(domains)


def said_in(domain: Domain, *, at: datetime) -> Iterator[Said]:
    """Every text of the domain, sorted by who said it, a few rows at a time."""
    return merge(*_sources(domain, since=at - YEAR), key=itemgetter(0))


def _sources(domain: Domain, *, since: datetime) -> list[Iterator[Said]]:
    task = ("task__pk", "task__title")
    return [
        _said(
            domain,
            Task.objects.filter(domain=domain, raised_at__gt=since).exclude(
                state=Task.State.DRAFT
            ),
            ("raised_by", "pk", "title", "raised_at"),
            ("title", "brief", "use", "done_means", "if_wrong"),
        ),
        _said(
            domain,
            LogEntry.objects.filter(task__domain=domain, written_at__gt=since),
            ("author", *task, "written_at"),
            ("body",),
        ),
        _said(
            domain,
            Submission.objects.filter(
                task__domain=domain, handed_in_at__gt=since, withdrawn_at=None
            ),
            ("author", *task, "handed_in_at"),
            ("body", "narration", "unsure"),
        ),
        _said(
            domain,
            Review.objects.sent().filter(
                submission__task__domain=domain, sent_at__gt=since
            ),
            ("reviewer", *(f"submission__{name}" for name in task), "sent_at"),
            ("works", "reason", "looked_at"),
        ),
        _said(
            domain,
            Point.objects.filter(
                review__submission__task__domain=domain, review__sent_at__gt=since
            ),
            (
                "review__reviewer",
                *(f"review__submission__{name}" for name in task),
                "review__sent_at",
            ),
            ("text",),
        ),
        _said(
            domain,
            Question.objects.filter(task__domain=domain, asked_at__gt=since),
            ("asker", *task, "asked_at"),
            ("body",),
        ),
        _said(
            domain,
            Question.objects.filter(task__domain=domain, answered_at__gt=since),
            ("asked", *task, "answered_at"),
            ("answer",),
        ),
        _entries(domain, since=since),
    ]


def _said(
    domain: Domain,
    rows: QuerySet[Any, Any],
    about: tuple[str, ...],
    texts: tuple[str, ...],
) -> Iterator[Said]:
    """What rows of one kind say. ``about``: by whom, which task and its title, when."""
    found = rows.order_by(about[0], "pk").values_list(*about, *texts)
    for member, number, title, at, *said in found.iterator(chunk_size=AT_ONCE):
        path = reverse("tasks:task", args=[domain.slug, number])
        yield Said(member, path, title, at, "\n\n".join(filter(None, said)))


def _entries(domain: Domain, *, since: datetime) -> Iterator[Said]:
    found = (
        Entry.objects.filter(domain=domain, current__written_at__gt=since)
        .living()
        .order_by("current__author", "pk")
        .values_list(
            *("current__author", "kind", "slug", "title", "current__written_at"),
            *("meaning", "current__body"),
        )
    )
    shelves = {kind: shelf for shelf, kind in Entry.SHELVES.items()}
    for member, kind, slug, title, at, *said in found.iterator(chunk_size=AT_ONCE):
        path = reverse("repertoire:entry", args=[domain.slug, shelves[kind], slug])
        yield Said(member, path, title, at, "\n\n".join(filter(None, said)))
