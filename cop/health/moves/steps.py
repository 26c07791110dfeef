"""Steps: something further in for those who have shown what they can do."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from cop.health.moves import knowing
from cop.health.moves.offer import MOST_ABOUT, Offer, Way
from cop.health.past import Past
from cop.health.signs import offered
from cop.health.signs.reading import Scope, Thing
from domain.models import Domain
from members import notifying
from members.models import Membership, Notification
from members.practice import days


def find(domain: Domain, at: datetime, told: Past) -> Offer:
    """People with three recognised works for whom nothing of the next zone was free."""
    cases = offered.take(told, days(at), Scope()).cases
    without = cases.keys[~cases.hits].tolist()
    return Offer(without[:MOST_ABOUT], len(without))


def make(about: Sequence[int], membership: Membership, at: datetime) -> None:
    """Ask the full members who know their areas to raise something for them."""
    people = Membership.objects.filter(domain=membership.domain_id, pk__in=about)
    for one in people.select_related("domain", "main_area"):
        notifying.notify_all(
            members=knowing.at_home_in(one.main_area, domain_id=one.domain_id, at=at),
            kind=Notification.Kind.TASK,
            key=f"step:{one.pk}:{at:%Y-%m-%d}",
            title=one.name,
            sentence=_(
                "%(name)s could take a step inward, and no task is open for it. Is there "
                "something of yours they could do?"
            )
            % {"name": one.name},
            path=one.get_absolute_url(),
            domain=one.domain,
            actor=membership,
            at=at,
        )


WAY = Way(
    words=gettext_lazy("Find next steps"),
    sentence=ngettext_lazy(
        "One person has shown what they can do, and nothing further in was open to them "
        "for two months.",
        "%(touches)d people have shown what they can do, and nothing further in was open "
        "to them for two months.",
        "touches",
    ),
    does=gettext_lazy(
        "The full members at home in each one’s main area, or all of them where nobody is, "
        "are asked in your name whether there is something of theirs for them."
    ),
    button=gettext_lazy("Ask full members for tasks"),
    of=Thing.PERSON,
    signs=("offered", "next_open", "reach_inbound"),
    find=find,
    make=make,
)
