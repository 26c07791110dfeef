"""Moves as the page tells them: what to do this week, and what came of what was done."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.utils.functional import Promise

from cop.health import evidence, moving, reports
from cop.health.models import Move
from cop.health.moves import WAYS
from cop.health.moves.offer import Way
from cop.health.signs import SIGNS
from domain.models import Domain

#: What came of moves is told for so long.
TOLD_FOR: Final = timedelta(weeks=13)


@dataclass(frozen=True, slots=True)
class Came:
    """One sign before a move, and four weeks after it."""

    words: str | Promise
    before: str
    after: str
    #: Between what and what the difference lies, in the sign's unit; None where a
    #: reading is silent, or is counted and not sampled.
    between: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Told:
    move: Move
    way: Way
    sentence: str
    #: What the button does, and what it is about: words and address of each.
    does: str
    about: list[tuple[str, str]]
    came: list[Came]


def this_week(domain: Domain, *, at: datetime) -> list[Told]:
    """The moves offered in the week of a moment, those that touch most people first."""
    week = (at - timedelta(days=at.weekday())).date()
    moves = Move.objects.filter(domain=domain, week=week, made_at=None)
    return [
        replace(
            _told(move),
            does=WAYS[move.way].said(domain, at),
            about=evidence.named(domain, WAYS[move.way].of, move.about),
        )
        for move in moves.order_by("-touches", "way")
    ]


def lately_made(domain: Domain, *, at: datetime) -> list[Told]:
    moves = Move.objects.made().filter(domain=domain, made_at__gt=at - TOLD_FOR)
    return [
        _told(move)
        for move in moves.select_related("made_by").order_by("-made_at", "-pk")
    ]


def _told(move: Move) -> Told:
    way = WAYS[move.way]
    counts = {"about": len(move.about), "touches": move.touches}
    sentence = str(way.sentence % counts)
    moved = moving.differences(move.before, move.after)
    came = [
        _came(name, move.before[name], move.after[name], moved.get(name))
        for name in move.before
        if name in move.after
    ]
    return Told(move, way, sentence, "", [], came)


def _came(
    name: str,
    before: moving.Told,
    after: moving.Told,
    moved: moving.Difference | None,
) -> Came:
    sign = SIGNS[name]
    was, now = (
        "–" if one[0] is None else reports.said(sign, one[0]) for one in (before, after)
    )
    between = None
    if moved is not None:
        _value, low, high = moved
        between = (reports.signed(sign, low), reports.signed(sign, high))
    return Came(sign.words, was, now, between)
