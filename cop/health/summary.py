"""One paragraph for everybody on how a community is, where its organizers share it.

Made of what is stored, and of little of it: how the three questions stand, and shares
of people told in words ("about half"). Only signs that count people are told, so that
it can be seen from the reading itself that none is of fewer than five.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.health import reports
from cop.health.models import Mode, Reading, State
from domain.models import Domain

#: Nothing is said of fewer people than these.
FEWEST_PEOPLE: Final = 5

_SAYS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    Mode.NO_DOMAIN: {
        State.CLEAR: gettext_lazy(
            "What people write down is used in the work, and the work is used."
        ),
        State.WATCH: gettext_lazy(
            "What people here care about together shows in the work, in places thinly."
        ),
        State.ACT: gettext_lazy(
            "What people here care about together hardly shows in the work at present."
        ),
        State.TOO_EARLY: gettext_lazy(
            "Whether people care about the same thing: too early to say."
        ),
    },
    Mode.PRACTICE_IN_DISGUISE: {
        State.CLEAR: gettext_lazy(
            "Newcomers do real work, and it is recognised and used."
        ),
        State.WATCH: gettext_lazy(
            "Newcomers do real work; some of what they do goes nowhere."
        ),
        State.ACT: gettext_lazy(
            "Too much of what newcomers do is practice, or goes unused."
        ),
        State.TOO_EARLY: gettext_lazy(
            "Whether the work at the edge is real: too early to say."
        ),
    },
    Mode.NO_PATH_INWARD: {
        State.CLEAR: gettext_lazy(
            "There is a first task, a reader for it, and a way further in."
        ),
        State.WATCH: gettext_lazy(
            "There is a way in; one stretch of it is narrow at present."
        ),
        State.ACT: gettext_lazy("The way in is blocked in more than one place."),
        State.TOO_EARLY: gettext_lazy(
            "Whether newcomers can see a way in: too early to say."
        ),
    },
}

#: Signs of people, and how a share of them is said.
SHARES: Final[Mapping[str, str | Promise]] = {
    "competence": gettext_lazy(
        "Of those who first handed something in half a year ago, %(share)s had work "
        "recognised within three months."
    ),
    "second_work": gettext_lazy(
        "Of newcomers whose work was recognised, %(share)s came back with more within "
        "three months."
    ),
}

_ABOUT: Final = (
    (0.06, gettext_lazy("hardly any")),
    (0.17, gettext_lazy("about one in ten")),
    (0.29, gettext_lazy("about a quarter")),
    (0.42, gettext_lazy("about a third")),
    (0.58, gettext_lazy("about half")),
    (0.71, gettext_lazy("about two thirds")),
    (0.83, gettext_lazy("about three quarters")),
    (0.94, gettext_lazy("about nine in ten")),
    (1.01, gettext_lazy("nearly all")),
)


@dataclass(frozen=True, slots=True)
class Summary:
    on: date | None
    words: str


def shared(domain: Domain) -> Summary | None:
    """What everybody may read, where organizers share it."""
    return summary(domain) if domain.summary_is_public else None


def summary(domain: Domain) -> Summary:
    """The paragraph as it would stand today, whether it is shared or not."""
    report = reports.latest(domain)
    if report is None:
        return Summary(None, _("Too early to say how this community is doing."))
    findings = [card.finding for card in report.cards if card.finding]
    if all(one.state == State.TOO_EARLY for one in findings):
        sentences = [_("Too early to say how this community is doing.")]
    else:
        sentences = [str(_SAYS[one.mode][one.state]) for one in findings]
    signals = [
        *report.beside,
        *(each for card in report.cards for each in card.signals),
    ]
    readings = {one.sign.name: one.reading for one in signals}
    sentences += [
        str(words) % {"share": about(readings[name].value or 0.0)}
        for name, words in SHARES.items()
        if name in readings and _may_be_told(readings[name])
    ]
    return Summary(report.on, " ".join(sentences))


def about(share: float) -> str:
    """A share in words, coarse enough to say nothing of one person."""
    return str(next(words for most, words in _ABOUT if share < most))


def _may_be_told(reading: Reading) -> bool:
    return reading.value is not None and reading.cases >= FEWEST_PEOPLE
