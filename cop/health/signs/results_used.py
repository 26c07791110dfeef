"""Results used: does newcomers' work matter as much as other members'?"""

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cop.health.signs.people import NEW_FOR
from cop.health.signs.reading import Healthy, Measure, Sign, Unit, ratio_of_shares
from cop.health.signs.works import old_enough_to_be_used, used_in_time
from domain.models import Domain
from members.models import Member

THRESHOLD = 0.5


def take(domain: Domain, at: datetime) -> Measure:
    works = old_enough_to_be_used(domain, at=at).filter(author__kind=Member.Kind.HUMAN)
    used = used_in_time(at=at)
    new = Q(author__joined_at__gt=F("handed_in_at") - NEW_FOR)
    newcomers, others = works.filter(new), works.exclude(new)
    return ratio_of_shares(
        (newcomers.filter(used).count(), newcomers.count()),
        (others.filter(used).count(), others.count()),
        threshold=THRESHOLD,
    )


SIGN = Sign(
    name="results_used",
    words=_("Newcomers’ results used, against other members’"),
    formula=_(
        "The share of newcomers’ works used within 90 days, divided by the same share "
        "for everybody else. New is whoever joined in the 180 days before."
    ),
    unit=Unit.RATIO,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.5,
    take=take,
)
