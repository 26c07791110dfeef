"""The board: which tasks a reader asked to see, in which order, and how many there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, RowNumber
from django.http import QueryDict

from domain.centrality import Centrality
from domain.models import Area, Domain
from members.models import Membership
from tasks.legitimacy import Standing
from tasks.models import Task
from tasks.models.task import ONE_MORE_MAY_WATCH, TaskQuerySet, is_open_to

#: Rows of one zone on the ladder: enough to choose from, few enough to see the core.
MOST_IN_A_RUNG = 4

SHOWS = ("all", "me", "observe", "awaited", "proposed")
TIMES = {
    "short": Q(effort_minutes__lt=30),
    "medium": Q(effort_minutes__gte=30, effort_minutes__lte=120),
    "long": Q(effort_minutes__gt=120),
}
SEATS = {"people": Q(), "agents": Q(agents_welcome=True, for_newcomers=False)}
SORTS = {
    "zone": ("centrality", "-is_awaited", "-opened_at", "pk"),
    "title": ("title", "pk"),
    "area": ("area__place", "title", "pk"),
    "time": ("effort_minutes", "pk"),
    "newest": ("-opened_at", "-pk"),
}
#: What no row says, and is long.
TOLD_ON_ITS_PAGE = ("brief", "done_means", "if_wrong", "ending_reason", "search")
#: Inside a zone: a seat to take, somebody waiting, one's own areas, then the newest.
PLACE = ("-has_seat", "-is_awaited", "-is_near", "-opened_at", "-pk")


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asked the board for; every address of the board is one of these."""

    view: str = "ladder"
    show: str = "all"
    zone: int | None = None
    areas: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    words: str = ""
    sort: str = "zone"

    @classmethod
    def asked(cls, query: QueryDict) -> "Question":
        zone = query.get("zone", "")
        show = "me" if query.get("open") == "me" else query.get("show", "all")
        sort = query.get("sort", "zone")
        table = query.get("view") == "table"
        return cls(
            view="table" if table else "ladder",
            show=show if show in SHOWS else "all",
            zone=int(zone) if zone in {str(z.value) for z in Centrality} else None,
            areas=tuple(dict.fromkeys(query.getlist("area"))),
            times=tuple(t for t in TIMES if t in query.getlist("time")),
            seats=tuple(s for s in SEATS if s in query.getlist("seat")),
            words=query.get("q", "").replace("\x00", "").strip()[:200],
            sort=sort if sort in SORTS else "zone",
        )

    @property
    def is_filtered(self) -> bool:
        plain = Question(view=self.view, sort=self.sort)
        return self != plain

    def address(self, **other: object) -> str:
        """The query string of this question with some of it asked otherwise."""
        asked: Mapping[str, object] = {
            "view": self.view if self.view != "ladder" else None,
            "show": self.show if self.show != "all" else None,
            "zone": self.zone,
            "area": self.areas,
            "time": self.times,
            "seat": self.seats,
            "q": self.words,
            "sort": self.sort if self.sort != "zone" else None,
            **other,
        }
        given = {name: value for name, value in asked.items() if value}
        return f"?{urlencode(given, doseq=True)}"


def tasks_of(domain: Domain, membership: Membership | None) -> TaskQuerySet:
    """What is on the board, seen by one reader."""
    return Task.objects.filter(domain=domain).with_seats(membership)


def found(
    question: Question,
    *,
    domain: Domain,
    membership: Membership | None,
    standing: Standing | None,
) -> TaskQuerySet:
    """The tasks that answer the question."""
    tasks = tasks_of(domain, membership)
    if question.show == "proposed" and membership:
        tasks = tasks.filter(state=Task.State.DRAFT)
    else:
        tasks = tasks.on_the_board()
    if question.show == "me":
        tasks = tasks.filter(_is_for(membership, standing))
    elif question.show == "observe":
        tasks = tasks.with_an_observer_seat()
    elif question.show == "awaited":
        tasks = tasks.filter(is_awaited=True)
    if question.zone:
        tasks = tasks.filter(centrality=question.zone)
    if question.areas:
        tasks = tasks.filter(area__slug__in=question.areas)
    if question.times:
        tasks = tasks.filter(_any(TIMES[time] for time in question.times))
    if question.seats:
        tasks = tasks.filter(_any(SEATS[seat] for seat in question.seats))
    if question.words:
        tasks = tasks.matching(question.words)
    return tasks.select_related("area").defer(*TOLD_ON_ITS_PAGE)


def rungs(tasks: TaskQuerySet, membership: Membership | None) -> list[Task]:
    """The first few tasks of each zone, each knowing how many its zone has."""
    first = dict(
        _placed(tasks, membership)
        .annotate(
            place=Window(
                RowNumber(), partition_by=F("centrality"), order_by=_order(PLACE)
            ),
            like_it=Window(Count("pk"), partition_by=F("centrality")),
        )
        .filter(place__lte=MOST_IN_A_RUNG)
        .order_by("centrality", "place")
        .values_list("pk", "like_it")
    )
    # In a second step, or the seats of the whole board would be asked for.
    found = (
        Task.objects.with_seats(membership)
        .defer(*TOLD_ON_ITS_PAGE)
        .in_bulk(list(first))
    )
    for pk, task in found.items():
        task.in_zone = first[pk]
    return [found[pk] for pk in first if pk in found]


def counts(
    *, domain: Domain, membership: Membership | None, standing: Standing | None
) -> dict[str, int]:
    """How many tasks each filter would show by itself, in one question."""
    on_board = Q(state__in=(Task.State.OPEN, Task.State.HELD))
    asked = {
        "all": on_board,
        "me": on_board & _is_for(membership, standing),
        "observe": on_board & ONE_MORE_MAY_WATCH,
        "awaited": on_board & Q(is_awaited=True),
        "proposed": Q(state=Task.State.DRAFT),
        **{name: on_board & time for name, time in TIMES.items()},
        **{name: on_board & seat for name, seat in SEATS.items()},
    }
    shown = (Task.State.DRAFT, Task.State.OPEN, Task.State.HELD)
    return (
        tasks_of(domain, membership)
        .filter(state__in=shown)
        .aggregate(
            **{f"n_{name}": Count("pk", filter=which) for name, which in asked.items()}
        )
    )


def areas_of(domain: Domain) -> QuerySet[Area]:
    # By area alone: a join would read every task there ever was.
    on_board = (
        Task.objects.on_the_board()
        .filter(domain=domain, area=OuterRef("pk"))
        .order_by()
        .values("area")
        .annotate(number=Count("pk"))
    )
    return domain.areas.annotate(
        number=Coalesce(Subquery(on_board.values("number")), 0)
    ).order_by("place", "pk")


def _is_for(membership: Membership | None, standing: Standing | None) -> Q:
    if membership is None or standing is None:
        return Q(state=Task.State.OPEN, centrality=Centrality.PERIPHERY)
    return is_open_to(membership, furthest_in=standing.furthest_in)


def _placed(tasks: TaskQuerySet, membership: Membership | None) -> TaskQuerySet:
    has_seat = Case(When(state=Task.State.OPEN, then=Value(1)), default=Value(0))
    return tasks.with_nearness(membership).annotate(has_seat=has_seat)


def _order(names: tuple[str, ...]) -> list[OrderBy]:
    return [
        F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in names
    ]


def _any(conditions: Iterable[Q]) -> Q:
    either = Q()
    for condition in conditions:
        if not condition:
            return Q()
        either |= condition
    return either
