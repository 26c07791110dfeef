"""Which acts of a history from elsewhere are evidence, and of what."""

from datetime import UTC, datetime, timedelta

import pytest

from cop.bridges.evidence import Act, ActKind, days, lines_of
from members.position.evidence import COMMONS, Channel, Kind

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def act(kind, actor, subject=None, *, work="w1", at=NOON):
    return Act(
        t=at, actor=actor, kind=ActKind(kind), subject=subject, work=work, area="lib"
    )


def told(*acts, **given):
    return [
        (line.kind, line.channel, line.giver, line.receiver, line.amount)
        for line in lines_of(acts, **given)
    ]


LET_IN = (Kind.RECOGNISED, Channel.WORK, COMMONS, "ann", 1.0)


def test_a_contribution_nobody_vouched_for_was_let_in_by_the_commons():
    assert told(act("contribution", "ann")) == [LET_IN]


def test_where_somebody_vouched_the_commons_say_nothing():
    lines = told(act("contribution", "ann"), act("review", "bo", "ann"))

    assert COMMONS not in {line[2] for line in lines}


def test_a_review_recognises_the_author_and_credits_the_reviewer():
    assert told(act("contribution", "ann"), act("review", "bo", "ann")) == [
        (Kind.RECOGNISED, Channel.WORK, "bo", "ann", 1.0),
        (Kind.REVIEWED, Channel.STEWARDSHIP, "bo", "ann", 1.0),
    ]


def test_an_approval_counts_as_a_review_and_each_reviewer_once():
    lines = told(
        act("contribution", "ann"),
        act("review", "bo", "ann"),
        act("ack", "bo", "ann"),
        act("ack", "cy", "ann"),
    )

    assert [line for line in lines if line[0] is Kind.RECOGNISED] == [
        (Kind.RECOGNISED, Channel.WORK, "bo", "ann", 0.5),
        (Kind.RECOGNISED, Channel.WORK, "cy", "ann", 0.5),
    ]


def test_of_many_reviews_nobody_knows_which_decided():
    lines = told(
        act("contribution", "ann"), *(act("review", f"r{n}", "ann") for n in range(4))
    )

    assert {line[4] for line in lines if line[0] is Kind.REVIEWED} == {0.75}


def test_no_day_is_too_full_because_nobody_knows_when_work_was_read():
    lines = told(
        *(
            one
            for number in range(20)
            for one in (
                act("contribution", "ann", work=f"w{number}"),
                act("review", "bo", "ann", work=f"w{number}"),
            )
        )
    )

    assert [line[4] for line in lines if line[0] is Kind.REVIEWED] == [1.0] * 20


def test_a_review_of_what_was_never_accepted_confirms_nothing():
    assert told(act("review", "bo", "ann")) == []


def test_nobody_vouches_for_themselves():
    assert told(act("contribution", "ann"), act("ack", "ann", "ann")) == [LET_IN]


def test_authors_of_one_work_are_recognised_each_by_their_own_reviewers():
    lines = told(
        act("contribution", "ann"),
        act("contribution", "bea"),
        act("review", "cy", "ann"),
        act("review", "bea", "ann"),
    )

    assert {(line[2], line[3]) for line in lines if line[3] != "ann"} == {
        (COMMONS, "bea")
    }


def test_where_somebody_approved_that_is_what_decided():
    lines = told(
        act("contribution", "ann"),
        act("review", "bo", "ann"),
        act("review", "cy", "ann"),
        act("ack", "cy", "ann"),
        act("ack", "di", "ann"),
    )

    assert {line[2]: line[4] for line in lines if line[0] is Kind.REVIEWED} == {
        "bo": 0.5,
        "cy": 1.0,
        "di": 1.0,
    }
    assert {line[4] for line in lines if line[0] is Kind.RECOGNISED} == {1 / 3}


def test_help_and_mentoring_carry_others_once_the_work_is_recognised():
    acts = [
        act("contribution", "ann"),
        act("help", "hal", "ann"),
        act("mentor", "may", "ann"),
    ]

    assert told(*acts) == [LET_IN]
    assert told(*acts, act("review", "bo", "ann"))[:1] == [
        (Kind.GUIDED, Channel.STEWARDSHIP, "hal", "ann", 0.5)
    ]
    assert (Kind.MENTORED, Channel.STEWARDSHIP, "may", "ann", 1.0) in told(
        *acts, act("review", "bo", "ann")
    )


def test_trying_work_is_work_its_author_made_use_of():
    acts = [act("contribution", "ann"), act("test", "tam", "ann")]

    assert told(*acts) == [LET_IN]
    assert (Kind.USED, Channel.WORK, "ann", "tam", 0.5) in told(
        *acts, act("review", "bo", "ann")
    )


def test_who_reported_and_tried_is_made_use_of_once():
    lines = told(
        act("contribution", "ann"),
        act("review", "bo", "ann"),
        act("report", "rae", "ann"),
        act("test", "rae", "ann"),
    )

    assert [line[2:] for line in lines if line[0] is Kind.USED] == [("ann", "rae", 0.5)]


def test_who_mends_what_was_reported_recognises_the_report():
    lines = told(
        act("contribution", "ann"),
        act("review", "bo", "ann"),
        act("report", "rae", "ann"),
    )

    assert (Kind.USED, Channel.WORK, "ann", "rae", 0.5) in lines


def test_integration_is_left_out_unless_asked_for():
    acts = (act("contribution", "ann"), act("integrate", "ian", "ann"))

    assert told(*acts) == [LET_IN]
    assert told(*acts, integrations=True) == [
        (Kind.RECOGNISED, Channel.WORK, "ian", "ann", 1.0)
    ]


def test_integration_says_nothing_beside_a_review():
    lines = told(
        act("contribution", "ann"),
        act("review", "bo", "ann"),
        act("integrate", "ian", "ann"),
        integrations=True,
    )

    assert {line[2] for line in lines} == {"bo"}


def test_a_review_counts_from_when_the_work_was_accepted():
    later = NOON + timedelta(days=3)
    lines = list(
        lines_of([act("contribution", "ann", at=later), act("review", "bo", "ann")])
    )

    assert {line.at for line in lines} == {days(later)}
    assert {line.area for line in lines} == {"lib"}


def test_lines_come_in_order_of_time_whatever_the_order_of_acts():
    acts = [
        act("review", "bo", "ann", work="w2", at=NOON + timedelta(days=1)),
        act("review", "bo", "ann"),
        act("contribution", "ann", work="w2", at=NOON + timedelta(days=1)),
        act("contribution", "ann"),
    ]

    assert [line.at for line in lines_of(acts)] == sorted(
        line.at for line in lines_of(acts)
    )
    assert list(lines_of(acts)) == list(lines_of(reversed(acts)))


def test_every_line_has_a_key_of_its_own():
    acts = [
        act(kind, actor, None if kind == "contribution" else "ann", work=work)
        for work in ("w1", "w2")
        for kind, actor in (
            ("contribution", "ann"),
            ("review", "bo"),
            ("ack", "cy"),
            ("help", "bo"),
            ("report", "bo"),
        )
    ]
    keys = [line.key for line in lines_of(acts)]

    assert len(keys) == len(set(keys)) == 12


def test_days_count_from_1970():
    assert days(datetime(1970, 1, 2, 6, tzinfo=UTC)) == pytest.approx(1.25)
