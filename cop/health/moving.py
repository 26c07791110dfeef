"""Moving: three things to do this week, and what came of those that were done.

Chosen by how many people they touch. What a move did is read four weeks later from the
signs it should move, and said with the interval of the difference. Looking at several
signs is looking several times: together the intervals hold nine tenths (Bonferroni), so
that where nothing happens, one in twenty looks better by chance and one worse, however
many signs there are. The two windows share 62 of their 90 days, and their readings are
taken as independent: the intervals are wider than they would have to be, and a move that
helped is missed more often than one that did not is praised.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from scipy import stats

from cop.health import past
from cop.health.models import Move, Reading
from cop.health.moves import WAYS
from cop.health.moves.offer import Made, Offer
from cop.health.past import Past
from cop.health.signs import SIGNS
from cop.health.signs.reading import INTERVAL, Healthy
from domain.models import Domain
from domain.refusal import Refusal, Refused
from members.models import Membership

MOST_A_WEEK: Final = 3
MEASURED_AFTER: Final = timedelta(weeks=4)

#: A sign's value, its low and its high.
Told = list[float | None]

#: By how much a sign moved: the value, its low and its high.
Difference = tuple[float, float, float]

_WIDTH: Final = 2 * float(stats.norm.ppf((1 + INTERVAL) / 2))


def offer(*, domain: Domain, at: datetime, told: Past | None = None) -> list[Move]:
    """Offer the moves of this week that touch most people; return those not made yet.

    Offered again, what they are about is found anew; what was made stays. ``told`` is
    the domain's past up to then, if somebody has read it.
    """
    told = told or past.read(domain, at=at)
    found = {name: way.find(domain, at, told) for name, way in WAYS.items()}
    return _offer(domain, found, at=at)


@transaction.atomic
def _offer(domain: Domain, found: Mapping[str, Offer], *, at: datetime) -> list[Move]:
    # Two that offer at once would take each other's away.
    Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
    week = (at - timedelta(days=at.weekday())).date()
    made = set(
        Move.objects.made()
        .filter(domain=domain, week=week)
        .values_list("way", flat=True)
    )
    best = sorted(
        (
            name
            for name, one in found.items()
            if name not in made and one.about and one.touches
        ),
        key=lambda name: (-found[name].touches, name),
    )[: MOST_A_WEEK - len(made)]
    unmade = Move.objects.filter(domain=domain, week=week, made_at=None)
    unmade.exclude(way__in=best).delete()
    return [
        Move.objects.update_or_create(
            domain=domain,
            week=week,
            way=name,
            defaults={
                "about": list(found[name].about),
                "touches": found[name].touches,
                "offered_at": at,
            },
        )[0]
        for name in best
    ]


@transaction.atomic
def make(*, move: Move, membership: Membership, at: datetime) -> tuple[Move, Made]:
    """Do what a move offers, once, and keep its signs as they stand.

    Return it with what it left behind for whoever made it.
    """
    move = Move.objects.select_for_update(no_key=True).get(pk=move.pk)
    if move.made_at is not None:
        raise Refused(Refusal("made", _("Somebody has done this already.")))
    made = WAYS[move.way].make(move.about, membership, at) or Made()
    move.made_by, move.made_at = membership, at
    move.before, move.led_to = _signs(move), made.led_to
    move.save(update_fields=["made_by", "made_at", "before", "led_to"])
    return move, made


@transaction.atomic
def make_one(*, move: Move, about: int, membership: Membership, at: datetime) -> Move:
    """Do what a move offers for one of the things it is about; the others stay.

    It counts as made with the last of them.
    """
    move = Move.objects.select_for_update(no_key=True).get(pk=move.pk)
    if move.made_at is not None or about not in move.about:
        raise Refused(Refusal("made", _("Somebody has done this already.")))
    if not WAYS[move.way].one_by_one:
        raise Refused(Refusal("whole", _("This is done for all of them at once.")))
    if move.about == [about]:
        return make(move=move, membership=membership, at=at)[0]
    WAYS[move.way].make([about], membership, at)
    move.about = [one for one in move.about if one != about]
    move.save(update_fields=["about"])
    return move


def measure(*, domain: Domain, at: datetime) -> int:
    """Say what came of moves made four weeks ago; return of how many."""
    due = Move.objects.unmeasured(before=at - MEASURED_AFTER).filter(domain=domain)
    for move in due:
        move.after, move.measured_on = _signs(move), at.date()
        move.outcome = outcome(move.before, move.after)
        move.save(update_fields=["after", "measured_on", "outcome"])
    return len(due)


def outcome(before: Mapping[str, Told], after: Mapping[str, Told]) -> Move.Outcome:
    """Say whether it helped: a sign surely better, and none surely worse."""
    better = [
        _is_better(SIGNS[name].healthy, between)
        for name, between in differences(before, after).items()
    ]
    if not better:
        return Move.Outcome.TOO_EARLY
    if any(one is True for one in better) and not any(one is False for one in better):
        return Move.Outcome.HELPED
    return Move.Outcome.NO_CHANGE


def differences(
    before: Mapping[str, Told], after: Mapping[str, Told]
) -> dict[str, Difference]:
    """Return by how much each sign moved, with intervals that hold nine tenths together.

    Left out is what was silent before or after, and what is counted: it moves from day
    to day, and nothing says by how much without any reason. Readings are taken as
    normal and as independent, by the widths of their intervals.
    """
    spoke = {
        name: (_known(before[name]), _known(after[name]))
        for name in before
        if name in after and None not in (*before[name], *after[name])
    }
    sampled = {
        name: both
        for name, both in spoke.items()
        if any(high > low for _value, low, high in both)
    }
    if not sampled:
        return {}
    width = float(stats.norm.isf((1 - INTERVAL) / 2 / len(sampled))) / _WIDTH
    found = {}
    for name, ((was, *from_), (now, *to)) in sampled.items():
        half = width * math.hypot(from_[1] - from_[0], to[1] - to[0])
        found[name] = (now - was, now - was - half, now - was + half)
    return found


def _known(told: Told) -> Difference:
    value, low, high = (float(one or 0) for one in told)
    return value, low, high


def _is_better(healthy: Healthy, between: Difference) -> bool | None:
    _moved, low, high = between
    if low <= 0 <= high:
        return None
    return (low > 0) == (healthy is Healthy.ABOVE)


def _signs(move: Move) -> dict[str, Any]:
    """The latest readings of the signs a move should move."""
    latest: dict[str, Any] = {}
    for name in WAYS[move.way].signs:
        reading = (
            Reading.objects.of(move.domain).filter(sign=name).latest_first().first()
        )
        if reading is not None:
            latest[name] = [reading.value, reading.low, reading.high]
    return latest
