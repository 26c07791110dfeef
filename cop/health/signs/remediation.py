"""Remediation: is newcomers' work done over for them?"""

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
        Cases(Thing.ACT, done.pk[new], done.is_accommodated[new]),
        threshold=THRESHOLD,
        healthy=Healthy.BELOW,
    )


SIGN = Sign(
    name="remediation",
    words=_("Newcomers’ work that somebody else mended"),
    meaning=_(
        "Where their work is put right for them, newcomers are handled, not met."
    ),
    formula=_("Of newcomers’ accepted works, those that were accommodated."),
    read_from=_("The ledger’s recognised work."),
    unit=Unit.SHARE,
    healthy=Healthy.BELOW,
    threshold=THRESHOLD,
    source="prior",
    scale=1.0,
    take=take,
    window=_("90 days, or back to the twentieth; at most a year"),
)
