"""Fit: how well a task suits somebody as their next step, term by term.

Pure. Every term is a share from 0 to 1 with a weight and words of its own, and the fit
is nothing but their sum: what the page says of a task is what chose it. The weights
were tried in ``bench.matching``; docs/walking-in.md tells what each is worth.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Days after which waiting longer makes a task no more pressing.
LONG_WAIT = 42
#: From here on the number of days stands among the reasons.
WORTH_SAYING = 7
#: Reasons a page gives: more is a list of excuses.
MOST_REASONS = 3

WEIGHTS: Mapping[str, float] = {
    "area": 3.0,
    "time": 2.0,
    "place": 2.0,
    "words": 1.0,
    "waiting": 2.0,
    "awaited": 1.0,
}


@dataclass(frozen=True, slots=True)
class Seeker:
    """What is known of somebody who looks for a next step."""

    zone: int
    areas: Collection[int] = ()
    #: Minutes a week they said they have; None if they did not say.
    minutes: int | None = None
    #: How many of their works were recognised, by area.
    recognised: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What is known of a task they may claim."""

    area: int
    area_name: str
    centrality: int
    minutes: int
    days: float
    is_awaited: bool = False
    #: How many entries its brief uses; and those of them the seeker has used, by title.
    words: int = 0
    met: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One reason for or against a task."""

    name: str
    weight: float
    #: From 0, nothing speaks for it, to 1.
    share: float

    @property
    def amount(self) -> float:
        return self.weight * self.share


def terms(
    seeker: Seeker, offer: Offer, *, weights: Mapping[str, float] = WEIGHTS
) -> list[Term]:
    """What speaks for the task and how much, in the order of ``weights``."""
    return [
        Term(name, weight, SHARES[name](seeker, offer))
        for name, weight in weights.items()
    ]


def fit(
    seeker: Seeker, offer: Offer, *, weights: Mapping[str, float] = WEIGHTS
) -> float:
    return sum(term.amount for term in terms(seeker, offer, weights=weights))


def _area(seeker: Seeker, offer: Offer) -> float:
    return float(offer.area in seeker.areas)


def _time(seeker: Seeker, offer: Offer) -> float:
    """All of it done within a week is 1; what takes two weeks, half."""
    if seeker.minutes is None:
        return 0.0
    return min(1.0, seeker.minutes / offer.minutes)


def _place(seeker: Seeker, offer: Offer) -> float:
    """As far in as they stand where their work is known: it leaves the edge to others.

    Where they are new, nothing speaks for one zone or another.
    """
    if not (seeker.recognised or {}).get(offer.area):
        return 0.5
    return min(1.0, offer.centrality / seeker.zone)


def _words(_seeker: Seeker, offer: Offer) -> float:
    return min(1.0, len(offer.met) / offer.words) if offer.words else 0.0


def _waiting(_seeker: Seeker, offer: Offer) -> float:
    return min(1.0, max(0.0, offer.days) / LONG_WAIT)


def _awaited(_seeker: Seeker, offer: Offer) -> float:
    return float(offer.is_awaited)


SHARES = {
    "area": _area,
    "time": _time,
    "place": _place,
    "words": _words,
    "waiting": _waiting,
    "awaited": _awaited,
}


def reasons(seeker: Seeker, offer: Offer) -> list[str]:
    """The words of the terms that speak for the task most, strongest first."""
    found = sorted(terms(seeker, offer), key=lambda term: -term.amount)
    said = [SAID[term.name](seeker, offer) for term in found if term.share > 0]
    return [words for words in said if words][:MOST_REASONS]


def why(seeker: Seeker, offer: Offer) -> str:
    """One sentence on why this task."""
    found = reasons(seeker, offer)
    if not found:
        return _("Because it is needed, and open to you now.")
    return _("Because %(reasons)s.") % {"reasons": get_text_list(found, _("and"))}


# What each term says for the task, as the end of a sentence; nothing to say is "".


def _area_said(_seeker: Seeker, offer: Offer) -> str:
    return _("%(area)s is one of your areas") % {"area": offer.area_name}


def _time_said(seeker: Seeker, offer: Offer) -> str:
    if seeker.minutes is None or offer.minutes > seeker.minutes:
        return ""
    return _("it fits into the time you have in a week")


def _place_said(seeker: Seeker, offer: Offer) -> str:
    if offer.centrality > seeker.zone:
        return _("it is your first step further in, in %(area)s") % {
            "area": offer.area_name
        }
    known = (seeker.recognised or {}).get(offer.area, 0)
    if not known:
        return ""
    return ngettext(
        "%(count)d work of yours was recognised in %(area)s",
        "%(count)d works of yours were recognised in %(area)s",
        known,
    ) % {"count": known, "area": offer.area_name}


def _words_said(_seeker: Seeker, offer: Offer) -> str:
    return _("you have worked with %(words)s before") % {
        "words": get_text_list(list(offer.met)[:2], _("and"))
    }


def _waiting_said(_seeker: Seeker, offer: Offer) -> str:
    days = int(offer.days)
    if days < WORTH_SAYING:
        return ""
    return ngettext(
        "it has waited %(count)d day", "it has waited %(count)d days", days
    ) % {"count": days}


def _awaited_said(_seeker: Seeker, _offer: Offer) -> str:
    return _("someone is waiting for the result")


SAID = {
    "area": _area_said,
    "time": _time_said,
    "place": _place_said,
    "words": _words_said,
    "waiting": _waiting_said,
    "awaited": _awaited_said,
}
