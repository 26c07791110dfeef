"""By full members: do those who know the practice see what newcomers do?"""

from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import newcomers_works
from cop.health.signs.reading import (
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    share,
)

THRESHOLD = 0.5


def take(past: Past, at: float, scope: Scope) -> Told:
    done, new = newcomers_works(past, at, scope)
    return share(
        Cases(Thing.ACT, done.pk[new], done.by_full[new]),
        threshold=THRESHOLD,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="by_full",
    words=_("Newcomers’ work recognised by a full member"),
    meaning=_("Newcomers who only ever meet newcomers are beside the practice."),
    formula=_(
        "Of newcomers’ recognised works, those that somebody Active or in the Core "
        "recognised. New is whoever joined in the 180 days before."
    ),
    read_from=_("The ledger’s recognised work, and where its recognisers stood then."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
)
