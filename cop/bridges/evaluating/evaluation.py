"""Evaluation: every figure by which positions are judged, beside the same for counts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from cop.bridges.evaluating import baselines, measures
from cop.bridges.evaluating.courses import Ahead, Course, Turns
from cop.bridges.evaluating.listed import Listed
from cop.bridges.evaluating.looks import ACTIVE, ALL, Attendance, Look, Questions
from cop.bridges.evaluating.measures import Floats
from cop.bridges.evaluating.replaying import Reading, Replay
from cop.bridges.evidence import Act, ActKind, days
from domain.centrality import Zone
from members.position.rules import DEFAULT, Rules

#: What the engine says, by the question it is asked.
POSITION: Final = "position"
MOMENTUM: Final = "momentum"
APPROACH: Final = "approach"

#: Told how many of how many replays are done.
Progress = Callable[[int, int], object]

#: Without the work there is nothing to recognise.
_NEVER_LEFT_OUT: Final = frozenset({ActKind.CONTRIBUTION})


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked for. ``end`` is the moment judged at, in days since 1970."""

    end: float
    rules: Rules = DEFAULT
    integrations: bool = False


def evaluate(
    acts: Iterable[Act],
    listed: Listed,
    settings: Settings,
    *,
    progress: Progress = lambda done, of: None,
) -> dict[str, Any]:
    """Return every figure, by names that stay; what cannot be told is None.

    Nothing later than the end is looked at. ``acts`` may come in any order.
    """
    known, questions = asked(acts, listed, settings.end)
    people = questions.people
    kinds = sorted(_kinds(known, settings) - _NEVER_LEFT_OUT)
    looks = Looks.of(questions)

    replay = Replay(
        known, people, rules=settings.rules, integrations=settings.integrations
    )
    lived = _Lived(known, questions)
    for reading in replay.readings((look.at for look in looks), end=settings.end):
        lived.take(reading, looks)
    progress(1, 1 + len(kinds))

    judge = _Judge(looks, measures.resampled(len(people)))
    told = {
        "history": _history(known, people, replay),
        "core": _core(questions, looks.now),
        **judge.told(standing_by=POSITION, promotion_by=APPROACH),
        "stability": {
            **lived.courses[POSITION].stability(),
            **_turns(lived.zones),
        },
        "lead_time": {
            **lived.courses[POSITION].lead_time(),
            "momentum": lived.courses[MOMENTUM].lead_time(),
            "full": lived.full.told(),
        },
        "baselines": {
            name: {
                **judge.told(standing_by=name, promotion_by=name, beside=True),
                "stability": lived.courses[name].stability(),
                "lead_time": lived.courses[name].lead_time(),
            }
            for name in lived.baselines
        },
        "without": {},
    }
    for place, kind in enumerate(kinds, start=2):
        told["without"][kind.value] = _without(kind, known, questions, settings)
        progress(place, 1 + len(kinds))
    return told


def asked(
    acts: Iterable[Act], listed: Listed, end: float
) -> tuple[list[Act], Questions]:
    """Return the acts up to ``end`` in order of time, and the questions about them."""
    known = sorted(
        (act for act in acts if days(act.t) <= end),
        key=lambda act: (act.t, act.work, act.kind, act.actor),
    )
    people = _people(known)
    return known, Questions(listed, people, Attendance(known, people), end)


def scores(
    acts: Sequence[Act], questions: Questions, settings: Settings
) -> dict[str, Any]:
    """Return how well positions alone answer the questions, without intervals."""
    looks = Looks.of(questions)
    replay = Replay(
        acts, questions.people, rules=settings.rules, integrations=settings.integrations
    )
    for reading in replay.readings((look.at for look in looks), end=settings.end):
        looks.take(reading.at, _values(reading))
    judge = _Judge(looks, np.ones((1, len(questions.people))))
    return judge.told(standing_by=POSITION, promotion_by=APPROACH)


class _Lived:
    """What is gathered while a history is lived through, week by week."""

    def __init__(self, acts: Sequence[Act], questions: Questions) -> None:
        self._questions = questions
        self._scores = baselines.Baselines(acts, dict(questions.people))
        people, entries = len(questions.people), questions.entries()
        self.baselines = baselines.NAMES
        self.courses = {
            name: Course(entries, people)
            for name in (POSITION, MOMENTUM, *self.baselines)
        }
        self.zones = Turns(people)
        self.full = Ahead(entries, people)

    def take(self, reading: Reading, looks: "Looks") -> None:
        values = {**_values(reading), **self._scores.at(reading.at)}
        looks.take(reading.at, values)
        if not reading.is_weekly:
            return
        listed = self._questions.listed
        core = len(listed.core_at(max(reading.at, listed.begins)))
        active = self._questions.attendance.active(reading.at)
        for name, course in self.courses.items():
            course.take(reading.at, values[name], active, core)
        self.zones.take(reading.at, reading.zone, active)
        self.full.take(reading.at, reading.zone >= Zone.ACTIVE)


@dataclass(frozen=True, slots=True)
class Looks:
    """All moments that are looked at."""

    now: Look
    past: list[Look]
    promotions: list[Look]

    @classmethod
    def of(cls, questions: Questions) -> "Looks":
        return cls(
            now=questions.standing(),
            past=list(questions.standings()),
            promotions=list(questions.promotions()),
        )

    def __iter__(self) -> Iterator[Look]:
        yield from (self.now, *self.past, *self.promotions)

    def take(self, at: float, values: Mapping[str, Floats]) -> None:
        for look in self:
            if look.at == at:
                look.values.update(values)


