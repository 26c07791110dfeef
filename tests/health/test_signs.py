"""What each sign says, of pasts told in a few lines."""

import numpy as np
import pytest

from cop.health.signs import SIGNS
from cop.health.signs.practice import free_between
from cop.health.signs.reading import Scope, Who
from members.models import Participation
from tests.health.pasts import NEVER, NOW, Telling

Kind = Participation.Kind


def take(name, told, *, at=NOW, scope=None):
    return SIGNS[name].take(told.past(), at, scope or Scope())


def figure(name, told, **given):
    """Hits and cases: the figure, before it is asked whether they are enough."""
    cases = take(name, told, **given).cases
    return int(cases.hits.sum()), len(cases)


def recognise(told, author, by, *, days_ago=10.0, **given):
    return told.line(
        Kind.RECOGNISED,
        receiver=author,
        giver=by,
        at=NOW - days_ago,
        is_work=True,
        **given,
    )


@pytest.fixture
def told():
    return Telling()


@pytest.fixture
def ana(told):
    return told.people()


@pytest.fixture
def ben(told, ana):
    return told.people()


def test_uptake_counts_work_that_leans_on_others_words(told, ana, ben):
    own, others = told.entries(writer=ana), told.entries(writer=ben)
    told.leanings(line=recognise(told, ana, ben), entry=others)
    told.leanings(line=recognise(told, ana, ben), entry=own)
    recognise(told, ana, ben)
    recognise(told, ana, ben, days_ago=91)

    assert figure("uptake", told) == (1, 3)


def test_work_two_readers_recognised_is_one_work(told, ana, ben):
    recognise(told, ana, ben, item=7)
    recognise(told, ana, told.people(), item=7)

    assert figure("uptake", told) == (0, 1)


def test_agents_are_read_apart(told, ana, ben):
    agent = told.people(is_agent=True)
    recognise(told, agent, ben)
    recognise(told, ana, ben)

    assert figure("uptake", told) == (0, 1)
    assert figure("uptake", told, scope=Scope(Who.AGENTS)) == (0, 1)
    assert figure("uptake", told, scope=Scope(Who.BOTH)) == (0, 2)


def test_an_area_is_read_by_itself(told, ana, ben):
    recognise(told, ana, ben, area=1)
    recognise(told, ana, ben, area=2)

    assert figure("uptake", told, scope=Scope(area=2)) == (0, 1)


def test_nothing_after_the_moment_counts(told, ana, ben):
    recognise(told, ana, ben, days_ago=-1)

    assert figure("uptake", told) == (0, 0)


def accept(told, author, *, settled=NOW - 120, used=NEVER, **given):
    task = told.tasks(raised=settled - 20, opened=settled - 20, used=used)
    return told.submissions(
        task=task,
        author=author,
        handed_in=settled - 2,
        settled=settled,
        outcome=1,
        **given,
    )


def test_stakes_are_results_used_in_time(told, ana):
    accept(told, ana, used=NOW - 60)
    accept(told, ana, used=NOW - 20)
    accept(told, ana)
    accept(told, ana, settled=NOW - 80, used=NOW - 70)
    accept(told, ana, is_practice=True, used=NOW - 60)

    assert figure("stakes", told) == (1, 3)


def test_newcomers_results_are_held_against_those_of_others(told, ana):
    new = told.people(joined=NOW - 200)
    for _ in range(30):
        accept(told, ana, used=NOW - 100)
        accept(told, new)

    measure = take("results_used", told).measure
    assert measure.value == 0
    assert measure.past > 0.99


def test_growth_is_edits_for_each_active_member(told, ana, ben):
    for _ in range(9):
        told.line(Kind.CLAIMED, giver=told.people(), at=NOW - 5)
    told.line(Kind.CLAIMED, giver=ana, at=NOW - 5)
    told.edits(author=ana, accepted=NOW - 3)
    told.edits(author=ana, accepted=NOW - 95)

    assert take("growth", told).measure.value == pytest.approx(0.1)


