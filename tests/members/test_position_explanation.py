"""Why somebody stands where they stand, when it fades, what would take them further."""

import math

import pytest

from domain.centrality import Zone
from members.position import amounts
from members.position.evidence import COMMONS, Channel, Kind, Line
from members.position.explanation import GateCode, explain, what_if
from members.position.run import Circumstances, Decision, Mark
from tests.members.histories import FOUNDERS, START, History, path_inward


def explained(history, who, *, day, circumstances=None, party=None):
    founded = circumstances or history.founded(until=5000)
    practice = history.practice(founded, party=party)
    run = history.run(day=day, circumstances=founded, party=party)
    return practice, run, explain(practice, run, who)


def recognition(author, by, *, key="imagined", centrality=1):
    return Line(
        key=key,
        channel=Channel.WORK,
        kind=Kind.RECOGNISED,
        giver=by,
        receiver=author,
        amount=amounts.work(centrality=centrality),
        item=key,
        at=START,
    )


def test_a_newcomers_page_has_nothing_to_explain_and_the_first_gate():
    _, _, why = explained(History(), "nell", day=1)

    assert why.position == 0
    assert why.work.pairs == why.stewardship.pairs == ()
    assert why.next_zone is Zone.INBOUND
    assert [(gate.code, gate.have, gate.need) for gate in why.gates] == [
        (GateCode.POSITION, 0.0, 2.0)
    ]
    assert why.fading is None
    assert not why.is_capped


def test_the_two_parts_are_the_position():
    history = History()
    path_inward(history, "nell", works=20)
    history.recognised("nell", by="stranger", day=90)

    _, _, why = explained(history, "nell", day=110)

    assert why.work.adds + why.stewardship.adds == pytest.approx(why.position, abs=1e-9)
    assert why.work.outside_counted == pytest.approx(0.3 * why.work.outside)
    for part in (why.work, why.stewardship):
        roots = [pair.root for pair in part.pairs if pair.is_credited]
        assert sum(roots) == pytest.approx(part.credited)
        assert [pair.root for pair in part.pairs] == sorted(
            (pair.root for pair in part.pairs), reverse=True
        )
        for pair in part.pairs:
            assert sum(item.weight for item in pair.items) == pytest.approx(pair.weight)
            assert pair.root == pytest.approx(math.sqrt(pair.weight))


def test_each_item_tells_what_it_was_worth_and_still_weighs():
    history = History()
    history.recognised("nell", by="fay", day=0, centrality=4)

    _, _, why = explained(history, "nell", day=365)
    (pair,) = why.work.pairs
    (item,) = pair.items

    assert pair.others == ("fay",)
    assert item.line.amount == 2.0
    assert item.weight == pytest.approx(1.0)


def test_a_ring_is_explained_as_one_pair():
    history = History()
    for number in range(20):
        history.recognised(f"a {number}", by=f"b {number}", day=60)
    for turn in range(5):
        for author in ("x", "y", "z"):
            for by in ("x", "y", "z"):
                if author != by:
                    history.recognised(author, by=by, day=60 + turn)

    _, run, why = explained(history, "x", day=70)

    assert len(run.rings) == 1
    assert [set(pair.others) for pair in why.work.pairs] == [{"y", "z"}]
    assert why.work.adds + why.stewardship.adds == pytest.approx(why.position, abs=1e-9)


def test_the_gates_of_active_say_how_many_must_recognise():
    many = tuple(f"founder {number}" for number in range(20))
    history = History()
    path_inward(history, "nell", works=60, by=many[:2])
    founded = history.founded(*many, until=5000)

    _, _, why = explained(history, "nell", day=310, circumstances=founded)
    position, recognisers = why.gates

    assert position.code is GateCode.POSITION
    assert position.is_met
    assert (recognisers.code, recognisers.have, recognisers.need) == (
        GateCode.RECOGNISERS,
        2,
        3,
    )
    assert not recognisers.is_met
    assert set(why.recognisers) == set(many[:2])


def test_it_is_told_that_nobody_full_recognised_anything_yet():
    history = History()
    for number in range(30):
        history.recognised(FOUNDERS[number % 3], by="nell", day=90)

    _, _, why = explained(history, "nell", day=100)

    plain = why.work.adds + why.stewardship.adds

    assert why.is_capped
    assert why.position == pytest.approx(2.0 + (plain - 2.0) / 2.0)


