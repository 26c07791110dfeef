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

from cop.health import evidence, explaining, past, reports
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


@dataclass(frozen=True, slots=True)
class History:
    """One sign as it stands, how it got there, and what it is read of."""

    signal: reports.Signal
    line: Spark | None
    rows: list[Reading]
    behind: evidence.Behind


@require_safe
@for_organizers
def show(request: MemberHttpRequest, mode: str) -> HttpResponse:
    failure = next((one for one in FAILURES if one.mode == mode), None)
    if failure is None:
        raise Http404
    report = reports.latest(request.domain)
    cards = report.cards if report else []
    card = next((each for each in cards if each.failure is failure), None)
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
            "histories": _histories(request.domain, report, card)
            if report and card
            else [],
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
    domain: Domain, report: reports.Report, card: reports.Card
) -> list[History]:
    told = past.read(domain, at=report.measured_at)
    since = report.on - timedelta(weeks=WEEKS)
    readings = Reading.objects.of(domain).filter(
        sign__in=card.failure.signs, on__gte=since, on__lte=report.on
    )
    rows: dict[str, list[Reading]] = {}
    for reading in readings.order_by("on"):
        if (report.on - reading.on).days % 7 == 0:
            rows.setdefault(reading.sign, []).append(reading)
    return [
        _history(domain, signal, rows.get(signal.sign.name, []), told)
        for signal in card.signals
    ]


def _history(
    domain: Domain, signal: reports.Signal, weekly: list[Reading], told: past.Past
) -> History:
    values = [reading.value for reading in weekly if reading.value is not None]
    return History(
        signal=signal,
        line=spark.draw(values) if len(values) > 1 else None,
        rows=weekly,
        behind=evidence.behind(
            domain, signal.sign, told, at=signal.reading.measured_at
        ),
    )
