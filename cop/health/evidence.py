"""Evidence: the very people and things a figure counts, as rows one can follow.

A figure and its rows are worked out by one function, from one reading of the past, so
that there are as many rows as the figure says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.core.paginator import Page, Paginator

from cop.health.past import Past
from cop.health.signs.reading import Healthy, Scope, Sign, Thing, Unit
from domain.models import Domain
from members.models import Membership, Participation
from members.practice import days
from repertoire.models import Entry, Revision
from tasks.models import Submission, Task

ROWS_ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One case: what it is, where it is, and whether the figure says it of it."""

    #: The things it is about, by what they are.
    about: Mapping[Thing, int]
    title: str
    path: str
    note: str
    at: datetime | None
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """What lies behind a figure: how many cases, of how many it holds, and one page."""

    of: Thing
    cases: int
    hits: int
    rows: list[Row]
    page: Page[tuple[int, bool]]


def behind(
    domain: Domain,
    sign: Sign,
    told: Past,
    *,
    at: datetime,
    scope: Scope | None = None,
    number: int | str = 1,
) -> Behind:
    """Return what a sign was read of at a moment; what does not hold comes first
    where the sign is well above its threshold, for that is where there is work to do."""
    cases = sign.take(told, days(at), scope or Scope()).cases
    # Of waits those that are not over.
    is_undone = sign.healthy is Healthy.ABOVE or sign.unit is Unit.HOURS
    wanted = ~cases.hits if is_undone else cases.hits
    order = np.argsort(~wanted, kind="stable")
    keys, hits = cases.keys[order].tolist(), cases.hits[order].tolist()
    page = Paginator(list(zip(keys, hits, strict=True)), ROWS_ON_A_PAGE).get_page(
        number
    )
    found = _FOUND[cases.of](domain, [key for key, _hit in page.object_list])
    return Behind(
        of=cases.of,
        cases=len(cases),
        hits=int(np.count_nonzero(cases.hits)),
        rows=[
            Row(*found[key], is_hit=hit)
            for key, hit in page.object_list
            if key in found
        ],
        page=page,
    )


def named(domain: Domain, of: Thing, keys: Sequence[int]) -> list[tuple[str, str]]:
    """Return what things are called and where they are, in the order of their keys."""
    found = _FOUND[of](domain, list(keys))
    told = [found[key] for key in keys if key in found]
    return [(title, path) for _keys, title, path, _note, _at in told]


_Parts = tuple[Mapping[Thing, int], str, str, str, datetime | None]


def _people(domain: Domain, keys: list[int]) -> Mapping[int, _Parts]:
    found = Membership.objects.filter(domain=domain, pk__in=keys)
    return {
        one.pk: (
            {Thing.PERSON: one.pk},
            one.name,
            one.get_absolute_url(),
            "",
            one.joined_at,
        )
        for one in found.select_related("domain")
    }


def _acts(domain: Domain, keys: list[int]) -> Mapping[int, _Parts]:
    found = Participation.objects.filter(domain=domain, pk__in=keys)
    return {
        one.pk: (
            {Thing.ACT: one.pk},
            one.title or one.get_kind_display(),
            one.path,
            one.gainer.name if one.gainer else "",
            one.occurred_at,
        )
        for one in found.select_related("giver", "receiver")
    }


def _submissions(domain: Domain, keys: list[int]) -> Mapping[int, _Parts]:
    found = Submission.objects.filter(task__domain=domain, pk__in=keys)
    return {
        one.pk: (
            {Thing.SUBMISSION: one.pk, Thing.TASK: one.task_id},
            one.task.title,
            one.get_absolute_url(),
            one.author.name,
            one.handed_in_at,
        )
        for one in found.select_related("task__domain", "author")
    }


def _tasks(domain: Domain, keys: list[int]) -> Mapping[int, _Parts]:
    found = Task.objects.filter(domain=domain, pk__in=keys)
    return {
        one.pk: (
            {Thing.TASK: one.pk},
            one.title,
            one.get_absolute_url(),
            one.beneficiary,
            one.raised_at,
        )
        for one in found.select_related("domain")
    }


def _entries(domain: Domain, keys: list[int]) -> Mapping[int, _Parts]:
    found = Entry.objects.filter(domain=domain, pk__in=keys)
    return {
        one.pk: (
            {Thing.ENTRY: one.pk},
            one.title,
            one.get_absolute_url(),
            "",
            one.changed_at,
        )
        for one in found.select_related("domain")
    }


def _edits(domain: Domain, keys: list[int]) -> Mapping[int, _Parts]:
    found = Revision.objects.filter(entry__domain=domain, pk__in=keys)
    return {
        one.pk: (
            {Thing.EDIT: one.pk, Thing.ENTRY: one.entry_id},
            one.entry.title,
            one.entry.get_absolute_url(),
            one.author.name,
            one.written_at,
        )
        for one in found.select_related("entry__domain", "author")
    }


_FOUND: Final[Mapping[Thing, Callable[[Domain, list[int]], Mapping[int, _Parts]]]] = {
    Thing.PERSON: _people,
    Thing.ACT: _acts,
    Thing.SUBMISSION: _submissions,
    Thing.TASK: _tasks,
    Thing.ENTRY: _entries,
    Thing.EDIT: _edits,
}
