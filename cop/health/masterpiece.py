"""The masterpiece, as its page tells it: cohorts, comparisons, and what else may be why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cop.health import arriving, baseline, competence, pictures, survival
from cop.health.charts import competence_curves
from cop.health.competence import HORIZON, Arrivals, Cohort, Comparison, Event, Said
from cop.health.models import Baseline
from cop.health.pictures import Picture
from cop.health.signs.reading import Who
from cop.health.survival import Waits
from domain.centrality import Centrality
from domain.models import Domain
from members.practice import days
from tasks import agreement


@dataclass(frozen=True, slots=True)
class Row:
    """One quarter's newcomers: how far they got, and with what work they began."""

    name: str
    people: int
    accepted: int
    competent: int
    #: Days by which half were; None while fewer are.
    half_accepted: float | None
    half_competent: float | None
    #: Of their first accepted works, the share that was work at the edge, and the
    #: share somebody else had to mend; and of their first tasks, the share of small ones.
    at_the_edge: float | None
    mended: float | None
    small: float | None


@dataclass(frozen=True, slots=True)
class Held:
    """One group held against another, in words."""

    against: str
    comparison: Comparison
    sentence: str
    caution: str
    #: The same among those whose first tasks were alike; "" where nobody knows them.
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Masterpiece:
    counted_at: datetime
    rows: list[Row]
    held: list[Held]
    baseline: Baseline | None
    kappa: agreement.Agreement
    picture: Picture | None


def masterpiece(domain: Domain, *, at: datetime, who: Who = Who.PEOPLE) -> Masterpiece:
    """Return what may be said of how fast newcomers become competent here."""
    found, counted_at = arriving.arrivals_of(domain, who=who, at=at)
    now = days(counted_at)
    cohorts = competence.cohorts(found, at=now)
    brought = Baseline.objects.filter(domain=domain).first()
    return Masterpiece(
        counted_at=counted_at,
        rows=[_row(cohort, at=now) for cohort in cohorts],
        held=[
            *_against_earlier(cohorts, at=now),
            *_against_baseline(found, brought, at=now),
        ],
        baseline=brought,
        kappa=agreement.of_pairs(agreement.pairs_of(domain, at=at)),
        picture=pictures.competence(
            competence_curves.of_cohorts(cohorts, now),
            competence_curves.steps(_alone(brought), competence_curves.MARKS)
            if brought
            else None,
        ),
    )


def _alone(brought: Baseline) -> Waits:
    return baseline.waits([(row[0], row[1]) for row in brought.rows])


def _row(cohort: Cohort, *, at: float) -> Row:
    accepted = cohort.arrivals.waits(Event.ACCEPTED, at=at)
    competent = cohort.arrivals.waits(Event.THRESHOLD, at=at)
    at_the_edge, mended = _first_works(cohort.arrivals)
    return Row(
        name=cohort.name,
        people=len(accepted),
        accepted=accepted.over,
        competent=competent.over,
        half_accepted=survival.curve(accepted).reached(0.5),
        half_competent=survival.curve(competent).reached(0.5),
        at_the_edge=at_the_edge,
        mended=mended,
        small=_small(cohort.arrivals),
    )


def _small(arrivals: Arrivals) -> float | None:
    """Of the first tasks taken up, the share of small ones."""
    like = arrivals.first_task[arrivals.first_task != competence.NO_TASK]
    if len(like) < competence.FEWEST:
        return None
    return float((like % 2 == 0).mean())


def _first_works(arrivals: Arrivals) -> tuple[float | None, float | None]:
    """Of the first accepted works, the share at the edge and the share accommodated."""
    of = arrivals.only(arrivals.first_work != competence.NO_WORK)
    if len(of) < competence.FEWEST:
        return None, None
    return (
        float((of.first_work == Centrality.PERIPHERY).mean()),
        float(of.is_mended.mean()),
    )


def _against_earlier(cohorts: list[Cohort], *, at: float) -> list[Held]:
    """The latest quarter seen for long enough, against the one a year before it."""
    seen = [cohort for cohort in cohorts if at - cohort.starts >= 2 * HORIZON]
    if len(seen) < 2:  # noqa: PLR2004 - two to compare
        return []
    one, other = seen[-1], seen[max(len(seen) - 5, 0)]
    compared = competence.compare(
        one.arrivals.waits(Event.THRESHOLD, at=at),
        other.arrivals.waits(Event.THRESHOLD, at=at),
    )
    return [
        _held(
            _("%(one)s against %(other)s") % {"one": one.name, "other": other.name},
            compared,
            _(
                "It has changed. Who joined, which tasks there were and how mild readers "
                "are may be why: they stand beside it below."
            ),
            competence.compare_alike(one.arrivals, other.arrivals, at=at),
        )
    ]


def _against_baseline(
    found: Arrivals, brought: Baseline | None, *, at: float
) -> list[Held]:
    if brought is None:
        return []
    here: Waits = found.waits(Event.THRESHOLD, at=at)
    return [
        _held(
            _("Everybody who came against “%(name)s”") % {"name": brought.name},
            competence.compare(here, _alone(brought)),
            _(
                "Nobody was dealt by lot to work here or alone: motivation and skill "
                "may explain it."
            ),
        )
    ]


def _held(
    against: str, compared: Comparison, caution: str, alike: Comparison | None = None
) -> Held:
    is_told = compared.said in (Said.SOONER, Said.LATER)
    return Held(
        against,
        compared,
        sentence(compared),
        caution if is_told else "",
        sentence(alike) if alike else "",
    )


#: Of a chance smaller than this nobody needs the digits.
_LEAST_CHANCE: Final = 0.001


def sentence(compared: Comparison) -> str:
    """Say what a comparison comes to, and never more than it says."""
    difference = compared.difference
    if difference is None or compared.smallest is None or compared.by_chance is None:
        people, arrived = sum(compared.people), sum(compared.arrived)
        return ngettext(
            "Too early to say: of %(people)d people in both groups, one is competent, or "
            "they were not seen for ninety days yet.",
            "Too early to say: of %(people)d people in both groups, %(arrived)d are "
            "competent, or they were not seen for ninety days yet.",
            arrived,
        ) % {"people": people, "arrived": arrived}
    smallest = _(
        "Groups like these would show a difference of %(days)d days or more."
    ) % {"days": max(round(compared.smallest), 1)}
    if compared.said is Said.NOTHING_SEEN:
        return f"{_('No difference is to be seen.')} {smallest}"
    words = (
        _("%(days)d days sooner, of the first ninety (between %(low)d and %(high)d).")
        if compared.said is Said.SOONER
        else _(
            "%(days)d days later, of the first ninety (between %(low)d and %(high)d)."
        )
    ) % {
        "days": round(abs(difference.value)),
        "low": round(min(abs(difference.low), abs(difference.high))),
        "high": round(max(abs(difference.low), abs(difference.high))),
    }
    chance = (
        _("Chance alone would bring so much about less than once in a thousand times.")
        if compared.by_chance < _LEAST_CHANCE
        else _("Chance alone would bring so much about %(share)s of the time.")
        % {"share": f"{compared.by_chance:.1%}"}
    )
    return f"{words} {chance}"
