"""Calling a failure mode by rule from its signs. Pure: measures in, a finding out.

A mode's condition is about signs past their thresholds. Each is past with a
probability; that the condition holds has one too, the signs taken as independent. A
failure is called when it is at least nine tenths in two windows running, and never from
one sign. Less than that is something to watch.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cop.health.models import Mode, State
from cop.health.signs.reading import SURE, Measure, is_past

#: A domain younger than this, or with fewer members active in the two windows that are
#: read, is too young to read.
FEWEST_DAYS: Final = timedelta(days=90)
FEWEST_ACTIVE: Final = 8

Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Failure:
    """One way a community fails: what is looked at, and what calls it."""

    mode: Mode
    question: str | Promise
    signs: tuple[str, ...]
    rule: str | Promise
    #: Whether it holds when just these signs are past their thresholds.
    holds: Callable[[frozenset[str]], bool]
    says: Mapping[State, str | Promise]
    #: The one sentence on top of the page when this failure asks for attention.
    headline: Mapping[State, str | Promise]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a failure's signs come to."""

    state: State
    #: How probable it is that the condition holds, in this window and the one before.
    now: float
    before: float
    #: The signs surely past their thresholds.
    called_by: tuple[str, ...]


def _no_domain(past: frozenset[str]) -> bool:
    signs = {"uptake", "users", "stakes", "growth", "practice_share", "mandate"}
    return len(past & signs) >= 3 and bool(past & {"uptake", "users", "stakes"})  # noqa: PLR2004


def _practice_in_disguise(past: frozenset[str]) -> bool:
    beside = {"practice_first", "by_full", "competence", "remediation"}
    return bool(past & {"legitimacy", "results_used"}) and bool(past & beside)


def _no_path_inward(past: frozenset[str]) -> bool:
    arrivals = past & {"reach_inbound", "reach_active", "renewal"}
    if len(arrivals) >= 2:  # noqa: PLR2004
        return True
    blocked = (
        {"absence_reviews", "top_three"} <= past,
        bool(past & {"supply", "next_open"}),
        bool(past & {"first_response", "slow_response"}),
        "offered" in past,
    )
    return sum(blocked) >= 3  # noqa: PLR2004


FAILURES: Final = (
    Failure(
        mode=Mode.NO_DOMAIN,
        question=_("Do people care about the same thing?"),
        signs=("uptake", "users", "stakes", "growth", "practice_share", "mandate"),
        rule=_(
            "Three of these past their threshold, among them uptake, users or use of "
            "results."
        ),
        holds=_no_domain,
        says={
            State.CLEAR: _("Yes. The work uses what members write down, and is used."),
            State.WATCH: _(
                "Mostly. Something here is thinner than in living practices."
            ),
            State.ACT: _("It does not show. The work leaves little that others use."),
            State.TOO_EARLY: _("Too early to say."),
        },
        headline={
            State.CLEAR: _("People here use each other’s work."),
            State.WATCH: _("Something of what people care about here grows thin."),
            State.ACT: _("What people care about together does not show in the work."),
        },
    ),
    Failure(
        mode=Mode.PRACTICE_IN_DISGUISE,
        question=_("Is the work at the edge real?"),
        signs=(
            "legitimacy",
            "results_used",
            "practice_first",
            "by_full",
            "competence",
            "remediation",
        ),
        rule=_(
            "First works that are no real work, or newcomers’ results left unused; and "
            "beside it one of: exercises first, hardly any recognised by full members, "
            "few recognised at all, or most of it mended for them."
        ),
        holds=_practice_in_disguise,
        says={
            State.CLEAR: _(
                "Yes. Newcomers do real work, and it is recognised and used."
            ),
            State.WATCH: _("Mostly. Some of what newcomers do goes nowhere."),
            State.ACT: _(
                "Not enough of it. Newcomers practise instead of taking part."
            ),
            State.TOO_EARLY: _("Too early to say."),
        },
        headline={
            State.CLEAR: _("What newcomers do is real."),
            State.WATCH: _("Some of what newcomers do at the edge goes nowhere."),
            State.ACT: _("Newcomers are given practice where work is needed."),
        },
    ),
    Failure(
        mode=Mode.NO_PATH_INWARD,
        question=_("Can newcomers see a way in?"),
        signs=(
            "supply",
            "next_open",
            "first_response",
            "slow_response",
            "offered",
            "absence_reviews",
            "top_three",
            "reach_inbound",
            "reach_active",
            "renewal",
        ),
        rule=_(
            "Two of: few reach Inbound, few reach Active, no renewal. Or three of: "
            "reviews hang on two or three people; no first or next task to take up; "
            "slow answers; nothing further in for those who could."
        ),
        holds=_no_path_inward,
        says={
            State.CLEAR: _(
                "Yes. There is a first task, a reader for it, and a way on."
            ),
            State.WATCH: _("Mostly. One stretch of the way is narrow."),
            State.ACT: _("Hardly. The way in is blocked in more than one place."),
            State.TOO_EARLY: _("Too early to say."),
        },
        headline={
            State.CLEAR: _("There is a way further in."),
            State.WATCH: _("One stretch of the way in is narrow."),
            State.ACT: _("Newcomers find work, and no way further in."),
        },
    ),
)


def chance(failure: Failure, measures: Measures) -> float:
    """Return how probable it is that the failure's condition holds, from 0 to 1.

    Signs that say nothing yet are not past. The others are taken as independent, which
    overstates how sure several that hang together make; two windows make up for it.
    """
    past = {
        name: measures[name].past or 0.0
        for name in failure.signs
        if measures[name].past is not None
    }
    certain = {name for name, p in past.items() if p == 1}
    open_ = {name: p for name, p in past.items() if 0 < p < 1}
    total = 0.0
    for which in product((False, True), repeat=len(open_)):
        chosen = {name for name, is_in in zip(open_, which, strict=True) if is_in}
        if failure.holds(frozenset(certain | chosen)):
            weight = 1.0
            for (_name, p), is_in in zip(open_.items(), which, strict=True):
                weight *= p if is_in else 1 - p
            total += weight
    return total


def surely_past(names: Collection[str], measures: Measures) -> tuple[str, ...]:
    return tuple(name for name in names if is_past(measures[name].past))


def call(
    failure: Failure, *, now: Measures, before: Measures, is_young: bool
) -> Finding:
    """Say how things stand with one failure, from the measures of two windows running."""
    called_by = surely_past(failure.signs, now)
    chances = chance(failure, now), chance(failure, before)
    readable = [name for name in failure.signs if now[name].past is not None]
    if is_young:
        state = State.TOO_EARLY
    elif min(chances) >= SURE:
        state = State.ACT
    elif called_by or chances[0] >= SURE:
        state = State.WATCH
    # Of what hardly any sign speaks, none speaks for it.
    elif 2 * len(readable) < len(failure.signs):
        state = State.TOO_EARLY
    else:
        state = State.CLEAR
    return Finding(state, *chances, () if is_young else called_by)


def is_young(*, founded_at: datetime, active: int, at: datetime) -> bool:
    return at - founded_at < FEWEST_DAYS or active < FEWEST_ACTIVE
