"""The site's and a community's front pages, through the door."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.centrality import Centrality, Zone
from domain.models import Domain
from tasks.models import Verdict
from tests.makers import (
    HTMX,
    NOON,
    make_claim,
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(client):
    membership = make_membership(joined_at=NOON - timedelta(days=1))
    client.force_login(membership.member)
    return membership


def home(domain):
    return reverse("domain:home", args=[domain.slug])


def test_a_visitor_sees_real_work_before_anything_else(client):
    task = make_task()

    page = client.get(home(task.domain))

    assertContains(page, task.title)
    assertContains(page, reverse("tasks:claim", args=[task.domain.slug, task.pk]))
    assertContains(page, "Feeds the public autumn dataset")


def test_practice_is_never_offered_as_a_first_step(client):
    task = make_task(is_practice=True)

    assertNotContains(client.get(home(task.domain)), task.title)


def test_a_members_only_community_shows_its_door_and_nothing_behind_it(client):
    domain = make_domain(visibility=Domain.Visibility.MEMBERS)
    task = make_task(domain=domain)

    page = client.get(home(domain))

    assertContains(page, domain.concern)
    assertNotContains(page, task.title)
    for name in ("domain:path", "domain:about"):
        assert client.get(reverse(name, args=[domain.slug])).status_code == 404


def test_an_unlisted_community_is_not_in_the_list(client):
    hidden = make_domain(visibility=Domain.Visibility.UNLISTED)
    shown = make_domain()

    page = client.get(reverse("cop:landing"))

    assertContains(page, shown.name)
    assertNotContains(page, hidden.name)


def test_a_site_without_communities_invites_to_start_one(client):
    assertContains(client.get(reverse("cop:landing")), "Start a community")


def test_members_below_active_come_home_to_their_next_step(client, newcomer):
    start = reverse("domain:start", args=[newcomer.domain.slug])

    assertRedirects(client.get(home(newcomer.domain)), start)


def test_active_members_come_home_to_what_waits(client):
    veteran = make_full()
    make_submission(task=make_task(domain=veteran.domain))
    client.force_login(veteran.member)

    assertContains(
        client.get(home(veteran.domain)), "One piece of work waits for a reader"
    )


def test_the_next_step_is_one_real_task_with_two_others_each_with_its_reason(
    client, newcomer
):
    titles = ("Label the photographs", "Phone the lock-keeper", "Read the gauge")
    for title in titles:
        make_task(domain=newcomer.domain, title=title, is_awaited=True)
    start = reverse("domain:start", args=[newcomer.domain.slug])

    page = client.get(start)
    other = client.get(f"{start}?else=1", headers={**HTMX, "HX-Target": "next_step"})

    in_front = [
        re.search(r'id="next_step_title"><a[^>]*>([^<]*)', shown.content.decode())[1]
        for shown in (page, other)
    ]
    assert in_front[0] in titles
    assert in_front[1] in titles
    assert in_front[0] != in_front[1]
    assertNotContains(other, "<h1>")
    for title in titles:
        assertContains(page, title)
    assertContains(page, "someone is waiting for the result", count=3)
    assertContains(page, "Something else (1 of 3)")


def test_where_this_leads_says_what_it_takes(client, newcomer):
    page = client.get(reverse("domain:start", args=[newcomer.domain.slug]))
    path = client.get(reverse("domain:path", args=[newcomer.domain.slug]))

    for shown in (page, path):
        assertContains(shown, "Watch Inbound work to its end")
        assertContains(shown, "By work of your own")


def test_work_in_hand_comes_before_the_next_step(client, newcomer):
    held = make_claim(task=make_task(domain=newcomer.domain), membership=newcomer)

    page = client.get(reverse("domain:start", args=[newcomer.domain.slug]))

    assertContains(page, "Go on with it")
    assertContains(page, held.task.title)


def test_changes_asked_for_come_before_all_else(client, newcomer):
    claim = make_claim(task=make_task(domain=newcomer.domain), membership=newcomer)
    submission = make_submission(claim=claim, outcome=Verdict.RETURNED, settled_at=NOON)
    make_verdict(Verdict.RETURNED, submission=submission)

    page = client.get(reverse("domain:start", args=[newcomer.domain.slug]))

    assertContains(page, "Changes asked of you")
    assertContains(page, "You left the smudged reading open instead of guessing.")


def test_somebody_who_has_not_said_how_much_time_they_have_may_say_so(client, newcomer):
    make_task(domain=newcomer.domain)
    start = reverse("domain:start", args=[newcomer.domain.slug])

    asked = client.get(start)
    newcomer.hours = newcomer.Hours.HOUR
    newcomer.save()

    assertContains(asked, "Picked without knowing how much time you have.")
    assertNotContains(client.get(start), "Picked without knowing")


def test_more_central_work_going_on_can_be_watched(client, newcomer, settings):
    task = make_task(domain=newcomer.domain, centrality=Centrality.ACTIVE)
    claim = make_claim(task=task, membership=make_full(domain=newcomer.domain))
    task.log.create(
        claim=claim,
        author=claim.membership,
        body="Checked the drift first.",
        written_at=timezone.now(),
    )

    page = client.get(reverse("domain:start", args=[newcomer.domain.slug]))

    assertContains(page, reverse("tasks:observe", args=[task.domain.slug, task.pk]))


def test_the_path_shows_each_zone_with_its_work_and_people(client):
    core = make_core()
    for centrality in Centrality:
        make_task(
            domain=core.domain,
            raised_by=core,
            centrality=centrality,
            title=f"Work of {centrality.label}",
        )

    page = client.get(reverse("domain:path", args=[core.domain.slug]))

    for zone in Zone:
        assertContains(page, f"Work of {zone.label}")
    assertContains(page, "One member stands here")


@pytest.mark.parametrize("tasks", [3, 30])
def test_front_pages_cost_the_same_however_much_there_is(
    client, tasks, django_assert_max_num_queries
):
    core = make_core()
    for number in range(tasks):
        make_task(domain=core.domain, raised_by=core, title=f"Task {number}")
        make_membership(domain=core.domain)
        make_entry(domain=core.domain, written_by=core)
    client.force_login(core.member)

    for name in ("domain:home", "domain:path", "domain:about"):
        with django_assert_max_num_queries(18):
            client.get(reverse(name, args=[core.domain.slug]))


def test_help_is_there_for_everybody(client):
    assertContains(client.get(reverse("cop:help")), "Help and contact")
