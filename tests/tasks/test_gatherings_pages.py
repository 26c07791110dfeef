"""Gatherings through their pages, and through calendars."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from domain.models import Domain
from members.models import Draft
from tasks import gathering
from tasks.models import Attendance, Gathering
from tests.makers import (
    HTMX,
    make_claim,
    make_domain,
    make_full,
    make_membership,
    make_submission,
    make_task,
)
from tests.tasks.test_gatherings import DAY, HOUR, WEEK, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def caller(domain):
    return make_full(domain=domain, name="Amara Okoye")


@pytest.fixture
def newcomer(domain):
    return make_membership(domain=domain, name="Maya Lindt")


@pytest.fixture
def task(domain, caller):
    return make_task(domain=domain, raised_by=caller)


def signed_in(membership):
    client = Client()
    client.force_login(membership.member)
    return client


def coming(caller, *tasks, **given):
    now = timezone.now()
    return gathering.announce(
        membership=caller,
        plan=plan(*tasks, **{"starts_at": now + WEEK, **given}),
        at=now,
    )


def gone_by(caller, *tasks, ago=3 * DAY):
    then = timezone.now() - ago
    return gathering.announce(
        membership=caller, plan=plan(*tasks, starts_at=then), at=then - WEEK
    )


def address(name, domain, *args):
    return reverse(f"tasks:{name}", args=[domain.slug, *args])


def filled_in(*tasks, **given):
    start = timezone.localtime() + WEEK
    return {
        "title": "Sheets at the mill",
        "what_for": "The autumn sheets are in the dataset.",
        "day": start.date().isoformat(),
        "clock": "18:30",
        "minutes": "90",
        "place": "The mill",
        "tasks": [task.pk for task in tasks],
        "more": "",
        "window": "0123abcd",
        **given,
    }


# Calling one


def test_a_full_member_calls_one(domain, caller, task):
    browser = signed_in(caller)
    form = browser.get(address("new_gathering", domain), {"task": task.pk})
    assertContains(form, f'value="{task.pk}" id="tasks_{task.pk}" checked')

    answer = browser.post(address("new_gathering", domain), filled_in(task))

    made = Gathering.objects.get()
    assertRedirects(answer, made.get_absolute_url())
    start = timezone.localtime(made.starts_at)
    assert (start.hour, start.minute, made.minutes) == (18, 30, 90)
    assertContains(browser.get(task.get_absolute_url()), "Worked on together")


def test_tasks_that_are_not_offered_are_named_by_number_or_address(domain, caller):
    one, other = make_task(domain=domain), make_task(domain=domain)
    more = f"#{one.pk}\nhttps://example.org{other.get_absolute_url()}"
    browser = signed_in(caller)

    browser.post(address("new_gathering", domain), filled_in(more=more))

    assert set(Gathering.objects.get().tasks.all()) == {one, other}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tasks": []}, "Name one task at least"),
        ({"more": "the sheets"}, "is no task’s address or number"),
        ({"more": "999999999"}, "No task in the works here has the number"),
        ({"day": ""}, "Choose a day"),
        ({"day": "2020-01-01"}, "That time has gone by"),
        ({"minutes": "1"}, "greater than or equal to 15"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    domain, caller, task, given, said
):
    answer = signed_in(caller).post(
        address("new_gathering", domain), filled_in(task, **given)
    )

    assert answer.status_code in (409, 422)
    assert said in answer.content.decode()
    assert "The autumn sheets are in the dataset." in answer.content.decode()
    assert not Gathering.objects.exists()


def test_a_newcomer_reads_what_opens_the_door(domain, newcomer, task):
    browser = signed_in(newcomer)

    assertContains(
        browser.get(address("gatherings", domain)), 'data-refusal="not_yours_to_call"'
    )
    answer = browser.post(address("new_gathering", domain), filled_in(task))

    assertContains(answer, "Ask one of them")
    assert not Gathering.objects.exists()


def test_what_was_typed_is_kept_with_its_boxes(domain, caller, task):
    other = make_task(domain=domain)
    browser = signed_in(caller)
    typed = filled_in(task, other, act="draft")
    browser.post(
        address("new_gathering", domain),
        typed,
        headers={**HTMX, "HX-Target": "draft_state"},
    )

    again = browser.get(address("new_gathering", domain))

    assert Draft.objects.get().fields["tasks"] == [str(task.pk), str(other.pk)]
    for one in (task, other):
        assertContains(again, f'value="{one.pk}" id="tasks_{one.pk}" checked')
    browser.post(address("new_gathering", domain), filled_in(task))
    assert not Draft.objects.exists()


# Coming


def test_members_say_that_they_come_and_change_their_minds(
    domain, caller, newcomer, task
):
    made = coming(caller, task)
    browser = signed_in(newcomer)
    url = address("answer_gathering", domain, made.pk)
    assertContains(browser.get(made.get_absolute_url()), "Are you coming?")

    piece = browser.post(
        url, {"answer": "coming"}, headers={**HTMX, "HX-Target": "coming"}
    )
    assertContains(piece, "You are coming.")
    assertNotContains(piece, "<h1>")
    assertContains(browser.get(address("gatherings", domain)), "you are coming")
    assertContains(
        browser.get(reverse("domain:start", args=[domain.slug])), "Sheets at the mill"
    )
    answer = browser.post(url, {"answer": "cannot"})

    assertRedirects(
        answer, f"{made.get_absolute_url()}#coming", fetch_redirect_response=False
    )
    said = Attendance.objects.get(membership=newcomer)
    assert said.answer == Attendance.Answer.CANNOT


def test_a_visitor_reads_it_and_is_sent_to_the_door(domain, caller, task):
    made = coming(caller, task)
    visitor = Client()

    page = visitor.get(made.get_absolute_url())
    assertContains(page, "Members say whether they come.")
    assertContains(page, "UTC")
    assertNotContains(page, "I am coming")
    answer = visitor.post(address("answer_gathering", domain, made.pk))
    assert "/accounts/login/" in answer["Location"]


def test_of_a_members_community_strangers_see_nothing(caller, task):
    domain = caller.domain
    domain.visibility = Domain.Visibility.MEMBERS
    domain.save()
    made = coming(caller, task)
    stranger = signed_in(make_membership())

    for path in (
        made.get_absolute_url(),
        address("gatherings", domain),
        address("calendar", domain),
    ):
        assert stranger.get(path).status_code == 404
        assert Client().get(path).status_code == 404


def test_called_off_it_says_so_and_why(domain, caller, newcomer, task):
    made = coming(caller, task)
    browser = signed_in(caller)
    url = address("call_off_gathering", domain, made.pk)
    assertContains(browser.post(url, {"because": ""}), "Say why", status_code=422)

    browser.post(url, {"because": "The bridge is closed."})

    page = signed_in(newcomer).get(made.get_absolute_url())
    assertContains(page, "The bridge is closed.")
    assertNotContains(page, "I am coming")
    assertContains(
        browser.post(url, {"because": "Twice"}), "called off", status_code=409
    )
    assertNotContains(browser.get(task.get_absolute_url()), "Worked on together")


# Changing it


def test_of_two_at_once_the_second_sees_both_and_loses_nothing(domain, caller, task):
    made = coming(caller, task)
    url = address("edit_gathering", domain, made.pk)
    first, second = signed_in(caller), signed_in(make_full(domain=domain))
    first.post(url, filled_in(task, place="The weir", version=1))

    clash = second.post(url, filled_in(task, title="Sheets, all of them", version=1))

    assertContains(clash, "It says now:", status_code=409)
    assertContains(clash, "The weir", status_code=409)
    assertContains(clash, "Sheets, all of them", status_code=409)
    assertContains(clash, 'name="version" value="2"', status_code=409)
    assertRedirects(
        second.post(url, filled_in(task, title="Sheets, all of them", version=2)),
        made.get_absolute_url(),
    )
    made.refresh_from_db()
    assert (made.title, made.version) == ("Sheets, all of them", 3)


def test_times_are_said_and_taken_in_the_reader_s_zone(domain, caller, task):
    browser = signed_in(caller)
    with timezone.override("Europe/Vienna"):
        form = browser.get(address("new_gathering", domain))
        assertContains(form, timezone.localtime().tzname())
        browser.post(
            address("new_gathering", domain), filled_in(task, day="2031-07-01")
        )
        made = Gathering.objects.get()
        page = browser.get(made.get_absolute_url())

    assert made.starts_at.isoformat() == "2031-07-01T16:30:00+00:00"
    assertContains(page, "Tuesday 1 July 2031, 18:30 to 20:00 CEST")
    assertContains(page, 'datetime="2031-07-01T16:30:00+00:00"')


def test_an_hour_that_clocks_leave_out_is_refused(domain, caller, task):
    with timezone.override("Europe/Vienna"):
        answer = signed_in(caller).post(
            address("new_gathering", domain),
            filled_in(task, day="2031-03-30", clock="02:30"),
        )

    assert answer.status_code == 422
    assert not Gathering.objects.exists()


# Afterwards


def test_who_was_there_and_what_came_of_it(domain, caller, newcomer, task):
    made = gone_by(caller, task)
    claim = make_claim(task=task, membership=newcomer)
    make_submission(claim=claim, handed_in_at=made.starts_at + DAY, is_first=True)
    other = make_membership(domain=domain, name="Noor Haddad")
    browser = signed_in(caller)
    page = browser.get(made.get_absolute_url())
    assertContains(page, "Nobody has noted who was there")

    browser.post(
        address("tell_gathering", domain, made.pk),
        {
            "there": [newcomer.pk, caller.pk],
            "others": "noor haddad",
            "came_of_it": "Two sheets are in.",
            "version": 1,
        },
    )

    page = signed_in(newcomer).get(made.get_absolute_url())
    assertContains(page, "Two sheets are in.")
    assertContains(page, "their first work here")
    assertContains(page, other.name)
    assertNotContains(page, "Change what was noted")
    listed = Client().get(address("gatherings", domain))
    assertContains(listed, "3 were there")
    assertContains(listed, "1 work handed in")


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ("Nobody At All", "Nobody here goes by"),
        ("Two Of A Name", "More than one goes by"),
    ],
)
def test_whom_nobody_knows_cannot_have_been_there(domain, caller, task, others, said):
    made = gone_by(caller, task)
    for _ in range(2):
        make_membership(domain=domain, name="Two Of A Name")

    answer = signed_in(caller).post(
        address("tell_gathering", domain, made.pk),
        {"others": others, "came_of_it": "Much.", "version": 1},
    )

    assertContains(answer, said, status_code=422)
    assertContains(answer, "Much.", status_code=422)


def test_two_who_tell_at_once_lose_nothing(domain, caller, task):
    made = gone_by(caller, task)
    url = address("tell_gathering", domain, made.pk)
    first, second = signed_in(caller), signed_in(make_full(domain=domain))
    given = {"there": [caller.pk], "version": 1}
    first.post(url, {**given, "came_of_it": "Two sheets are in."})

    clash = second.post(url, {**given, "came_of_it": "Three sheets are in."})

    assertContains(clash, "Two sheets are in.", status_code=409)
    assertContains(clash, "Three sheets are in.", status_code=409)
    assertContains(clash, 'name="version" value="2"', status_code=409)


# Calendars


def events(response):
    return [*Calendar.from_ical(response.content).walk("VEVENT")]


def test_a_calendar_reads_what_comes_and_what_was_called_off(domain, caller, task):
    made = coming(caller, task)
    off = coming(caller, task, title="Called off")
    gathering.call_off(
        gathering=off, membership=caller, because="Rain.", at=timezone.now()
    )
    gone_by(caller, task, ago=timedelta(days=200))

    answer = Client().get(address("calendar", domain))

    assert answer["Content-Type"].startswith("text/calendar")
    found = {str(event["summary"]): event for event in events(answer)}
    assert set(found) == {made.title, "Called off"}
    event = found[made.title]
    assert event.decoded("dtstart") == made.starts_at.replace(microsecond=0)
    assert str(event["location"]) == made.place
    assert task.title in str(event["description"])
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 0)
    assert (found["Called off"]["status"], found["Called off"]["sequence"]) == (
        "CANCELLED",
        1,
    )


def test_a_calendar_that_has_it_all_is_told_so(domain, caller, task):
    made = coming(caller, task)
    url = address("calendar", domain)
    first = Client().get(url)
    assert first["Last-Modified"]

    def again():
        return Client().get(url, headers={"If-None-Match": first["ETag"]})

    assert again().status_code == 304
    gathering.change(
        gathering=made,
        membership=caller,
        plan=plan(task, starts_at=made.starts_at + HOUR),
        version=1,
        at=timezone.now(),
    )
    assert again().status_code == 200


def test_a_private_address_works_until_it_is_let_go(caller, newcomer, task):
    domain = caller.domain
    domain.visibility = Domain.Visibility.MEMBERS
    domain.save()
    coming(caller, task)
    browser = signed_in(newcomer)
    page, change = address("gatherings", domain), address("calendar_address", domain)
    assertNotContains(browser.get(page), "gatherings.ics")

    def made():
        browser.post(change)
        text = browser.get(page).content.decode()
        return text.split('id="feed" readonly value="')[1].split('"')[0]

    first, second = made(), made()

    assert Client().get(first).status_code == 404
    answer = Client().get(second)
    assert len(events(answer)) == 1
    assert "private" in answer["Cache-Control"]
    assert Client().get(second[:-2]).status_code == 404
    other = make_domain(visibility=Domain.Visibility.MEMBERS)
    token = second.partition("?")[2]
    assert Client().get(f"{address('calendar', other)}?{token}").status_code == 404
    newcomer.left_at = timezone.now()
    newcomer.save()
    assert Client().get(second).status_code == 404
    newcomer.left_at = None
    newcomer.save()
    assert Client().get(second).status_code == 200
    browser.post(change, {"act": "forget"})
    assert Client().get(second).status_code == 404
