"""One failure mode: what it means, its signs over time, and what lies behind them."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.health import diagnosis, reports
from cop.health.access import for_organizers
from cop.health.measuring import WINDOW_DAYS
from cop.health.models import Diagnosis, Reading
from domain.centrality import Centrality
from domain.charts import spark
from domain.charts.spark import Spark
from domain.models import Domain
from domain.pages import render_page
from members.http import MemberHttpRequest
from tasks.models import Claim, Submission, Task

#: Weekly readings in a line beside a sign.
WEEKS = 12

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class History:
    """One sign as it stands, and how it got there."""

    signal: reports.Signal
    line: Spark | None
    rows: list[Reading]


@require_safe
@for_organizers
def show(request: MemberHttpRequest, mode: str) -> HttpResponse:
    known = {each.mode.value: each for each in diagnosis.MODES}
    if mode not in known:
        raise Http404
    report = reports.latest(request.domain)
    cards = report.cards if report else []
    card = next((each for each in cards if each.mode.mode == mode), None)
    return render_page(
        request,
        "health/detector.html",
        {
            "mode": known[mode],
            "card": card,
            "histories": [_history(request.domain, each) for each in card.signals]
            if card
            else [],
            "behind": BEHIND[Diagnosis.Mode(mode)](request.domain),
        },
    )


def _history(domain: Domain, signal: reports.Signal) -> History:
    since = signal.reading.on - timedelta(weeks=WEEKS)
    readings = Reading.objects.filter(
        domain=domain, sign=signal.sign.name, on__gte=since, window_days=WINDOW_DAYS
    ).order_by("on")
    weekly = [
        reading
        for reading in readings
        if (signal.reading.on - reading.on).days % 7 == 0
    ]
    values = [reading.value for reading in weekly if reading.value is not None]
    line = spark.draw(values) if len(values) > 1 else None
    return History(signal, line, weekly)


@dataclass(frozen=True, slots=True)
class Pile:
    """Tasks behind a finding, each a place to begin."""

    kind: str
    tasks: list[Task]


def _behind_no_domain(domain: Domain) -> list[Pile]:
    done = Task.objects.filter(domain=domain, state=Task.State.DONE, used_at=None)
    return [
        Pile(
            "unused",
            list(done.select_related("domain").order_by("-closed_at")[:MOST_LISTED]),
        )
    ]


def _behind_practice(domain: Domain) -> list[Pile]:
    open_ones = Task.objects.filter(domain=domain).on_the_board()
    practice = open_ones.filter(is_practice=True).select_related("domain")
    unused = (
        Task.objects.filter(
            domain=domain,
            centrality=Centrality.PERIPHERY,
            state=Task.State.DONE,
            used_at=None,
        )
        .select_related("domain")
        .order_by("-closed_at")
    )
    return [
        Pile("practice", list(practice.order_by("pk")[:MOST_LISTED])),
        Pile("unused_at_the_edge", list(unused[:MOST_LISTED])),
    ]


def _behind_no_path(domain: Domain) -> list[Pile]:
    waiting = Submission.objects.waiting().filter(
        task=OuterRef("pk"), handed_in_at__lt=timezone.now() - timedelta(hours=48)
    )
    slow = Task.objects.filter(domain=domain).filter(Exists(waiting))
    held = Claim.objects.live().filter(task=OuterRef("pk"))
    next_steps = (
        Task.objects.filter(domain=domain, centrality=Centrality.INBOUND)
        .open()
        .real()
        .filter(~Exists(held))
    )
    return [
        Pile(
            "waiting", list(slow.select_related("domain").order_by("pk")[:MOST_LISTED])
        ),
        Pile(
            "next_steps",
            list(next_steps.select_related("domain").peripheral_first()[:MOST_LISTED]),
        ),
    ]


BEHIND = {
    Diagnosis.Mode.NO_DOMAIN: _behind_no_domain,
    Diagnosis.Mode.PRACTICE_IN_DISGUISE: _behind_practice,
    Diagnosis.Mode.NO_PATH_INWARD: _behind_no_path,
}
