"""Measuring a community: what is written down, and that it can be worked out again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.forms.models import model_to_dict

from cop.health import measuring
from cop.health.models import Diagnosis, Finding, Mode, Reading, State
from cop.health.signs import SIGNS
from cop.health.signs.reading import Scope
from members import participating
from members.models import Participation
from tests.health.pasts import NOW, Telling
from tests.makers import (
    NOON,
    make_claim,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_everything_is_read_of_a_community_with_nothing_in_it():
    domain = make_domain()

    measuring.measure(domain=domain, at=NOON)

    assert set(Reading.objects.of(domain).values_list("sign", flat=True)) == set(SIGNS)


def kept(domain):
    return {
        (row.on, row.area_id, row.who, row.sign): model_to_dict(row, exclude=["id"])
        for row in Reading.objects.filter(domain=domain)
    }


def live(domain, day):
    """A day in a community: somebody comes, raises, takes up, hands in and is answered."""
    at = NOON + day * DAY
    area = domain.areas.order_by("pk")[day % 2]
    reader = domain.memberships.filter(is_organizer=True).first()
    came = make_membership(domain=domain, joined_at=at - DAY / 2)
    task = make_task(domain=domain, area=area, raised_at=at, opened_at=at)
    claim = make_claim(task=task, membership=came, claimed_at=at)
    submission = make_submission(claim=claim, handed_in_at=at)
    entry = make_entry(domain=domain, written_by=reader, written_at=at, changed_at=at)
    participating.record(
        domain=domain,
        kind=Participation.Kind.RECOGNISED,
        channel=Participation.Channel.WORK,
        key=f"recognised:{day}",
        item=f"submission:{submission.pk}",
        giver=reader,
        receiver=came,
        amount=1.0,
        area=area,
        entries=[entry.pk],
        at=at,
    )
    if day > 2:
        earlier = domain.memberships.filter(joined_at__lt=at - 2 * DAY).first()
        task.used_at = at + DAY
        task.save()
        assert earlier


def test_a_day_gone_by_is_read_as_it_was():
    domain = make_domain(founded_at=NOON - 400 * DAY)
    domain.areas.create(slug="lake", name="Lake")
    domain.areas.create(slug="river", name="River")
    make_full(domain=domain, is_organizer=True, joined_at=NOON - 300 * DAY)
    moments = []
    for day in range(25):
        live(domain, day)
        moments.append(NOON + day * DAY)
        measuring.measure(domain=domain, at=moments[-1])
    stored = kept(domain)
    Reading.objects.all().delete()

    list(measuring.measure_again(domain=domain, moments=moments))

    assert kept(domain) == stored
    said = [row for row in stored.values() if row["value"] is not None]
    assert len(said) > 100


def finding(domain, state, day):
    return Finding(
        domain=domain,
        mode="no-domain",
        on=(NOON + day * DAY).date(),
        state=state,
        sentence="It does not show.",
        measured_at=NOON,
    )


@pytest.mark.parametrize(("days_ago", "is_read"), [(170, True), (190, False)])
def test_who_left_within_the_windows_that_are_read_was_there(days_ago, is_read):
    told, at = Telling(), datetime.fromtimestamp(NOW * 86_400, UTC)
    reader, *others = [told.people() for _ in range(8)]
    for _ in range(20):
        told.line(Participation.Kind.REVIEWED, giver=reader, at=NOW - 10)
    for who in others:
        told.line(Participation.Kind.MENTORED, giver=who, at=NOW - days_ago)
    past = told.past()

    found = measuring.call(
        past,
        Scope(),
        now=measuring.take(past, NOW, Scope()),
        founded_at=at - 999 * DAY,
        at=at,
    )

    assert bool(found[Mode.NO_PATH_INWARD].called_by) == is_read


def test_a_diagnosis_is_opened_once_measured_again_and_closed():
    domain = make_domain()
    measures = dict.fromkeys(SIGNS, measuring.Measure(cases=0))

    for day, state in enumerate(
        (State.WATCH, State.ACT, State.WATCH, State.ACT, State.CLEAR, State.CLEAR)
    ):
        measuring.follow(finding(domain, state, day), measures)

    (one,) = Diagnosis.objects.all()
    assert [
        (day - NOON.date()).days
        for day in (one.opened_on, one.measured_on, one.closed_on)
    ] == [1, 4, 4]


def test_what_comes_back_is_a_diagnosis_of_its_own():
    domain = make_domain()
    measures = dict.fromkeys(SIGNS, measuring.Measure(cases=0))

    for day, state in enumerate((State.ACT, State.CLEAR, State.ACT)):
        measuring.follow(finding(domain, state, day), measures)

    assert Diagnosis.objects.count() == 2
    assert Diagnosis.objects.open().count() == 1
