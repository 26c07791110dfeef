"""What a position is made of: amounts, pairs, credit, decay, parties."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.centrality import Centrality, Zone
from members.position import amounts
from members.position.evidence import (
    COMMONS,
    COUNTERS,
    Evidence,
    Kind,
    countered,
    standing,
)
from members.position.rules import DEFAULT
from members.position.run import NEWCOMER, Practice
from tests.members.histories import FOUNDERS, START, History, path_inward


def position_of(history, who, *, day=100.0, **given):
    return history.run(day=day, **given).standing(who).position


def test_a_newcomer_stands_at_the_edge():
    assert History().run(day=1).standing("nell") == NEWCOMER
    assert NEWCOMER.position == 0.0


def test_nobody_recognised_means_nobody_moves():
    history = History()
    history.line(Kind.RECOGNISED, "nell", "nell", day=1, amount=5)

    assert position_of(history, "nell") == 0.0


def test_a_first_recognition_by_a_full_member_counts_in_full():
    history = History()
    history.recognised("nell", by="fay", day=100)

    assert position_of(history, "nell") == pytest.approx(math.log(2))


def test_the_formula_is_two_logarithms_of_sums_of_roots():
    history = History()
    history.recognised("nell", by="fay", day=100)
    history.recognised("nell", by="fay", day=100)
    history.recognised("nell", by="finn", day=100)
    history.recognised("mo", by="nell", day=100, centrality=4)
    history.recognised("mo", by="fay", day=100)
    nell = history.run(day=100)

    # Two works by one giver have one root; nell's own review of mo is not credited:
    # neither is full, and nobody full recognised that piece of work.
    expected = math.log(1 + math.sqrt(2) + 1) + 2 * math.log(1 + 0.3)

    assert nell.standing("nell").position == pytest.approx(expected)
    assert nell.standing("nell").recognisers == 2


def test_a_review_is_credited_once_a_full_member_recognises_the_same_work():
    history = History()
    history.line(Kind.RECOGNISED, "nell", "mo", day=99, amount=0.5, item="shared")
    history.line(Kind.REVIEWED, "nell", "mo", day=99, item="shared")
    before = position_of(history, "nell", day=99.5)
    history.line(Kind.RECOGNISED, "fay", "mo", day=100, amount=0.5, item="shared")

    assert before == pytest.approx(2 * math.log(1.3), rel=1e-3)
    assert position_of(history, "nell", day=100) == pytest.approx(
        2 * math.log(2), rel=1e-2
    )


def test_a_change_of_full_members_credits_the_past_anew():
    history = History()
    history.recognised("mo", by="nell", day=10)
    path_inward(history, "mo", from_day=11, works=20)
    before = history.run(day=10)
    after = history.run(day=120)

    assert before.level.stewardship[before.evidence.people.number("nell")] == 0
    assert after.standing("mo").zone >= Zone.ACTIVE
    assert after.level.stewardship[after.evidence.people.number("nell")] > 0.8


def test_evidence_halves_in_a_year_and_momentum_in_two_months():
    history = History()
    history.recognised("nell", by="fay", day=0)
    history.busy_founders(until=400)
    later = history.run(day=365, circumstances=history.founded(until=1000))
    standing = later.standing("nell")

    assert standing.position == pytest.approx(math.log(1 + math.sqrt(0.5)))
    assert standing.momentum == pytest.approx(
        math.log(1 + math.sqrt(2 ** (-365 / 60))), rel=1e-9
    )


def test_praise_by_outsiders_is_capped_below_the_first_cut():
    history = History()
    for number in range(200):
        history.recognised("nell", by=f"fan {number}", day=50)
        history.recognised(f"fan {number}", by="nell", day=50 + number / 10)

    standing = history.run(day=100).standing("nell")

    assert standing.position == pytest.approx(3 * math.log(1.75))
    assert standing.zone is Zone.PERIPHERY


def test_whom_no_full_member_recognised_comes_no_further_than_inbound():
    history = History()
    for number in range(300):
        history.recognised(FOUNDERS[number % 3], by="nell", day=90 + number / 40)
    nell = history.run(day=100).standing("nell")
    history.recognised("nell", by="fay", day=100)
    recognised = history.run(day=100).standing("nell")

    assert nell.zone is Zone.INBOUND
    assert recognised.zone is Zone.ACTIVE
    # Each step beyond the door counted half.
    step = recognised.position - math.log(2) - 2.0
    assert nell.position == pytest.approx(2.0 + step / 2.0)


def test_the_commons_count_in_full_and_as_one_giver_but_never_as_a_recogniser():
    history = History()
    for _ in range(4):
        history.line(Kind.RECOGNISED, COMMONS, "nell", day=100)
    run = history.run(day=100)
    nell = run.standing("nell")

    assert nell.position == pytest.approx(math.log(1 + math.sqrt(4)))
    assert nell.recognisers == 0
    assert run.recognisers_needed == 1
    assert COMMONS not in run.full_members()


def test_the_commons_alone_carry_nobody_past_inbound():
    history = History()
    for number in range(1000):
        history.line(Kind.RECOGNISED, COMMONS, "nell", day=80 + number / 50)
        history.line(Kind.REVIEWED, "nell", "fay", day=80 + number / 50)

    assert history.run(day=100).standing("nell").zone is Zone.INBOUND


def test_who_is_recognised_by_some_and_let_in_by_others_the_order_of_lines_is_nothing():
    history = History()
    for number in range(6):
        history.line(Kind.RECOGNISED, COMMONS, "nell", day=number)
        history.recognised("nell", by="fay", day=number)
    in_order = history.run(day=50).standing("nell")
    history.lines.reverse()

    assert history.run(day=50).standing("nell").position == pytest.approx(
        in_order.position, abs=1e-9
    )


def test_volume_by_one_giver_counts_with_the_root():
    few, many = History(), History()
    for _ in range(4):
        few.recognised("nell", by="fay", day=100)
    for _ in range(16):
        many.recognised("nell", by="fay", day=100)

    assert math.expm1(position_of(few, "nell")) == pytest.approx(2)
    assert math.expm1(position_of(many, "nell")) == pytest.approx(4)


def test_two_recognisers_share_one_work():
    shared = History()
    shared.recognised("nell", by=("fay", "finn"), day=100)
    line = shared.lines[0]

    assert line.amount == 0.5
    assert shared.run(day=100).standing("nell").recognisers == 2


@pytest.mark.parametrize(
    ("facts", "amount"),
    [
        ({"centrality": Centrality.PERIPHERY}, 1.0),
        ({"centrality": Centrality.INBOUND}, 4 / 3),
        ({"centrality": Centrality.ACTIVE}, 5 / 3),
        ({"centrality": Centrality.CORE}, 2.0),
        ({"centrality": Centrality.PERIPHERY, "remediations": 1}, 0.8),
        ({"centrality": Centrality.CORE, "remediations": 2}, 1.2),
        ({"centrality": Centrality.CORE, "remediations": 7}, 1.2),
        ({"centrality": Centrality.CORE, "accommodated": True}, 1.0),
        ({"centrality": 1, "accommodated": True, "remediations": 3}, 0.5),
        ({"centrality": Centrality.CORE, "recognisers": 2}, 1.0),
        ({"centrality": Centrality.CORE, "practice": True}, 0.0),
    ],
)
def test_work_counts_by_what_hangs_on_it_and_how_it_got_there(facts, amount):
    assert amounts.work(**facts) == pytest.approx(amount)


def test_the_first_two_verdicts_count_in_full_and_late_ones_not_at_all():
    assert [amounts.review(place=place) for place in (1, 2, 3)] == [1.0, 1.0, 0.5]
    assert amounts.review(place=1, before_decision=False) == 0.0


@given(given=st.integers(1, 400), place=st.integers(1, 4))
def test_of_many_reviews_a_day_those_beyond_the_eighth_count_with_the_root(
    given, place
):
    worth = [amounts.review(place=place, nth=nth) for nth in range(1, given + 1)]

    beyond = max(given - 8, 0)
    together = given - beyond + math.sqrt(beyond)
    assert sum(worth) == pytest.approx(together * amounts.review(place=place))


@given(nth=st.integers(1, 10_000))
def test_one_more_review_a_day_counts_for_something_and_never_for_more(nth):
    assert (
        0.0 < amounts.review(place=1, nth=nth + 1) <= amounts.review(place=1, nth=nth)
    )


def test_how_many_reviews_fill_a_day_is_a_rule():
    two = replace(DEFAULT, reviews_a_day=2)

    assert [amounts.review(place=1, nth=nth, rules=two) for nth in (2, 3, 4)] == [
        1.0,
        1.0,
        pytest.approx(math.sqrt(2) - 1),
    ]


def test_guidance_counts_once_answered_and_recognised():
    assert amounts.guidance(answered=True, recognised=True) == 0.5
    assert amounts.guidance(answered=True, recognised=False) == 0.0
    assert amounts.guidance(answered=False, recognised=True) == 0.0


def test_what_is_taken_back_is_as_if_never_given():
    history = History()
    lines = history.recognised("nell", by="fay", day=50)
    history.lines += [
        countered(line, key=f"back {line.key}", at=START + 60) for line in lines
    ]

    run = history.run(day=100)

    assert run.standing("nell").position == 0.0
    assert run.standing("fay").position == 0.0


def test_taking_back_part_leaves_the_rest():
    history = History()
    line = history.line(Kind.RECOGNISED, "fay", "nell", day=100, amount=2.0)
    back = countered(replace(line, amount=1.0), key="back", at=START + 100)
    history.lines.append(back)

    assert position_of(history, "nell") == pytest.approx(math.log(2))


def test_a_counter_line_without_a_line_takes_nothing():
    history = History()
    line = history.line(Kind.RECOGNISED, "fay", "nell", day=100)
    history.lines = [countered(line, key="back", at=START + 100)]

    assert position_of(history, "nell") == 0.0


def test_a_sponsor_and_their_agents_are_one_giver():
    swarm = {f"bot {number}": "fay" for number in range(9)}
    history = History()
    for giver in ("fay", *swarm):
        history.recognised("nell", by=giver, day=100)

    together = history.run(day=100, party=swarm).standing("nell")

    assert together.position == pytest.approx(math.log(1 + math.sqrt(10)))
    assert together.recognisers == 1


def test_a_sponsor_cannot_carry_their_own_agent():
    history = History()
    for _ in range(5):
        history.recognised("bot", by="fay", day=100)

    run = history.run(day=100, party={"bot": "fay"})

    assert run.standing("bot").position == 0.0
    assert run.standing("fay").position == 0.0


people = st.sampled_from([*FOUNDERS, "nell", "mo", "guest"])
acts = st.lists(
    st.tuples(people, people, st.floats(0, 300), st.sampled_from([1, 2, 3, 4])).filter(
        lambda act: act[0] != act[1]
    ),
    min_size=1,
    max_size=40,
)


def history_of(told):
    history = History()
    for author, by, day, centrality in told:
        history.recognised(author, by=by, day=day, centrality=centrality)
    return history


def same(one, other):
    members = set(one.members()) | set(other.members())
    for member in members:
        a, b = one.standing(member), other.standing(member)
        assert a.position == pytest.approx(b.position, abs=1e-9)
        assert a.momentum == pytest.approx(b.momentum, abs=1e-9)
        assert (a.zone, a.heading, a.recognisers, a.is_silent) == (
            b.zone,
            b.heading,
            b.recognisers,
            b.is_silent,
        )


@given(told=acts, data=st.data())
@settings(max_examples=40)
def test_the_order_in_which_lines_come_does_not_matter(told, data):
    history = history_of(told)
    one = history.run(day=300)
    history.lines = data.draw(st.permutations(history.lines))

    same(one, history.run(day=300))


@given(told=acts, cuts=st.lists(st.floats(0, 300), max_size=5))
@settings(max_examples=40)
def test_following_live_comes_to_the_same_as_replaying_from_scratch(told, cuts):
    history = history_of(told)
    ordered = sorted(history.lines, key=lambda line: line.at)
    evidence, marks, since = Evidence(), {}, START - 1
    for day in (*sorted(cuts), 300.0):
        evidence.take_in(line for line in ordered if line.at <= START + day)
        practice = Practice(evidence, circumstances=history.founded())
        for run in practice.replay(start=since, end=START + day, previous=marks):
            marks, since = run.marks(), run.at
        live = practice.stand(START + day, previous=marks, weekly=False)

    same(live, history.run(day=300))


@given(told=acts)
@settings(max_examples=40)
def test_positions_are_bounded_and_fade_when_nothing_happens(told):
    history = history_of(told)
    now, later = history.run(day=300), history.run(day=305)

    for member in now.members():
        standing = now.standing(member)
        assert 0 <= standing.position < 3 * math.log1p(len(told) * 2)
        if now.full_members() == later.full_members():
            assert later.standing(member).position <= standing.position + 1e-9


@given(told=acts, by=st.sampled_from(FOUNDERS))
@settings(max_examples=40)
def test_one_more_recognition_never_moves_its_author_outward(told, by):
    history = history_of(told)
    before = history.run(day=300)
    history.recognised("nell", by=by, day=300)
    after = history.run(day=300)

    assert after.standing("nell").position >= before.standing("nell").position - 1e-9


def test_lines_told_twice_count_once():
    history = History()
    history.recognised("nell", by="fay", day=100)
    history.lines *= 2

    assert position_of(history, "nell") == pytest.approx(math.log(2))


def test_a_line_from_the_past_comes_right():
    history = History()
    path_inward(history, "nell", works=20)
    late, *rest = history.lines
    evidence = Evidence()
    evidence.take_in(rest)

    changed_from = evidence.take_in([late])
    practice = Practice(evidence, circumstances=history.founded())
    *_, last = practice.replay(start=START - 1, end=START + 100)
    *_, scratch = history.practice().replay(start=START - 1, end=START + 100)

    assert changed_from == late.at
    same(last, scratch)


def test_a_counter_line_that_names_a_line_takes_that_one_back():
    history = History()
    first = history.line(Kind.RECOGNISED, "fay", "nell", day=99, item="same")
    later = history.line(Kind.TAKEN_IN, "fay", "nell", day=100, item="same")
    counter = countered(first, key=f"{COUNTERS}{first.key}", at=START + 100)

    assert standing([first, later, counter]) == [later]
