"""Legitimacy: is what newcomers are given real?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import firsts, lately
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

THRESHOLD = 0.7

FIRST_WORKS = 3


def take(past: Past, at: float, scope: Scope) -> Told:
    handed = past.submissions
    found = handed[(handed["round"] == 1) & (handed["handed_in"] <= at)]
    found = firsts(past, found, who="author", when="handed_in", most=FIRST_WORKS)
    found = found[scope.covers(found["area"]) & scope.has(past, found["author"])]
    found = found[lately(found["handed_in"], at)]
    return share(
        Cases(Thing.SUBMISSION, found["pk"], ~found["is_practice"]),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="legitimacy",
    words=_("Newcomers’ first works that are real"),
    meaning=_(
        "Peripheral work is work: less of it hangs on it, and somebody needs it."
    ),
    formula=_(
        "Of what people handed in among their first three works, the share that was "
        "real work and no exercise."
    ),
    read_from=_("Work handed in, first rounds."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
)
