"""Who is counted: people active in a window, and those who are new."""

from datetime import datetime, timedelta

from cop.health.signs.reading import WINDOW
from domain.models import Domain
from members.models import Member, Membership, Participation

#: For half a year somebody is new: the two windows their first works fall into.
NEW_FOR = timedelta(days=180)


def active_people(domain: Domain, *, at: datetime) -> int:
    """How many people did anything for the practice in the window before ``at``."""
    acts = Participation.objects.filter(
        domain=domain, occurred_at__gt=at - WINDOW, occurred_at__lte=at
    ).exclude(kind=Participation.Kind.JOINED)
    gave = acts.filter(giver__kind=Member.Kind.HUMAN).values("giver")
    received = acts.filter(
        receiver__kind=Member.Kind.HUMAN, channel=Participation.Channel.WORK
    ).values("receiver")
    return gave.union(received).count()


def arrived(domain: Domain, *, since: datetime, at: datetime) -> int:
    return (
        Membership.objects.of_people()
        .filter(domain=domain, joined_at__gt=since, joined_at__lte=at)
        .count()
    )
