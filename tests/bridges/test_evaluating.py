"""What an evaluation measures, on numbers small enough to work out by hand."""

from datetime import UTC, date, datetime
from itertools import permutations

import numpy as np
import pytest

from cop.bridges.evaluating import baselines, courses, listed, measures
from cop.bridges.evaluating.replaying import Reading, Replay
from cop.bridges.evidence import Act, ActKind, days
from domain.centrality import Zone
from domain.refusal import Refused
from members.position.rules import DEFAULT
from tests.bridges import practices
from tests.bridges.test_evidence import NOON


def sort(values, is_in, weights=None):
    count = len(values)
    return measures.sort(
        np.asarray(values, float),
        np.asarray(is_in, bool),
        np.ones((1, count)) if weights is None else np.asarray([weights], float),
    )


def test_a_number_that_sorts_perfectly_measures_one():
    found = sort([4, 3, 2, 1], [1, 1, 0, 0])

    assert (found.auc[0], found.ap[0], found.p_at[0]) == (1.0, 1.0, 1.0)


def test_average_precision_is_the_mean_over_those_in():
    found = sort([4, 3, 2, 1], [1, 0, 1, 0])

    assert found.ap[0] == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert found.auc[0] == pytest.approx(3 / 4)
    assert found.p_at[0] == pytest.approx(1 / 2)


def test_equals_are_sorted_neither_way_whatever_their_order():
    values, is_in = [2, 1, 1, 1, 0], [0, 1, 0, 1, 0]
    told = {
        tuple(round(float(one[0]), 9) for one in (found.auc, found.ap, found.p_at))
        for order in permutations(range(5))
        for found in [sort([values[n] for n in order], [is_in[n] for n in order])]
    }

    assert told == {(0.5, 0.5, round(1 / 3, 9))}


def test_a_number_that_says_nothing_measures_chance():
    found = sort([0, 0, 0, 0], [1, 0, 0, 0])

    assert (found.auc[0], found.ap[0], found.p_at[0]) == (0.5, 0.25, 0.25)


def test_a_weight_of_two_is_being_there_twice():
    twice = sort([3, 2, 2, 1], [1, 0, 0, 1])
    weighed = sort([3, 2, 1], [1, 0, 1], weights=[1, 2, 1])

    for name in ("auc", "ap", "p_at"):
        assert getattr(weighed, name)[0] == pytest.approx(getattr(twice, name)[0])


@pytest.mark.parametrize("is_in", [[0, 0, 0], [1, 1, 1]])
def test_nothing_is_measured_where_nobody_or_everybody_is_in(is_in):
    found = sort([3, 2, 1], is_in)

    assert np.isnan([found.auc[0], found.ap[0], found.p_at[0]]).all()


def test_means_pass_over_what_could_not_be_measured():
    one, nothing = sort([2, 1], [1, 0]), sort([2, 1], [0, 0])

    assert measures.Sorted.mean([one, nothing]).ap[0] == 1.0


def test_resamples_are_the_same_every_time_and_begin_with_everybody_once():
    weights = measures.resampled(50)

    assert (weights[0] == 1).all()
    assert (weights.sum(axis=1) == 50).all()
    assert (weights == measures.resampled(50)).all()


def test_an_interval_is_told_only_where_most_resamples_say_something():
    assert measures.interval(np.asarray([np.nan, np.nan, 0.5])) is None
    assert measures.interval(np.linspace(0, 1, 1001)) == pytest.approx([0.025, 0.975])


def test_rank_correlation_looks_at_order_alone():
    assert measures.alike(np.arange(9.0), np.arange(9.0) ** 3) == pytest.approx(1.0)
    assert measures.alike(np.arange(9.0), -np.arange(9.0)) == pytest.approx(-1.0)
    assert np.isnan(measures.alike(np.zeros(9), np.arange(9.0)))


def act(kind, actor, subject=None, *, day):
    at = NOON.replace(month=1, day=1 + day)
    return Act(t=at, actor=actor, kind=ActKind(kind), subject=subject, work=f"w{day}")


def test_the_simple_scores_are_what_they_are_called():
    people = {"ann": 0, "bo": 1, "cy": 2}
    acts = [
        act("contribution", "ann", day=0),
        act("review", "bo", "ann", day=0),
        act("contribution", "ann", day=1),
        act("ack", "cy", "ann", day=1),
        act("integrate", "cy", "bo", day=1),
        act("contribution", "bo", day=2),
    ]
    scores = baselines.Baselines(acts, people)
    early = scores.at(days(NOON.replace(month=1, day=1)))
    late = scores.at(days(NOON.replace(month=1, day=3)))

    assert early[baselines.CONTRIBUTIONS].tolist() == [1, 0, 0]
    assert late[baselines.CONTRIBUTIONS].tolist() == [2, 1, 0]
    assert late[baselines.CONTRIBUTIONS_180] == pytest.approx(
        [2 ** (-2 / 180) + 2 ** (-1 / 180), 1, 0]
    )
    assert late[baselines.REVIEWS].tolist() == [0, 1, 1]
    assert late[baselines.COLLABORATORS].tolist() == [2, 1, 1]
    assert late[baselines.WORKS_AND_REVIEWS].tolist() == [2, 2, 1]
    rank = late[baselines.PAGERANK]
    assert rank.sum() == pytest.approx(1.0)
    assert rank[1] == pytest.approx(rank[2])
    assert rank[1] > rank[0]


