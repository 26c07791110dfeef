"""Uses: asking what became of results nobody has marked as used."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from cop.health.moves.offer import MOST_ABOUT, Offer, Way
from cop.health.past import Past
from cop.health.signs.reading import Thing
from domain.models import Domain
from members import notifying
from members.models import Membership, Notification
from tasks.models import Task

#: Long enough for a result to be where it was needed.
AFTER: Final = timedelta(days=14)
#: Older ones nobody remembers.
UNTIL: Final = timedelta(days=180)


def find(domain: Domain, at: datetime, _told: Past) -> Offer:
    """Real work that is done, and that nobody said is used, latest first."""
    done = Task.objects.real().filter(
        domain=domain,
        state=Task.State.DONE,
        used_at=None,
        closed_at__lt=at - AFTER,
        closed_at__gt=at - UNTIL,
    )
    found = list(
        done.order_by("-closed_at", "pk").values_list("pk", "submissions__author")
    )
    about = list(dict.fromkeys(pk for pk, _who in found))[:MOST_ABOUT]
    authors = {who for pk, who in found if pk in about and who}
    return Offer(about, len(authors))


def make(about: Sequence[int], membership: Membership, at: datetime) -> None:
    unused = Task.objects.filter(
        domain=membership.domain_id, pk__in=about, used_at=None
    )
    for task in unused.select_related("domain", "raised_by__member"):
        notifying.notify_all(
            members=[task.raised_by.member],
            kind=Notification.Kind.TASK,
            key=f"used:task:{task.pk}",
            title=task.title,
            sentence=_(
                "%(name)s asks where its result went. Mark it as used, or say why it is "
                "not needed any more."
            )
            % {"name": membership.name},
            path=task.get_absolute_url(),
            domain=task.domain,
            actor=membership,
            at=at,
        )


WAY = Way(
    words=gettext_lazy("Ask what became of results"),
    sentence=ngettext_lazy(
        "One result is not marked as used. If nobody needs it, it was practice, and "
        "whoever made it can tell.",
        "%(about)d results are not marked as used. If nobody needs them, they were "
        "practice, and whoever made them can tell. Authors: %(touches)d.",
        "about",
    ),
    does=gettext_lazy(
        "Whoever raised each of them is asked in your name to say where it went, or that it "
        "is not needed any more."
    ),
    button=gettext_lazy("Ask who raised them"),
    of=Thing.TASK,
    signs=("stakes", "results_used"),
    find=find,
    make=make,
)
