"""The board: which tasks a reader asked to see, in which order, and how many there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
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
from domain.questions import Given, is_any_of, number_of, question
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
TOLD_ON_ITS_PAGE = ("brief", "done_means", "if_wrong", "ending_reason")
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

    @property
    def form(self) -> "Question":
        """The question with what is typed into it left out."""
        return replace(
            self, areas=("",) if self.areas else (), words="…" if self.words else ""
        )

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


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the board, by what makes another question of it."""

    #: None for a visitor.
    zone: int | None = None
    is_agent: bool = False

    @classmethod
    def of(cls, membership: Membership | None) -> "Reader":
        return cls(membership.zone, membership.is_agent) if membership else cls()

    def open_to(self) -> Q:
        if self.zone is None:
            return Q(state=Task.State.OPEN, centrality=Centrality.PERIPHERY)
        return is_open_to(
            zone=self.zone,
            is_agent=self.is_agent,
            furthest_in=Given("furthest_in"),
            further_in=Given("further_in"),
        )


class Board:
    """One community's board as one reader sees it."""

    def __init__(
        self, domain: Domain, membership: Membership | None, standing: Standing | None
    ) -> None:
        self.reader = Reader.of(membership)
        self.language = domain.language
        self._seen = {
            "who": membership.pk if membership else 0,
            "zone": membership.zone if membership else 0,
        }
        self._asked = {
            **self._seen,
            "domain": domain.pk,
            "furthest_in": standing.furthest_in if standing else 0,
            "further_in": standing.further_in if standing else [],
        }

    def rungs(self, question: Question) -> list[Task]:
        """The first few tasks of each zone, each knowing how many its zone has."""
        first = dict(_in_rungs.ask(question.form, self.reader, **self._with(question)))
        tasks = self._tasks(first)
        for task in tasks:
            task.in_zone = first[task.pk]
        return tasks

    def number(self, question: Question) -> int:
        return _number.first(question.form, self.reader, **self._with(question)) or 0

    def rows(self, question: Question, *, first: int, last: int) -> list[Task]:
        """The tasks that answer the question, from one place to another."""
        between = {**self._with(question), "first": first, "last": last}
        return self._tasks(_in_order.ask(question.form, self.reader, **between))

    def counts(self) -> dict[str, int]:
        """How many tasks each filter would show by itself, in one question."""
        counted: dict[str, int] = _counts.ask(self.reader, **self._asked)[0]
        return counted

    def _with(self, question: Question) -> dict[str, object]:
        typed = {"words": question.words, "areas": list(question.areas)}
        return {**self._asked, **typed, "language": self.language}

    def _tasks(self, keys: Iterable[int]) -> list[Task]:
        """The tasks themselves: in a second step, or all seats would be asked for."""
        found = {task.pk: task for task in _tasks.ask(keys=list(keys), **self._seen)}
        return [found[key] for key in keys if key in found]


def areas_of(domain: Domain) -> list[Area]:
    return _areas.ask(domain=domain.pk)


def _found(asked: Question, reader: Reader) -> TaskQuerySet:
    """The tasks that answer the question."""
    tasks = _on_board_of()
    if asked.show == "proposed" and reader.zone is not None:
        tasks = tasks.filter(state=Task.State.DRAFT)
    else:
        tasks = tasks.on_the_board()
    if asked.show == "me":
        tasks = tasks.filter(reader.open_to())
    elif asked.show == "observe":
        tasks = tasks.with_an_observer_seat()
    elif asked.show == "awaited":
        tasks = tasks.filter(is_awaited=True)
    if asked.zone:
        tasks = tasks.filter(centrality=asked.zone)
    if asked.areas:
        tasks = tasks.filter(is_any_of("area__slug", "areas"))
    if asked.times:
        tasks = tasks.filter(_any(TIMES[time] for time in asked.times))
    if asked.seats:
        tasks = tasks.filter(_any(SEATS[seat] for seat in asked.seats))
    if asked.words:
        tasks = tasks.matching(Given("words"), language=Given("language"))
    return tasks


def _on_board_of() -> TaskQuerySet:
    tasks = Task.objects.filter(domain=Given("domain"))
    return tasks.with_seats_for(Given("who"), Given("zone"))


@question
def _in_rungs(asked: Question, reader: Reader) -> QuerySet[Task, tuple[int, int]]:
    has_seat = Case(When(state=Task.State.OPEN, then=Value(1)), default=Value(0))
    return (
        _found(asked, reader)
        .with_nearness_to(Given("who"))
        .annotate(has_seat=has_seat)
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


@question
def _in_order(asked: Question, reader: Reader) -> QuerySet[Task, int]:
    place = Window(RowNumber(), order_by=_order(SORTS[asked.sort]))
    return (
        _found(asked, reader)
        .annotate(place=place)
        .filter(
            place__gte=Given("first", IntegerField()),
            place__lte=Given("last", IntegerField()),
        )
        .order_by("place")
        .values_list("pk", flat=True)
    )


@question
def _number(asked: Question, reader: Reader) -> QuerySet[Task, int]:
    return number_of(_found(asked, reader))


@question
def _tasks() -> QuerySet[Task]:
    return (
        Task.objects.filter(is_any_of("pk", "keys"))
        .with_seats_for(Given("who"), Given("zone"))
        .select_related("area")
        .defer(*TOLD_ON_ITS_PAGE)
    )


@question
def _counts(reader: Reader) -> QuerySet[Any, Any]:
    on_board = Q(state__in=(Task.State.OPEN, Task.State.HELD))
    asked = {
        "all": on_board,
        "me": on_board & reader.open_to(),
        "observe": on_board & ONE_MORE_MAY_WATCH,
        "awaited": on_board & Q(is_awaited=True),
        "proposed": Q(state=Task.State.DRAFT),
        **{name: on_board & time for name, time in TIMES.items()},
        **{name: on_board & seat for name, seat in SEATS.items()},
    }
    numbers = {f"n_{name}": Count("pk", filter=which) for name, which in asked.items()}
    shown = (Task.State.DRAFT, Task.State.OPEN, Task.State.HELD)
    counted: QuerySet[Any, Any] = (
        _on_board_of()
        .filter(state__in=shown)
        .order_by()
        .values(_=Value(1))
        .annotate(**numbers)
        .values(*numbers)
    )
    return counted


@question
def _areas() -> QuerySet[Area]:
    # By area alone: a join would read every task there ever was.
    on_board = (
        Task.objects.on_the_board()
        .filter(domain=Given("domain"), area=OuterRef("pk"))
        .order_by()
        .values("area")
        .annotate(number=Count("pk"))
    )
    return (
        Area.objects.filter(domain=Given("domain"))
        .annotate(number=Coalesce(Subquery(on_board.values("number")), 0))
        .order_by("place", "pk")
    )


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
