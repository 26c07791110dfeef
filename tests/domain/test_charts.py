"""The charts' geometry: what is drawn is what was counted, inside the paper."""

import sys
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.charts import (
    bands,
    bullet,
    columns,
    flow,
    room,
    scale,
    spark,
    strip,
)

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
CORE, ACTIVE = flow.Stop("core", "Core", 4), flow.Stop("active", "Active", 3)
ARRIVED, LEFT = flow.Stop("arrived", "Arrived"), flow.Stop("left", "Left")


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0, [0, 1]),
        (7, [0, 2, 4, 6, 8]),
        (0.4, [0, 0.1, 0.2, 0.3, 0.4]),
        (100, [0, 40, 80, 120]),
    ],
)
def test_an_axis_has_even_numbers_up_to_the_highest(highest, marks):
    assert scale.ticks(highest, most=4) == marks


@given(
    st.lists(
        st.tuples(st.floats(0, 50), st.floats(0, 300)),
        min_size=2,
        max_size=12,
    )
)
@example([(0.0, 0.0), (sys.float_info.min / 10, 1.0)])
def test_a_curve_neither_turns_back_nor_leaves_what_lies_between_its_points(steps):
    points, across = [], 0.0
    for step, height in steps:
        across += step
        points.append((across, height))

    curves = scale.smooth(points).split("C")[1:]

    for ((x0, y0), (x1, y1)), curve in zip(pairwise(points), curves, strict=True):
        ax, ay, bx, by, *_end = map(float, curve.split())
        assert x0 - 0.1 <= ax <= bx + 0.1 <= x1 + 0.2
        low, high = min(y0, y1) - 0.1, max(y0, y1) + 0.1
        assert low <= ay <= high
        assert low <= by <= high


def test_a_trajectory_rises_toward_the_core_and_numbers_its_moments():
    points = [(NOON + timedelta(days=30 * i), i / 2) for i in range(8)]
    moment = bands.Moment(NOON + timedelta(days=60), "First task recognised")

    drawn = bands.draw(points, moments=[moment])

    assert drawn.first[1] > drawn.last[1]
    assert (drawn.first[2], drawn.last[2]) == (1, 4)
    assert [band.zone for band in drawn.bands] == [1, 2, 3, 4]
    assert drawn.markers[0].number == 1
    assert drawn.left <= drawn.markers[0].x <= drawn.right
    assert drawn.ticks[0].at == NOON


MILESTONES = (
    "First task recognised",
    "First competent as is",
    "First review given",
    "First newcomer walked in",
    "First Inbound task",
    "First entry taken in",
)


def boxes_of(drawn):
    """Everything that is read on a trajectory: words, numbers, and the dots at its ends."""
    yield from (
        (one.text, room.words(one.text, one.x, one.y, one.anchor))
        for one in drawn.words
    )
    yield from (
        (one.number, room.around(one.x, one.y, one.radius)) for one in drawn.markers
    )
    yield from (
        (end, room.around(x, y, 5.5))
        for end, (x, y, _) in (("first", drawn.first), ("last", drawn.last))
    )


@given(
    heights=st.lists(st.floats(0, 4), min_size=2, max_size=40),
    days=st.lists(st.integers(0, 400), max_size=6),
    narrow=st.booleans(),
)
@settings(max_examples=200)
def test_nothing_that_is_read_on_a_trajectory_overlaps(heights, days, narrow):
    points = [
        (NOON + timedelta(days=400 * i / (len(heights) - 1)), height)
        for i, height in enumerate(heights)
    ]
    moments = [
        bands.Moment(NOON + timedelta(days=day), text)
        for day, text in zip(sorted(days), MILESTONES, strict=False)
    ]

    drawn = bands.draw(points, moments=moments, ends=("Joined", "Today"), narrow=narrow)

    clashing = [
        (one, other)
        for (one, box), (other, another) in combinations(boxes_of(drawn), 2)
        if box.touches(another)
    ]
    assert clashing == [] or {"first", "last"} == set(clashing[0])
    assert not (narrow and drawn.words)
    for one in drawn.words:
        assert drawn.left <= room.words(one.text, one.x, one.y, one.anchor).left
        assert room.words(one.text, one.x, one.y, one.anchor).right <= drawn.right


