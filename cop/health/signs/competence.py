"""Competence recognised: does handing something in lead to being recognised?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import YEAR_DAYS, firsts, lately, works
from cop.health.signs.reading import (
    WINDOW_DAYS,
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    share,
)

THRESHOLD = 0.5


def take(past: Past, at: float, scope: Scope) -> Told:
    handed = past.submissions
    found = handed[(handed["handed_in"] <= at) & scope.has(past, handed["author"])]
    found = firsts(past, found, who="author", when="handed_in")
    found = found[scope.covers(found["area"])]
    found = found[lately(found["handed_in"], at - WINDOW_DAYS)]
    done = works(past, at, Scope(scope.who), days=YEAR_DAYS + WINDOW_DAYS)
    first = np.full(len(found), np.inf)
    order = np.argsort(found["author"])
    ours = done.author[np.isin(done.author, found["author"])]
    times = done.at[np.isin(done.author, found["author"])]
    place = order[np.searchsorted(found["author"], ours, sorter=order)]
    np.minimum.at(first, place, times)
    return share(
        Cases(Thing.PERSON, found["author"], first <= found["handed_in"] + WINDOW_DAYS),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="competence",
    words=_("Newcomers recognised within 90 days of handing in"),
    meaning=_("Handing something in is a question. Whoever gets no yes to it leaves."),
    formula=_(
        "Of the people who first handed something in at least 90 days ago, the share "
        "recognised on a real task within 90 days of it."
    ),
    read_from=_("Work handed in; the ledger’s recognised work."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_(
        "90 days, that ended 90 days ago, or back to the twentieth; at most a year"
    ),
)
