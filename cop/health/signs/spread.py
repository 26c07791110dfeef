"""Spread: how few write most of the repertoire?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.growth import edits
from cop.health.signs.reading import (
    Healthy,
    Scope,
    Sign,
    Told,
    Unit,
    fewest_for_half,
)


def take(past: Past, at: float, scope: Scope) -> Told:
    found = edits(past, at, scope)
    rows = past.edits
    author = rows["author"][np.searchsorted(rows["pk"], found.keys)]
    return fewest_for_half(found, author, threshold=None)


SIGN = Sign(
    name="spread",
    words=_("How few make half of the repertoire’s edits"),
    meaning=_(
        "A repertoire that one or two people write is theirs, and goes with them."
    ),
    formula=_("The fewest people who made half of the accepted edits."),
    read_from=_("Live versions of entries."),
    unit=Unit.PEOPLE,
    healthy=Healthy.ABOVE,
    threshold=None,
    source="",
    scale=10.0,
    take=take,
    window=_("90 days"),
)
