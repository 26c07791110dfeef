from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from cop.health import load
from tasks.models import Skip
from tests.makers import (
    make_domain,
    make_full,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


def test_the_smallest_half_is_as_few_as_can_be():
    assert load.smallest_half({}) == []
    assert load.smallest_half({1: 1, 2: 6, 3: 3}) == [2]
    assert load.smallest_half({1: 3, 2: 4, 3: 4}) == [2, 3]


def judge(domain, reviewer, times, area=0):
    for _ in range(times):
        make_verdict(
            submission=make_submission(
                task=make_task(
                    domain=domain,
                    raised_by=reviewer,
                    area=domain.areas.order_by("place")[area],
                )
            ),
            reviewer=reviewer,
            sent_at=timezone.now() - timedelta(days=1),
        )


def test_organizers_see_who_carries_the_reviews_by_name_and_by_area(client, domain):
    organizer = make_full(domain=domain, name="Jun Sato", is_organizer=True)
    busy = make_full(domain=domain, name="Noor Haddad")
    quiet = make_full(domain=domain, name="Amara Okoye", capacity="half")
    judge(domain, busy, 5)
    judge(domain, quiet, 1)
    judge(domain, quiet, 1, area=1)
    work = make_submission(task=make_task(domain=domain))
    Skip.objects.create(
        submission=work,
        membership=busy,
        reason="My neighbour.",
        skipped_at=timezone.now(),
    )
    address = reverse("health:reviews", args=[domain.slug])

    found = load.load_of(domain, at=timezone.now())
    client.force_login(organizer.member)
    page = client.get(address)

    assert [(one.verdicts, one.readers, one.half) for one in found.areas] == [
        (7, 2, [busy]),
        (6, 2, [busy]),
        (1, 1, [quiet]),
    ]
    assert [one.membership for one in found.readers[:2]] == [quiet, organizer]
    assertContains(page, "71%")
    assertContains(page, '<td class="r">2 of 3</td><td class="wide-only">Half</td>')
    assertContains(page, "My neighbour.")
    assertContains(page, "Too early to say: 0 of the 20 pieces of work")
    health = client.get(reverse("health:health", args=[domain.slug]))
    assertContains(health, "Who carries the reviews")


def test_nobody_else_sees_it(client, domain):
    client.force_login(make_full(domain=domain).member)

    assert client.get(reverse("health:reviews", args=[domain.slug])).status_code == 403
