import pytest
from django.contrib import admin
from django.urls import reverse
from pytest_django.asserts import assertContains

from members.models import Member
from tests.makers import make_entry, make_member, make_verdict

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
