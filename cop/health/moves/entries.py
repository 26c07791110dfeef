"""Entries: asking whether what the repertoire says still holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from cop.health.moves import knowing
from cop.health.moves.offer import MOST_ABOUT, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.models import Domain
from members import notifying
from members.models import Membership, Notification
from repertoire.models import Entry

#: A year after it was last said to hold, or written.
AFTER: Final = timedelta(days=365)


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """Entries in use that nobody has said hold for a year, the most used first."""
    stale = (
        Entry.objects.filter(domain=domain, changed_at__lt=at - AFTER)
        .living()
        .filter(Q(confirmed_at=None) | Q(confirmed_at__lt=at - AFTER))
    )
    used = stale.annotate(
        users=Count(
            "citations__member",
            filter=Q(citations__cited_at__gt=at - AFTER),
            distinct=True,
        )
    ).filter(users__gt=0)
    found = list(used.order_by("-users", "pk").values_list("pk", "users")[:MOST_ABOUT])
    return Offer([pk for pk, _users in found], max((n for _pk, n in found), default=0))


def make(about: Sequence[int], membership: Membership, at: datetime) -> None:
    stale = Entry.objects.filter(domain=membership.domain_id, pk__in=about)
    for entry in stale.select_related("domain", "area", "written_by__member"):
        notifying.notify_all(
            members=knowing.at_home_in(entry.area, domain_id=entry.domain_id, at=at),
            kind=Notification.Kind.REPERTOIRE,
            key=f"holds:{entry.pk}:{at:%Y-%m-%d}",
            title=entry.title,
            sentence=_("%(name)s asks whether this still holds.")
            % {"name": membership.name},
            path=entry.get_absolute_url(),
            domain=entry.domain,
            actor=membership,
            at=at,
        )


WAY = Way(
    words=gettext_lazy("Ask whether entries still hold"),
    sentence=ngettext_lazy(
        "One entry in use was not looked at for a year. People who used it since: "
        "%(touches)d.",
        "%(about)d entries in use were not looked at for a year. People who used the "
        "first of them since: %(touches)d.",
        "about",
    ),
    does=gettext_lazy(
        "The full members at home in an entry’s area, or all of them where nobody is, are "
        "asked in your name whether it still holds."
    ),
    button=gettext_lazy("Ask who knows"),
    of=Thing.ENTRY,
    signs=("uptake", "users"),
    find=find,
    make=make,
)
