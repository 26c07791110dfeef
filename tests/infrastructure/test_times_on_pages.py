"""How pages say when something was."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from cop import jinja

NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=3), "5 hours ago"),
        (timedelta(days=9), "1 week ago"),
        (timedelta(days=-3), "in 3 days"),
    ],
)
def test_ago_is_said_in_one_unit(since, said):
    assert jinja.ago(NOON - since).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (NOON, "3 October"),
        (date(2026, 1, 31), "31 January"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "31 December 2025"),
    ],
)
def test_the_year_is_said_when_it_is_another(value, said):
    assert jinja.day(value) == said


def test_when_carries_the_exact_time():
    html = jinja.when(NOON - timedelta(hours=5)).replace("\xa0", " ")

    assert html.endswith(">5 hours ago</time>")
    assert 'datetime="2026-10-03T07:00:00+00:00"' in html
    assert 'title="3 October 2026, 07:00 UTC"' in html