def test_coming_and_going_within_a_quarter_is_counted_as_undone():
    turns = courses.Turns(2)
    everybody = np.ones(2, bool)
    for day, state in ((0, [0, 0]), (100, [1, 0]), (150, [0, 0]), (365, [0, 1])):
        turns.take(float(day), np.asarray(state), everybody)

    changes, undone = turns.told()

    assert changes == pytest.approx(3 / 2)
    assert undone == pytest.approx(1 / 3)


def test_being_ahead_counts_from_when_somebody_came_in_for_good():
    ahead = courses.Ahead([(400.0, 0), (400.0, 1)], 2)
    for day, inside in ((0, [1, 0]), (100, [0, 0]), (200, [1, 0]), (500, [1, 1])):
        ahead.take(float(day), np.asarray(inside, bool))

    assert ahead.told() == {"entries": 2, "seen_before": 0.5, "median_days": 200.0}


def test_equals_are_among_the_highest_only_together():
    highest = courses.highest(np.asarray([3.0, 2.0, 2.0, 0.0]), 2)

    assert highest.tolist() == [True, False, False, False]
    assert courses.highest(np.zeros(3), 2).tolist() == [False] * 3


def read(tmp_path, **given):
    _, path = practices.files(tmp_path, [], practices.core(**given))
    return listed.read(path)


def on(text):
    return listed.end_of(date.fromisoformat(text))


def test_the_core_of_any_day_is_told_by_the_history(tmp_path):
    core = read(tmp_path)

    assert core.core_at(on("2018-01-01")) == frozenset()
    assert core.core_at(on("2020-01-01")) == {*practices.FIRST, "dee"}
    assert core.core_at(on("2021-12-31")) == {*practices.FIRST, *practices.LATER}
    assert core.undated == set(practices.FIRST)


def test_without_a_history_first_and_last_days_tell_it(tmp_path):
    core = read(tmp_path, history=None, left={"ada": "2020-03-01"})

    assert "ada" in core.core_at(on("2020-02-01"))
    assert "ada" not in core.core_at(on("2020-03-02"))
    assert "dee" in core.core_at(on("2020-03-02"))


def test_the_list_itself_has_the_last_word(tmp_path):
    core = read(tmp_path, core=["ada", "zoe"])

    assert core.core_at(on("2021-12-31")) == {"ada", "zoe"}


def test_who_came_while_the_list_was_filled_in_has_no_known_day(tmp_path):
    fields = practices.core()
    del fields["became_censored"]
    _, path = practices.files(tmp_path, [], fields)

    assert listed.read(path).undated == set(practices.FIRST)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"core": []}, "empty_core"),
        ({"core": "ada"}, "wrong_type"),
        ({"as_of": "yesterday"}, "wrong_type"),
        ({"as_of": None}, "wrong_type"),
        ({"became": {"ada": 7}}, "wrong_type"),
        ({"became": ["ada"]}, "wrong_type"),
        ({"history": {"2018": "ada"}}, "wrong_type"),
        ({"history": [{"date": "soon"}]}, "wrong_type"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path, given, code):
    with pytest.raises(Refused) as caught:
        read(tmp_path, **given)

    assert caught.value.refusal.code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "bad_json"), (b"\xff", "bad_json"), (b"[]", "not_an_object")],
)
def test_a_file_that_is_no_list_is_refused(tmp_path, content, code):
    path = tmp_path / "core.json"
    path.write_bytes(content)

    with pytest.raises(Refused) as caught:
        listed.read(path)

    assert caught.value.refusal.code == code


def test_a_list_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused) as caught:
        listed.read(tmp_path / "nowhere.json")

    assert caught.value.refusal.code == "unreadable"


def reading(**given):
    plain = {
        "position": [0.0],
        "momentum": [0.0],
        "zone": [Zone.PERIPHERY],
        "inside": [0.0],
        **given,
    }
    return Reading(
        at=0.0,
        is_weekly=True,
        **{name: np.asarray(values) for name, values in plain.items()},
    )


def test_who_stands_further_in_is_told_by_the_zone_before_the_position():
    told = reading(
        position=[8.6, 5.2, 20.0, 6.0],
        zone=[Zone.INBOUND, Zone.ACTIVE, Zone.ACTIVE, Zone.CORE],
    ).standing

    assert list(np.argsort(told)) == [0, 1, 2, 3]


def test_each_year_inside_makes_being_taken_in_next_less_likely():
    told = reading(momentum=[2.0] * 3, inside=[0.0, 365.0, 730.0]).approach

    assert told / told[0] == pytest.approx([1, 2 / 3, 1 / 2])


def test_who_does_nothing_is_no_nearer_for_having_come_lately():
    told = reading(momentum=[0.0] * 2, inside=[0.0, 3650.0]).approach

    assert list(told) == [0.0, 0.0]


def test_years_inside_count_from_when_somebody_first_left_the_edge():
    acts = [
        Act(
            t=datetime.fromisoformat(told["t"]),
            actor=told["actor"],
            kind=ActKind(told["kind"]),
            subject=told.get("subject"),
            work=told["work"],
        )
        for told in practices.acts()
    ]
    people = {name: number for number, name in enumerate(["ada", "fay", "nobody"])}
    replay = Replay(acts, people, rules=DEFAULT, integrations=False)
    left: dict[int, float] = {}
    for told in replay.readings([], end=days(datetime(2021, 12, 1, tzinfo=UTC))):
        for who in np.flatnonzero(told.zone > Zone.PERIPHERY):
            left.setdefault(int(who), told.at)

    assert left.keys() == {0, 1}
    assert told.inside == pytest.approx([told.at - left[0], told.at - left[1], 0.0])