class _Judge:
    """Answers the questions by one score after another, for the same resamples."""

    def __init__(self, looks: Looks, weights: Floats) -> None:
        self._standing = [looks.now]
        self._past = looks.past
        self._yearly = [look for look in looks.promotions if look.is_yearly]
        self._monthly = looks.promotions
        self._weights = weights
        self._of_engine: dict[tuple[str, str], measures.Sorted] = {}

    def told(
        self, *, standing_by: str, promotion_by: str, beside: bool = False
    ) -> dict[str, Any]:
        """Return the figures of one score; ``beside`` the engine's, which came first."""

        def asked(question: str, looks: Sequence[Look], scope: str) -> dict[str, Any]:
            name = standing_by if "standing" in question else promotion_by
            return self._answered(question, looks, scope, name, beside=beside)

        return {
            "standing": {
                **asked("standing", self._standing, ACTIVE),
                "over_the_years": asked("standing then", self._past, ACTIVE),
            },
            "promotion": {
                **asked("promotion", self._yearly, ACTIVE),
                "every_month": asked("promotion since", self._monthly, ACTIVE),
            },
            "all": {
                "standing": asked("standing", self._standing, ALL),
                "promotion": asked("promotion", self._yearly, ALL),
            },
        }

    def _answered(
        self,
        question: str,
        looks: Sequence[Look],
        scope: str,
        name: str,
        *,
        beside: bool,
    ) -> dict[str, Any]:
        answerable = [
            look
            for look in looks
            if look.asked[scope].is_in.any() and not look.asked[scope].is_in.all()
        ]
        people = [look.asked[scope].who.size for look in answerable]
        figures: dict[str, Any] = {
            "looks": len(answerable),
            "people": float(np.mean(people)) if people else 0.0,
            "in": sum(int(look.asked[scope].is_in.sum()) for look in answerable),
        }
        if not answerable:
            figures |= dict.fromkeys(("auc", "ap", "p_at_core"))
            return {**figures, "reason": _reason(question, looks, scope)}
        found = measures.Sorted.mean(
            [
                measures.sort(
                    look.values[name][look.asked[scope].who],
                    look.asked[scope].is_in,
                    self._weights[:, look.asked[scope].who],
                )
                for look in answerable
            ]
        )
        for key, figure in (
            ("auc", found.auc),
            ("ap", found.ap),
            ("p_at_core", found.p_at),
        ):
            figures |= {key: float(figure[0])}
            if len(figure) > 1:
                figures |= {f"{key}_interval": measures.interval(figure[1:])}
        if beside:
            ahead = self._of_engine[question, scope].ap - found.ap
            figures["ap_behind_engine"] = float(ahead[0])
            figures["ap_behind_engine_interval"] = measures.interval(ahead[1:])
        else:
            self._of_engine[question, scope] = found
        return figures


def _reason(question: str, looks: Sequence[Look], scope: str) -> str:
    """Return why a question has no answer."""
    if question == "standing":
        asked = looks[0].asked[scope]
        if not asked.who.size:
            return _("Nobody was active.")
        if not asked.is_in.any():
            return _("None of the core were active.")
        return _("All who were active are in the core.")
    if question == "standing then":
        return _("The list does not go back to an earlier January.")
    return _("Nobody who could be asked about entered the core on a known day.")


def _without(
    kind: ActKind, acts: Sequence[Act], questions: Questions, settings: Settings
) -> dict[str, Any]:
    """Return how well positions do when nobody had ever done one kind of act."""
    left = [act for act in acts if act.kind is not kind]
    found = scores(left, questions, settings)
    return {
        "acts": len(acts) - len(left),
        "standing": found["standing"],
        "promotion": found["promotion"],
    }


def _values(reading: Reading) -> dict[str, Floats]:
    return {
        POSITION: reading.standing,
        MOMENTUM: reading.momentum,
        APPROACH: reading.approach,
    }


def _turns(zones: Turns) -> dict[str, Any]:
    changes, undone = zones.told()
    return {
        "zone_changes_a_member_and_year": changes,
        "zones_reversed_within_90_days": undone,
    }


def _people(acts: Iterable[Act]) -> dict[str, int]:
    """Return a number for everybody an act names."""
    people: dict[str, int] = {}
    for act in acts:
        people.setdefault(act.actor, len(people))
        if act.subject is not None:
            people.setdefault(act.subject, len(people))
    return people


def _kinds(acts: Iterable[Act], settings: Settings) -> set[ActKind]:
    """Return the kinds of acts that are evidence."""
    kinds = {act.kind for act in acts}
    return kinds if settings.integrations else kinds - {ActKind.INTEGRATE}


def _history(
    acts: Sequence[Act], people: Mapping[str, int], replay: Replay
) -> dict[str, Any]:
    kinds = Counter(act.kind.value for act in acts)
    return {
        "acts": len(acts),
        "kinds": dict(sorted(kinds.items())),
        "people": len(people),
        "first": acts[0].t.date().isoformat(),
        "last": acts[-1].t.date().isoformat(),
        "lines": replay.lines,
        "founders": replay.founders,
    }


def _core(questions: Questions, standing: Look) -> dict[str, Any]:
    core = questions.listed.core_at(standing.at)
    return {
        "listed": len(core),
        "with_acts": len(core & questions.people.keys()),
        "active": int(standing.asked[ACTIVE].is_in.sum()),
        "entered_on_known_days": len(questions.entries()),
    }
