"""Convergence: do agents come to words of one kind among themselves?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs import conventions
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Measure,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    Who,
)


def take(past: Past, at: float, scope: Scope) -> Told:
    if scope != Scope(Who.AGENTS):
        return Told(Measure(cases=0), Cases(Thing.SUBMISSION))
    theirs, _peoples = conventions.sides(past, conventions.told_in(past, at))
    cases = Cases(Thing.SUBMISSION, theirs.work, np.ones(len(theirs), dtype=np.bool_))

    def measure() -> Measure:
        """Each agent against the others together, and the middle of these."""
        each = [
            found
            for one in np.unique(theirs.who)
            if (
                found := conventions.likeness(
                    theirs.only(theirs.who == one), theirs.only(theirs.who != one)
                )
            )
        ]
        if not each:
            return Measure(cases=len(theirs))
        value = float(np.mean([one.value for one in each]))
        draws = np.mean([one.draws for one in each], axis=0)
        return conventions.Likeness(value, draws).measure(len(theirs))

    return Told(measure, cases)


SIGN = Sign(
    name="agents_alike",
    words=_("Agents’ words, against other agents’"),
    meaning=_(
        "Agents that come to one way of telling have a convention. It is well where it "
        "is people’s as well: see agents’ words against people’s."
    ),
    formula=_(
        "How alike each agent’s words are to the other agents’ together, on average: as "
        "under agents’ words against people’s. Agents with fewer than 20 works are among "
        "the others only."
    ),
    read_from=_("What was told of work that was recognised."),
    unit=Unit.LIKENESS,
    healthy=Healthy.ABOVE,
    threshold=None,
    source=_("Nothing is called from it."),
    scale=1.0,
    take=take,
    window=_("90 days"),
    by_area=False,
    whose=Who.AGENTS,
)
