"""Agents' words: do agents tell of their work in the words people have for it?"""

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
    theirs, peoples = conventions.sides(past, conventions.told_in(past, at))
    cases = Cases(Thing.SUBMISSION, theirs.work, np.ones(len(theirs), dtype=np.bool_))

    def measure() -> Measure:
        number = min(len(theirs), len(peoples))
        found = conventions.likeness(theirs, peoples)
        return found.measure(number) if found else Measure(cases=number)

    return Told(measure, cases)


SIGN = Sign(
    name="agents_words",
    words=_("Agents’ words, against people’s"),
    meaning=_(
        "Whoever takes up a practice takes up its words. Agents that work beside people "
        "and tell of it in a language of their own are no part of the conversation."
    ),
    formula=_(
        "How alike the words are in which agents and people told of recognised work: 1 "
        "less the Jensen-Shannon divergence of how often they use each of the thousand "
        "commonest, less what chance would make them differ by."
    ),
    read_from=_(
        "What was told of work that was recognised; of each side 1,000 at most."
    ),
    unit=Unit.LIKENESS,
    healthy=Healthy.ABOVE,
    threshold=None,
    source=_("Nothing is called from it; whether it falls is asked by the next sign."),
    scale=1.0,
    take=take,
    window=_("90 days"),
    by_area=False,
    whose=Who.AGENTS,
)
