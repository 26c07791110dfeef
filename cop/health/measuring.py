"""Measuring: taking the signs of a domain's health and writing down what they say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from cop.health import arriving, diagnosis, evidence, past
from cop.health.charts import CHARTS
from cop.health.charts.table import Rows
from cop.health.diagnosis import FAILURES, Failure, Measures
from cop.health.models import (
    ArrivalList,
    CaseList,
    ChartTable,
    Diagnosis,
    Finding,
    Mode,
    Reading,
    State,
)
from cop.health.past import WINDOW, Past
from cop.health.signs import SIGNS
from cop.health.signs.practice import active
from cop.health.signs.reading import Measure, Scope, Who
from domain.models import Domain
from members.practice import days

_UPDATED: Final = ("value", "low", "high", "cases", "past_threshold", "measured_at")


@dataclass(frozen=True, slots=True)
class _Found:
    """All that is worked out of one moment, to be written down at once."""

    taken: Mapping[Scope, Measures]
    lists: Sequence[CaseList]
    came: Sequence[ArrivalList]
    tables: Mapping[str, Rows]
    called: Mapping[Scope, Mapping[Mode, diagnosis.Finding]]


def measure(*, domain: Domain, at: datetime, told: Past | None = None) -> list[Finding]:
    """Take every sign of ``domain`` as of ``at``, and call what they call.

    Returned are the findings about the whole domain. Measuring a day again replaces
    what was read that day. ``told`` is its past up to then, if somebody has read it.
    """
    return _measure(domain, told or past.read(domain, at=at), at=at)


def measure_again(
    *, domain: Domain, moments: Sequence[datetime]
) -> Iterator[list[Finding]]:
    """Take every sign as of moments gone by, earliest first.

    What is written down is what was then, as far as nothing about it has changed since:
    lines taken back, texts that use other words now, people who came back.
    """
    moments = sorted(moments)
    since = moments[0] - past.FURTHEST_BACK
    told = past.read(domain, at=moments[-1], since=since)
    for at in moments:
        yield _measure(domain, told.looked_back_from(at), at=at)


def _measure(domain: Domain, told: Past, *, at: datetime) -> list[Finding]:
    """Work everything out, which takes a while; then write it down, which does not."""
    areas = list(domain.areas.order_by("pk").values_list("pk", flat=True))
    said = {
        name: sign.take(told, days(at), Scope(sign.whose))
        for name, sign in SIGNS.items()
    }
    lists = [
        evidence.listed(SIGNS[name], one.cases, domain=domain, at=at)
        for name, one in said.items()
    ]
    now = {
        Scope(): {
            name: one.measure if SIGNS[name].whose is Who.PEOPLE else Measure(cases=0)
            for name, one in said.items()
        },
        **{scope: take(told, days(at), scope) for scope in _beside(areas)},
    }
    said.clear()
    found = _Found(
        taken=now,
        lists=lists,
        came=[
            arriving.listed(told, who, domain=domain, at=at) for who in arriving.APART
        ],
        tables={chart: tabulate(told, days(at)) for chart, tabulate in CHARTS.items()},
        called={
            scope: call(
                told, scope, now=now[scope], founded_at=domain.founded_at, at=at
            )
            for scope in (Scope(), *(Scope(area=pk) for pk in areas))
        },
    )
    findings = _write(domain, found, at=at)
    return [finding for finding in findings if finding.area_id is None]


def _beside(areas: Sequence[int]) -> list[Scope]:
    """What is read beside the whole domain's people: agents, both, and each area."""
    others = [Scope(who) for who in Who if who is not Who.PEOPLE]
    return [*others, *(Scope(area=pk) for pk in areas)]


def call(
    told: Past, scope: Scope, *, now: Measures, founded_at: datetime, at: datetime
) -> dict[Mode, diagnosis.Finding]:
    """Call every failure, from what the signs say now and said a window before."""
    before = take(told, days(at - WINDOW), scope)
    # Of both windows: who left in the one before is part of what is read.
    took_part = active(told, days(at), scope, days=2 * WINDOW.days)
    is_young = diagnosis.is_young(founded_at=founded_at, active=len(took_part), at=at)
    return {
        failure.mode: diagnosis.call(failure, now=now, before=before, is_young=is_young)
        for failure in FAILURES
    }


