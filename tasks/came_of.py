"""What came of gatherings, counted from the records of the work itself.

Of the named tasks, and only what those who were there did from the start until two
weeks after the end. That it came of the gathering is not claimed: it came after.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.names import more_than_a_name
from tasks.models import (
    Attendance,
    Gathering,
    Observation,
    Origin,
    Submission,
    Verdict,
)

#: Work begun together is mostly handed in by then.
WITHIN: Final = timedelta(days=14)


@dataclass(slots=True)
class CameOf:
    """What those who were at one gathering did on its tasks."""

    #: First rounds, in order of time.
    handed_in: list[Submission] = field(default_factory=list)
    #: Of all rounds: what was recognised.
    recognised: list[Submission] = field(default_factory=list)
    #: Of what was handed in: somebody's first work here.
    first_works: list[Submission] = field(default_factory=list)
    watched: list[Observation] = field(default_factory=list)
    #: Versions of entries that grew out of what was said on the tasks.
    grown: list[Origin] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.handed_in or self.recognised or self.watched or self.grown)


def of(gatherings: Collection[Gathering], *, withheld: int = 0) -> dict[int, CameOf]:
    """Return what came of each, by key; six questions, however many they are.

    ``withheld`` is work that the reader is to read again, blind.
    """
    if not gatherings:
        return {}
    scope = _Scope(gatherings)
    found = {gathering.pk: CameOf() for gathering in gatherings}
    for work in (
        Submission.objects.filter(
            Exists(_of_some_of(scope.people)),
            task__in=scope.tasks,
            withdrawn_at=None,
            handed_in_at__gte=scope.first,
        )
        .exclude(pk=withheld)
        .select_related("task__domain", "author")
        .prefetch_related("shared_with")
        .defer("body", "narration", *more_than_a_name("author"))
        .order_by("handed_in_at", "pk")
    ):
        whose = {work.author_id, *(one.membership_id for one in work.shared_with.all())}
        for key in scope.of(work.task_id, whose, work.handed_in_at):
            if work.round == 1:
                found[key].handed_in.append(work)
                if work.is_first:
                    found[key].first_works.append(work)
        if work.outcome == Verdict.RECOGNISED and work.settled_at:
            for key in scope.of(work.task_id, whose, work.settled_at):
                found[key].recognised.append(work)
    for seat in (
        Observation.objects.filter(
            task__in=scope.tasks, membership__in=scope.people, since_at__gte=scope.first
        )
        .select_related("task__domain", "membership")
        .defer(*more_than_a_name("membership"))
        .order_by("since_at", "pk")
    ):
        for key in scope.of(seat.task_id, {seat.membership_id}, seat.since_at):
            found[key].watched.append(seat)
    for origin in (
        Origin.objects.shown()
        .filter(
            task__in=scope.tasks,
            revision__author__in=scope.people,
            revision__written_at__gte=scope.first,
        )
        .select_related("revision__author", "revision__entry__domain")
        .defer("revision__body", *more_than_a_name("revision__author"))
        .order_by("revision__written_at", "pk")
    ):
        version = origin.revision
        for key in scope.of(origin.task_id, {version.author_id}, version.written_at):
            found[key].grown.append(origin)
    return found


class _Scope:
    """Which task, person and time belong to which gathering."""

    def __init__(self, gatherings: Iterable[Gathering]) -> None:
        self.spans = {
            one.pk: (one.starts_at, one.ends_at + WITHIN) for one in gatherings
        }
        self.first = min(start for start, _end in self.spans.values())
        self.named: dict[int, set[int]] = defaultdict(set)
        self.there: dict[int, set[int]] = defaultdict(set)
        named = Gathering.tasks.through.objects.filter(gathering__in=self.spans)
        for key, task in named.values_list("gathering", "task"):
            self.named[key].add(task)
        were = Attendance.objects.there().filter(gathering__in=self.spans)
        for key, who in were.values_list("gathering", "membership"):
            self.there[key].add(who)
        self.tasks = set().union(*self.named.values())
        self.people = set().union(*self.there.values())

    def of(self, task: int, whose: Collection[int | None], at: datetime) -> list[int]:
        return [
            key
            for key, (start, end) in self.spans.items()
            if start <= at <= end
            and task in self.named[key]
            and not self.there[key].isdisjoint(whose)
        ]


def _of_some_of(people: Collection[int]) -> QuerySet[Submission]:
    """Of the work outside: whether one of the people made it, alone or with others."""
    work = Submission.objects.filter(pk=OuterRef("pk"))
    return work.filter(Q(author__in=people) | Q(shared_with__membership__in=people))
