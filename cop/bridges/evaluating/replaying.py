"""Replaying: what the engine of a site would have said, had the history been lived here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

import numpy as np

from cop.bridges.evaluating.looks import YEAR
from cop.bridges.evaluating.measures import Floats
from cop.bridges.evidence import Act, lines_of
from domain.centrality import Zone
from members.position.evidence import Evidence
from members.position.founders import founders_of
from members.position.pairs import Numbers
from members.position.rules import Rules
from members.position.run import Circumstances, Mark, Practice, Run
from members.position.weeks import next_week


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Where everybody stood at one moment; arrays run over the history's people."""

    at: float
    #: Whether this is one of the weekly runs, by which zones change.
    is_weekly: bool
    #: P under the level's memory, and under the momentum's.
    position: Floats
    momentum: Floats
    zone: Numbers
    #: How long ago each first left the edge, in days; 0 for whoever never did.
    inside: Floats

    @property
    def standing(self) -> Floats:
        """Return where everybody stands: the zone first, then how far in.

        A zone was looked at twice before it changed, and knows who is away; P within
        it is squeezed below the next.
        """
        standing: Floats = self.zone + self.position / (1.0 + self.position)
        return standing

    @property
    def approach(self) -> Floats:
        """Return how likely everybody is to be taken in next, if they were not yet.

        ``(e**P - 1) / (t + 2)``, with P under momentum and t years inside. What somebody
        does lately tells that they could be; P is a logarithm of it. Whoever has been
        inside for t years without it was passed over as many times, and the rule of
        succession (Laplace 1774) has ``1 / (t + 2)`` for the chance of the next.
        """
        approach: Floats = np.expm1(self.momentum) / (self.inside / YEAR + 2.0)
        return approach


class Replay:
    """One history under one set of rules, ready to be lived through."""

    def __init__(
        self,
        acts: Sequence[Act],
        people: Mapping[str, int],
        *,
        rules: Rules,
        integrations: bool,
    ) -> None:
        lines = list(lines_of(acts, integrations=integrations, rules=rules))
        self._people = people
        self._evidence = Evidence()
        self._evidence.take_in(lines)
        self._begins = lines[0].at if lines else np.inf
        founders = founders_of(lines, rules=rules)
        self._practice = Practice(
            self._evidence, rules=rules, circumstances=Circumstances(founders=founders)
        )
        #: Where the engine's people are among the history's; the commons come last.
        self._places = np.asarray(
            [people.get(str(one), len(people)) for one in self._evidence.people.ids],
            np.int64,
        )
        #: When each was first seen past the edge.
        self._entered = np.full(len(people), np.inf)
        self.lines = len(lines)
        self.founders = len(founders)

    def readings(self, moments: Iterable[float], *, end: float) -> Iterator[Reading]:
        """Yield every weekly run up to ``end``, and a reading at each of ``moments``.

        A reading in between is what a page would have shown that day: nothing starts
        from it.
        """
        asked = sorted(set(moments))
        weeks = set(self._weeks(end))
        previous: Mapping[object, Mark] | Run = {}
        for at in merge(asked, sorted(weeks - set(asked))):
            if at < self._begins:
                yield self._nobody(at, is_weekly=False)
                continue
            run = self._practice.stand(at, previous=previous, weekly=at in weeks)
            if at in weeks:
                previous = run
            yield self._told(run, is_weekly=at in weeks)

    def _weeks(self, end: float) -> Iterator[float]:
        at = self._begins
        while (at := next_week(at) if np.isfinite(at) else np.inf) <= end:
            yield at

    def _told(self, run: Run, *, is_weekly: bool) -> Reading:
        reading = self._nobody(run.at, is_weekly=is_weekly)
        known = self._places < len(self._people)
        here = self._places[known]
        reading.position[here] = run.level.position[known]
        reading.momentum[here] = run.momentum.position[known]
        reading.zone[here] = run.zone[known]
        past = (reading.zone > Zone.PERIPHERY) & np.isinf(self._entered)
        self._entered[past] = run.at
        since = np.isfinite(self._entered)
        reading.inside[since] = run.at - self._entered[since]
        return reading

    def _nobody(self, at: float, *, is_weekly: bool) -> Reading:
        known = len(self._people)
        zone = np.full(known, int(Zone.PERIPHERY))
        return Reading(
            at, is_weekly, np.zeros(known), np.zeros(known), zone, np.zeros(known)
        )
