"""Asking: telling the few it is fair to ask that a proposal waits to be read."""

from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from members import notifying
from members.models import Membership, Notification
from repertoire import legitimacy
from repertoire.models import Revision

#: Few enough that each knows it is up to them; everybody asked is nobody asked.
ASKED_AT_ONCE = 3
#: Once the promise has slipped the circle is wider.
ASKED_WHEN_LATE = 6
#: Who was asked within this time has had their turn.
TURN = timedelta(days=7)
#: Turns somebody takes more of in an area they know than in one they do not.
AREA_IS_WORTH = 3

_KEY = "proposal_waits:"


def ask(
    *, proposal: Revision, at: datetime, most: int = ASKED_AT_ONCE
) -> list[Membership]:
    """Tell a few who may answer this and were asked least; return them."""
    chosen = choose(proposal=proposal, at=at, most=most)
    entry = proposal.entry
    notifying.notify_all(
        members=[one.member for one in chosen],
        kind=Notification.Kind.REPERTOIRE,
        key=f"{_KEY}{proposal.pk}",
        domain=entry.domain,
        actor=proposal.author,
        title=proposal.title,
        sentence=_("%(name)s proposes a change, and you could take it in.")
        % {"name": proposal.author.name}
        if entry.current_id
        else _("%(name)s proposes an entry, and you could take it in.")
        % {"name": proposal.author.name},
        path=reverse(
            "repertoire:proposal",
            args=[entry.domain.slug, entry.shelf, entry.slug, proposal.pk],
        ),
        at=at,
    )
    return chosen


def asked(proposal: Revision) -> list[Membership]:
    """Those who were asked about this proposal."""
    told = Notification.objects.filter(key=f"{_KEY}{proposal.pk}").values("member")
    return list(
        Membership.objects.present()
        .filter(domain=proposal.entry.domain_id, member__in=told)
        .order_by("pk")
    )


def choose(*, proposal: Revision, at: datetime, most: int) -> list[Membership]:
    """Return whom to ask: who wrote the living text, then who was asked least.

    Knowing the entry's area is worth some turns. Nobody is asked while they are away.
    """
    entry = proposal.entry
    already = {one.pk for one in asked(proposal)}
    author = entry.current.author_id if entry.current else None
    told = dict(
        Notification.objects.filter(
            domain=entry.domain_id,
            key__startswith=_KEY,
            created_at__gt=at - TURN,
        )
        .values_list("member")
        .annotate(number=Count("pk"))
    )
    able = [
        one
        for one in Membership.objects.full()
        .with_account()
        .of_people()
        .filter(domain=entry.domain_id)
        .exclude(capacity=Membership.Capacity.NONE)
        .select_related("member")
        .prefetch_related("areas")
        if one.pk not in already
        and not one.is_away(at=at)
        and not legitimacy.refusal_to_settle(proposal=proposal, membership=one)
    ]
    able.sort(
        key=lambda one: (
            one.pk != author,
            told.get(one.member_id, 0)
            - AREA_IS_WORTH * (entry.area_id in {area.pk for area in one.areas.all()}),
            one.pk,
        )
    )
    return able[:most]
