"""What the health pages show of stored readings: signs and findings, ready to draw."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cop.health import diagnosis
from cop.health.measuring import WINDOW_DAYS
from cop.health.models import ChartTable, Diagnosis, Reading
from cop.health.signs import SIGNS
from cop.health.signs.reading import Healthy, Sign, Unit, is_past
from domain.charts import bullet
from domain.charts.bullet import Bullet
from domain.models import Domain

KINDS = {
    Diagnosis.State.CLEAR: "ok",
    Diagnosis.State.WATCH: "watch",
    Diagnosis.State.ACT: "act",
    Diagnosis.State.TOO_EARLY: "",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign as the page shows it."""

    sign: Sign
    reading: Reading
    kind: str
    value: str
    note: str
    bar: Bullet | None


@dataclass(frozen=True, slots=True)
class Card:
    """One failure mode as the page shows it."""

    mode: diagnosis.Mode
    finding: Diagnosis
    kind: str
    signals: list[Signal]


@dataclass(frozen=True, slots=True)
class Report:
    """The latest reading of a domain's health."""

    on: date
    cards: list[Card]
    tables: dict[str, list[list[object]]]


def latest(domain: Domain) -> Report | None:
    """The report of the last day that was measured; None before the first."""
    last = Diagnosis.objects.filter(domain=domain).order_by("-on").first()
    if last is None:
        return None
    findings = {
        found.mode: found
        for found in Diagnosis.objects.filter(
            domain=domain, on=last.on, window_days=WINDOW_DAYS
        )
    }
    readings = {
        reading.sign: reading
        for reading in Reading.objects.filter(
            domain=domain, on=last.on, window_days=WINDOW_DAYS
        )
    }
    tables = dict(
        ChartTable.objects.filter(domain=domain, on=last.on).values_list(
            "chart", "rows"
        )
    )
    return Report(
        on=last.on,
        cards=[
            _card(mode, findings[mode.mode], readings)
            for mode in diagnosis.MODES
            if mode.mode in findings
        ],
        tables=tables,
    )


def _card(
    mode: diagnosis.Mode, finding: Diagnosis, readings: dict[str, Reading]
) -> Card:
    return Card(
        mode=mode,
        finding=finding,
        kind=KINDS[Diagnosis.State(finding.state)],
        signals=[
            signal(SIGNS[name], readings[name])
            for name in mode.signs
            if name in readings
        ],
    )


def signal(sign: Sign, reading: Reading) -> Signal:
    """Put one reading into words, with its bar."""
    limit = said(sign, sign.threshold)
    note = (
        _("Healthy above %(limit)s")
        if sign.healthy is Healthy.ABOVE
        else _("Healthy below %(limit)s")
    ) % {"limit": limit}
    if reading.value is None:
        few = _("Too few to say: %(cases)s so far") % {"cases": reading.cases}
        return Signal(sign, reading, "", "–", few, None)
    bar = bullet.draw(
        reading.value,
        threshold=sign.threshold,
        highest=sign.scale,
        healthy_above=sign.healthy is Healthy.ABOVE,
    )
    kind = "watch" if is_past(reading.past_threshold) else "ok"
    return Signal(sign, reading, kind, said(sign, reading.value), note, bar)


def said(sign: Sign, value: float) -> str:
    """A value in its sign's unit, as people say it."""
    if sign.unit is Unit.SHARE:
        return f"{value:.0%}"
    if sign.unit is Unit.HOURS:
        return _("%(hours)d h") % {"hours": round(value)}
    return f"{value:.1f}"
