"""Measuring: taking the signs of a domain's health and writing down what they say."""

from datetime import datetime

from django.db import transaction

from cop.health import diagnosis
from cop.health.charts import CHARTS
from cop.health.models import ChartTable, Diagnosis, Reading
from cop.health.signs import SIGNS
from cop.health.signs.people import active_people
from cop.health.signs.reading import WINDOW, Measure
from domain.models import Domain

WINDOW_DAYS = WINDOW.days


@transaction.atomic
def measure(*, domain: Domain, at: datetime) -> list[Diagnosis]:
    """Take every sign of ``domain`` as of ``at`` and call what they call.

    Measuring a day again replaces what was read that day.
    """
    now = _take(domain, at)
    before = _take(domain, at - WINDOW)
    for name, taken in now.items():
        Reading.objects.update_or_create(
            domain=domain,
            sign=name,
            on=at.date(),
            window_days=WINDOW_DAYS,
            defaults={
                "value": taken.value,
                "low": taken.low,
                "high": taken.high,
                "cases": taken.cases,
                "past_threshold": taken.past,
                "measured_at": at,
            },
        )
    for chart, tabulate in CHARTS.items():
        ChartTable.objects.update_or_create(
            domain=domain,
            chart=chart,
            on=at.date(),
            defaults={"rows": tabulate(domain, at)},
        )
    young = diagnosis.is_young(
        founded_at=domain.founded_at, active=active_people(domain, at=at), at=at
    )
    return [
        _write_down(domain, mode, now=now, before=before, young=young, at=at)
        for mode in diagnosis.MODES
    ]


def _take(domain: Domain, at: datetime) -> dict[str, Measure]:
    return {name: sign.take(domain, at) for name, sign in SIGNS.items()}


def _write_down(
    domain: Domain,
    mode: diagnosis.Mode,
    *,
    now: diagnosis.Measures,
    before: diagnosis.Measures,
    young: bool,
    at: datetime,
) -> Diagnosis:
    finding = diagnosis.call(mode, now=now, before=before, is_young=young)
    called, _ = Diagnosis.objects.update_or_create(
        domain=domain,
        mode=mode.mode,
        on=at.date(),
        window_days=WINDOW_DAYS,
        defaults={
            "state": finding.state,
            "sentence": str(mode.says[finding.state.value]),
            "called_by": list(finding.called_by),
            "measured_at": at,
        },
    )
    return called
