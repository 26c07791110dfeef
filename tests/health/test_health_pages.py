"""The health pages, as organizers, members and visitors meet them."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cop.health import evidence, measuring, past
from cop.health.diagnosis import FAILURES
from cop.health.models import Move
from cop.health.records import TABLES
from cop.health.signs import SIGNS
from members.models import Pulse
from tests.makers import (
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain(founded_at=timezone.now() - timedelta(days=400))


@pytest.fixture
def organizer(client, domain):
    organizer = make_full(domain=domain, is_organizer=True, name="Amara Okoye")
    client.force_login(organizer.member)
    return organizer


def pages(domain):
    at = domain.slug
    return [
        reverse("health:health", args=[at]),
        reverse("health:signs", args=[at]),
        *(reverse("health:sign", args=[at, name]) for name in SIGNS),
        *(reverse("health:detector", args=[at, one.mode.value]) for one in FAILURES),
    ]


def test_every_page_stands_before_and_after_the_first_reading(
    client, organizer, domain
):
    for page in pages(domain):
        assert client.get(page).status_code == 200
    measuring.measure(domain=domain, at=timezone.now())
    for page in pages(domain):
        assert client.get(page).status_code == 200


def test_only_organizers_see_what_lies_behind_a_figure(client, domain):
    client.force_login(make_membership(domain=domain).member)

    assert (
        client.get(reverse("health:sign", args=[domain.slug, "uptake"])).status_code
        == 403
    )


def test_the_definitions_say_of_every_sign_what_it_is(client, organizer, domain):
    page = client.get(reverse("health:signs", args=[domain.slug]))

    for sign in SIGNS.values():
        assertContains(page, sign.words)
        assertContains(page, sign.formula)
        assertContains(page, sign.meaning)
        assertContains(page, sign.read_from)
        assertContains(page, sign.unit.words)
        assert sign.window
        assert sign.source or sign.threshold is None


def test_there_are_as_many_rows_as_the_figure_says(client, organizer, domain):
    author = make_membership(domain=domain, name="Maya Lindt")
    for _ in range(3):
        submission = make_submission(
            task=make_task(domain=domain),
            membership=author,
            handed_in_at=timezone.now() - timedelta(days=3),
        )
    measuring.measure(domain=domain, at=timezone.now())

    page = client.get(reverse("health:sign", args=[domain.slug, "first_response"]))

    assertContains(page, "0 of 3")
    assertContains(page, submission.task.title)
    assertContains(page, "Maya Lindt", count=3)


@pytest.fixture
def asked_of_the_monday_page(client, organizer, domain):
    """Return how many queries the page takes with so much of everything on it."""

    def count(number, *, weeks):
        now = timezone.now()
        for each in range(number):
            domain.areas.get_or_create(slug=f"lake-{each}", name=f"Lake {each}")
            make_submission(
                task=make_task(domain=domain),
                membership=make_membership(domain=domain),
                handed_in_at=now - timedelta(days=3),
            )
        for week in range(weeks):
            measuring.measure(domain=domain, at=now - timedelta(weeks=week))
            Move.objects.update_or_create(
                domain=domain,
                way="ask",
                week=(now - timedelta(weeks=week)).date(),
                defaults={
                    "touches": 2,
                    "offered_at": now,
                    "made_by": organizer,
                    "made_at": now - timedelta(weeks=week),
                    "before": {"uptake": [0.1, 0.05, 0.15]},
                    "after": {"uptake": [0.2, 0.15, 0.25]},
                },
            )
        page = reverse("health:health", args=[domain.slug])
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    return count


def test_the_monday_page_costs_the_same_however_much_was_read(asked_of_the_monday_page):
    first = asked_of_the_monday_page(1, weeks=1)

    assert asked_of_the_monday_page(5, weeks=4) == first


def test_what_was_measured_is_shown_without_reading_the_past_again(
    client, organizer, domain, monkeypatch
):
    measuring.measure(domain=domain, at=timezone.now())

    def unread(*_args):
        raise AssertionError("A page has no time for this.")

    monkeypatch.setattr(past, "_read", unread)

    for page in pages(domain):
        assert client.get(page).status_code == 200


def test_of_very_many_cases_the_first_are_listed_and_all_are_counted(
    client, organizer, domain, monkeypatch
):
    monkeypatch.setattr(evidence, "MOST_LISTED", 2)
    for _ in range(3):
        make_submission(
            task=make_task(domain=domain),
            membership=make_membership(domain=domain),
            handed_in_at=timezone.now() - timedelta(days=3),
        )
    measuring.measure(domain=domain, at=timezone.now())

    page = client.get(reverse("health:sign", args=[domain.slug, "first_response"]))

    assertContains(page, "0 of 3")
    assertContains(page, "Listed are the first 2.")


def test_a_day_gone_by_leaves_what_lies_behind_the_last_one(domain):
    now = timezone.now()
    measuring.measure(domain=domain, at=now)

    list(measuring.measure_again(domain=domain, moments=[now - timedelta(days=7)]))

    assert set(domain.case_lists.values_list("measured_at", flat=True)) == {now}


def test_agents_and_areas_are_read_by_themselves(client, organizer, domain):
    area = domain.areas.order_by("pk").first()
    measuring.measure(domain=domain, at=timezone.now())
    address = reverse("health:health", args=[domain.slug])

    assertContains(client.get(address, {"who": "agents"}), "Agents are counted")
    assertContains(client.get(address, {"who": "both"}), "People and agents")
    assertContains(client.get(address, {"who": "nobody"}), "People are counted")
    assertContains(
        client.get(address, {"area": area.slug}), f"Only what was done in {area.name}"
    )
    assertContains(client.get(address, {"area": "nowhere"}), "People are counted")


def test_all_readings_are_had_as_csv_and_json(client, organizer, domain):
    measuring.measure(domain=domain, at=timezone.now())
    at = [domain.slug]

    table = client.get(
        reverse("health:table_csv", args=[*at, "readings"])
    ).content.decode()
    told = client.get(reverse("health:table_json", args=[*at, "readings"])).json()

    lines = table.splitlines()
    assert lines[0].startswith("on,area,who,sign,value")
    assert len(lines) == len(told) + 1
    assert len([one for one in told if not one["area"]]) == 3 * len(SIGNS)
    assert {one["sign"] for one in told} == set(SIGNS)
    client.logout()
    page = reverse("health:table_csv", args=[*at, "readings"])
    assert client.get(page).status_code == 403


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_had_as_csv_and_json(client, organizer, domain, table):
    now = timezone.now()
    measuring.measure(domain=domain, at=now)
    opened(domain, signs={"uptake": 0.04})
    Move.objects.create(
        domain=domain, way="ask", week=now.date(), touches=2, offered_at=now
    )
    Pulse.objects.create(
        domain=domain,
        quarter=now.date(),
        opened_at=now - timedelta(days=1),
        closes_at=now,
        closed_at=now,
        asked=3,
    )
    at = [domain.slug, table]

    lines = client.get(reverse("health:table_csv", args=at)).content.decode()
    told = client.get(reverse("health:table_json", args=at)).json()

    assert lines.splitlines()[0] == ",".join(TABLES[table].heads)
    assert told
    assert len(list(csv.reader(StringIO(lines)))) == len(told) + 1
    assert tuple(told[0]) == TABLES[table].heads


def test_what_is_measured_is_no_secret_and_what_was_read_is(client, domain):
    client.force_login(make_membership(domain=domain).member)

    page = client.get(reverse("health:signs", args=[domain.slug]))

    assertContains(page, "Recognised work that uses the repertoire")
    assertNotContains(page, "readings.csv")
    for table in TABLES:
        at = reverse("health:table_json", args=[domain.slug, table])
        assert client.get(at).status_code == 403


def opened(domain, **given):
    today = timezone.localdate()
    return domain.diagnoses.create(
        **{
            "mode": "no-domain",
            "opened_on": today,
            "measured_on": today,
            "sentence": "It does not show.",
            **given,
        }
    )


def test_an_organizer_says_what_they_make_of_a_diagnosis(client, organizer, domain):
    one = opened(domain)
    page = reverse("health:detector", args=[domain.slug, "no-domain"])
    assertContains(client.get(page), "Since ")

    client.post(
        reverse("health:explain", args=[domain.slug, one.pk]), {"words": "New season."}
    )

    told = client.get(page)
    assertContains(told, "New season.")
    assertContains(told, "Amara Okoye, ")


def test_what_was_found_gone_is_explained_no_more(client, organizer, domain):
    one = opened(domain, closed_on=timezone.localdate())

    answer = client.post(
        reverse("health:explain", args=[domain.slug, one.pk]),
        {"words": "Late."},
        follow=True,
    )

    assertContains(answer, "found gone on")
    one.refresh_from_db()
    assert one.words == ""


def test_others_explain_nothing(client, domain):
    one = opened(domain)
    client.force_login(make_membership(domain=domain).member)

    address = reverse("health:explain", args=[domain.slug, one.pk])
    assert client.post(address, {"words": "x"}).status_code == 403