def test_acts_about_exercises_are_no_practice(told, ana):
    told.line(Kind.CLAIMED, giver=ana, at=NOW - 5)
    told.line(Kind.CLAIMED, giver=ana, at=NOW - 5, is_practice=True)
    told.line(Kind.JOINED, giver=ana, at=NOW - 5)

    assert figure("practice_share", told) == (1, 2)


def test_mandate_is_who_raises_tasks(told, ana):
    told.tasks(raised=NOW - 5, raised_by=ana, by_organizer=True)
    told.tasks(raised=NOW - 5, raised_by=ana)
    told.tasks(raised=NOW - 95, raised_by=ana)

    assert figure("mandate", told) == (1, 2)


def test_users_of_an_entry_are_others_than_its_writer(told, ana, ben):
    entry = told.entries(writer=ana, written=NOW - 200)
    told.entries(writer=ana, written=NOW - 10)
    told.entries(writer=ana, written=NOW - 200, retired=NOW - 5)
    for who in (ana, ben, ben, told.people()):
        told.uses(entry=entry, who=who, at=NOW - 30)
    told.uses(entry=entry, who=told.people(), at=NOW - 400)

    cases = take("users", told).cases
    assert cases.keys.tolist() == [entry]
    assert cases.hits.tolist() == [True]


def test_legitimacy_is_of_the_first_three_works(told):
    new = told.people(joined=NOW - 50)
    old = told.people(joined=NOW - 950)
    for day, practice in enumerate((True, True, False, False)):
        for who in (new, old):
            told.submissions(author=who, handed_in=NOW - 40 + day, is_practice=practice)

    assert figure("legitimacy", told) == (1, 3)


def first_works(told, number, *, days_ago, **given):
    for place in range(number):
        who = told.people(joined=NOW - days_ago - 30)
        told.submissions(author=who, handed_in=NOW - days_ago + place / 100, **given)


def test_where_few_came_the_window_reaches_back_to_the_twentieth(told):
    first_works(told, 12, days_ago=60)
    first_works(told, 12, days_ago=200, is_practice=True)

    assert figure("legitimacy", told) == (12, 20)
    assert figure("legitimacy", told, at=NOW - 100) == (0, 12)


def test_where_enough_came_the_window_is_as_long_as_ever(told):
    first_works(told, 20, days_ago=60)
    first_works(told, 5, days_ago=100, is_practice=True)

    assert figure("legitimacy", told) == (20, 20)


def test_no_window_reaches_further_back_than_a_year(told):
    first_works(told, 3, days_ago=60)
    first_works(told, 30, days_ago=370)

    assert figure("legitimacy", told) == (3, 3)


def test_where_few_hand_in_waits_reach_back_too(told, ana):
    for days_ago in (60, 200, 370):
        for place in range(12):
            at = NOW - days_ago + place / 100
            told.submissions(author=ana, handed_in=at, answered=at + days_ago / 100)
            told.line(Kind.REVIEWED, giver=ana, at=at)

    for sign in ("first_response", "slow_response", "verdict_wait"):
        assert take(sign, told).measure.cases == 20
    for sign in ("top_three", "absence_reviews"):
        assert take(sign, told).measure.cases == 20
        assert take(sign, told, at=NOW - 260).measure.cases == 12


def test_each_group_of_results_is_followed_as_far_as_it_takes(told, ana):
    new = told.people(joined=NOW - 290)
    for settled in (NOW - 120, NOW - 200):
        for place in range(15):
            accept(told, new, settled=settled + place / 100)
            accept(told, ana, settled=settled + place / 100, used=settled + 1)
    for _ in range(15):
        accept(told, ana, used=NOW - 110)

    assert take("results_used", told).measure.cases == 20
    assert figure("results_used", told) == (30, 20 + 30)


