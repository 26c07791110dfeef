import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from members.models import Companion, Member
from tasks.models import (
    LogEntry,
    Part,
    Picture,
    Question,
    Rereading,
    Skip,
    Stretch,
)
from tests.makers import NOON, make_entry, make_full, make_member, make_verdict

pytestmark = pytest.mark.django_db

OURS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in ("domain", "members", "tasks", "repertoire", "health")
]


@pytest.fixture
def operator(client):
    operator = make_member(is_staff=True, is_superuser=True)
    client.force_login(operator)
    return operator


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_can_be_read_and_searched(client, operator, model):
    make_verdict()
    make_entry()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"

    response = client.get(reverse(name), {"q": "river"})

    assert response.status_code in (200, 302)


def what_hangs_on_work():
    """One row of each of what hangs on a piece of work and its people."""
    review = make_verdict()
    submission, reader = review.submission, review.reviewer
    task, author = submission.task, submission.author
    note = LogEntry.objects.create(
        task=task, author=author, body="Read it once.", written_at=NOON
    )
    return [
        Companion.objects.create(newcomer=author, peer=reader, offered_at=NOON),
        Part.objects.create(task=task, seat=1, title="Type it in", area=task.area),
        Picture.objects.create(
            log_entry=note, file="log/sheet.png", words="The sheet", size=1
        ),
        Stretch.objects.create(
            task=task, first=note, last=note, marked_by=reader, marked_at=NOON
        ),
        Question.objects.create(
            task=task, asker=reader, asked=author, body="Which bank?", asked_at=NOON
        ),
        Rereading.objects.create(
            submission=submission,
            first=review,
            chosen_at=NOON,
            reader=make_full(domain=task.domain),
        ),
        Skip.objects.create(
            submission=submission,
            membership=reader,
            reason="I know the author.",
            skipped_at=NOON,
        ),
    ]


def test_lists_cost_the_same_however_many_rows(client, operator):
    def asked(model, rows):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse(f"{name}_changelist"))
        assert response.context["cl"].result_count == rows
        return len(queries)

    models = [type(row) for row in what_hangs_on_work()]
    for model in models:
        asked(model, 1)
    few = [asked(model, 1) for model in models]
    for _ in range(3):
        what_hangs_on_work()

    assert [asked(model, 4) for model in models] == few


def test_whose_work_is_read_blind_is_not_told_here(client, operator):
    again = next(row for row in what_hangs_on_work() if isinstance(row, Rereading))

    page = client.get(reverse("admin:tasks_rereading_change", args=[again.pk]))

    assertContains(page, again.reader.name)
    assertNotContains(page, "field-first")
    assertNotContains(page, "field-submission")


def test_the_ledger_cannot_be_edited(client, operator):
    assert client.get("/admin/members/participation/add/").status_code == 403


def test_an_account_can_be_paused_and_nothing_else_of_it_changed(client, operator):
    member = make_member(name="Maya Lindt")
    address = reverse("admin:members_member_change", args=[member.pk])

    page = client.get(address)
    client.post(address, {"name": "Somebody", "is_staff": "on"})

    member.refresh_from_db()
    assertContains(page, "Maya Lindt")
    assert (member.name, member.is_active, member.is_staff) == (
        "Maya Lindt",
        False,
        True,
    )
    assert Member.objects.filter(pk=member.pk).exists()
