"""Path supply: is there always a first task for whoever comes next?"""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from cop.health.signs.people import arrived
from cop.health.signs.reading import WINDOW, Healthy, Measure, Sign, Unit
from domain.centrality import Centrality
from domain.models import Domain
from tasks.models import Claim, Task

THRESHOLD = 1.0

WEEKS = WINDOW.days / 7


def take(domain: Domain, at: datetime) -> Measure:
    held_then = Claim.objects.filter(task=OuterRef("pk"), claimed_at__lte=at).exclude(
        ended_at__lte=at
    )
    unclaimed = (
        Task.objects.real()
        .filter(domain=domain, centrality=Centrality.PERIPHERY, opened_at__lte=at)
        .exclude(closed_at__lte=at)
        .filter(~Exists(held_then))
        .count()
    )
    newcomers = arrived(domain, since=at - WINDOW, at=at)
    if newcomers == 0:
        return Measure(cases=0)
    value = unclaimed / (newcomers / WEEKS)
    # Counted, not sampled: there is nothing to be unsure of.
    past = 1.0 if value < THRESHOLD else 0.0
    return Measure(cases=newcomers, value=value, low=value, high=value, past=past)


SIGN = Sign(
    name="supply",
    words=_("First tasks open for each newcomer of a week"),
    formula=_(
        "Real Periphery tasks nobody holds, divided by the number of people who joined "
        "in an average week of the last 90 days."
    ),
    unit=Unit.RATIO,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=4.0,
    take=take,
)
