"""Seats: letting people watch more central work being done."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cop.health.moves.offer import MOST_ABOUT, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.centrality import Centrality, Zone
from domain.models import Domain
from members.models import Membership
from tasks import observing
from tasks.models import Task


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """Work on the board, Active or more central, that nobody may watch."""
    closed = Task.objects.filter(
        domain=domain, centrality__gte=Centrality.ACTIVE, observer_seats=0
    )
    about = list(
        closed.on_the_board()
        .real()
        .order_by("opened_at", "pk")
        .values_list("pk", flat=True)[:MOST_ABOUT]
    )
    nearer = Membership.objects.present().of_people().filter(domain=domain)
    watching = nearer.filter(zone=Zone.INBOUND, is_silent=False)
    return Offer(about, watching.count() if about else 0)


def make(about: Sequence[int], membership: Membership, at: datetime) -> None:
    for task in Task.objects.filter(domain=membership.domain_id, pk__in=about):
        observing.open_seats(task=task, membership=membership, at=at)


WAY = Way(
    words=_("Open seats on Active tasks"),
    sentence=ngettext_lazy(
        "One of them has no observer seat. Inbound members who could be watching: "
        "%(touches)d.",
        "%(about)d of them have no observer seat. Inbound members who could be "
        "watching: %(touches)d.",
        "about",
    ),
    does=_(
        "Each of them gets three observer seats, and its history says that you opened them."
    ),
    button=_("Open observer seats"),
    of=Thing.TASK,
    signs=("reach_active", "offered"),
    find=find,
    make=make,
)
