"""Gatherings as programs of members go about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tasks.models import Gathering
from tests.doors.calling import Program
from tests.makers import make_core, make_domain, make_membership, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    return make_core(domain=make_domain())


@pytest.fixture
def task(caller):
    return make_task(domain=caller.domain, raised_by=caller, opened_at=timezone.now())


@pytest.fixture
def program(caller):
    return Program(caller)


def plan(task, **given):
    return {
        "title": "Sheets at the mill",
        "what_for": "The sheets of May are typed up.",
        "place": "The mill",
        "starts_at": (timezone.now() + timedelta(days=3)).isoformat(),
        "minutes": 90,
        "tasks": [task.pk],
    } | given


def begin(said):
    """Let its time come."""
    now = timezone.now()
    Gathering.objects.filter(pk=said["id"]).update(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )


def test_from_the_call_to_what_came_of_it(program, task):
    newcomer = make_membership(domain=task.domain)
    called = program.post("gatherings", plan(task)).json()
    at = f"gatherings/{called['id']}"

    said = Program(newcomer).put(f"{at}/answer", {"coming": True}).json()
    assert said["my_answer"] == "coming"
    assert newcomer.handle in {one["handle"] for one in said["coming"]}
    assert said["came_of"] is None

    begin(called)
    told = program.put(
        f"{at}/told",
        {"there": [newcomer.handle], "came_of_it": "Half.", "version": 1},
    )
    assert told.status_code == 200
    seen = program.get(at).json()
    assert [one["handle"] for one in seen["there"]] == [newcomer.handle]
    assert seen["came_of_it"] == "Half."
    assert seen["came_of"]["handed_in"] == []


def test_those_to_come_come_first_and_those_gone_by_are_asked_for(program, task):
    later = plan(task, starts_at=(timezone.now() + timedelta(days=9)).isoformat())
    last = program.post("gatherings", later).json()["id"]
    first = program.post("gatherings", plan(task)).json()["id"]

    page = program.get("gatherings?limit=1").json()
    assert [one["id"] for one in page["items"]] == [first]
    after = program.get(f"gatherings?limit=1&cursor={page['next']}").json()
    assert [one["id"] for one in after["items"]] == [last]
    assert program.get("gatherings?show=gone_by").json()["items"] == []


def test_who_changes_an_older_one_is_told(program, task):
    called = program.post("gatherings", plan(task)).json()
    at = f"gatherings/{called['id']}"
    changed = plan(task, place="The bridge", version=1)

    assert program.put(at, changed).json()["version"] == 2
    refused = program.put(at, plan(task, place="The weir", version=1))

    assert refused.status_code == 409
    assert refused.json()["code"] == "changed_meanwhile"
    assert program.get(at).json()["place"] == "The bridge"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"starts_at": "2001-01-01T00:00:00Z"}, "gone_by"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "too_far_off"),
        ({"tasks": [999_999]}, "no_such_task"),
        ({"place": " "}, "not_said"),
    ],
    ids=lambda one: one if isinstance(one, str) else next(iter(one)),
)
def test_what_cannot_be_called_is_refused(program, task, given, code):
    refused = program.post("gatherings", plan(task, **given))

    assert refused.status_code in (409, 422)
    assert refused.json()["code"] == code
    assert not Gathering.objects.exists()


def test_a_time_without_its_zone_is_none(program, task):
    refused = program.post("gatherings", plan(task, starts_at="2026-11-30T18:00:00"))

    assert refused.status_code == 422
    assert "starts_at" in refused.json()["errors"][0]["field"]


def test_nobody_is_noted_who_is_not_here(program, task):
    called = program.post("gatherings", plan(task)).json()
    begin(called)
    elsewhere = make_membership(domain=make_domain())

    refused = program.put(
        f"gatherings/{called['id']}/told",
        {"there": [elsewhere.handle], "version": 1},
    )

    assert refused.json()["code"] == "nobody_called_so"


def test_what_is_elsewhere_is_not_there(program, task):
    called = program.post("gatherings", plan(task)).json()
    elsewhere = Program(make_core(domain=make_domain()))

    assert elsewhere.get(f"gatherings/{called['id']}").status_code == 404
