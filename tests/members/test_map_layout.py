"""The map's geometry: nobody overlaps, distance is kept, and nobody moves who need not."""

import math
from itertools import combinations
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.map_layout import (
    NAME_HALF_WIDTH,
    NAME_INSIDE,
    RINGS,
    Place,
    depth,
    lay_out,
    node_radius,
    radius,
    shown,
)

AREAS = ("Data", "Reporting", "Outreach", "Sampling")
CLOSEST = 6.0


def community(size):
    """Members as communities have them: most at the edge, areas of unequal size."""
    zones = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4]
    areas = [0, 0, 0, 1, 1, 2, 3]
    return [
        Place(i, zones[i % 10], (i * 37 % 100) / 100, areas[i * 5 % 7])
        for i in range(1, size + 1)
    ]


def drawn_of(places):
    counts = {zone: sum(p.zone == zone for p in places) for zone in RINGS}
    drawn = shown(counts)
    chosen = [
        place
        for zone in RINGS
        for place in [p for p in places if p.zone == zone][: drawn[zone]]
    ]
    return chosen, [zone for zone in RINGS if drawn[zone] < counts[zone]]


def circles(places, spots):
    zones = {place.id: place.zone for place in places} | {-z: z for z in RINGS}
    of_zone = [zones[spot.id] for spot in spots]
    return [
        (spot.x, spot.y, node_radius(zone, of_zone.count(zone)), zone)
        for spot, zone in zip(spots, of_zone, strict=True)
    ]


def closest_gap(drawn):
    return min(
        (
            math.hypot(x - u, y - v) - r - s
            for (x, y, r, _), (u, v, s, _) in combinations(drawn, 2)
        ),
        default=math.inf,
    )


@pytest.mark.parametrize("size", [12, 46, 70, 400])
def test_nobody_overlaps(size):
    chosen, more = drawn_of(community(size))

    drawn = circles(chosen, lay_out(chosen, areas=AREAS, more=more))

    assert closest_gap(drawn) >= CLOSEST


@pytest.mark.parametrize("size", [12, 46, 70, 400])
def test_nobody_covers_the_name_of_a_zone(size):
    chosen, more = drawn_of(community(size))

    drawn = circles(chosen, lay_out(chosen, areas=AREAS, more=more))

    names = {
        zone: NAME_INSIDE - outer for zone, (_, outer) in RINGS.items() if zone < 4
    }
    covering = [
        (x, y)
        for x, y, r, zone in drawn
        if zone in names and abs(y - names[zone]) < r and abs(x) < NAME_HALF_WIDTH
    ]
    assert covering == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3, 4]),
            st.floats(0, 1),
            st.none() | st.integers(0, 3),
            st.none() | st.floats(-360, 360),
        ),
        max_size=120,
    )
)
@settings(max_examples=60, deadline=None)
def test_whoever_is_drawn_is_clear_of_everybody_else(given_places):
    places = [Place(i, *given) for i, given in enumerate(given_places, 1)]
    chosen, more = drawn_of(places)

    drawn = circles(chosen, lay_out(chosen, areas=AREAS, more=more))

    assert len(drawn) == len(chosen) + len(more)
    assert closest_gap(drawn) >= CLOSEST


def test_distance_is_never_touched():
    places = community(70)
    spots = {spot.id: spot for spot in lay_out(places, areas=AREAS)}

    for place in places:
        distance = math.hypot(spots[place.id].x, spots[place.id].y)
        assert distance == pytest.approx(radius(place.zone, place.depth), abs=0.02)


def test_members_stand_in_the_direction_of_their_area():
    places = [place for place in community(40) if place.zone < 3]
    spots = {spot.id: spot for spot in lay_out(places, areas=AREAS)}

    for place in places:
        from_twelve = (spots[place.id].angle + 90) % 360
        assert from_twelve // 90 == place.area_index


def settled(places, spots):
    angles = {spot.id: spot.angle for spot in spots}
    return [
        Place(p.id, p.zone, p.depth, p.area_index, angles.get(p.id)) for p in places
    ]


def test_laid_out_again_nobody_moves():
    places = community(46)
    first = lay_out(places, areas=AREAS)

    again = lay_out(settled(places, first), areas=AREAS)

    for before, after in zip(first, again, strict=True):
        assert after.angle == pytest.approx(before.angle, abs=1e-6)


def test_somebody_new_moves_nobody_in_another_ring_and_others_little():
    places = community(46)
    first = lay_out(places, areas=AREAS)
    newcomer = Place(1000, 1, 0.0, 2)

    after = lay_out([*settled(places, first), newcomer], areas=AREAS)

    before = {spot.id: spot.angle for spot in first}
    zones = {place.id: place.zone for place in places}
    moved = {s.id: abs(s.angle - before[s.id]) for s in after if s.id in before}
    assert max(m for i, m in moved.items() if zones[i] != 1) < 1e-6
    assert max(moved.values()) < 12


def test_whoever_goes_over_to_another_area_goes_over_on_the_map():
    alone = Place(7, 2, 0.5, area_index=2, previous_angle=-60.0)

    (spot,) = lay_out([alone], areas=AREAS)

    assert 90 <= spot.angle <= 180


def test_order_does_not_matter():
    places = community(46)

    forth, back = (
        {spot.id: spot for spot in lay_out(order, areas=AREAS)}
        for order in (places, places[::-1])
    )

    assert forth == back


@pytest.mark.parametrize(
    "areas", [(), ("All of it",), ("One", "Two", "Three"), "abcdefghijkl"]
)
def test_any_number_of_areas_can_be_laid_out(areas):
    places = [
        Place(p.id, p.zone, p.depth, p.id % len(areas) if areas else None)
        for p in community(46)
    ]

    drawn = circles(places, lay_out(places, areas=areas))

    assert closest_gap(drawn) >= CLOSEST


def test_ten_thousand_members_take_seconds_at_most():
    places = community(10_000)

    began = process_time()
    spots = lay_out(places, areas=AREAS)

    assert len(spots) == 10_000
    assert process_time() - began < 4


def test_small_communities_are_drawn_whole_and_large_ones_by_nearness():
    assert shown({1: 30, 2: 22, 3: 12, 4: 6}) == {1: 30, 2: 22, 3: 12, 4: 6}
    assert shown({1: 62, 2: 40, 3: 12, 4: 6}) == {1: 24, 2: 24, 3: 12, 4: 6}


def test_depth_is_linear_between_the_cuts():
    cuts = (2.0, 5.0, 8.5)

    assert depth(zone=1, position=0.0, cuts=cuts) == 0.0
    assert depth(zone=2, position=3.5, cuts=cuts) == 0.5
    assert depth(zone=3, position=4.0, cuts=cuts) == 0.0
    assert depth(zone=4, position=30.0, cuts=cuts) == 1.0
