"""Asking: telling the few it is fair to ask that a proposal waits to be read."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from members import notifying, turns
from members.models import Membership, Notification
from repertoire import legitimacy
from repertoire.models import Revision

_KEY = "proposal_waits:"


def ask(
    *, proposal: Revision, at: datetime, most: int = turns.ASKED_AT_ONCE
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
    told = turns.taken(entry.domain_id, Q(key__startswith=_KEY), at=at)
    able = [
        one
        for one in turns.able(entry.domain_id, but=already)
        if not one.is_away(at=at)
        and not legitimacy.refusal_to_settle(proposal=proposal, membership=one)
    ]
    able.sort(
        key=lambda one: (
            one.pk != author,
            told.get(one.member_id, 0) - turns.ahead(one, entry.area_id),
            one.pk,
        )
    )
    return able[:most]
