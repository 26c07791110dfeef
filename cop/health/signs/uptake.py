"""Repertoire uptake: does the work use what others wrote down?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Flags, Past
from cop.health.signs.practice import Works, works
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    share,
)

THRESHOLD = 0.10


def uses_others(past: Past, done: Works) -> Flags:
    """Which of the works use an entry that somebody else wrote."""
    leanings, entries = past.leanings, past.entries
    leanings = leanings[np.isin(leanings["line"], done.pk)]
    leanings = leanings[np.isin(leanings["entry"], entries["pk"])]
    writer = entries["writer"][np.searchsorted(entries["pk"], leanings["entry"])]
    by_line = np.argsort(done.pk)
    place = by_line[np.searchsorted(done.pk, leanings["line"], sorter=by_line)]
    uses = np.zeros(len(done), dtype=bool)
    uses[place[writer != done.author[place]]] = True
    return uses


def take(past: Past, at: float, scope: Scope) -> Told:
    done = works(past, at, scope)
    # Of work taken in from elsewhere nobody told what it used.
    uses, here = uses_others(past, done), done.is_here
    return share(
        Cases(Thing.ACT, done.pk[here], uses[here]),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="uptake",
    words=_("Recognised work that uses the repertoire"),
    meaning=_(
        "What people wrote down is of use to others, or it is not. Talk and reading do "
        "not show here; use in work does."
    ),
    formula=_(
        "Recognised works that use at least one entry written by someone else, of all "
        "recognised works done here."
    ),
    read_from=_("The ledger’s recognised work, with the entries it used."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days"),
)
