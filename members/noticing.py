"""Noticing: telling organizers of members who mostly recognise each other.

Nobody is accused of anything: a ring may be a team that works closely. What it means
for positions the engine has seen to; whether it means anything else is for people.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import combinations
from typing import Final

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from domain.models import Domain
from members import notifying
from members.models import KnownCircle, Member, Membership, Notification

_KEY: Final = "ring:"


def notice_rings(
    *, domain: Domain, rings: Iterable[Collection[int]], at: datetime
) -> int:
    """Tell organizers of the rings, given by memberships, that are new; return how many.

    A ring is told once, not every week, and not again when somebody drops out of it; and
    not at all where organizers know of any two in it that they work together.
    """
    seen = [frozenset(ring) for ring in rings]
    if not seen:
        return 0
    told_before, known = _told_in(domain), _known_in(domain)
    new = [
        ring
        for ring in seen
        if not any(ring <= one for one in told_before)
        and not known.issuperset(combinations(sorted(ring), 2))
    ]
    if not new:
        return 0
    organizers = (
        Membership.objects.organizers()
        .with_account()
        .filter(domain=domain)
        .select_related("member")
    )
    told = [organizer.member for organizer in organizers]
    for ring in new:
        _tell(ring, domain, told, at=at)
    return len(new)


def _told_in(domain: Domain) -> list[frozenset[int]]:
    keys = (
        Notification.objects.filter(
            domain=domain, kind=Notification.Kind.RING, key__startswith=_KEY
        )
        .order_by()
        .values_list("key", flat=True)
        .distinct()
    )
    return [frozenset(map(int, key.removeprefix(_KEY).split("-"))) for key in keys]


def _known_in(domain: Domain) -> set[tuple[int, int]]:
    """Return the pairs of whom organizers know that they work together."""
    circles = KnownCircle.objects.in_force().filter(domain=domain)
    return {
        pair
        for members in circles.values_list("members", flat=True)
        for pair in combinations(members, 2)
    }


def _tell(
    ring: frozenset[int],
    domain: Domain,
    organizers: list[Member | None],
    *,
    at: datetime,
) -> None:
    names = list(
        Membership.objects.filter(pk__in=ring)
        .order_by("name", "pk")
        .values_list("name", flat=True)
    )
    notifying.notify_all(
        members=organizers,
        kind=Notification.Kind.RING,
        key=_KEY + "-".join(map(str, sorted(ring))),
        domain=domain,
        title=_("%(names)s mostly recognise each other")
        % {"names": get_text_list(names, _("and"))},
        sentence=_(
            "That may be a team that works closely. Until others recognise their work "
            "as well, what they give each other counts as one member’s."
        ),
        path=reverse("members:circles", args=[domain.slug]),
        at=at,
    )
