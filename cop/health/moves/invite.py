"""Invite: the one task that suits somebody who holds nothing, said to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from cop.health.moves.offer import MOST_ABOUT, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.centrality import Zone
from domain.models import Domain
from members import notifying
from members.models import Membership, Notification
from tasks import stepping
from tasks.models import Claim

#: Nobody is invited twice within it.
QUARTER: Final = timedelta(days=91)
#: As many are looked at to find those to invite.
MOST_LOOKED_AT: Final = 60

_KEY: Final = "invited:"


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """People on the way in who hold nothing, and could take up what suits them.

    Those without a recognised work first, then who was recognised longest ago.
    """
    about: list[int] = []
    for one in _with_free_hands(domain, at)[:MOST_LOOKED_AT]:
        if stepping.next_step(one, at=at) is not None:
            about.append(one.pk)
        if len(about) == MOST_ABOUT:
            break
    return Offer(about, len(about))


def make(about: Sequence[int], membership: Membership, at: datetime) -> None:
    domain = membership.domain
    for one in _with_free_hands(domain, at).filter(pk__in=about):
        step = stepping.next_step(one, at=at)
        if step is None or one.pk == membership.pk:
            continue
        notifying.notify(
            member=one.member,
            kind=Notification.Kind.TASK,
            key=f"{_KEY}{one.pk}:{at:%Y-%m-%d}",
            domain=domain,
            actor=membership,
            title=step.task.title,
            sentence=_("%(name)s thinks of you for this one. %(why)s")
            % {"name": membership.name, "why": step.why},
            path=step.task.get_absolute_url(),
            at=at,
        )


def _with_free_hands(domain: Domain, at: datetime) -> QuerySet[Membership]:
    """Who is on the way in, holds nothing, and was not invited for a quarter.

    Full members know where the board is, and what they do instead.
    """
    holding = Claim.objects.live().filter(membership=OuterRef("pk"))
    invited = Notification.objects.filter(
        member=OuterRef("member"),
        domain=domain,
        key__startswith=_KEY,
        created_at__gt=at - QUARTER,
    )
    return (
        Membership.objects.present()
        .with_account()
        .of_people()
        .filter(domain=domain, zone__lt=Zone.ACTIVE, is_silent=False)
        .filter(Q(away_until=None) | Q(away_until__lt=at.date()))
        .filter(~Exists(holding), ~Exists(invited))
        .select_related("member", "domain")
        .order_by(F("last_recognised_at").asc(nulls_first=True), "joined_at", "pk")
    )


WAY = Way(
    words=gettext_lazy("Invite these people"),
    sentence=ngettext_lazy(
        "One person on the way in holds nothing just now, and a task that suits them is "
        "open.",
        "%(touches)d people on the way in hold nothing just now, and a task that suits "
        "them is open to each of them.",
        "touches",
    ),
    does=gettext_lazy(
        "Each of them gets one notice in your name, with the task that suits them best "
        "and the reason: their areas, their time, what they have done. By mail, too, if "
        "they want mail. Nobody is invited who is away, or was within a quarter."
    ),
    button=gettext_lazy("Invite them"),
    of=Thing.PERSON,
    signs=("second_work", "competence"),
    find=find,
    make=make,
)
