"""The tables behind the charts of the health page, worked out by the nightly job."""

from collections.abc import Callable
from datetime import datetime

from cop.health.charts import first_recognition, movement, repertoire_changes
from domain.models import Domain

#: By the name a chart has in addresses: what tabulates it, and its columns' names.
CHARTS: dict[str, Callable[[Domain, datetime], list[list[object]]]] = {
    "movement": movement.tabulate,
    "first-recognition": first_recognition.tabulate,
    "repertoire-changes": repertoire_changes.tabulate,
}

HEADS: dict[str, tuple[str, ...]] = {
    "movement": movement.HEADS,
    "first-recognition": first_recognition.HEADS,
    "repertoire-changes": repertoire_changes.HEADS,
}
