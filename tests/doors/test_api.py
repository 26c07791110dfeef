"""The API's own: tokens, problems, pages, tags, keys; what it does is its deeds'."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.programs import calling
from cop.programs.models import Answer, Call
from domain.models import Domain
from members.models import Draft, Scope
from tasks import claiming
from tasks.models import Claim, LogEntry, Submission, Task
from tests.doors.calling import Program, token_for
from tests.makers import (
    make_claim,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(agent):
    return Program(agent)


def now_task(**given):
    now = timezone.now()
    return make_task(**{"raised_at": now, "opened_at": now, **given})


def code_of(response):
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return response.status_code, response.json()["code"]


def test_without_a_token_nothing_is_told(client, domain):
    response = client.get(f"/api/v1/communities/{domain.slug}/tasks")

    assert code_of(response) == (401, "token")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_token_says_as_whom_it_acts(program, agent):
    said = program.get("/api/v1/me").json()

    assert (said["handle"], said["kind"]) == (agent.handle, "agent")
    assert said["agent"]["sponsor"] == agent.member.sponsor.handle


def test_a_scope_that_is_not_there_is_named(agent, domain):
    reader = Program(agent, scopes=(Scope.READ,))

    response = reader.post(f"tasks/{now_task(domain=domain).pk}/claim")

    assert code_of(response) == (403, "scope")
    assert "work" in response.json()["detail"]


def test_a_closed_community_is_not_there(program):
    closed = make_domain(visibility=Domain.Visibility.MEMBERS)

    assert code_of(program.get(f"/api/v1/communities/{closed.slug}")) == (
        404,
        "not_there",
    )


def test_a_public_one_is_read_and_not_acted_in(program):
    elsewhere = make_domain()
    task = now_task(domain=elsewhere)
    base = f"/api/v1/communities/{elsewhere.slug}/tasks/{task.pk}"

    assert program.get(base).json()["claim"] is None
    assert code_of(program.post(f"{base}/claim")) == (403, "elsewhere")


def test_a_token_for_one_community_opens_no_other(agent, client):
    other = make_domain()
    make_membership(domain=other, member=agent.member)
    token = token_for(agent.member, domain=agent.domain)

    def status(slug):
        return client.get(
            f"/api/v1/communities/{slug}", headers={"Authorization": f"Bearer {token}"}
        ).status_code

    assert (status(agent.domain.slug), status(other.slug)) == (200, 404)


def test_what_is_no_operation_is_a_problem_too(program, client):
    assert code_of(client.get("/api/v2/anything")) == (404, "no_such_operation")
    assert code_of(program.delete("tasks")) == (405, "method")
    assert program.delete("tasks")["Allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("{", 400),
        ("\udcff", 400),
        ("[" * 100_000, 400),
        ('{"generation": NaN, "body": "x"}', 400),
        ('{"generation": 1e308, "body": "x"}', 422),
        ('{"generation": 9223372036854775808, "body": "x"}', 422),
        ('{"generation": 1, "body": "a\\u0000b"}', 422),
        ('{"generation": 1, "body": "\\ud800"}', 422),
        ('{"generation": 1, "body": "x", "more": 1}', 422),
        ('"AAA"', 422),
        ("null", 422),
        ('{"generation": 1, "body": "' + "x" * 1_100_000 + '"}', 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_nobody_would_send_is_told_apart_quickly(program, domain, sent, answer):
    task = now_task(domain=domain)

    response = program.client.generic(
        "POST",
        f"{program.base}/tasks/{task.pk}/notes",
        sent.encode("utf-8", "surrogateescape"),
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.token}"},
    )

    assert code_of(response)[0] == answer


def test_which_field_does_not_fit_is_said(program, domain):
    task = now_task(domain=domain)

    said = program.post(f"tasks/{task.pk}/notes", {"generation": 0, "body": "x"}).json()

    assert [one["field"] for one in said["errors"]] == ["body.generation"]


def test_text_of_members_comes_back_as_it_was_written(program, domain):
    title = "'; DROP TABLE tasks; -- <script>alert(1)</script>"
    task = now_task(domain=domain, title=title)

    assert program.get(f"tasks/{task.pk}").json()["title"] == title
    assert title in [one["title"] for one in program.get("tasks").json()["items"]]


def test_every_answer_says_how_many_calls_are_left(program):
    first, second = program.get("/api/v1/me"), program.get("/api/v1/me")

    left = [int(one["RateLimit-Remaining"]) for one in (first, second)]
    assert left[0] - left[1] == 1
    assert 0 < int(first["RateLimit-Reset"]) <= 60


def test_one_call_too_many_is_told_when_to_go_on(agent):
    agent.member.agent.calls_a_minute = 1
    agent.member.agent.save()
    program = Program(agent)

    answers = [program.get("/api/v1/me") for _ in range(3)]

    assert code_of(answers[-1]) == (429, "pace")
    assert int(answers[-1]["Retry-After"]) > 0
    # What is refused for its pace is not written down either.
    assert Call.objects.filter(member=agent.member).count() < 3


def test_calls_are_kept_for_whoever_answers_for_the_program(program, agent, domain):
    program.get("tasks")
    program.post("tasks/999999/claim")

    latest = calling.latest(agent.member)
    assert [(one.status, one.code) for one in latest] == [(404, "not_there"), (200, "")]
    calling.forget(at=timezone.now() + calling.KEPT_FOR + timedelta(days=1))
    assert calling.latest(agent.member) == []


# Leases


def test_a_claim_is_answered_with_its_generation(program, domain):
    task = now_task(domain=domain)

    response = program.post(f"tasks/{task.pk}/claim")

    assert response.status_code == 201
    assert response.json()["generation"] == 1
    assert program.get(f"tasks/{task.pk}").json()["claim"] == response.json()


def test_a_heartbeat_carries_a_lease_as_far_as_silence_may(program, agent, domain):
    task = now_task(domain=domain)
    begun = timezone.now() - timedelta(days=20)
    claim = make_claim(
        task=task,
        membership=agent,
        claimed_at=begun,
        due_at=timezone.now() + timedelta(hours=1),
    )

    said = program.post(f"tasks/{task.pk}/claim/heartbeat", {"generation": 1}).json()

    claim.refresh_from_db()
    assert claim.due_at == begun + 3 * task.window
    assert said["due_at"] == said["silent_until"]
    program.post(f"tasks/{task.pk}/notes", {"generation": 1, "body": "Half is done."})
    claim.refresh_from_db()
    assert claim.due_at > timezone.now() + timedelta(days=6)


def test_a_stale_generation_is_refused_and_what_was_typed_is_kept(
    program, agent, domain
):
    task = now_task(domain=domain)
    program.post(f"tasks/{task.pk}/claim")
    Claim.objects.filter(task=task).update(
        claimed_at=timezone.now() - timedelta(days=9),
        due_at=timezone.now() - timedelta(minutes=1),
    )
    claiming.release_overdue(at=timezone.now())
    claiming.claim(
        task=task, membership=make_membership(domain=domain), at=timezone.now()
    )

    for path, given in [
        ("notes", {"body": "Half is done."}),
        ("rounds", {"body": "All of it."}),
        ("claim/heartbeat", {}),
        ("claim/release", {}),
        ("asks", {"question": "Which sheet counts?"}),
    ]:
        response = program.post(f"tasks/{task.pk}/{path}", {"generation": 1, **given})
        assert code_of(response) == (409, "lease_lapsed"), path

    drafts = program.get("/api/v1/drafts").json()["items"]
    assert {(one["form"], one["fields"]["body"]) for one in drafts} == {
        ("log", "Half is done."),
        ("hand_in", "All of it."),
    }
    assert not LogEntry.objects.exists()
    assert not Submission.objects.exists()


def test_a_draft_is_let_go_of(program, agent):
    kept = Draft.objects.create(
        member=agent.member, key="log:1", fields={}, saved_at=timezone.now()
    )

    assert program.delete(f"/api/v1/drafts/{kept.pk}").json() == {"done": True}
    assert not Draft.objects.exists()


# Keys


def test_the_same_key_is_done_once(program, domain):
    task = now_task(domain=domain)
    program.post(f"tasks/{task.pk}/claim")
    note = {"generation": 1, "body": "Half is done."}
    key = {"Idempotency-Key": "note-1"}

    first = program.post(f"tasks/{task.pk}/notes", note, **key)
    again = program.post(f"tasks/{task.pk}/notes", note, **key)

    assert again.content == first.content
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert LogEntry.objects.count() == 1


def test_a_key_stands_for_one_thing(program, domain):
    task = now_task(domain=domain)
    program.post(f"tasks/{task.pk}/claim")
    key = {"Idempotency-Key": "note-1"}
    note = {"generation": 1, "body": "Half is done."}
    program.post(f"tasks/{task.pk}/notes", note, **key)

    other = program.post(f"tasks/{task.pk}/notes", {**note, "body": "All."}, **key)

    assert code_of(other) == (422, "key_taken")


def test_what_was_refused_may_be_asked_for_again_under_its_key(program, domain):
    task = now_task(domain=domain, state=Task.State.DRAFT, opened_at=None)
    key = {"Idempotency-Key": "claim-1"}

    assert code_of(program.post(f"tasks/{task.pk}/claim", **key)) == (409, "proposed")
    Task.objects.filter(pk=task.pk).update(
        state=Task.State.OPEN, opened_at=timezone.now()
    )
    assert program.post(f"tasks/{task.pk}/claim", **key).status_code == 201
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "é"])
def test_a_key_is_a_few_letters(program, domain, key):
    task = now_task(domain=domain)

    response = program.post(f"tasks/{task.pk}/claim", **{"Idempotency-Key": key})

    assert code_of(response) == (422, "key_unfit")


# Tags


def test_nothing_new_costs_no_answer(program, domain):
    task = now_task(domain=domain)
    tag = program.get(f"tasks/{task.pk}")["ETag"]

    again = program.get(f"tasks/{task.pk}", **{"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    Task.objects.filter(pk=task.pk).update(title="Another")
    assert program.get(f"tasks/{task.pk}", **{"If-None-Match": tag}).status_code == 200


def test_a_round_is_changed_from_the_state_that_was_read(program, agent, domain):
    made = make_submission(task=now_task(domain=domain), membership=agent)
    path = f"rounds/{made.pk}"
    tag = program.get(path)["ETag"]

    assert code_of(program.put(path, {"body": "New"})) == (428, "unread")
    first = program.put(path, {"body": "New"}, **{"If-Match": tag})
    assert first.json()["body"] == "New"
    late = program.put(path, {"body": "Newer"}, **{"If-Match": tag})
    assert code_of(late) == (412, "stale")
    assert first["ETag"] == program.get(path)["ETag"]


def test_an_entry_is_changed_from_its_version_or_its_state(domain):
    program = Program(make_full(domain=domain))
    entry = make_entry(domain=domain, body="One.\n\nTwo.")
    path = f"entries/{entry.pk}"
    read = program.get(path)
    text = {"title": entry.title, "meaning": entry.meaning}

    assert code_of(program.put(path, {**text, "body": "x"})) == (428, "unread")
    saved = program.put(
        path, {**text, "body": "One!\n\nTwo."}, **{"If-Match": read["ETag"]}
    )
    assert saved.json()["version"]["number"] == 2
    # From the version that was read, what came in between is merged.
    base = read.json()["revision"]
    merged = program.put(path, {**text, "body": "One.\n\nTwo!", "base": base})
    assert merged.json()["version"]["body"] == "One!\n\nTwo!"
    clash = program.put(path, {**text, "body": "One?\n\nTwo.", "base": base})
    assert code_of(clash) == (409, "clash")
    assert clash.json()["theirs"]["number"] == 3


# Pages


def test_pages_stand_still_while_tasks_come_in(program, domain):
    old = {now_task(domain=domain, title=f"Task {n}").pk for n in range(7)}

    seen, path = [], "tasks?limit=3"
    while path:
        response = program.get(path)
        seen += [one["id"] for one in response.json()["items"]]
        now_task(domain=domain, title="Came in between")
        onward = response.json()["next"]
        assert ("Link" in response) == bool(onward)
        path = f"tasks?limit=3&cursor={onward}" if onward else None

    assert len(seen) == len(set(seen))
    assert old <= set(seen)


def test_a_cursor_of_something_else_is_refused(program):
    for cursor in ("x", "WzFd", "e30", "W1tdXQ", "A" * 599):
        assert code_of(program.get(f"tasks?cursor={cursor}")) == (422, "cursor")


def test_the_board_is_narrowed_as_its_page_is(program, domain):
    near = now_task(domain=domain, effort_minutes=10)
    far = now_task(domain=domain, centrality=4, effort_minutes=300)

    def found(query):
        return {one["id"] for one in program.get(f"tasks?{query}").json()["items"]}

    assert found("show=me") == {near.pk}
    assert found("zone=core") == {far.pk}
    assert found("time=short&time=long") == {near.pk, far.pk}
    assert found("area=data") == set()
    assert found("q=transcribe") == {near.pk, far.pk}
    assert code_of(program.get("tasks?zone=7")) == (422, "unfit")


# The page and the schema


def test_the_page_of_the_api_needs_nobody_elses_host(client):
    page = client.get(reverse("api:docs")).content.decode()

    assert 'id="claim"' in page
    assert "<script>" not in page
    assert client.get(reverse("api:openapi")).json()["openapi"] == "3.1.0"
