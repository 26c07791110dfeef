"""Rows written column by column, in PostgreSQL's binary format."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from psycopg import sql

from domain import columns
from domain.bulk import Chosen, insert_columns, update_columns
from domain.columns import read_columns
from domain.models import Area
from members.models import Kept, Membership, Reckoning, TrajectoryPoint
from tests.makers import NOON, make_domain, make_membership, make_reckoning

pytestmark = pytest.mark.django_db


def test_rows_are_inserted_as_they_are_given():
    someone = make_membership()
    reckoning = make_reckoning(domain=someone.domain)
    moments = np.array(["2026-11-09T00:00:00.000001", "1999-01-01"], "datetime64[us]")

    insert_columns(
        TrajectoryPoint,
        {
            "membership": np.full(2, someone.pk),
            "reckoning": np.full(2, reckoning.pk),
            "at": moments,
            "position": np.array([1.5, 1 / 3]),
            "momentum": np.array([0.0, -0.0]),
            "zone": np.array([1, 4]),
        },
    )

    assert list(
        TrajectoryPoint.objects.order_by("at").values_list("at", "position", "zone")
    ) == [
        (datetime(1999, 1, 1, tzinfo=UTC), 1 / 3, 4),
        (datetime(2026, 11, 9, tzinfo=UTC) + timedelta(microseconds=1), 1.5, 1),
    ]


def test_bytes_of_one_length_come_back():
    someone = make_membership()

    insert_columns(
        Kept,
        {
            "membership": np.array([someone.pk]),
            "domain": np.array([someone.domain_id]),
            "sums": np.array([b"\x00\x01\xff\x00"], "V4"),
        },
    )

    assert bytes(Kept.objects.get().sums) == b"\x00\x01\xff\x00"


def test_nothing_inserted_is_nothing():
    nobody = np.empty(0, np.int64)

    insert_columns(
        Kept, {"membership": nobody, "domain": nobody, "sums": np.empty(0, "V4")}
    )

    assert not Kept.objects.exists()


def test_rows_get_new_values_words_and_none_included():
    domain = make_domain()
    people = [make_membership(domain=domain) for _ in range(3)]
    area = Area.objects.filter(domain=domain).first()
    Membership.objects.update(main_area=area)
    inward, outward = Membership.Heading.IN, Membership.Heading.OUT

    update_columns(
        Membership,
        np.array([people[0].pk, people[1].pk]),
        {
            "position": np.array([2.5, 3.5]),
            "is_silent": np.array([True, False]),
            "heading": Chosen(np.array([1, 0]), [inward.value, outward.value]),
            "main_area": Chosen(np.array([0, 1]), [area.pk, None]),
            "zone_since": np.full(2, np.datetime64(NOON.replace(tzinfo=None), "us")),
        },
    )

    told = ("position", "is_silent", "heading", "main_area", "zone_since")
    assert list(Membership.objects.order_by("pk").values_list(*told)) == [
        (2.5, True, outward, area.pk, NOON),
        (3.5, False, inward, None, NOON),
        (0.0, False, people[2].heading, area.pk, people[2].zone_since),
    ]


def test_without_rows_nothing_is_asked(django_assert_num_queries):
    make_reckoning(domain=make_domain())

    with django_assert_num_queries(0):
        update_columns(
            Reckoning, np.empty(0, np.int64), {"lines": np.empty(0, np.int64)}
        )


@pytest.mark.parametrize("at_once", [1, 64, 1000, 1 << 22])
def test_rows_come_back_as_columns_however_they_are_cut(monkeypatch, at_once):
    monkeypatch.setattr(columns, "_AT_ONCE", at_once)

    found = read_columns(
        {
            "n": ("i8", sql.SQL("n - 7")),
            "half": ("f8", sql.SQL("n / 2.0")),
            "is_even": ("?", sql.SQL("n %% 2 = %(none)s")),
        },
        sql.SQL("FROM generate_series(0, 999) AS n ORDER BY n"),
        {"none": 0},
    )

    assert found["n"].tolist() == list(range(-7, 993))
    assert found["half"].tolist() == [n / 2 for n in range(1000)]
    assert found["is_even"].tolist() == [n % 2 == 0 for n in range(1000)]


def test_no_rows_are_columns_of_nothing():
    found = read_columns(
        {"n": ("i8", sql.SQL("n"))}, sql.SQL("FROM generate_series(1, 0) AS n"), {}
    )

    assert (len(found), found.dtype.names) == (0, ("n",))
