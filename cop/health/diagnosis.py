"""Calling a failure mode by rule from its signs. Pure: measures in, a finding out.

Wenger's three failures are called only on two windows running, each surely past its
thresholds, and never from one sign. Less than that is something to watch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cop.health.models import Diagnosis
from cop.health.signs.reading import Measure, is_past

#: A domain younger than this, or with fewer active members, is too young to read.
FEWEST_DAYS = timedelta(days=90)
FEWEST_ACTIVE = 8

Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Mode:
    """One way a community fails, what is looked at, and what calls it."""

    mode: Diagnosis.Mode
    question: str | Promise
    signs: tuple[str, ...]
    rule: str | Promise
    calls: Callable[[frozenset[str]], bool]
    says: Mapping[str, str | Promise]
    #: The one sentence on top of the page when this mode asks for attention.
    headline: Mapping[str, str | Promise]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a mode's signs come to, and which of them say so."""

    state: Diagnosis.State
    called_by: tuple[str, ...]


MODES = (
    Mode(
        mode=Diagnosis.Mode.NO_DOMAIN,
        question=_("Do people care about the same thing?"),
        signs=("uptake", "stakes", "growth", "mandate"),
        rule=_("Three of these past their threshold, uptake or use among them."),
        calls=lambda past: len(past) >= 3 and bool(past & {"uptake", "stakes"}),  # noqa: PLR2004
        says={
            "clear": _("Yes. The work uses what members write down, and is used."),
            "watch": _("Mostly. Something here is thinner than in living practices."),
            "act": _("It does not show. The work leaves little that others use."),
            "too_early": _("Too early to say."),
        },
        headline={
            "watch": _("Something of what people care about here grows thin."),
            "act": _("What people care about together does not show in the work."),
        },
    ),
    Mode(
        mode=Diagnosis.Mode.PRACTICE_IN_DISGUISE,
        question=_("Is the work at the edge real?"),
        signs=("legitimacy", "competence", "results_used"),
        rule=_(
            "First works that are no real work; or results left unused while newcomers "
            "are not recognised."
        ),
        calls=lambda past: (
            "legitimacy" in past or {"competence", "results_used"} <= past
        ),
        says={
            "clear": _("Yes. Newcomers do real work, and it is recognised and used."),
            "watch": _("Mostly. Some of what newcomers do goes nowhere."),
            "act": _("Not enough of it. Newcomers practise instead of taking part."),
            "too_early": _("Too early to say."),
        },
        headline={
            "watch": _("Some of what newcomers do at the edge goes nowhere."),
            "act": _("Newcomers are given practice where work is needed."),
        },
    ),
    Mode(
        mode=Diagnosis.Mode.NO_PATH_INWARD,
        question=_("Can newcomers see a way in?"),
        signs=("supply", "first_response", "reach_inbound", "top_three"),
        rule=_("Two of these past their threshold."),
        calls=lambda past: len(past) >= 2,  # noqa: PLR2004
        says={
            "clear": _("Yes. There is a first task, a reader for it, and a way on."),
            "watch": _("Mostly. One stretch of the way is narrow."),
            "act": _("Hardly. The way in is blocked in more than one place."),
            "too_early": _("Too early to say."),
        },
        headline={
            "watch": _("One stretch of the way in is narrow."),
            "act": _("Newcomers find work, and no way further in."),
        },
    ),
)


def past(mode: Mode, measures: Measures) -> frozenset[str]:
    """The names of the mode's signs that are surely past their threshold."""
    return frozenset(name for name in mode.signs if is_past(measures[name].past))


def call(mode: Mode, *, now: Measures, before: Measures, is_young: bool) -> Finding:
    """Say how things stand with one failure mode.

    ``now`` and ``before`` are the measures of two windows running.
    """
    readable = [name for name in mode.signs if now[name].past is not None]
    if is_young or not readable:
        return Finding(Diagnosis.State.TOO_EARLY, ())
    past_now = past(mode, now)
    if not past_now:
        return Finding(Diagnosis.State.CLEAR, ())
    called = mode.calls(past_now) and mode.calls(past(mode, before))
    state = Diagnosis.State.ACT if called else Diagnosis.State.WATCH
    return Finding(state, tuple(name for name in mode.signs if name in past_now))


def is_young(*, founded_at: datetime, active: int, at: datetime) -> bool:
    return at - founded_at < FEWEST_DAYS or active < FEWEST_ACTIVE
