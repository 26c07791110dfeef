"""Arriving: who came and how far they got, as the night found it.

The whole past has to be read for it, which takes a page longer than it has.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np

from cop.health import competence, past
from cop.health.competence import Arrivals
from cop.health.models import ArrivalList
from cop.health.past import Past
from cop.health.signs.reading import Scope, Who
from domain.models import Domain
from members.practice import days

#: Agents wait for other reasons than people do: they are never told together.
APART: Final = (Who.PEOPLE, Who.AGENTS)
#: What is kept of each, as numbers of which kind.
LISTS: Final[Mapping[str, type]] = {
    "joined": np.float64,
    "accepted": np.float64,
    "threshold": np.float64,
    "first_task": np.int64,
    "first_work": np.int64,
    "is_mended": np.bool_,
}


def listed(told: Past, who: Who, *, domain: Domain, at: datetime) -> ArrivalList:
    """List those who came up to ``at``, to be kept."""
    found = competence.arrivals(told, days(at), Scope(who))
    return ArrivalList(
        domain=domain,
        who=who,
        counted_at=at,
        **{name: getattr(found, name).tolist() for name in LISTS},
    )


def arrivals_of(domain: Domain, *, who: Who, at: datetime) -> tuple[Arrivals, datetime]:
    """Return who came, and the moment of it: as it was kept, or worked out now."""
    kept = ArrivalList.objects.filter(domain=domain, who=who).first()
    if kept is None:
        kept = listed(past.read(domain, at=at), who, domain=domain, at=at)
    lists: dict[str, Any] = {
        name: np.array(getattr(kept, name), kind) for name, kind in LISTS.items()
    }
    return Arrivals(**lists), kept.counted_at
