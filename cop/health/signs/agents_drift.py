"""Drift: do agents' words move away from people's?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs import conventions
from cop.health.signs.reading import (
    WINDOW_DAYS,
    Cases,
    Healthy,
    Measure,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    Who,
    middle,
)

THRESHOLD = 0.05


def take(past: Past, at: float, scope: Scope) -> Told:
    if scope != Scope(Who.AGENTS):
        return Told(Measure(cases=0), Cases(Thing.SUBMISSION))
    before = at - WINDOW_DAYS
    now, then = (
        conventions.sides(past, conventions.told_in(past, end, beside=other))
        for end, other in ((at, before), (before, at))
    )
    theirs = np.concatenate([now[0].work, then[0].work])
    is_now = np.arange(len(theirs)) < len(now[0])

    def measure() -> Measure:
        number = min(len(side) for side in (*now, *then))
        found = [conventions.likeness(*both) for both in (now, then)]
        if found[0] is None or found[1] is None:
            return Measure(cases=number)
        lost = found[1].draws - found[0].draws
        low, high = middle(lost)
        value = found[1].value - found[0].value
        return Measure(number, value, low, high, float((lost > THRESHOLD).mean()))

    return Told(measure, Cases(Thing.SUBMISSION, theirs, is_now))


SIGN = Sign(
    name="agents_drift",
    words=_("Agents’ words moving away from people’s"),
    meaning=_(
        "Agents that read each other more than people come to conventions of their own. "
        "Other tasks bring other words, too: look at which there were."
    ),
    formula=_(
        "How alike agents’ words and people’s were in the 90 days before, less how alike "
        "they are in these: each as under agents’ words, of the same thousand words."
    ),
    read_from=_(
        "What was told of work that was recognised; of each side 1,000 at most."
    ),
    unit=Unit.LIKENESS,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source="prior",
    scale=0.2,
    take=take,
    window=_("90 days, and the 90 before"),
    by_area=False,
    whose=Who.AGENTS,
)
