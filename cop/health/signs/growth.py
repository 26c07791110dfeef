"""Repertoire growth: do members write down what they learn?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import active, is_kept_here, within
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Measure,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    rate,
)

THRESHOLD = 0.1

FEWEST_ACTIVE = 8


def edits(past: Past, at: float, scope: Scope) -> Cases:
    """The accepted edits of the window, by whoever is read."""
    rows = past.edits
    chosen = within(rows["accepted"], at) & scope.covers(rows["area"])
    found = rows[chosen & scope.has(past, rows["author"])]
    return Cases(Thing.EDIT, found["pk"], np.ones(len(found), dtype=bool))


def take(past: Past, at: float, scope: Scope) -> Told:
    if not is_kept_here(past, at):
        return Told(Measure(cases=0), Cases(Thing.EDIT))
    return rate(
        edits(past, at, scope),
        len(active(past, at, scope)),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
        fewest=FEWEST_ACTIVE,
    )


SIGN = Sign(
    name="growth",
    words=_("Accepted repertoire edits for each active member"),
    meaning=_(
        "What is learned is written down for others, or it goes with who learned it."
    ),
    formula=_("Accepted edits, for each member active in the same time."),
    read_from=_("Live versions of entries; acts in the ledger."),
    unit=Unit.PER_MEMBER,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    fewest=FEWEST_ACTIVE,
    window=_("90 days"),
)