def test_a_first_task_that_was_an_exercise(told):
    practice = told.tasks(raised=NOW - 90, is_practice=True)
    real = told.tasks(raised=NOW - 90)
    for first, second in ((practice, real), (real, practice)):
        who = told.people(joined=NOW - 30)
        told.claims(task=first, who=who, claimed=NOW - 20)
        told.claims(task=second, who=who, claimed=NOW - 10)

    assert figure("practice_first", told) == (1, 2)


def test_recognised_by_whoever_was_full_then(told, ben):
    told.zones(who=ben, at=NOW - 20, zone=3)
    new = told.people(joined=NOW - 60)
    recognise(told, new, ben, days_ago=10)
    recognise(told, new, ben, days_ago=30)
    recognise(told, told.people(joined=NOW - 500), ben, days_ago=10)

    assert figure("by_full", told) == (1, 2)


def test_work_mended_for_newcomers(told, ben):
    new = told.people(joined=NOW - 60)
    recognise(told, new, ben, is_accommodated=True)
    recognise(told, new, ben)

    assert figure("remediation", told) == (1, 2)


def test_competence_is_recognised_within_ninety_days_of_handing_in(told, ben):
    for days_later in (80, 100, None):
        new = told.people(joined=NOW - 200)
        told.submissions(author=new, handed_in=NOW - 150)
        if days_later:
            recognise(told, new, ben, days_ago=150 - days_later)

    assert figure("competence", told) == (1, 3)


def test_supply_is_free_first_tasks_for_each_newcomer_of_a_week(told, ana):
    free = told.tasks(raised=NOW - 50, opened=NOW - 50)
    taken = told.tasks(raised=NOW - 50, opened=NOW - 50)
    told.claims(task=taken, who=ana, claimed=NOW - 5)
    given_back = told.tasks(raised=NOW - 50, opened=NOW - 50)
    told.claims(task=given_back, who=ana, claimed=NOW - 5, ended=NOW - 1)
    told.tasks(raised=NOW - 50, opened=NOW - 50, closed=NOW - 5)
    told.tasks(raised=NOW - 50, opened=NOW - 50, is_practice=True)
    told.tasks(raised=NOW - 50, opened=NOW - 50, centrality=2)
    for _ in range(13):
        told.people(joined=NOW - 30)

    took = take("supply", told)
    assert took.cases.keys.tolist() == [free, given_back]
    assert took.measure.value == pytest.approx(2 / (13 / (90 / 7)))


def test_a_next_step_is_open_when_a_seat_was_free_for_a_while(told, ana):
    free = told.tasks(raised=NOW - 50, opened=NOW - 50, centrality=2)
    told.claims(task=free, who=ana, claimed=NOW - 10)
    never = told.tasks(raised=NOW - 50, opened=NOW - 50, centrality=2)
    told.claims(task=never, who=ana, claimed=NOW - 40)

    assert take("next_open", told).cases.keys.tolist() == [free]


def test_waits_go_on_until_answered(told, ana):
    answered = told.submissions(author=ana, handed_in=NOW - 10, answered=NOW - 8)
    open_ = told.submissions(author=ana, handed_in=NOW - 4)
    told.submissions(author=ana, handed_in=NOW - 9, withdrawn=NOW - 8)

    cases = take("first_response", told).cases
    assert dict(zip(cases.keys.tolist(), cases.hits.tolist(), strict=True)) == {
        answered: True,
        open_: False,
    }


def test_whoever_could_go_further_is_offered_something(told, ben):
    able = told.people()
    for _ in range(3):
        recognise(told, able, ben)
    recognise(told, told.people(), ben)

    assert figure("offered", told) == (0, 1)
    told.tasks(raised=NOW - 30, opened=NOW - 30, closed=NOW - 20, centrality=2)
    assert figure("offered", told) == (1, 1)


