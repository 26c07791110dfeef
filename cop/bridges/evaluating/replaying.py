"""Replaying: what the engine of a site would have said, had the history been lived here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

import numpy as np

from cop.bridges.evaluating.measures import Floats
from cop.bridges.evidence import Act, lines_of
from domain.centrality import Zone
from members.position.evidence import Evidence
from members.position.founders import founders_of
from members.position.pairs import Numbers
from members.position.rules import Rules
from members.position.run import Circumstances, Mark, Practice, Run, next_week


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
        return reading

    def _nobody(self, at: float, *, is_weekly: bool) -> Reading:
        known = len(self._people)
        zone = np.full(known, int(Zone.PERIPHERY))
        return Reading(at, is_weekly, np.zeros(known), np.zeros(known), zone)
