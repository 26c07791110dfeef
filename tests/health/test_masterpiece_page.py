"""The page that asks whether newcomers become competent sooner here."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from cop.health import jobs, measuring, past
from cop.health.models import ArrivalList, Baseline
from cop.health.signs.reading import Who
from members.models import Participation
from members.participating import record
from tasks import agreement
from tests.makers import make_domain, make_full, make_membership

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def domain():
    return make_domain(founded_at=timezone.now() - 900 * DAY)


@pytest.fixture
def reader(domain):
    return make_full(
        domain=domain, is_organizer=True, joined_at=timezone.now() - 880 * DAY
    )


@pytest.fixture
def organizer(client, reader):
    client.force_login(reader.member)
    return reader


def page_of(domain):
    return reverse("health:masterpiece", args=[domain.slug])


def arrive(domain, reader, *, people, days_ago, after):
    """So many came so long ago, and each had a work recognised after so many days."""
    for number in range(people):
        came = timezone.now() - days_ago * DAY
        author = make_membership(domain=domain, joined_at=came)
        record(
            domain=domain,
            kind=Participation.Kind.RECOGNISED,
            channel=Participation.Channel.WORK,
            key=f"recognised:{days_ago}:{number}",
            item=f"work:{days_ago}:{number}",
            giver=reader,
            receiver=author,
            amount=1.0,
            centrality=1,
            at=came + (after + number) * DAY,
        )


def bring(client, domain, table, name="Alone"):
    return client.post(
        reverse("health:bring_baseline", args=[domain.slug]),
        {"name": name, "table": SimpleUploadedFile("alone.csv", table.encode())},
    )


def said(client, domain):
    page = client.get(page_of(domain)).content
    return page.partition(b"What may be said")[2].partition(b"Hold it against")[0]


def test_of_nobody_nothing_is_said(client, domain, organizer):
    assertContains(client.get(page_of(domain)), "Too early to say")


def test_quarters_stand_beside_one_another(client, domain, organizer):
    arrive(domain, organizer, people=12, days_ago=200, after=5)
    arrive(domain, organizer, people=3, days_ago=500, after=5)

    page = client.get(page_of(domain))

    quarters, curves = page.content.split(b"View as table")
    assert quarters.count(b'<th scope="row">Q') == 1
    assert curves.count(b'<th scope="row">Q') > 1
    assertContains(page, "First work at the edge")


def test_agents_are_told_by_themselves(client, domain, organizer):
    arrive(domain, organizer, people=7, days_ago=200, after=5)
    domain.memberships.exclude(pk=organizer.pk).update(kind="agent")

    people = client.get(page_of(domain))
    agents = client.get(page_of(domain), {"who": "agents"})

    assertContains(people, "Agents are left out")
    assertContains(people, "Nobody has come yet")
    assertContains(agents, "Agents are counted alone")
    assertContains(agents, '<th scope="row">Q')


def test_it_says_what_may_be_concluded_and_what_may_not(client, domain, organizer):
    arrive(domain, organizer, people=12, days_ago=200, after=5)
    arrive(domain, organizer, people=12, days_ago=480, after=5)

    page = client.get(page_of(domain))

    assertContains(page, "What may not: that this community is the reason.")
    assertContains(page, "Of those whose first task was as central and as large:")
    assertContains(page, "Small first task")
    assertContains(page, "0 pieces of work were judged by two")


def test_the_page_tells_what_the_night_found(client, domain, organizer, monkeypatch):
    arrive(domain, organizer, people=12, days_ago=200, after=5)
    arrive(domain, organizer, people=12, days_ago=480, after=5)
    before = said(client, domain)
    jobs.night(domain, at=timezone.now())
    arrive(domain, organizer, people=9, days_ago=20, after=5)
    monkeypatch.setattr(past, "read", lambda *_a, **_m: pytest.fail("read anew"))

    assert said(client, domain) == before


def test_a_day_gone_by_read_again_takes_nothing_back(domain, organizer):
    arrive(domain, organizer, people=12, days_ago=200, after=5)
    now = timezone.now()
    jobs.night(domain, at=now)

    list(measuring.measure_again(domain=domain, moments=[now - 100 * DAY]))

    kept = ArrivalList.objects.get(domain=domain, who=Who.PEOPLE)
    assert (kept.counted_at, len(kept.joined)) == (now, 13)


def test_readers_who_agree_are_told_beside_it(client, domain, organizer, monkeypatch):
    pairs = [("recognised", "recognised")] * 30 + [("recognised", "returned")] * 10
    monkeypatch.setattr(
        agreement, "pairs_of", lambda *_a, **_m: [*pairs, ("returned", "returned")]
    )

    page = client.get(page_of(domain))

    assertContains(page, "said the same of 31 of 41 pieces of work")
    assertContains(page, "of 1 beyond chance (between")


def test_working_alone_is_held_against_it(client, domain, organizer):
    arrive(domain, organizer, people=25, days_ago=200, after=2)
    table = "start,reached,when\n" + "".join(
        f"2025-01-01,yes,2025-03-{day:02}\n" for day in range(1, 31)
    )

    assertRedirects(bring(client, domain, table), page_of(domain))

    page = client.get(page_of(domain))
    assertContains(page, "against “Alone”")
    # Nobody here stood in Active at a weekly run: their word was no full member's.
    assertContains(page, "later, of the first ninety")
    assertContains(page, "motivation and skill may explain it")


def test_a_table_that_cannot_be_read_says_where(client, domain, organizer):
    page = bring(client, domain, "start,reached,when\n2026-01-01,perhaps,2026-02-01\n")

    assert page.status_code == 422
    assertContains(page, "Line 2: “perhaps” is neither yes nor no.", status_code=422)
    assertContains(page, 'value="Alone"', status_code=422)
    assert not Baseline.objects.exists()


def test_a_table_takes_another_ones_place_and_can_be_taken_out(
    client, domain, organizer
):
    for name in ("One", "Other"):
        bring(client, domain, "start,reached,when\n2026-01-01,no,2026-02-01\n", name)
    assert [one.name for one in Baseline.objects.all()] == ["Other"]

    client.post(reverse("health:forget_baseline", args=[domain.slug]))

    assert not Baseline.objects.exists()


def test_only_organizers_read_it_and_bring_tables(client, domain, reader):
    client.force_login(make_membership(domain=domain).member)
    assert client.get(page_of(domain)).status_code == 403
    assert bring(client, domain, "start,reached,when\n").status_code == 403
