"""Keeping: what is kept of counted lines, and the whole ledger, say the same."""

import random
from dataclasses import astuple
from datetime import timedelta
from itertools import permutations

import pytest

from domain.centrality import Zone
from domain.models import Area
from members import keeping, ledger, participating, placing, positioning, ruling
from members.models import Kept, Participation, Reckoning, Ruling
from members.practice import circumstances_about
from members.reckoning import Course
from tests.makers import make_agent, make_full, make_membership
from tests.members.test_positioning import (
    START,
    busy,
    domain,
    founders,
    recognise,
)

__all__ = ["domain", "founders"]

pytestmark = pytest.mark.django_db

KINDS = Participation.Kind
WORK, CARRIED = Participation.Channel.WORK, Participation.Channel.STEWARDSHIP


def in_force(domain):
    return Reckoning.objects.current().select_related("rules").get(domain=domain)


def kept_and_whole(domain, *, at):
    """Return where everybody stands by what is kept, and by the whole ledger."""
    current = in_force(domain)
    reading = keeping.read(
        current,
        keeping.new_lines(domain, at=at),
        everybody=True,
        circumstances_of=lambda who: circumstances_about(
            domain, who, reckoning=current
        ),
        at=at,
    )
    whole = Course.of(current, ledger.read(domain, at=at)).now(at=at)
    everybody = domain.memberships.values_list("pk", flat=True)
    if reading is None:
        return None, [whole.standing(pk) for pk in everybody]
    return tuple([run.standing(pk) for pk in everybody] for run in (reading.run, whole))


def same(kept, whole):
    return all(
        astuple(one) == pytest.approx(astuple(other), abs=1e-9)
        for one, other in zip(kept, whole, strict=True)
    )


class Bustle:
    """Whatever can happen, drawn by lot, through the one way into the ledger."""

    def __init__(self, domain, people, *, seed):
        self.domain, self.people = domain, people
        self.dice = random.Random(seed)
        self.areas = [*domain.areas.all(), None]
        self.items = []

    def act(self, *, at):
        giver, receiver = self.dice.sample(self.people, 2)
        number = len(self.items)
        item = f"submission:{number}"
        if self.items and self.dice.random() < 0.4:
            # More about what somebody did: another verdict, a recognition that credits
            # what was carried before.
            item, receiver = self.dice.choice(self.items)
        if receiver == giver:
            return
        self.items.append((item, receiver))
        kind, channel = self.dice.choice(
            [
                (KINDS.RECOGNISED, WORK),
                (KINDS.RECOGNISED, WORK),
                (KINDS.REVIEWED, CARRIED),
                (KINDS.REVIEWED, CARRIED),
                (KINDS.GUIDED, CARRIED),
                (KINDS.USED, WORK),
            ]
        )
        participating.record(
            domain=self.domain,
            kind=kind,
            channel=channel,
            key=f"{kind}:{number}",
            item=item,
            giver=giver,
            receiver=receiver,
            amount=self.dice.choice([0.1, 0.5, 1.0, 4 / 3, 2.0]),
            area=self.dice.choice(self.areas),
            at=at,
        )

    def trade(self, some, *, at):
        """A few recognise each other's work."""
        for giver, receiver in permutations(some, 2):
            recognise(receiver, by=giver, at=at)


@pytest.fixture
def people(domain, founders):
    sponsor = make_membership(domain=domain)
    agents = [
        make_membership(domain=domain, member=make_agent(sponsor=sponsor.member))
        for _ in range(2)
    ]
    return [*founders, sponsor, *agents, *(make_full(domain=domain) for _ in range(5))]


@pytest.mark.parametrize("seed", range(3))
def test_kept_sums_and_the_whole_ledger_say_the_same(domain, people, seed):
    bustle, read, rings = Bustle(domain, people, seed=seed), 0, 0
    circle = [make_membership(domain=domain) for _ in range(3)]
    # One of them is full: what outsiders say of each other is capped anyway.
    Ruling.objects.create(
        membership=circle[0],
        at_least=Zone.ACTIVE,
        begins_at=START,
        ends_at=START + timedelta(days=1000),
    )
    for hour in range(24 * 28):
        at = START + timedelta(hours=hour)
        if bustle.dice.random() < 0.3:
            bustle.act(at=at)
        if hour % 40 == 0:
            bustle.trade(circle, at=at)
        if bustle.dice.random() < 0.1:
            positioning.reposition_stale(at=at)
            current = in_force(domain)
            bustle.act(at=at)
            if current.kept_full is not None:
                kept, whole = kept_and_whole(domain, at=at + timedelta(hours=5))
                assert kept is not None
                assert same(kept, whole)
                read += 1
                rings += bool(current.rings)

    assert read > 10
    assert rings > 10


def test_what_is_kept_is_written_with_the_lines_it_counts(domain, people, monkeypatch):
    bustle = Bustle(domain, people, seed=7)
    busy(people[3], founders=people[:3])
    positioning.reposition(domain=domain, at=START + timedelta(weeks=13))
    kept = dict(Kept.objects.values_list("pk", "sums"))
    at = START + timedelta(weeks=13, hours=1)
    bustle.act(at=at)

    monkeypatch.setattr(placing, "place", interrupt)
    with pytest.raises(Interrupted):
        positioning.reposition_stale(at=at)

    assert dict(Kept.objects.values_list("pk", "sums")) == kept
    assert keeping.new_lines(domain, at=at)
    monkeypatch.undo()
    assert positioning.reposition_stale(at=at) == 1
    assert same(*kept_and_whole(domain, at=at))


def test_a_line_of_tomorrow_counts_tomorrow(domain, people):
    busy(people[3], founders=people[:3])
    at = START + timedelta(weeks=13)
    positioning.reposition(domain=domain, at=at)
    recognise(people[4], by=people[0], at=at + timedelta(days=1))

    assert positioning.reposition(domain=domain, at=at, everybody=True) == 0
    assert positioning.reposition(domain=domain, at=at + timedelta(days=1)) == 2

    people[4].refresh_from_db()
    assert people[4].position > 0


def test_after_a_ruling_the_whole_ledger_is_read_once(domain, people, monkeypatch):
    busy(people[3], founders=people[:3])
    at = START + timedelta(weeks=13)
    positioning.reposition(domain=domain, at=at)
    ruling.endorse(
        membership=people[-1],
        organizer=make_membership(domain=domain, is_organizer=True),
        zone=Zone.ACTIVE,
        reason="Known for years from the other river.",
        at=at + timedelta(hours=1),
    )
    whole = []
    read = ledger.read
    monkeypatch.setattr(
        ledger, "read", lambda *args, **given: whole.append(1) or read(*args, **given)
    )

    for hour in range(2, 5):
        recognise(people[4], by=people[-1], at=at + timedelta(hours=hour))
        positioning.reposition_stale(at=at + timedelta(hours=hour))

    assert len(whole) == 1
    assert people[-1].pk in in_force(domain).kept_full
    assert same(*kept_and_whole(domain, at=at + timedelta(hours=5)))


def test_an_area_that_came_since_is_counted_too(domain, people):
    busy(people[3], founders=people[:3])
    at = START + timedelta(weeks=13)
    positioning.reposition(domain=domain, at=at)
    area = Area.objects.create(domain=domain, name="Boats", slug="boats", place=9)
    recognise(people[4], by=people[0], at=at, area=area)

    positioning.reposition_stale(at=at)

    people[4].refresh_from_db()
    assert people[4].main_area == area
    assert area.pk in in_force(domain).kept_areas


class Interrupted(Exception):
    pass


def interrupt(*_args, **_given):
    raise Interrupted
