"""The tables behind the charts, of pasts told in a few lines."""

import pytest

from cop.health.charts import CHARTS, HEADS
from members.models import Participation
from tests.health.pasts import NOW, Telling

Kind = Participation.Kind


@pytest.fixture
def told():
    return Telling()


def rows(name, told):
    return CHARTS[name](told.past(), NOW)


@pytest.mark.parametrize("name", CHARTS)
def test_of_nothing_every_chart_has_a_table(told, name):
    for row in rows(name, told):
        assert len(row) == len(HEADS[name])


def act(told, who, days_ago):
    told.line(Kind.CLAIMED, giver=who, at=NOW - days_ago)


def test_movement_is_from_zone_to_zone(told):
    moved, left, came, gone = (
        told.people(),
        told.people(left=NOW - 5),
        told.people(joined=NOW - 20),
        told.people(),
    )
    told.zones(who=moved, at=NOW - 40, zone=2)
    for who in (moved, left):
        act(told, who, 100)
        act(told, who, 10)
    act(told, gone, 200)

    assert rows("movement", told) == [[0, 1, 1], [1, 0, 1], [1, 2, 1]]
    assert came


def test_people_are_counted_by_zone_while_they_are_active(told):
    one, other = told.people(), told.people()
    told.zones(who=one, at=NOW - 300, zone=3)
    act(told, one, 5)
    act(told, other, 5)

    table = rows("zones", told)
    assert len(table) == 12
    assert table[-1][1:] == [1, 0, 1, 0]
    assert table[0][1:] == [0, 0, 0, 0]


def test_waits_are_read_at_the_marks(told):
    who = told.people()
    for hours in (2, 10, 30, 100):
        told.submissions(author=who, handed_in=NOW - 20, answered=NOW - 20 + hours / 24)
    told.submissions(author=who, handed_in=NOW - 2)

    waiting = {
        mark: (share, at_risk)
        for mark, share, *_band, at_risk in rows("review-waits", told)
    }
    assert waiting[0] == (1.0, 5)
    assert waiting[4] == (0.8, 4)
    assert waiting[36] == (0.4, 2)
    assert waiting[96] == (0.4, 1)
    assert max(waiting) == 96


def test_the_ladder_has_open_tasks_beside_people(told):
    who = told.people()
    told.tasks(raised=NOW - 5, opened=NOW - 5, area=7)
    told.tasks(raised=NOW - 5, opened=NOW - 5, area=7, centrality=2)
    told.line(Kind.CLAIMED, giver=who, at=NOW - 5, area=7)

    table = rows("ladder", told)
    assert [None, 1, 1, 1] in table
    assert [7, 2, 1, 0] in table


def test_readers_and_how_few_gave_half(told):
    one, other = told.people(), told.people()
    for who, number in ((one, 5), (other, 3)):
        for _ in range(number):
            told.line(Kind.REVIEWED, giver=who, at=NOW - 1)

    assert rows("readers", told)[-1][1:] == [8, 2, 1]


def test_generations_of_those_who_were_walked_in(told):
    first, second, third, alone = (told.people() for _ in range(4))
    for peer, newcomer, days_ago in (
        (first, second, 300),
        (second, third, 100),
        (first, alone, 50),
    ):
        told.line(Kind.MENTORED, giver=peer, receiver=newcomer, at=NOW - days_ago)

    assert rows("reproduction", told) == [[1, 2, 1], [2, 1, 0]]
