"""What a page says would take somebody further is what does, when it is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.people import reasons
from domain.centrality import Zone
from members import disputing, positioning
from members.models import Participation
from members.participating import record
from members.position import amounts
from tests.makers import make_domain, make_entry, make_full, make_membership

pytestmark = pytest.mark.django_db

WORK, STEWARDSHIP = Participation.Channel.WORK, Participation.Channel.STEWARDSHIP


@pytest.fixture
def founders():
    domain = make_domain()
    until = timezone.now() + timedelta(days=90)
    return [make_full(domain=domain, founder_until=until) for _ in range(5)]


def write(kind, giver, receiver, number, *, channel, amount, at):
    return record(
        domain=giver.domain,
        kind=kind,
        channel=channel,
        giver=giver,
        receiver=receiver,
        amount=amount,
        key=f"{kind}:{number}:{giver.pk}",
        item=f"submission:{number}",
        at=at,
    )


def do(prospect, who, founders, times, *, at):
    """Write what it would write if somebody did it so many times."""
    for number in range(times):
        if prospect.kind == "work":
            write(
                "recognised",
                founders[number % len(founders)],
                who,
                f"done {number}",
                channel=WORK,
                amount=amounts.work(centrality=1),
                at=at,
            )
        else:
            write(
                "reviewed",
                who,
                make_membership(domain=who.domain),
                f"read {number}",
                channel=STEWARDSHIP,
                amount=1.0,
                at=at,
            )


def stand(who, *, at):
    positioning.reposition(domain=who.domain, at=at, everybody=True)
    who.refresh_from_db()
    return who.zone


def history(who, founders, *, works, reviews):
    for number in range(works):
        then = timezone.now() - timedelta(days=5 + 3 * number)
        by = founders[number % len(founders)]
        write("recognised", by, who, number, channel=WORK, amount=1.0, at=then)
    for number in range(reviews):
        then = timezone.now() - timedelta(days=6 + 3 * number)
        newcomer, item = make_membership(domain=who.domain), f"read {number} then"
        by = founders[number % len(founders)]
        # Somebody full recognised it too, which credits a review by who is not yet.
        write("recognised", by, newcomer, item, channel=WORK, amount=1.0, at=then)
        write("reviewed", who, newcomer, item, channel=STEWARDSHIP, amount=1.0, at=then)


def opening(who, kind, *, at):
    """The prospect that opens a zone by one kind of act, and how often it takes."""
    told = reasons.of(who, at=at, in_full=True).prospects
    (found,) = [one for one in told if one.opens and one.kind == kind]
    numbers = dict(
        zip(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
            range(1, 10),
            strict=True,
        )
    )
    word = found.words.split()[0].lower()
    return found, numbers.get(word) or int(word)


@pytest.mark.parametrize("short_by", [1, 0])
def test_so_many_works_open_inbound_and_one_less_does_not(founders, short_by):
    who, at = make_membership(domain=founders[0].domain), timezone.now()
    history(who, founders, works=4, reviews=0)
    assert stand(who, at=at) == Zone.PERIPHERY

    prospect, times = opening(who, "work", at=at)
    do(prospect, who, founders, times - short_by, at=at)

    assert (stand(who, at=at) == Zone.INBOUND) is not short_by


@pytest.mark.parametrize("short_by", [1, 0])
def test_so_many_reviews_open_the_core_and_one_less_does_not(founders, short_by):
    who, at = make_membership(domain=founders[0].domain), timezone.now()
    history(who, founders, works=40, reviews=15)
    assert stand(who, at=at) == Zone.ACTIVE

    prospect, times = opening(who, "review", at=at)
    do(prospect, who, founders, times - short_by, at=at)

    assert (stand(who, at=at) == Zone.CORE) is not short_by


def test_the_core_is_told_what_would_hold_it_longer(founders):
    who, at = make_membership(domain=founders[0].domain), timezone.now()
    history(who, founders, works=60, reviews=30)
    assert stand(who, at=at) == Zone.CORE

    told = reasons.of(who, at=at, in_full=True)

    assert told.next_zone is None
    assert {one.kind for one in told.prospects} == {"work", "review"}
    assert all(one.outcome.startswith("Holds Core until") for one in told.prospects)


def test_nobody_is_told_of_acts_that_are_not_theirs_to_do(founders):
    who = make_membership(domain=founders[0].domain)

    told = reasons.of(who, at=timezone.now(), in_full=True)

    assert {one.kind for one in told.prospects} == {"work", "entry"}


def test_where_nobody_can_recognise_anything_nothing_is_promised():
    told = reasons.of(make_membership(), at=timezone.now(), in_full=True)

    assert told.prospects == []


def test_others_are_spared_what_is_the_members_own(founders):
    who = make_membership(domain=founders[0].domain)
    history(who, founders, works=4, reviews=0)

    told = reasons.of(who, at=timezone.now())

    assert (told.prospects, told.grounds, told.heading) == ([], None, [])


def use(entry, user, *, at, area):
    """Write what a recognised work of somebody's writes that leans on an entry."""
    return record(
        domain=entry.domain,
        kind="used",
        channel=WORK,
        giver=user,
        receiver=entry.written_by,
        amount=amounts.usage(),
        key=f"used:{entry.pk}:{user.pk}",
        item=f"submission:{entry.pk}:{user.pk}",
        entries=[entry.pk],
        area=area,
        carried_from=entry.area,
        at=at,
    )


@pytest.mark.parametrize("is_voided", [False, True])
def test_entries_others_use_outside_their_area_make_a_bridge_that_is_told(
    founders, is_voided
):
    who, at = make_membership(domain=founders[0].domain), timezone.now()
    sampling, data = who.domain.areas.order_by("place")
    history(who, founders, works=40, reviews=15)
    for title in ("Two-bank rule", "Field blank"):
        entry = make_entry(
            domain=who.domain,
            title=title,
            slug=title.lower().replace(" ", "-"),
            area=sampling,
            written_by=who,
        )
        line = use(entry, founders[0], at=at - timedelta(days=30), area=data)
    if is_voided:
        disputing.void(
            line=line,
            organizer=make_full(domain=who.domain, is_organizer=True),
            reason="It was cited by mistake.",
            at=at,
        )
    stand(who, at=at)

    (said, _figures) = reasons.of(who, at=at, in_full=True).heading

    is_bridge = who.heading == who.Heading.BRIDGING
    assert is_bridge is not is_voided
    assert is_voided or said == (
        "Others use outside its area what was written here: Field blank, of Sampling, "
        "in Data; Two-bank rule, of Sampling, in Data."
    )
