"""What the health pages show of stored readings: signs and findings, ready to draw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from cop.health.diagnosis import FAILURES, Failure
from cop.health.models import ChartTable, Finding, Reading, State, WhoseDoing
from cop.health.signs import SIGNS
from cop.health.signs.reading import Healthy, Sign, Unit, Who, is_past
from domain.charts import bullet
from domain.charts.bullet import Bullet
from domain.models import Area, Domain

#: More would not be read on a card; the page behind it has them all.
MOST_ON_A_CARD: Final = 4

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
    #: None where only its signs are read: failures are called of people alone.
    finding: Finding | None
    kind: str
    signals: list[Signal]

    @property
    def most_telling(self) -> list[Signal]:
        """What is past its threshold, then what can be read at all; few of them."""
        by_weight = sorted(
            self.signals, key=lambda one: (one.kind != "watch", not one.kind)
        )
        return by_weight[:MOST_ON_A_CARD]


@dataclass(frozen=True, slots=True)
class Report:
    """The latest reading of a domain's health."""

    on: date
    measured_at: datetime
    cards: list[Card]
    #: What no failure is called from, and says something nevertheless.
    beside: list[Signal]
    #: What is read of agents alone: whether they take up conventions.
    conventions: list[Signal]
    tables: dict[str, list[list[object]]]


def latest(
    domain: Domain, *, area: Area | None = None, who: str = WhoseDoing.PEOPLE
) -> Report | None:
    """The report of the last day that was measured; None before the first."""
    last = Finding.objects.of(domain).order_by("-on").first()
    if last is None:
        return None
    found = Finding.objects.of(domain, area=area).filter(on=last.on)
    findings = {finding.mode: finding for finding in found}
    kept = Reading.objects.of(domain, area=area, who=who).filter(on=last.on)
    readings = {reading.sign: reading for reading in kept}
    tables = ChartTable.objects.filter(domain=domain, on=last.on)
    called_from = {name for failure in FAILURES for name in failure.signs}
    return Report(
        on=last.on,
        measured_at=last.measured_at,
        cards=[
            _card(
                failure,
                findings.get(failure.mode) if who == WhoseDoing.PEOPLE else None,
                readings,
            )
            for failure in FAILURES
        ],
        beside=_signals(
            [
                name
                for name, sign in SIGNS.items()
                if name not in called_from and sign.whose is Who.PEOPLE
            ],
            readings,
        ),
        conventions=_signals(
            [name for name, sign in SIGNS.items() if sign.whose is Who.AGENTS], readings
        )
        if who == WhoseDoing.AGENTS
        else [],
        tables=dict(tables.values_list("chart", "rows")),
    )


def sentence(report: Report) -> str:
    """The sentence on top: what goes well, and then what asks most for attention."""
    found = [
        (State(card.finding.state), card.failure)
        for card in report.cards
        if card.finding
    ]
    states = {state for state, _failure in found}
    worst = next((s for s in (State.ACT, State.WATCH) if s in states), None)
    told = [
        str(failure.headline[state])
        for wanted in (State.CLEAR, worst)
        for state, failure in found
        if state == wanted
    ]
    return " ".join(told) or _(
        "Too early to say. Ninety days and eight active people make this readable."
    )


def _card(
    failure: Failure, finding: Finding | None, readings: Mapping[str, Reading]
) -> Card:
    return Card(
        failure=failure,
        finding=finding,
        kind=KINDS[State(finding.state)] if finding else "",
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
    is_well = (reading.value > sign.threshold) == (sign.healthy is Healthy.ABOVE)
    if is_past(reading.past_threshold):
        return Signal(sign, reading, "watch", value, between, limit(sign), bar)
    if is_well:
        return Signal(sign, reading, "ok", value, between, limit(sign), bar)
    # On the wrong side of its threshold, and it may be by chance.
    note = _("%(limit)s; not sure yet") % {"limit": limit(sign)}
    return Signal(sign, reading, "", value, between, note, bar)


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
    if sign.unit in (Unit.SHARE, Unit.LIKENESS):
        return f"{value:.0%}".replace("-", "−")
    if sign.unit is Unit.HOURS:
        return _("%(hours)d h") % {"hours": round(value)}
    if sign.unit in (Unit.PEOPLE, Unit.TASKS):
        return f"{value:.0f}"
    return f"{value:.1f}".removesuffix(".0")


def signed(sign: Sign, difference: float) -> str:
    """A difference in its sign's unit, with a sign of its own."""
    words = said(sign, abs(difference))
    if words == said(sign, 0.0):
        return words
    return f"+{words}" if difference > 0 else f"−{words}"
