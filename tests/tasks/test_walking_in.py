"""What a companion's line hangs on, and where companions see their newcomers stuck."""

from datetime import timedelta

import pytest

from domain.centrality import Zone
from members.models import Companion, Participation
from tasks import reviewing, stuck
from tasks.models import Claim, Verdict
from tests.makers import (
    NOON,
    make_claim,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WORKS = "You left the smudged reading open instead of guessing at it."


@pytest.fixture
def domain():
    return make_domain()


def walk(domain, *, begun_at=NOON - 2 * DAY, newcomer=None, peer=None, **given):
    return Companion.objects.create(
        newcomer=newcomer or make_membership(domain=domain, name="Maya Lindt"),
        peer=peer or make_membership(domain=domain, zone=Zone.INBOUND),
        offered_at=begun_at,
        newcomer_said_at=begun_at,
        peer_said_at=begun_at,
        begun_at=begun_at,
        **given,
    )


def judge(domain, author, reviewer=None, verdict=Verdict.RECOGNISED, at=NOON, **task):
    handed_in = make_submission(
        claim=make_claim(task=make_task(domain=domain, **task), membership=author)
    )
    reviewer = reviewer or make_full(domain=domain)
    review = reviewing.take(submission=handed_in, reviewer=reviewer, at=at)
    reviewing.send(
        review=review,
        version=1,
        verdict=verdict,
        works=WORKS,
        points=["Say which bank it was. The two differ by 0.3."]
        if verdict == Verdict.RETURNED
        else [],
        at=at,
    )
    return handed_in


def credited():
    lines = Participation.objects.filter(kind=Participation.Kind.MENTORED)
    return [
        (line.giver, line.receiver, line.channel, line.amount)
        for line in lines.order_by("pk")
    ]


def test_a_companion_gains_when_another_recognises_the_next_work(domain):
    bond = walk(domain)

    judge(domain, bond.newcomer)

    assert credited() == [(bond.peer, bond.newcomer, "stewardship", 1.0)]
    bond.refresh_from_db()
    assert (bond.ending, bond.ended_at) == (Companion.Ending.COMPETENT, NOON)


def test_ones_own_word_credits_no_companion(domain):
    bond = walk(domain, peer=make_full(domain=domain))

    judge(domain, bond.newcomer, bond.peer)

    assert credited() == []


def test_what_comes_later_than_a_quarter_credits_nobody(domain):
    bond = walk(domain, begun_at=NOON - 91 * DAY)

    judge(domain, bond.newcomer)

    assert credited() == []


def test_practice_and_work_returned_credit_nobody(domain):
    bond = walk(domain)

    judge(domain, bond.newcomer, is_practice=True)
    judge(domain, bond.newcomer, verdict=Verdict.RETURNED)

    assert credited() == []
    bond.refresh_from_db()
    assert bond.is_begun


def test_an_offer_nobody_accepted_credits_nobody_and_ends(domain):
    bond = walk(domain)
    Companion.objects.filter(pk=bond.pk).update(begun_at=None, peer_said_at=None)

    judge(domain, bond.newcomer)

    bond.refresh_from_db()
    assert (credited(), bond.ending) == ([], Companion.Ending.COMPETENT)


def test_a_mentor_gains_once_beside_the_companion(domain):
    bond = walk(domain)
    judge(domain, bond.newcomer)
    for _ in range(2):
        longer = walk(
            domain, newcomer=bond.newcomer, peer=bond.peer, bond=Companion.Bond.MENTOR
        )
        judge(domain, bond.newcomer)
        Companion.objects.filter(pk=longer.pk).update(
            ended_at=NOON, ending=Companion.Ending.PARTED
        )

    assert credited() == [(bond.peer, bond.newcomer, "stewardship", 1.0)] * 2


def whereabouts(bond, *, at=NOON):
    return stuck.of([bond.newcomer], reader=bond.peer, at=at)[0]


def test_where_nothing_is_wrong_nothing_is_to_be_done(domain):
    bond = walk(domain)
    Participation.objects.create(
        domain=domain,
        key="acted",
        kind=Participation.Kind.NARRATED,
        giver=bond.newcomer,
        item="task:1",
        occurred_at=NOON - DAY,
    )

    place = whereabouts(bond)

    assert (place.code, place.since_at, place.do) == ("", NOON - DAY, "")


def test_somebody_silent_is_sent_a_word(domain):
    bond = walk(domain)

    place = whereabouts(bond)

    assert (place.code, place.since_at) == ("silent", bond.newcomer.joined_at)
    assert place.path == f"#word_{bond.newcomer.pk}"


@pytest.mark.parametrize(
    ("zone", "view"), [(Zone.INBOUND, "first-look/"), (Zone.ACTIVE, "")]
)
def test_work_that_waits_is_read_or_looked_at(domain, zone, view):
    bond = walk(domain, peer=make_membership(domain=domain, zone=zone))
    handed_in = make_submission(
        claim=make_claim(task=make_task(domain=domain), membership=bond.newcomer)
    )

    place = whereabouts(bond)

    assert (place.code, place.since_at) == ("waiting", handed_in.handed_in_at)
    assert place.path == f"/c/{domain.slug}/review/{handed_in.pk}/{view}"


def test_work_returned_twice_is_gone_through_together(domain):
    bond = walk(domain)
    claim = make_claim(task=make_task(domain=domain), membership=bond.newcomer)
    for number in (1, 2):
        last = make_submission(
            claim=claim, round=number, outcome=Verdict.RETURNED, settled_at=NOON
        )

    place = whereabouts(bond)

    assert (place.code, place.path) == ("returned", last.get_absolute_url())
    assert "2 times" in place.sentence


def test_what_ended_long_ago_is_no_trouble_now(domain):
    bond = walk(domain)
    claim = make_claim(
        task=make_task(domain=domain),
        membership=bond.newcomer,
        ended_at=NOON,
        ending=Claim.Ending.RELEASED,
    )
    for number in (1, 2):
        make_submission(
            claim=claim, round=number, outcome=Verdict.RETURNED, settled_at=NOON
        )

    assert whereabouts(bond).code == "silent"
