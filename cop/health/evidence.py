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

from cop.health import past
from cop.health.models import CaseList
from cop.health.signs import SIGNS
from cop.health.signs.reading import Cases, Healthy, Scope, Sign, Thing, Unit
from domain.models import Domain
from members.models import Membership, Participation
from members.practice import days
from repertoire.models import Entry, Revision
from tasks.models import Submission, Task

ROWS_ON_A_PAGE: Final = 50

#: Nobody goes through more; the figure counts them all.
MOST_LISTED: Final = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """One case: what it is, where it is, and whether the figure says it of it."""

    #: The things it is about, by what they are.
    about: Mapping[Thing, int]
    title: str
    path: str
    #: Who it is, or whose it is; with their name in the title or in the note.
    who: Membership | None
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


def listed(sign: Sign, cases: Cases, *, domain: Domain, at: datetime) -> CaseList:
    """Put a sign's cases in the order in which they are told.

    What does not hold comes first where the sign is well above its threshold, for that
    is where there is work to do; of waits, those that are not over.
    """
    is_undone = sign.healthy is Healthy.ABOVE or sign.unit is Unit.HOURS
    wanted = ~cases.hits if is_undone else cases.hits
    order = np.argsort(~wanted, kind="stable")[:MOST_LISTED]
    return CaseList(
        domain=domain,
        sign=sign.name,
        measured_at=at,
        of=cases.of,
        cases=len(cases),
        hits=int(np.count_nonzero(cases.hits)),
        keys=cases.keys[order].tolist(),
        are_hits=cases.hits[order].tolist(),
    )


def lists_of(
    domain: Domain, signs: Sequence[str], *, at: datetime
) -> dict[str, CaseList]:
    """Return what signs were read of at a moment: as it was kept, or worked out again."""
    kept = {
        one.sign: one
        for one in CaseList.objects.filter(
            domain=domain, sign__in=signs, measured_at=at
        )
    }
    told = past.read(domain, at=at, acts=max(SIGNS[name].acts for name in signs))
    for name in signs:
        if name not in kept:
            cases = SIGNS[name].take(told, days(at), Scope(SIGNS[name].whose)).cases
            kept[name] = listed(SIGNS[name], cases, domain=domain, at=at)
    return kept


def behind(domain: Domain, kept: CaseList, *, number: int | str = 1) -> Behind:
    """Return one page of what a sign was read of."""
    page = Paginator(
        list(zip(kept.keys, kept.are_hits, strict=True)), ROWS_ON_A_PAGE
    ).get_page(number)
    of = Thing(kept.of)
    found = _FOUND[of](domain, [key for key, _hit in page.object_list])
    return Behind(
        of=of,
        cases=kept.cases,
        hits=kept.hits,
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
    return [(title, path) for _keys, title, path, *_rest in told]


_Parts = tuple[Mapping[Thing, int], str, str, Membership | None, str, datetime | None]


def _people(domain: Domain, keys: list[int]) -> Mapping[int, _Parts]:
    found = Membership.objects.filter(domain=domain, pk__in=keys)
    return {
        one.pk: (
            {Thing.PERSON: one.pk},
            one.name,
            one.get_absolute_url(),
            one,
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
            one.gainer,
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
            one.author,
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
            None,
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
            None,
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
            one.author,
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
