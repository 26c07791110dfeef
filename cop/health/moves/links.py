"""Links: letting newcomers in where first tasks wait for somebody to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cop.health.moves.offer import Made, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.centrality import Centrality
from domain.models import Domain
from members import joining
from members.models import Membership
from tasks.models import Task
from tasks.models.task import A_SEAT_IS_LEFT

#: As many as one knows somebody for.
MOST_LINKS: Final = 3
#: With so many newcomers in three months, links are not what is missing.
ENOUGH: Final = 3
LATELY: Final = timedelta(days=90)


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """First tasks nobody takes up, where hardly anybody came lately."""
    here = Membership.objects.of_people().filter(domain=domain)
    if here.filter(joined_at__gt=at - LATELY).count() >= ENOUGH:
        return Offer([], 0)
    first = (
        Task.objects.real()
        .open()
        .with_seats()
        .filter(A_SEAT_IS_LEFT, domain=domain, centrality=Centrality.PERIPHERY)
    )
    about = first.order_by("opened_at", "pk").values_list("pk", flat=True)[:MOST_LINKS]
    return Offer(list(about), len(about))


def make(about: Sequence[int], membership: Membership, at: datetime) -> Made:
    """Make a link for each of the tasks; they are shown once, and kept by nobody."""
    domain = membership.domain
    address = settings.SITE_URL + reverse("members:join", args=[domain.slug])
    links = []
    for _task in about:
        _invitation, token = joining.invite(domain=domain, organizer=membership, at=at)
        links.append(f"{address}?invitation={token}")
    return Made(led_to=reverse("members:roster", args=[domain.slug]), links=links)


WAY = Way(
    words=_("Invite newcomers"),
    sentence=ngettext_lazy(
        "One first task waits, and fewer than three people came in three months.",
        "%(about)d first tasks wait, and fewer than three people came in three months.",
        "about",
    ),
    does=_(
        "It makes a link for each of these tasks. Each lets one person in, once, within "
        "30 days. They are shown to you now and never again: send them to people you "
        "would like to see here. Links nobody used can be withdrawn under Members."
    ),
    button=_("Make links"),
    of=Thing.TASK,
    signs=("second_work", "renewal"),
    find=find,
    make=make,
    one_by_one=False,
)
