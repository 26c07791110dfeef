"""One failure: what it means, its signs over time, and the things behind each figure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cop.health import elsewhere, evidence, explaining, moves_told, reports
from cop.health.access import for_organizers
from cop.health.diagnosis import FAILURES
from cop.health.models import Reading
from domain.charts import spark
from domain.charts.spark import Spark
from domain.models import Domain
from domain.pages import render_page
from domain.refusal import Refused
from members.http import MemberHttpRequest, OwnHttpRequest

#: Weekly readings in a line beside a sign.
WEEKS: Final = 12


#: Older ones have been forgotten by those who were there.
MOST_TOLD: Final = 10

#: Of what lies behind a figure; the others are one click away.
MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing behind a figure, and the move that would do something about it."""

    row: evidence.Row
    move: moves_told.Told | None
    about: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """One sign as it stands, how it got there, and what it is read of."""

    signal: reports.Signal
    line: Spark | None
    weeks: list[reports.Signal]
    behind: evidence.Behind
    shown: list[Item]

    @property
    def between(self) -> tuple[str, str]:
        """The lowest and the highest value of the weeks, in words."""
        told = [w for w in self.weeks if w.reading.value is not None]
        told.sort(key=lambda week: week.reading.value or 0.0)
        return told[0].value, told[-1].value


@require_safe
@for_organizers
def show(request: MemberHttpRequest, mode: str) -> HttpResponse:
    failure = next((one for one in FAILURES if one.mode == mode), None)
    if failure is None:
        raise Http404
    report = reports.latest(request.domain)
    cards = report.cards if report else []
    card = next((each for each in cards if each.failure is failure), None)
    moves = [
        move
        for move in moves_told.this_week(request.domain, at=timezone.now())
        if set(move.way.signs) & set(failure.signs)
    ]
    return render_page(
        request,
        "health/detector.html",
        {
            "failure": failure,
            "card": card,
            "diagnoses": list(
                request.domain.diagnoses.filter(mode=failure.mode)
                .select_related("area", "said_by")
                .order_by(F("closed_on").desc(nulls_first=True), "-opened_on", "pk")[
                    :MOST_TOLD
                ]
            ),
            "moves": moves,
            "histories": _histories(request.domain, report, card, moves)
            if report and card
            else [],
            "approaches": elsewhere.approaches(
                request.domain, failure.mode, reader=request.user
            ),
        },
    )


@require_POST
@for_organizers
def explain(request: OwnHttpRequest, pk: int) -> HttpResponse:
    """Keep what an organizer makes of a diagnosis."""
    diagnosis = get_object_or_404(request.domain.diagnoses, pk=pk)
    try:
        explaining.explain(
            diagnosis=diagnosis,
            membership=request.membership,
            words=request.POST.get("words", ""),
            at=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, refused.refusal.sentence)
    return redirect("health:detector", request.domain.slug, diagnosis.mode)


def _histories(
    domain: Domain,
    report: reports.Report,
    card: reports.Card,
    moves: list[moves_told.Told],
) -> list[History]:
    names = [signal.sign.name for signal in card.signals]
    lists = evidence.lists_of(domain, names, at=report.measured_at)
    since = report.on - timedelta(weeks=WEEKS - 1)
    readings = Reading.objects.of(domain).filter(
        sign__in=card.failure.signs, on__gte=since, on__lte=report.on
    )
    weekly: dict[str, list[Reading]] = {}
    for reading in readings.order_by("on"):
        if (report.on - reading.on).days % 7 == 0:
            weekly.setdefault(reading.sign, []).append(reading)
    return [
        _history(
            signal,
            weekly.get(signal.sign.name, []),
            evidence.behind(domain, lists[signal.sign.name]),
            moves,
        )
        for signal in card.signals
    ]


def _history(
    signal: reports.Signal,
    weekly: list[Reading],
    behind: evidence.Behind,
    moves: list[moves_told.Told],
) -> History:
    values = [reading.value for reading in weekly if reading.value is not None]
    fitting = [move for move in moves if signal.sign.name in move.way.signs]
    return History(
        signal=signal,
        line=spark.draw(values) if len(values) > 1 else None,
        weeks=[reports.signal(signal.sign, reading) for reading in weekly],
        behind=behind,
        shown=[_item(row, fitting) for row in behind.rows[:MOST_SHOWN]],
    )


def _item(row: evidence.Row, moves: list[moves_told.Told]) -> Item:
    for told in moves:
        about = row.about.get(told.way.of) if told.way.one_by_one else None
        if about in told.move.about and about is not None:
            return Item(row, told, about)
    return Item(row, None)
