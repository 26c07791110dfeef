"""Second work: do newcomers who were recognised come again?"""

import numpy as np
from django.utils.translation import gettext_lazy as _

from cop.health.past import Past
from cop.health.signs.practice import (
    YEAR_DAYS,
    joined_at,
    nth_of_each,
    within,
    works,
)
from cop.health.signs.reading import (
    WINDOW_DAYS,
    Cases,
    Healthy,
    Scope,
    Sign,
    Thing,
    Told,
    Unit,
    share,
)


def take(past: Past, at: float, scope: Scope) -> Told:
    done = works(past, at, scope, days=YEAR_DAYS)
    new = joined_at(past, done.author) > at - YEAR_DAYS
    # By person and time: of each the first, and beside it the second if there is one.
    order = np.lexsort((done.at[new], done.author[new]))
    author, times = done.author[new][order], done.at[new][order]
    first = np.flatnonzero(nth_of_each(author) == 1)
    after = np.minimum(first + 1, max(len(author) - 1, 0))
    is_theirs = (after > first) & (author[after] == author[first])
    again = np.where(is_theirs, times[after] - times[first], np.inf)
    chosen = within(times[first], at - WINDOW_DAYS)
    return share(
        Cases(Thing.PERSON, author[first][chosen], again[chosen] <= WINDOW_DAYS),
        threshold=None,
        healthy=Healthy.ABOVE,
    )


SIGN = Sign(
    name="second_work",
    words=_("Newcomers with a second recognised work"),
    meaning=_(
        "Half of all who come leave early, everywhere: this raises no alarm by itself."
    ),
    formula=_(
        "Of the newcomers first recognised between 180 and 90 days ago, the share with a "
        "second recognised work within 90 days of the first."
    ),
    read_from=_("The ledger’s recognised work."),
    unit=Unit.SHARE,
    healthy=Healthy.ABOVE,
    threshold=None,
    source=_("92 community-years: 37, 47 and 52 % at the quartiles"),
    scale=1.0,
    take=take,
    window=_("90 days, that began 180 days ago"),
)
