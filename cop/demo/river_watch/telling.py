"""Telling the story from its founding to now."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from cop.demo.river_watch import (
    company,
    desk,
    growing,
    jigsaws,
    meeting_up,
    mondays,
    people,
    pulses,
    scenes,
    tending,
    work,
    writing,
)
from cop.demo.river_watch.living import WEEK, River
from domain.models import Domain
from members import positioning

SLUG = "river-watch"

SCENES = (
    writing,
    scenes,
    jigsaws,
    meeting_up,
    company,
    desk,
    growing,
    tending,
    pulses,
    mondays,
)

#: More than a year, so that “your year” is one.
WEEKS = 55


def tell(*, now: datetime, passed: Callable[[float], None]) -> Domain:
    """Live through ``WEEKS`` weeks up to ``now``; ``passed`` hears how many are over."""
    river = River(now)
    start = river.ago(WEEKS)
    river.found(start)
    for person in people.CAST:
        if person.name != people.FOUNDER:
            came = max(river.ago(person.weeks_ago), start + WEEK * 0.01)
            river.calendar.plan(came, partial(river.join, person))
    for scene in SCENES:
        scene.play(river)
    river.calendar.plan(start + WEEK * 0.1, river.begin_week)
    river.calendar.live_until(now, passed=lambda at: passed((at - start) / WEEK))

    for person in people.CAST:
        if person.away:
            river.go_away(person)
    positioning.reposition(domain=river.domain, at=now, everybody=True)
    river.read_the_post()
    river.give_token("Driftwood")
    river.propose_kind("Tomas Vrba", work.LINKS, site="", day="", at=now)
    mondays.read(river)
    return river.domain