def test_what_was_let_in_by_nobody_knows_whom_is_told_as_such():
    history = History()
    history.line(Kind.RECOGNISED, COMMONS, "nell", day=100, amount=2.0)
    history.recognised("nell", by="fay", day=100)

    _, _, why = explained(history, "nell", day=100)

    assert [pair.others for pair in why.work.pairs] == [(COMMONS,), ("fay",)]
    assert all(pair.is_credited for pair in why.work.pairs)
    assert why.recognisers == ("fay",)


def test_what_organizers_decided_is_a_gate():
    history = History()
    path_inward(history, "nell", works=20)
    held = Circumstances(
        history.founded(until=999).founders,
        (Decision("nell", START, START + 500, at_most=Zone.INBOUND),),
    )

    _, _, why = explained(history, "nell", day=110, circumstances=held)

    assert GateCode.ORGANIZERS in {gate.code for gate in why.gates}


def test_who_went_silent_needs_one_work_and_what_staying_takes():
    history = History()
    path_inward(history, "nell", works=60)
    history.busy_founders(until=700)
    practice = history.practice(history.founded(until=5000))
    run = practice.stand(
        START + 690,
        previous={"nell": Mark(zone=Zone.INBOUND, is_silent=True)},
        weekly=True,
    )

    gates = {gate.code: gate for gate in explain(practice, run, "nell").gates}

    assert set(gates) == {GateCode.POSITION, GateCode.SILENT}
    assert gates[GateCode.POSITION].need == 3.75


def test_the_core_has_no_gate_further_in():
    history = History()
    path_inward(history, "nell", works=100)

    _, _, why = explained(history, "nell", day=510)

    assert why.zone is Zone.CORE
    assert why.next_zone is None
    assert why.gates == ()


@pytest.mark.parametrize("works", [8, 20])
def test_the_day_it_fades_is_the_day_the_engine_says_so(works):
    history = History()
    path_inward(history, "nell", works=works)
    history.busy_founders(until=3000)
    founded = history.founded(until=5000)
    practice, run, why = explained(history, "nell", day=110, circumstances=founded)
    zone = run.standing("nell").zone

    left = next(
        later.at
        for later in practice.replay(
            start=run.at, end=START + 3000, previous=run.marks()
        )
        if later.standing("nell").zone < zone
    )

    assert why.fading.zone is zone
    assert 0 <= left - why.fading.at <= 14


def test_founders_do_not_fade_before_their_term_ends():
    history = History()
    history.busy_founders(until=50)

    _, _, why = explained(
        history, "fay", day=40, circumstances=history.founded(until=180)
    )

    assert why.fading.at >= START + 180


def test_what_an_act_would_add_is_what_it_adds_when_done():
    history = History()
    path_inward(history, "nell", works=9)
    practice, run, why = explained(history, "nell", day=100)

    gain = what_if(practice, run, "nell", [recognition("nell", "finn", centrality=3)])
    history.recognised("nell", by="finn", day=100, centrality=3)
    after = history.run(day=100, circumstances=history.founded(until=5000))

    assert gain.gain > 0
    assert gain.position == pytest.approx(after.standing("nell").position, abs=1e-9)
    assert gain.gain == pytest.approx(gain.position - why.position)
    assert gain.recognisers == after.standing("nell").recognisers


def test_a_newcomers_first_recognition_is_foreseen():
    practice, run, _ = explained(History(), "nell", day=1)

    gain = what_if(practice, run, "nell", [recognition("nell", "fay")])

    assert gain.gain == pytest.approx(math.log(2))
    assert gain.zone is Zone.PERIPHERY
    assert gain.recognisers == 1


def test_the_zone_an_act_would_open_is_told():
    history = History()
    path_inward(history, "nell", works=3)
    practice, run, _ = explained(history, "nell", day=100)
    further = [
        recognition("nell", by, key=f"{by} {number}", centrality=4)
        for by in (*FOUNDERS, "nobody")
        for number in range(40)
    ]
    reviews = [
        Line(
            key=f"review {number}",
            channel=Channel.STEWARDSHIP,
            kind=Kind.REVIEWED,
            giver="nell",
            receiver=FOUNDERS[number % 3],
            amount=1.0,
            item=f"review {number}",
            at=START,
        )
        for number in range(9)
    ]

    assert run.standing("nell").zone is Zone.INBOUND
    assert what_if(practice, run, "nell", further + reviews).zone >= Zone.ACTIVE
