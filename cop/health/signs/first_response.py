"""First response: how long does work wait for its first reader?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Floats, Past
from cop.health.signs.practice import YEAR, lately, within
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    waiting,
)

#: Two days: the promise the pages make.
THRESHOLD = 48.0


def waits(
    past: Past, at: float, scope: Scope, *, until: str, days: float | None = None
) -> tuple[Cases, Floats]:
    """What was handed in lately, or within so many days before, and how many hours it
    waited by then.

    Hits are those whose wait is over. What was withdrawn unanswered is left out.
    """
    handed = past.submissions
    chosen = (handed["handed_in"] <= at) & scope.covers(handed["area"])
    chosen &= ~((handed["withdrawn"] <= at) & (handed[until] > handed["withdrawn"]))
    found = handed[chosen & scope.has(past, handed["author"])]
    times = found["handed_in"]
    found = found[lately(times, at) if days is None else within(times, at, days=days)]
    ended = found[until] <= at
    hours = 24 * (np.where(ended, found[until], at) - found["handed_in"])
    return Cases(Thing.SUBMISSION, found["pk"], ended), hours


def take(past: Past, at: float, scope: Scope) -> Told:
    cases, hours = waits(past, at, scope, until="answered")
    return waiting(cases, hours, threshold=THRESHOLD)


SIGN = Sign(
    name="first_response",
    words=_("Wait for a first verdict, median"),
    meaning=_("An answer within two days keeps people; silence sends them away."),
    formula=_(
        "The median time from handing in to the first verdict. Work still waiting counts "
        "(Kaplan and Meier 1958)."
    ),
    read_from=_("Work handed in, and verdicts sent."),
    unit=Unit.HOURS,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source=_("the promise the pages make"),
    scale=96.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
    acts=YEAR,
)
