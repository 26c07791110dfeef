"""Cohorts: how far those who came at one time got within another. Pure."""

import numpy as np

from cop.health.past import Past
from cop.health.signs.practice import YEAR_DAYS, came
from cop.health.signs.reading import Cases, Scope, Thing
from domain.centrality import Zone


def reached(past: Past, at: float, scope: Scope, *, zone: Zone, months: int) -> Cases:
    """Those who came in the year that ended so many months ago, and whether they stood
    in a zone or further in within so many months of coming."""
    span = months / 12 * YEAR_DAYS
    cohort = past.people[
        came(past, at, scope, after=at - span - YEAR_DAYS, until=at - span)
    ]
    zones = past.zones[past.zones["zone"] >= zone]
    who, first = np.unique(zones["who"], return_index=True)
    times = np.full(len(cohort), np.inf)
    known = np.isin(cohort["pk"], who)
    times[known] = zones["at"][first][np.searchsorted(who, cohort["pk"][known])]
    return Cases(Thing.PERSON, cohort["pk"], times <= cohort["joined"] + span)


def full(past: Past, at: float, scope: Scope) -> Cases:
    """Who was full at a moment: there, and Active or in the Core."""
    people = past.people
    here = (people["joined"] <= at) & (people["left"] > at)
    here &= scope.has(past, people["pk"])
    found = people["pk"][here]
    found = found[past.zone_of(found, at) >= Zone.ACTIVE]
    return Cases(Thing.PERSON, found, np.ones(len(found), dtype=bool))
