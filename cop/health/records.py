"""Everything a community ever read of itself, as tables for other programs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cop.health.models import Diagnosis, Finding, Move, Reading
from domain.models import Domain
from members.models import Pulse

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    heads: tuple[str, ...]
    rows: Callable[[Domain], Iterator[Row]]
    #: Whether only organizers read it, as on the pages.


def _readings(domain: Domain) -> Iterator[Row]:
    """What says nothing has no value, and says of how many cases."""
    kept = Reading.objects.filter(domain=domain).order_by("on", "area", "who", "pk")
    yield from kept.values_list(
        "on",
        "area__slug",
        "who",
        "sign",
        "value",
        "low",
        "high",
        "cases",
        "past_threshold",
        "measured_at",
    )


def _findings(domain: Domain) -> Iterator[Row]:
    kept = Finding.objects.filter(domain=domain).order_by("on", "area", "mode")
    yield from kept.values_list(
        "on",
        "area__slug",
        "mode",
        "state",
        "now",
        "before",
        "called_by",
        "sentence",
        "measured_at",
    )


def _diagnoses(domain: Domain) -> Iterator[Row]:
    kept = Diagnosis.objects.filter(domain=domain).order_by("opened_on", "pk")
    yield from kept.values_list(
        "mode",
        "area__slug",
        "opened_on",
        "closed_on",
        "measured_on",
        "state",
        "sentence",
        "signs",
        "words",
        "said_at",
    )


def _moves(domain: Domain) -> Iterator[Row]:
    kept = Move.objects.filter(domain=domain).order_by("week", "way")
    yield from kept.values_list(
        "week",
        "way",
        "touches",
        "offered_at",
        "made_at",
        "before",
        "after",
        "measured_on",
        "outcome",
    )


def _questions(domain: Domain) -> Iterator[Row]:
    """Of fewer than five answers there is nothing: neither here nor anywhere."""
    for one in Pulse.objects.closed().filter(domain=domain).order_by("quarter"):
        yield (
            one.quarter,
            one.question,
            one.opened_at,
            one.closed_at,
            one.asked,
            one.answered,
            one.yes,
            one.no,
            one.unsure,
        )


TABLES: Final[Mapping[str, Table]] = {
    "readings": Table(
        (
            "on",
            "area",
            "who",
            "sign",
            "value",
            "low",
            "high",
            "cases",
            "past_threshold",
            "measured_at",
        ),
        _readings,
    ),
    "findings": Table(
        (
            "on",
            "area",
            "failure",
            "state",
            "now",
            "before",
            "called_by",
            "sentence",
            "measured_at",
        ),
        _findings,
    ),
    "diagnoses": Table(
        (
            "failure",
            "area",
            "opened_on",
            "closed_on",
            "measured_on",
            "state",
            "sentence",
            "signs",
            "words",
            "said_at",
        ),
        _diagnoses,
    ),
    "moves": Table(
        (
            "week",
            "way",
            "touches",
            "offered_at",
            "made_at",
            "before",
            "after",
            "measured_on",
            "outcome",
        ),
        _moves,
    ),
    "questions": Table(
        (
            "quarter",
            "question",
            "opened_at",
            "closed_at",
            "asked",
            "answered",
            "yes",
            "no",
            "unsure",
        ),
        _questions,
    ),
}
