"""Questions kept with their SQL answer as querysets put together anew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import IntegerField, Q, Value

from domain.models import Area
from domain.questions import Given, is_any_of, number_of, question
from tests.makers import NOON, make_domain

pytestmark = pytest.mark.django_db


@question
def areas_of():
    return (
        Area.objects.filter(domain=Given("domain"))
        .select_related("domain")
        .order_by("place")
    )


@question
def named(is_loud):
    kept = Area.objects.filter(is_any_of("name", "names"))
    return kept.filter(domain__name__contains="!") if is_loud else kept


@question
def number_named():
    return number_of(Area.objects.filter(name=Given("name")))


@question
def first_and_last():
    rows = Area.objects.filter(domain=Given("domain")).values_list("name", flat=True)
    firsts = rows.order_by("place")[:1]
    return firsts.union(rows.order_by("-place")[:1], all=True)


@question
def beyond():
    return (
        Area.objects.annotate(further=Given("by", IntegerField()) + Value(1))
        .filter(Q(place__gt=Given("by")))
        .order_by("pk")
    )


@question
def founded_since():
    return Area.objects.filter(domain__founded_at__gte=Given("at")).order_by("pk")


def test_every_asking_has_its_own_values():
    one, other = make_domain(), make_domain(areas=("Boats",))

    assert areas_of.ask(domain=one.pk) == list(one.areas.order_by("place"))
    assert [area.name for area in areas_of.ask(domain=other.pk)] == ["Boats"]
    assert areas_of.ask(domain=0) == []


def test_what_belongs_to_a_row_comes_along(django_assert_num_queries):
    domain = make_domain()

    with django_assert_num_queries(1):
        names = [area.domain.name for area in areas_of.ask(domain=domain.pk)]

    assert names == [domain.name, domain.name]


def test_an_answer_is_read_again_each_time():
    domain = make_domain(areas=("Boats",))
    areas_of.ask(domain=domain.pk)

    domain.areas.update(name="Nets")

    assert [area.name for area in areas_of.ask(domain=domain.pk)] == ["Nets"]


def test_an_argument_makes_another_question_of_it():
    make_domain(areas=("Boats", "Nets"))
    make_domain(name="River Watch!", areas=("Boats",))

    assert len(named.ask(False, names=["Boats", "Nets"])) == 3
    assert len(named.ask(True, names=["Boats", "Nets"])) == 1
    assert named.ask(False, names=[]) == []


def test_rows_are_counted_even_where_there_are_none():
    make_domain(areas=("Boats", "Nets"))

    assert number_named.first(name="Boats") == 1
    assert number_named.first(name="Rafts") == 0


def test_unions_values_times_and_sums_are_filled_in_too():
    domain = make_domain(areas=("Boats", "Nets", "Rafts"))

    assert sorted(first_and_last.ask(domain=domain.pk)) == ["Boats", "Rafts"]
    assert [(area.name, area.further) for area in beyond.ask(by=1)] == [("Rafts", 2)]
    assert len(founded_since.ask(at=domain.founded_at)) == 3
    assert founded_since.ask(at=NOON + timedelta(days=1)) == []


def test_nothing_left_open_is_asked_for():
    with pytest.raises(KeyError, match="domain"):
        areas_of.ask()


@pytest.mark.django_db(transaction=True)
def test_threads_ask_at_once_over_connections_of_their_own():
    domains = [make_domain(areas=(f"Area {number}",)) for number in range(8)]

    def ask(domain):
        try:
            return [[a.name for a in areas_of.ask(domain=domain.pk)] for _ in range(20)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, domains))

    assert answers == [[[f"Area {number}"]] * 20 for number in range(8)]
