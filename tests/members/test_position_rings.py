"""Small sets that mostly recognise each other count as one pair, and are told."""

import math
import random
from itertools import permutations

import pytest

from domain.centrality import Zone
from members.position.evidence import Evidence, Kind
from members.position.rings import find
from members.position.rules import DEFAULT
from members.position.run import Practice
from tests.members.histories import FOUNDERS, START, History, path_inward

HONEST = tuple(f"member {number}" for number in range(20))


def community(seed=0):
    """Twenty people whose work is recognised by many others, founders among them."""
    history = History()
    everybody = (*FOUNDERS, *HONEST)
    for number in range(200):
        author = everybody[(number * 7 + seed) % len(everybody)]
        by = everybody[(number * 11 + 3 + seed + number // 23) % len(everybody)]
        if author != by:
            history.recognised(author, by=by, day=10 + number * 0.4)
    return history


def trade(history, ring, *, rounds, day=60.0):
    for turn in range(rounds):
        for author, by in permutations(ring, 2):
            history.recognised(author, by=by, day=day + turn)


def rings_of(run):
    people = run.evidence.people.ids
    return [{people[one] for one in ring.members} for ring in run.rings]


def test_an_honest_community_has_no_rings():
    for seed in range(5):
        assert community(seed).run(day=95).rings == ()


@pytest.mark.parametrize("size", [3, 4, 5, 6, 7, 8])
def test_a_set_that_mostly_recognises_itself_is_told(size):
    history = community()
    ring = tuple(f"crony {number}" for number in range(size))
    trade(history, ring, rounds=3)
    history.recognised("crony 1", by="member 3", day=70)

    run = history.run(day=95)

    assert rings_of(run) == [set(ring)]
    assert run.rings[0].lines >= 10
    assert run.rings[0].share > 0.6


def test_a_larger_set_is_no_ring_and_gains_as_little():
    history = community()
    many = tuple(f"crony {number}" for number in range(12))
    trade(history, many, rounds=3)

    run = history.run(day=95)

    assert run.rings == ()
    assert {run.standing(one).zone for one in many} == {Zone.PERIPHERY}


def test_a_ring_is_the_same_in_whatever_order_its_lines_came():
    history = community()
    for ring in ("abcd", "efgh", "ijk"):
        trade(history, tuple(ring), rounds=3)
    told = {frozenset(ring) for ring in rings_of(history.run(day=95))}
    dice = random.Random(5)

    for _ in range(5):
        dice.shuffle(history.lines)
        evidence = Evidence()
        for start in range(0, len(history.lines), 97):
            evidence.take_in(history.lines[start : start + 97])
        full = evidence.known(FOUNDERS)
        rings = find(evidence, at=START + 95, full=full, rules=DEFAULT)
        people = evidence.people.ids

        assert told == {
            frozenset(people[one] for one in ring.members) for ring in rings
        }

    assert told == {frozenset("abcd"), frozenset("efgh"), frozenset("ijk")}


def test_trading_in_entries_is_trading():
    history = community()
    for turn in range(4):
        for author, by in permutations(("a", "b", "c"), 2):
            kind = (Kind.USED, Kind.TAKEN_IN)[turn % 2]
            history.line(kind, by, author, day=60 + turn, amount=0.5)

    assert rings_of(history.run(day=95)) == [{"a", "b", "c"}]


@pytest.mark.parametrize(("others", "is_told"), [(5, False), (60, True)])
def test_what_chance_makes_mutual_among_a_few_tells_nothing(others, is_told):
    close = ("ann", "ben", "cas", "dan")
    rest = [f"one {number}" for number in range(others)]
    history = History()
    for turn in range(20):
        for author, by in permutations(close, 2):
            history.recognised(author, by=by, day=20 + turn)
        for place, one in enumerate(close):
            other = rest[(turn * 7 + place) % others]
            history.recognised(one, by=other, day=20 + turn)
            history.recognised(other, by=one, day=20 + turn)
    for number, author in enumerate(rest):
        by = rest[(number * 2 + 1) % others]
        history.recognised(author, by=by, day=30)

    # Three quarters among the four, where chance alone makes well over a third of nine.
    assert bool(rings_of(history.run(day=60))) is is_told


def test_trading_in_a_circle_is_trading():
    history = community()
    ring = ("a", "b", "c", "d")
    for turn in range(6):
        for place, author in enumerate(ring):
            history.recognised(author, by=ring[place - 1], day=60 + turn)

    assert rings_of(history.run(day=95)) == [set(ring)]


def test_a_rings_pairs_count_as_one():
    history = community()
    ring = ("fay", "b", "c", "d")
    before = history.run(day=59).standing("b")
    trade(history, ring, rounds=8, day=87)
    run = history.run(day=94, circumstances=history.founded(*FOUNDERS, *HONEST[:9]))
    b = run.evidence.people.number("b")

    # Eight works each by c and d, who are not full, under one root; fay's apart.
    assert before.position == 0
    assert rings_of(run) == [set(ring)]
    assert run.level.work_outside[b] == pytest.approx(math.sqrt(16), rel=0.01)
    assert run.level.work[b] == pytest.approx(math.sqrt(8), rel=0.01)
    assert run.level.stewardship[b] == pytest.approx(math.sqrt(8), rel=0.01)


def test_a_ring_among_full_members_is_one_recogniser():
    full = HONEST[:12]
    history = community()
    ring = full[:4]
    trade(history, ring, rounds=30, day=50)
    run = history.run(day=95, circumstances=history.founded(*full))
    apart = find(run.evidence, at=run.at, full=run.full, rules=DEFAULT)

    assert rings_of(run) == [set(ring)]
    assert apart == run.rings


def test_a_reviewer_and_their_newcomers_are_no_ring():
    history = community()
    for turn in range(10):
        for newcomer in ("nell", "noa", "ned", "nia"):
            history.recognised(newcomer, by="fay", day=60 + turn)

    assert history.run(day=95).rings == ()


def test_a_close_pair_is_not_punished():
    history, apart = community(), community()
    trade(history, ("nell", "mo"), rounds=10)
    trade(apart, ("nell", "mo"), rounds=10)

    run = history.run(day=95)

    assert run.rings == ()
    assert run.standing("nell") == apart.run(day=95).standing("nell")


def test_a_circle_of_friends_who_also_work_with_others_is_no_ring():
    history = community()
    friends = ("ann", "ben", "cas")
    trade(history, friends, rounds=3)
    for number in range(36):
        history.recognised(friends[number % 3], by=HONEST[number % 20], day=70)

    assert history.run(day=95).rings == ()


def test_a_few_lines_between_friends_are_chance():
    history = community()
    for author, by in (("a", "b"), ("b", "c"), ("c", "a")):
        history.recognised(author, by=by, day=80)

    assert history.run(day=95).rings == ()


def test_a_ring_is_one_no_longer_after_a_quarter_without():
    history = community()
    trade(history, ("a", "b", "c"), rounds=4)
    for number in range(200):
        author = HONEST[number % 20]
        by = HONEST[(number * 3 + 1 + number // 20) % 20]
        if author != by:
            history.recognised(author, by=by, day=100 + number * 0.5)

    assert history.run(day=95).rings
    assert not history.run(day=170).rings


def test_agents_of_one_sponsor_are_not_a_ring_of_their_own():
    history = community()
    trade(history, ("a", "b", "c"), rounds=4)

    run = history.run(day=95, party={"b": "a", "c": "a"})

    assert run.rings == ()
    assert run.standing("a").position == 0


@pytest.mark.parametrize("size", [3, 4, 6, 8])
def test_a_ring_of_sock_puppets_gains_no_zone_by_itself(size):
    history = community()
    path_inward(history, "honest", works=15)
    ring = tuple(f"crony {number}" for number in range(size))
    trade(history, ring, rounds=20, day=60)

    run = history.run(day=95)

    assert {run.standing(one).zone for one in ring} == {Zone.PERIPHERY}
    assert run.standing("honest").zone > Zone.PERIPHERY
    assert run.at == START + 95


def test_a_ring_is_found_among_fifty_thousand():
    history = History()
    history.busy_founders(until=100)
    for day in range(60, 96, 4):
        for author, by in (("x", "y"), ("y", "z"), ("z", "x")):
            history.recognised(author, by=by, day=day)
    evidence = Evidence()
    evidence.enroll(f"guest {number}" for number in range(50_000))
    evidence.take_in(history.lines)
    practice = Practice(evidence, circumstances=history.founded())

    run = practice.stand(START + 98, previous={}, weekly=True)

    assert [len(ring.members) for ring in run.rings] == [3]
