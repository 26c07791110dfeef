"""The tables behind the charts, of pasts told in a few lines."""

from datetime import timedelta

import pytest

from cop.health import past
from cop.health.charts import CHARTS, HEADS
from members.models import Participation
from members.practice import days
from tasks import came_of, gathering
from tests.health.pasts import NOW, Telling
from tests.makers import (
    NOON,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

Kind = Participation.Kind
DAY = timedelta(days=1)


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


def test_first_recognitions_are_curves_of_quarters_with_five_people(told):
    # Of six of the first quarter of 2024 three are recognised, and three left; they
    # still count as waiting. Of the next came only four.
    for after in (10, 50, 50, None, None, None):
        left = NOW - 150 if after is None else past.NEVER
        who = told.people(joined=NOW - 200, left=left)
        if after is not None:
            told.line(Kind.RECOGNISED, receiver=who, at=NOW - 200 + after, is_work=True)
    for _ in range(4):
        told.people(joined=NOW - 100)

    table = rows("first-recognition", told)

    assert {row[0] for row in table} == {"Q1 2024"}
    told_at = {day: (share, at_risk) for _name, day, share, *_band, at_risk in table}
    assert told_at[7] == (1.0, 6)
    assert told_at[14] == (0.8333, 5)
    assert told_at[60] == (0.5, 3)
    assert told_at[180] == (0.5, 3)
    assert max(told_at) == 180
    for _name, day, share, low, high, _at_risk in table:
        assert (low < share < high) == (day >= 14)


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


def test_gatherings_and_what_those_who_were_there_handed_in(told):
    one, other, absent, agent = (
        told.people(),
        told.people(),
        told.people(),
        told.people(is_agent=True),
    )
    named, unnamed = 7, 8
    for ago in (60, 5):
        held = told.gatherings(started=NOW - ago - 0.1, ended=NOW - ago)
        told.gathered_on(gathering=held, task=named)
        for who in (one, other, agent):
            told.there(gathering=held, who=who)
    # In the first: a first work that was recognised, another's later round; and what
    # does not count: too late, on another task, by somebody else, withdrawn, an agent's.
    told.submissions(
        task=named,
        author=one,
        handed_in=NOW - 58,
        settled=NOW - 55,
        outcome=1,
        is_first=True,
    )
    told.submissions(
        task=named,
        author=other,
        round=2,
        handed_in=NOW - 58,
        settled=NOW - 57,
        outcome=1,
    )
    told.submissions(task=named, author=one, handed_in=NOW - 45)
    told.submissions(task=unnamed, author=one, handed_in=NOW - 58)
    told.submissions(task=named, author=absent, handed_in=NOW - 58)
    told.submissions(task=named, author=agent, handed_in=NOW - 58)
    told.submissions(task=named, author=one, handed_in=NOW - 58, withdrawn=NOW - 57)
    # In the second: one handed in by somebody else, of which another made a part.
    whole = told.submissions(task=named, author=absent, handed_in=NOW - 1)
    told.sharers(submission=whole, who=other)

    found = [row[1:] for row in rows("gatherings", told) if row[1]]

    assert found == [[1, 2, 1, 1, 2], [1, 2, 1, 0, 0]]


@pytest.mark.django_db
def test_the_table_of_gatherings_is_what_their_pages_say():
    domain = make_domain()
    caller = make_full(domain=domain)
    newcomer = make_membership(domain=domain)
    task = make_task(domain=domain)
    held = gathering.announce(
        membership=caller,
        plan=gathering.Plan(
            title="Sheets",
            what_for="They are in.",
            place="The mill",
            starts_at=NOON - 9 * DAY,
            length=DAY / 12,
            tasks=[task],
        ),
        at=NOON - 20 * DAY,
    )
    gathering.tell(
        gathering=held,
        membership=caller,
        there=[newcomer],
        came_of_it="",
        version=1,
        at=NOON,
    )
    make_submission(
        task=task, membership=newcomer, handed_in_at=NOON - 8 * DAY, is_first=True
    )

    table = CHARTS["gatherings"](past.read(domain, at=NOON), days(NOON))

    came = came_of.of([held])[held.pk]
    assert [row[1:] for row in table if row[1]] == [
        [1, 1, len(came.handed_in), len(came.first_works), len(came.recognised)]
    ]
    assert len(came.first_works) == 1
