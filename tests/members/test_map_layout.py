"""The map's geometry: nobody overlaps, distance is kept, and nobody moves who need not."""

import math
from dataclasses import replace
from itertools import combinations
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from members.map_layout import (
    NAME_HALF_WIDTH,
    NAME_INSIDE,
    OF_A_CROWD,
    RINGS,
    Place,
    depth,
    lay_out,
    more,
    node_radius,
    pick,
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


def drawn_of(places, spots=None):
    """Everything a map of these places draws, as circles: x, y, radius and zone."""
    zones = {place.id: place.zone for place in places}
    spots = spots or lay_out(places, areas=AREAS)
    counts = {zone: sum(p.zone == zone for p in places) for zone in RINGS}
    circles = []
    for zone, most in shown(counts).items():
        ring = [spot for spot in spots if zones[spot.id] == zone]
        drawn = pick(zone, ring, most=most)
        size = node_radius(zone, drawn)
        if len(drawn) < len(ring):
            drawn, size = [*drawn, more(zone)], OF_A_CROWD
        circles += [(spot.x, spot.y, size, zone) for spot in drawn]
    return circles


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
    assert closest_gap(drawn_of(community(size))) >= CLOSEST


@pytest.mark.parametrize("size", [12, 46, 70])
def test_a_community_of_some_dozens_is_drawn_whole(size):
    assert len(drawn_of(community(size))) == size


def test_of_a_large_one_each_ring_shows_some_and_how_many_more():
    drawn = drawn_of(community(400))

    per_ring = [sum(zone == ring for *_, zone in drawn) for ring in (1, 2, 3, 4)]
    assert all(8 <= count <= 25 for count in per_ring)


@pytest.mark.parametrize("size", [12, 46, 70, 400])
def test_nobody_covers_the_name_of_a_zone(size):
    drawn = drawn_of(community(size))

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
@settings(max_examples=60)
def test_whoever_is_drawn_is_clear_of_everybody_else(given_places):
    places = [Place(i, *given) for i, given in enumerate(given_places, 1)]

    assert closest_gap(drawn_of(places)) >= CLOSEST


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
    """The same places, each with the spot it was given."""
    known = {spot.id: spot for spot in spots}
    return [
        replace(
            place,
            previous_angle=known[place.id].angle,
            previous_radius=math.hypot(known[place.id].x, known[place.id].y),
        )
        if place.id in known
        else place
        for place in places
    ]


def by_id(spots):
    return {spot.id: spot for spot in spots}


@pytest.mark.parametrize("size", [12, 46, 70, 400, 10_000])
def test_laid_out_again_nobody_moves(size):
    places = community(size)
    first = lay_out(places, areas=AREAS)

    assert by_id(lay_out(settled(places, first), areas=AREAS)) == by_id(first)


@pytest.mark.parametrize("size", [12, 46, 69, 400])
def test_newcomers_move_nobody_and_stand_clear(size):
    places = community(size)
    first = lay_out(places, areas=AREAS)
    newcomers = [Place(1000 + n, 1 + n % 3, 0.3 * n, n % 4) for n in range(3)]

    everybody = [*settled(places, first), *newcomers]
    after = by_id(lay_out(everybody, areas=AREAS))

    assert {spot.id: after[spot.id] for spot in first} == by_id(first)
    assert closest_gap(drawn_of(everybody, list(after.values()))) >= CLOSEST


def test_who_moves_inward_moves_alone():
    places = community(46)
    first = lay_out(places, areas=AREAS)
    stirred = settled(places, first)
    stirred[0] = replace(stirred[0], zone=2, depth=0.9)

    after = by_id(lay_out(stirred, areas=AREAS))

    others = [spot for spot in first if spot.id != stirred[0].id]
    assert all(after[spot.id] == spot for spot in others)
    assert closest_gap(drawn_of(stirred, list(after.values()))) >= CLOSEST


def test_who_leaves_leaves_the_others_where_they_are():
    places = community(46)
    first = lay_out(places, areas=AREAS)

    after = by_id(lay_out(settled(places, first)[5:], areas=AREAS))

    assert all(after[i] == spot for i, spot in by_id(first).items() if i in after)


def test_everybody_fading_a_little_keeps_their_direction():
    """A year of nights in which every position fades: nobody is to be looked for."""
    places = community(46)
    first = spots = lay_out(places, areas=AREAS)
    for _night in range(52):
        places = [
            replace(place, depth=max(0.0, place.depth - 0.005))
            for place in settled(places, spots)
        ]
        spots = lay_out(places, areas=AREAS)

    before = by_id(first)
    turned = sorted(abs(spot.angle - before[spot.id].angle) for spot in spots)
    assert turned[len(turned) // 2] < 1
    assert closest_gap(drawn_of(places, spots)) >= CLOSEST


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

    assert closest_gap(drawn_of(places, lay_out(places, areas=areas))) >= CLOSEST


def test_ten_thousand_members_take_seconds_at_most():
    places = community(10_000)

    began = process_time()
    spots = lay_out(places, areas=AREAS)

    assert len(spots) == 10_000
    assert process_time() - began < 4


def test_small_communities_are_drawn_whole_and_large_ones_by_nearness():
    assert shown({1: 30, 2: 22, 3: 12, 4: 6}) == {1: 30, 2: 22, 3: 12, 4: 6}
    assert shown({1: 62, 2: 40, 3: 12, 4: 6}) == {1: 24, 2: 24, 3: 12, 4: 6}


def test_of_thousands_fewer_are_drawn_one_by_one():
    assert shown({1: 8200, 2: 1200, 3: 450, 4: 150}) == {1: 12, 2: 12, 3: 12, 4: 11}


@pytest.mark.parametrize("zone", RINGS)
def test_depth_is_the_inverse_of_the_radius(zone):
    for share in (0.0, 0.3, 1.0):
        assert depth(zone, radius(zone, share)) == pytest.approx(share)
