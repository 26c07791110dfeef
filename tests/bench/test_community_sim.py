import json
from random import Random

import pytest
from django.db import connection, transaction

from bench.community import Community
from bench.community_comparing import OUTCOMES, effects, said_of, table
from bench.community_figures import figures
from bench.community_sim import dealt
from bench.mechanisms import MECHANISMS, taken_out
from tasks.models import Review, Task

ASKED_FOR = {
    "first_recognition_days",
    "reached_inbound",
    "reached_active",
    "review_wait_days",
    "never_done",
    "reviewer_top3_share",
    "world",
}


def life(**given):
    """Live in an empty database and leave it empty; keys begin again, lots hang on them."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT sequencename FROM pg_sequences")
            for (name,) in cursor.fetchall():
                cursor.execute(
                    f"ALTER SEQUENCE {connection.ops.quote_name(name)} RESTART"
                )
        community = Community(members=12, weeks=2, **given)
        with taken_out([]):
            community.live()
        found = figures(community)
        found["reviews"] = Review.objects.sent().count()
        found["done"] = Task.objects.filter(state=Task.State.DONE).count()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_seed_lives_the_same_life():
    first = life(seed=1)

    assert life(seed=1) == first
    assert json.loads(json.dumps(first)) == first
    assert first.keys() >= ASKED_FOR
    assert first["first_recognition_days"].keys() == {"median", "within_90"}
    assert first["review_wait_days"].keys() == {"median", "p90"}
    assert first["reviews"] > 0
    assert first["done"] > 0


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_is_where_it_is_taken_out(name):
    with taken_out([name]):
        pass


def lives(worth, *, seeds=8, noise=0.5):
    """Lives in which everything takes ten days, and longer without what is worth them."""
    chance = Random(1)
    return [
        {
            "seed": seed,
            "without": list(names),
            "first_recognition_days": {
                "median": 10
                + seed
                + sum(worth.get(name, 0) for name in names)
                + chance.gauss(0, noise),
                "within_90": None,
            },
            "review_wait_days": {"median": 1.0, "p90": None},
            "reached_inbound": 0.5,
            "reached_active": 0.5,
            "never_done": 0.5,
            "reviewer_top3_share": 0.5,
        }
        for seed in range(seeds)
        for names in dealt(seed, 3)
    ]


def test_every_mechanism_is_dealt_once_a_seed():
    first, *hands = dealt(5, 3)

    assert first == ()
    assert sorted(name for hand in hands for name in hand) == sorted(MECHANISMS)
    assert {len(hand) for hand in hands} <= {2, 3}
    assert dealt(6, 3) != dealt(5, 3)


def test_each_is_told_apart_from_those_taken_out_beside_it():
    told = lives({"leases": 3.0, "hands": -2.0})
    median, *_ = OUTCOMES

    found = effects(told, median)

    low, high = found["leases"].interval(0.95)
    assert low < 3.0 < high
    assert high - low < 2
    assert said_of([found["leases"]]) == "earns its place"
    assert said_of([found["hands"]]) == "costs"
    assert said_of([found["drawn"]]) == "cannot be told"
    assert "earns its place" in table(told)


def test_what_chance_alone_moves_cannot_be_told():
    told = lives({"leases": 0.5}, noise=5)
    median, *_ = OUTCOMES

    assert said_of([effects(told, median)["leases"]]) == "cannot be told"


def test_too_few_lives_tell_nothing():
    median, *_ = OUTCOMES

    assert set(effects(lives({}, seeds=1), median).values()) == {None}
    assert "| - |" in table(lives({}, seeds=1))
