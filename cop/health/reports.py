"""What the health pages show of stored readings: signs and findings, ready to draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cop.health.diagnosis import FAILURES, Failure
from cop.health.models import ChartTable, Finding, Reading, State
from cop.health.signs import SIGNS
from cop.health.signs.reading import Healthy, Sign, Unit, is_past
from domain.charts import bullet
from domain.charts.bullet import Bullet
from domain.models import Domain

KINDS = {
    State.CLEAR: "ok",
    State.WATCH: "watch",
    State.ACT: "act",
    State.TOO_EARLY: "",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign as the page shows it."""

    sign: Sign
    reading: Reading
    kind: str
    value: str
    #: Its interval, in words; nothing where it is counted.
    between: str
    note: str
    bar: Bullet | None


@dataclass(frozen=True, slots=True)
class Card:
    """One failure as the page shows it."""

    failure: Failure
    finding: Finding
    kind: str
    signals: list[Signal]


@dataclass(frozen=True, slots=True)
class Report:
    """The latest reading of a domain's health."""

    on: date
    cards: list[Card]
    #: What no failure is called from, and says something nevertheless.
    beside: list[Signal]
    tables: dict[str, list[list[object]]]


def latest(domain: Domain) -> Report | None:
    """The report of the last day that was measured; None before the first."""
    found = Finding.objects.of(domain).filter(
        on__in=Finding.objects.of(domain).order_by("-on").values("on")[:1]
    )
    findings = {finding.mode: finding for finding in found}
    if not findings:
        return None
    on = next(iter(findings.values())).on
    readings = {
        reading.sign: reading for reading in Reading.objects.of(domain).filter(on=on)
    }
    tables = ChartTable.objects.filter(domain=domain, on=on)
    cards = [
        _card(failure, findings[failure.mode], readings)
        for failure in FAILURES
        if failure.mode in findings
    ]
    called_from = {name for failure in FAILURES for name in failure.signs}
    return Report(
        on=on,
        cards=cards,
        beside=_signals([name for name in SIGNS if name not in called_from], readings),
        tables=dict(tables.values_list("chart", "rows")),
    )


def _card(failure: Failure, finding: Finding, readings: Mapping[str, Reading]) -> Card:
    return Card(
        failure=failure,
        finding=finding,
        kind=KINDS[State(finding.state)],
        signals=_signals(failure.signs, readings),
    )


def _signals(names: Iterable[str], readings: Mapping[str, Reading]) -> list[Signal]:
    return [signal(SIGNS[name], readings[name]) for name in names if name in readings]


def signal(sign: Sign, reading: Reading) -> Signal:
    """Put one reading into words, with its bar."""
    if reading.value is None:
        few = _("Too few to say: %(cases)s so far") % {"cases": reading.cases}
        return Signal(sign, reading, "", "–", "", few, None)
    value = said(sign, reading.value)
    between = ""
    if reading.low is not None and reading.high is not None:
        low, high = said(sign, reading.low), said(sign, reading.high)
        if low != high:
            between = _("%(low)s to %(high)s") % {"low": low, "high": high}
    if sign.threshold is None:
        return Signal(sign, reading, "", value, between, str(sign.source), None)
    bar = bullet.draw(
        reading.value,
        threshold=sign.threshold,
        highest=sign.scale,
        healthy_above=sign.healthy is Healthy.ABOVE,
    )
    kind = "watch" if is_past(reading.past_threshold) else "ok"
    return Signal(sign, reading, kind, value, between, limit(sign), bar)


def limit(sign: Sign) -> str:
    """Where a sign with a threshold is well, in words."""
    if sign.threshold is None:
        return ""
    words = (
        _("Healthy above %(limit)s")
        if sign.healthy is Healthy.ABOVE
        else _("Healthy below %(limit)s")
    )
    return words % {"limit": said(sign, sign.threshold)}


def said(sign: Sign, value: float) -> str:
    """A value in its sign's unit, as people say it."""
    if sign.unit is Unit.SHARE:
        return f"{value:.0%}"
    if sign.unit is Unit.HOURS:
        return _("%(hours)d h") % {"hours": round(value)}
    if sign.unit in (Unit.PEOPLE, Unit.TASKS):
        return f"{value:.0f}"
    return f"{value:.1f}"
