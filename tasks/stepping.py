"""Stepping: which one task a member might well take next, and what opens after it."""

from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from domain.questions import Given, question
from members.models import Membership
from tasks import legitimacy
from tasks.legitimacy import Standing
from tasks.models import Task
from tasks.models.task import is_open_to

#: Three to choose from is a choice; more is a board.
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One real task the member may claim now, and why this one."""

    task: Task
    #: Where it stands among the few offered, from 1.
    number: int
    of: int
    is_in_own_area: bool

    @property
    def why(self) -> str:
        if self.is_in_own_area:
            return _("%(area)s is one of your areas.") % {"area": self.task.area.name}
        return _("It is needed, and it is open to you now.")


def next_step(
    membership: Membership, *, skip: int = 0, standing: Standing | None = None
) -> Step | None:
    """The task to take next: real, open to the member, as far in as they may go.

    Their own areas come first, then what somebody waits for, then what is kept for
    newcomers, then the shortest. Nothing is offered to full hands.
    """
    standing = standing or legitimacy.standing_of(membership)
    if standing.in_hand >= standing.most_in_hand:
        return None
    found = _steps.ask(
        membership.zone,
        membership.is_agent,
        domain=membership.domain_id,
        who=membership.pk,
        furthest_in=standing.furthest_in,
    )
    if not found:
        return None
    number = skip % len(found)
    task = found[number]
    return Step(task, number + 1, len(found), bool(task.is_near))


@question
def _steps(zone: int, is_agent: bool) -> QuerySet[Task]:
    open_to_them = is_open_to(
        zone=zone, is_agent=is_agent, furthest_in=Given("furthest_in")
    )
    return (
        Task.objects.filter(domain=Given("domain"))
        .real()
        .with_seats_for(Given("who"), zone)
        .filter(open_to_them)
        .with_nearness_to(Given("who"))
        .select_related("area", "domain")
        .order_by(
            F("is_near").desc(),
            "-centrality",
            "-is_awaited",
            "-for_newcomers",
            "effort_minutes",
            "pk",
        )[:MOST_STEPS]
    )


def what_opens_next(membership: Membership) -> str:
    """The sentence on the gate before the next zone's work."""
    return legitimacy.what_opens_the_next_zone(legitimacy.standing_of(membership))
