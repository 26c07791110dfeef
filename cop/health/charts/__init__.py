"""The tables behind the charts of the health pages, worked out by the nightly job."""

from collections.abc import Callable
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

#: What works each table out, from a community's past as of a moment.
CHARTS: Final[dict[str, Callable[[Past, float], Rows]]] = {
    name: module.tabulate for name, module in _MODULES.items()
}

#: The names of its columns, for other programs.
HEADS: Final[dict[str, tuple[str, ...]]] = {
    name: module.HEADS for name, module in _MODULES.items()
}