@transaction.atomic
def _write(domain: Domain, found: _Found, *, at: datetime) -> list[Finding]:
    """Write all of it down, or nothing: a worker that dies leaves the day as it was.

    Whoever measures the same day meanwhile waits here, and then replaces each row.
    """
    Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
    _write_readings(domain, found.taken, at=at)
    # Days gone by are read again without the lists: what is shown is the last day.
    if not CaseList.objects.filter(domain=domain, measured_at__gt=at).exists():
        CaseList.objects.bulk_create(
            found.lists,
            update_conflicts=True,
            unique_fields=["domain", "sign"],
            update_fields=["measured_at", "of", "cases", "hits", "keys", "are_hits"],
        )
    if not ArrivalList.objects.filter(domain=domain, counted_at__gt=at).exists():
        ArrivalList.objects.bulk_create(
            found.came,
            update_conflicts=True,
            unique_fields=["domain", "who"],
            update_fields=["counted_at", *arriving.LISTS],
        )
    ChartTable.objects.bulk_create(
        (
            ChartTable(domain=domain, chart=chart, on=at.date(), rows=rows)
            for chart, rows in found.tables.items()
        ),
        update_conflicts=True,
        unique_fields=["domain", "chart", "on"],
        update_fields=["rows"],
    )
    return [
        _find(
            domain, scope, failure, called[failure.mode], now=found.taken[scope], at=at
        )
        for scope, called in found.called.items()
        for failure in FAILURES
    ]


def take(told: Past, at: float, scope: Scope) -> dict[str, Measure]:
    """Return what each sign that can be read of the scope says at a moment."""
    return {
        name: sign.take(told, at, scope).measure
        if scope.area is None or sign.by_area
        else Measure(cases=0)
        for name, sign in SIGNS.items()
    }


def _write_readings(
    domain: Domain, taken: Mapping[Scope, Measures], *, at: datetime
) -> None:
    Reading.objects.bulk_create(
        _readings(domain, taken, at=at),
        update_conflicts=True,
        unique_fields=["domain", "on", "area", "who", "sign"],
        update_fields=_UPDATED,
    )


def _readings(
    domain: Domain, taken: Mapping[Scope, Measures], *, at: datetime
) -> Iterable[Reading]:
    for scope, measures in taken.items():
        for name, told in measures.items():
            # Of areas only what says something is kept; there are many of them.
            if scope.area is not None and told.value is None:
                continue
            yield Reading(
                domain=domain,
                area_id=scope.area,
                who=scope.who,
                sign=name,
                on=at.date(),
                value=told.value,
                low=told.low,
                high=told.high,
                cases=told.cases,
                past_threshold=told.past,
                measured_at=at,
            )


def _find(
    domain: Domain,
    scope: Scope,
    failure: Failure,
    called: diagnosis.Finding,
    *,
    now: Measures,
    at: datetime,
) -> Finding:
    about: dict[str, Any] = {
        "area_id": scope.area,
        "mode": failure.mode,
        "on": at.date(),
    }
    finding, _ = Finding.objects.update_or_create(
        domain=domain,
        **about,
        defaults={
            "state": called.state,
            "sentence": str(failure.says[called.state]),
            "now": called.now,
            "before": called.before,
            "called_by": list(called.called_by),
            "measured_at": at,
        },
    )
    follow(finding, now)
    return finding


def follow(finding: Finding, now: Measures) -> None:
    """Open a diagnosis when a failure is called, and close it when it is found gone.

    In between it is measured again each day. What is only watched neither opens one
    nor closes it: a figure at its threshold would do both every other day.
    """
    about = {
        "domain": finding.domain,
        "area_id": finding.area_id,
        "mode": finding.mode,
        "closed_on": None,
    }
    if finding.state == State.ACT:
        failure = next(one for one in FAILURES if one.mode == finding.mode)
        Diagnosis.objects.get_or_create(
            **about,
            defaults={
                "opened_on": finding.on,
                "measured_on": finding.on,
                "sentence": finding.sentence,
                "signs": {name: now[name].value for name in failure.signs},
            },
        )
    open_one = Diagnosis.objects.filter(**about, measured_on__lte=finding.on)
    open_one.update(measured_on=finding.on, state=finding.state)
    if finding.state == State.CLEAR:
        open_one.update(closed_on=finding.on)