def test_moments_of_one_day_each_keep_their_number():
    points = [(NOON, 0.0), (NOON + timedelta(days=300), 3.0)]
    moments = [
        bands.Moment(NOON + timedelta(days=150), text) for text in MILESTONES[:3]
    ]

    drawn = bands.draw(points, moments=moments, ends=("Joined", "Today"))

    assert [marker.number for marker in drawn.markers] == [1, 2, 3]
    assert len({marker.y for marker in drawn.markers}) == 3
    assert {one.text for one in drawn.words} >= {"Joined", "Today", MILESTONES[0]}


@pytest.mark.parametrize("days", [20, 90, 400, 4000])
@pytest.mark.parametrize("narrow", [False, True])
def test_months_under_a_trajectory_stay_few(days, narrow):
    points = [(NOON, 0.0), (NOON + timedelta(days=days), 2.0)]

    drawn = bands.draw(points, narrow=narrow)

    assert 1 <= len(drawn.ticks) <= 11
    assert all(drawn.left <= tick.x <= drawn.right for tick in drawn.ticks)


def test_a_single_point_is_no_trajectory():
    assert bands.draw([(NOON, 0.0)]) is None


@pytest.mark.parametrize("narrow", [False, True])
def test_a_flow_counts_everybody_on_both_sides(narrow):
    moves = {
        ("core", "core"): 3,
        ("active", "core"): 1,
        ("active", "left"): 2,
        ("arrived", "active"): 12,
        ("core", "active"): 1,
    }

    drawn = flow.draw(
        moves,
        before=[CORE, ACTIVE, ARRIVED],
        after=[CORE, ACTIVE, LEFT],
        narrow=narrow,
    )

    assert [box.count for box in drawn.before] == [4, 3, 12]
    assert [box.count for box in drawn.after] == [4, 13, 2]
    assert sorted(ribbon.kind for ribbon in drawn.ribbons) == [
        "arrive",
        "in",
        "leave",
        "out",
        "stay",
    ]
    lowest = max(box.y + box.height for box in [*drawn.before, *drawn.after])
    assert lowest <= drawn.height


def test_a_flow_of_nobody_is_not_drawn():
    assert flow.draw({}, before=[CORE], after=[CORE]) is None


def test_columns_stack_from_the_edge_up_and_names_do_not_touch():
    drawn = columns.draw([("Oct", (6, 6, 6, 4)), ("Nov", (5, 1, 1, 1))])

    parts = drawn.columns[0].parts
    assert [part.zone for part in parts] == [1, 2, 3, 4]
    assert [part.y for part in parts] == sorted((p.y for p in parts), reverse=True)
    heights = [y for _, y in drawn.names]
    assert all(a - b >= 16.9 for a, b in pairwise(heights))


def test_columns_of_nothing_are_not_drawn():
    assert columns.draw([("Oct", (0, 0, 0, 0))]) is None


def test_a_bullet_marks_the_healthy_side():
    above = bullet.draw(71, threshold=50, highest=100)
    below = bullet.draw(52, threshold=48, highest=96, healthy_above=False)

    assert (above.tick, above.band_x, above.band_width) == (150, 150, 150)
    assert (below.tick, below.band_x, below.band_width) == (150, 0, 150)


def test_a_bullet_ends_at_its_edge():
    assert bullet.draw(900, threshold=50, highest=100).bar == bullet.WIDTH


def test_a_sparkline_needs_two_values():
    assert spark.draw([3]) is None
    assert spark.draw([1, 2]).y < spark.draw([2, 1]).y


def test_a_strip_tells_which_waits_broke_the_promise():
    drawn = strip.draw([("1", [5.0, 5.0, 60.0]), ("", [])], promise=48)

    assert [late for _, _, late in drawn.dots] == [False, False, True]
    assert drawn.dots[0][0] != drawn.dots[1][0]
    assert drawn.labels == [(drawn.labels[0][0], "1")]
