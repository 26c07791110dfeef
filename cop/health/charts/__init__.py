"""The tables behind the charts of the health pages, worked out by the nightly job."""

from collections.abc import Callable
from functools import partial
from typing import Final

from cop.health.charts import (
    competence_curves,
    first_recognition,
    gatherings,
    ladder,
    movement,
    readers,
    repertoire_changes,
    reproduction,
    review_waits,
    uptake,
    zones,
)
from cop.health.charts.table import Rows
from cop.health.past import Past

#: By the name a chart has in addresses.
_MODULES: Final = {
    "movement": movement,
    "zones": zones,
    "first-recognition": first_recognition,
    "competence": competence_curves,
    "review-waits": review_waits,
    "ladder": ladder,
    "readers": readers,
    "repertoire-changes": repertoire_changes,
    "uptake": uptake,
    "reproduction": reproduction,
    "gatherings": gatherings,
}

#: How far back charts can look, in days.
PERIODS: Final = (30, 90, 365)

#: As far as signs look back.
USUAL: Final = 90

#: Those worked out for each period by itself.
_BY_PERIOD: Final = {"movement": movement, "review-waits": review_waits}

#: Those by months: of how many of them a period shows the last.
_MONTHLY: Final = ("zones", "readers", "repertoire-changes", "uptake")
_MONTHS: Final = {30: 3, 90: 6, 365: 12}


def named(chart: str, period: int) -> str:
    """The name under which a chart of a period is kept."""
    is_apart = chart in _BY_PERIOD and period != USUAL
    return f"{chart}-{period}" if is_apart else chart


def within(chart: str, rows: Rows, period: int) -> Rows:
    """Of a chart's rows those that lie in a period."""
    return rows[-_MONTHS[period] :] if chart in _MONTHLY else rows


#: What works each table out, from a community's past as of a moment.
CHARTS: Final[dict[str, Callable[[Past, float], Rows]]] = {
    **{name: module.tabulate for name, module in _MODULES.items()},
    **{
        named(name, period): partial(module.tabulate, days=period)
        for name, module in _BY_PERIOD.items()
        for period in PERIODS
        if period != USUAL
    },
}

#: The names of its columns, for other programs.
HEADS: Final[dict[str, tuple[str, ...]]] = {
    **{name: module.HEADS for name, module in _MODULES.items()},
    **{
        named(name, period): module.HEADS
        for name, module in _BY_PERIOD.items()
        for period in PERIODS
    },
}
