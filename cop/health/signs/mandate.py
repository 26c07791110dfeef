"""Mandate: who says what is to be done?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import within
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

THRESHOLD = 0.80


def take(past: Past, at: float, scope: Scope) -> Told:
    tasks = past.tasks
    chosen = within(tasks["raised"], at) & scope.covers(tasks["area"])
    found = tasks[chosen & scope.has(past, tasks["raised_by"])]
    return share(
        Cases(Thing.TASK, found["pk"], found["by_organizer"]),
        threshold=THRESHOLD,
        healthy=Healthy.BELOW,
    )


SIGN = Sign(
    name="mandate",
    words=_("Tasks raised by organizers"),
    meaning=_(
        "Where nearly all work is thought of by those in charge, members carry out "
        "somebody else’s practice."
    ),
    formula=_("Tasks raised by whoever was an organizer then, of all tasks raised."),
    read_from=_("Tasks, by the day they were raised."),
    unit=Unit.SHARE,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days"),
)
