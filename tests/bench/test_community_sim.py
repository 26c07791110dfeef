import json

import pytest
from django.db import connection, transaction

from bench.community import Community
from bench.community_comparing import differences, said_of, table
from bench.community_figures import figures
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


def lives(by_seed, without):
    """Lives in which all figures are alike, ``without`` less what the mechanism does."""

    def one(seed, value, names):
        return {
            "seed": seed,
            "without": names,
            "first_recognition_days": {"median": value, "within_90": value},
            "review_wait_days": {"median": 1.0, "p90": None},
            "reached_inbound": 0.5,
            "reached_active": 0.5,
            "never_done": 0.5,
            "reviewer_top3_share": 0.5,
        }

    return [
        life
        for seed, (here, there) in enumerate(by_seed)
        for life in (one(seed, here, []), one(seed, there, [without]))
    ]


def test_what_is_slower_without_it_in_every_seed_earns_its_place():
    told = lives([(5, 8), (6, 8), (4, 9), (5, 7)], "leases")

    found = differences(told, "leases")

    assert found[0].mean == 3.0
    assert said_of(found) == "earns its place"
    assert "+3.0" in table(told)


def test_what_differs_now_this_way_now_that_cannot_be_told():
    told = lives([(5, 8), (8, 5), (4, 6), (6, 5)], "leases")

    assert said_of(differences(told, "leases")) == "cannot be told"