def test_reaching_a_zone_in_time(told):
    for reached in (NOW - 400 + 300, NOW - 400 + 400, None):
        who = told.people(joined=NOW - 400)
        if reached:
            told.zones(who=who, at=reached, zone=2)
    told.people(joined=NOW - 300)

    assert figure("reach_inbound", told) == (1, 3)


def test_a_core_is_renewed_by_those_who_were_none_of_it(told):
    old, new = told.people(), told.people()
    gone = told.people(left=NOW - 10)
    told.zones(who=old, at=NOW - 900, zone=4)
    told.zones(who=new, at=NOW - 300, zone=3)
    told.zones(who=gone, at=NOW - 900, zone=4)

    assert figure("renewal", told) == (1, 2)
    assert figure("loss", told) == (1, 2)


def test_a_core_younger_than_two_years_is_not_read_for_renewal():
    told = Telling(founded=NOW - 700)
    told.zones(who=told.people(), at=NOW - 300, zone=3)

    assert figure("renewal", told) == (0, 0)


def test_the_three_busiest_readers(told):
    readers = [told.people() for _ in range(5)]
    for reader, number in zip(readers, (9, 5, 4, 1, 1), strict=True):
        for _ in range(number):
            told.line(Kind.REVIEWED, giver=reader, at=NOW - 5)

    assert figure("top_three", told) == (18, 20)
    assert take("absence_reviews", told).measure.value == 2


def test_a_second_work_within_ninety_days(told, ben):
    for second in (120 - 60, 120 - 100, None):
        new = told.people(joined=NOW - 130)
        recognise(told, new, ben, days_ago=120)
        if second:
            recognise(told, new, ben, days_ago=second)

    assert figure("second_work", told) == (1, 3)


# What was taken in from elsewhere


@pytest.mark.parametrize(
    "sign", ["uptake", "growth", "practice_share", "supply", "next_open", "offered"]
)
def test_of_a_history_from_elsewhere_nobody_told_tasks_or_entries(told, sign):
    for number in range(30):
        who = told.people(joined=NOW - 60)
        reader = told.people()
        for _work in range(3):
            told.line(
                Kind.RECOGNISED,
                at=NOW - number,
                giver=reader,
                receiver=who,
                is_work=True,
                is_here=False,
            )

    assert take(sign, told).measure.value is None


def test_what_is_done_here_since_is_read_by_itself(told):
    who, reader = told.people(), told.people()
    for number in range(60):
        told.line(
            Kind.RECOGNISED,
            at=NOW - number,
            giver=reader,
            receiver=who,
            is_work=True,
            is_here=number < 25,
        )

    assert take("uptake", told).measure.cases == 25


# A free seat


def has_a_gap(claims, seats, start, end):
    moments = [start, *(ended for _claimed, ended in claims if start < ended < end)]
    return any(
        sum(claimed <= t < ended for claimed, ended in claims) < seats for t in moments
    )


def test_a_seat_is_free_where_fewer_claims_live_than_there_are_seats():
    """Against counting by hand, over made-up tasks whose claims follow close."""
    draw = np.random.default_rng(14)
    telling, expected = Telling(), []
    for _task in range(300):
        opened, closed = sorted(NOW - draw.integers(0, 40, 2).astype(float))
        seats = int(draw.integers(1, 3))
        task = telling.tasks(opened=opened, closed=closed, seats=seats)
        starts = NOW - draw.integers(0, 40, draw.integers(0, 5)).astype(float)
        claims = [(start, start + float(draw.integers(1, 12))) for start in starts]
        for claimed, ended in claims:
            telling.claims(task=task, claimed=claimed, ended=ended)
        start, end = max(opened, NOW - 30), min(closed, NOW - 5)
        expected.append(start < end and has_a_gap(claims, seats, start, end))
    past = telling.past()

    found = free_between(past, np.ones(300, dtype=bool), NOW - 30, NOW - 5)

    assert found.tolist() == expected
    assert 30 < sum(expected) < 270
