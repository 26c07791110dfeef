"""Stepping: the few tasks a member might well take next, and why each of them.

Which are open to them is asked of the database, a bounded number; which of these suits
them best is worked out by ``tasks.fit``, whose terms are also what the page says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from domain.centrality import Centrality, Zone
from domain.models import Area
from domain.questions import Given, is_any_of, question
from members.models import Membership, Participation
from tasks import fit, legitimacy
from tasks.fit import Offer, Seeker
from tasks.legitimacy import Standing
from tasks.models import Citation, Submission, Task, Verdict
from tasks.models.task import is_open_to

#: Three to choose from is a choice; more is a board.
MOST_STEPS = 3
#: Weighed one by one: those of their own areas first, then what has waited longest.
MOST_CANDIDATES = 24
#: What somebody has in a week, by their own word, in minutes.
MINUTES = {
    Membership.Hours.MINUTES: 30,
    Membership.Hours.HOUR: 60,
    Membership.Hours.HALF_DAY: 240,
    Membership.Hours.MORE: 600,
}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One real task the member may claim now, and why this one."""

    task: Task
    #: Where it stands among the few offered, from 1.
    number: int
    of: int
    why: str
    #: Somebody who knows its area and is here to read it, where one reader settles it.
    reader: str


def next_step(
    membership: Membership, *, at: datetime, standing: Standing | None = None
) -> Step | None:
    """The one task to take next, if there is one."""
    return next(iter(next_steps(membership, at=at, standing=standing)), None)


def next_steps(
    membership: Membership,
    *,
    at: datetime,
    first: int = 0,
    standing: Standing | None = None,
) -> list[Step]:
    """The task that suits the member best and two others, best first.

    Real work they may claim now, and never what a first-timer was sent back to. With
    ``first`` another of the few stands in front. Nothing is offered to full hands.
    """
    standing = standing or legitimacy.standing_of(membership)
    if standing.in_hand >= standing.most_in_hand:
        return []
    tasks = _candidates.ask(
        membership.zone,
        membership.is_agent,
        domain=membership.domain_id,
        who=membership.pk,
        furthest_in=standing.furthest_in,
        further_in=standing.further_in,
    )
    if not tasks:
        return []
    areas = _areas_of(tasks, membership, at=at)
    seeker = _seeker(membership, areas)
    offers = {task.pk: _offer(task, areas[task.area_id], at=at) for task in tasks}
    best = sorted(tasks, key=lambda task: (-fit.fit(seeker, offers[task.pk]), task.pk))
    few = best[:MOST_STEPS]
    steps = [
        Step(
            task,
            number,
            len(few),
            fit.why(seeker, offers[task.pk]),
            areas[task.area_id].reader if task.centrality <= Centrality.INBOUND else "",
        )
        for number, task in enumerate(few, start=1)
    ]
    turned = first % len(steps)
    return steps[turned:] + steps[:turned]


@question
def _candidates(zone: int, is_agent: bool) -> QuerySet[Task]:
    """What is open to them; of each also the entries its brief uses that they used."""
    open_to_them = is_open_to(
        zone=zone,
        is_agent=is_agent,
        furthest_in=Given("furthest_in"),
        further_in=Given("further_in"),
    )
    tasks = Task.objects.filter(domain=Given("domain")).real()
    if zone == Zone.PERIPHERY:
        sent_back = Submission.objects.filter(
            task=OuterRef("pk"), outcome=Verdict.RETURNED, withdrawn_at=None
        ).exclude(author=Given("who"))
        tasks = tasks.filter(~Exists(sent_back))
    in_brief = Citation.objects.filter(
        task=OuterRef("pk"), log_entry=None, submission=None, review=None
    )
    used = Citation.objects.filter(member=Given("who"), entry=OuterRef("entry"))
    met = in_brief.filter(Exists(used)).order_by("entry").values("entry__title")
    added = {"words": _number(in_brief, "task"), "met": ArraySubquery(met)}
    return (
        tasks.with_seats_for(Given("who"), zone)
        .filter(open_to_them)
        .with_nearness_to(Given("who"))
        .annotate(**added)
        .select_related("area", "domain")
        .order_by(F("is_near").desc(), "opened_at", "pk")[:MOST_CANDIDATES]
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What of an area bears on who might take its work."""

    pk: int
    name: str
    is_theirs: bool
    #: The seeker's works that were recognised there.
    recognised: int
    #: A full member who knows it, reviews, and is not away.
    reader: str


def _areas_of(
    tasks: Iterable[Task], membership: Membership, *, at: datetime
) -> dict[int, _About]:
    """What hangs on the areas these lie in: works recognised, and who could read more."""
    found = _about_areas.ask(
        keys=sorted({task.area_id for task in tasks}),
        who=membership.pk,
        today=at.date(),
    )
    return {row["pk"]: _About(**row) for row in found}


@question
def _about_areas() -> QuerySet[Area, dict[str, Any]]:
    recognised = Participation.objects.filter(
        area=OuterRef("pk"),
        receiver=Given("who"),
        kind=Participation.Kind.RECOGNISED,
        amount__gt=0,
    )
    readers = (
        Membership.objects.full()
        .with_account()
        .of_people()
        .filter(areas=OuterRef("pk"), is_silent=False)
        .filter(Q(away_until=None) | Q(away_until__lt=Given("today")))
        .exclude(capacity=Membership.Capacity.NONE)
        .exclude(pk=Given("who"))
    )
    found: QuerySet[Area, dict[str, Any]] = (
        Area.objects.filter(is_any_of("pk", "keys"))
        .annotate(
            recognised=_number(recognised, "area", "item"),
            reader=Coalesce(
                Subquery(
                    readers.order_by(
                        Case(
                            When(capacity=Membership.Capacity.DOUBLE, then=0),
                            When(capacity=Membership.Capacity.USUAL, then=1),
                            default=2,
                        ),
                        "pk",
                    ).values("name")[:1]
                ),
                Value(""),
            ),
            is_theirs=Exists(
                Membership.areas.through.objects.filter(
                    membership=Given("who"), area=OuterRef("pk")
                )
            ),
        )
        .values(*_About.__slots__)
    )
    return found


def _number(rows: QuerySet[Any], by: str, what: str = "pk") -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("number")), 0)


def _seeker(membership: Membership, areas: dict[int, _About]) -> Seeker:
    hours = membership.hours
    return Seeker(
        zone=membership.zone,
        areas=frozenset(pk for pk, area in areas.items() if area.is_theirs),
        minutes=MINUTES[Membership.Hours(hours)] if hours else None,
        recognised={pk: area.recognised for pk, area in areas.items()},
    )


def _offer(task: Task, area: _About, *, at: datetime) -> Offer:
    return Offer(
        area=area.pk,
        area_name=area.name,
        centrality=task.centrality,
        minutes=task.effort_minutes,
        days=(at - (task.opened_at or at)) / DAY,
        is_awaited=task.is_awaited,
        words=task.words,
        met=task.met,
    )
