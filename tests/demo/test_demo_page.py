"""The demo's doors, which no real site has."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import include, path
from pytest_django.asserts import assertContains, assertRedirects

from cop.demo.river_watch.calendar import Calendar
from cop.urls import urlpatterns as real
from tests.makers import NOON, make_domain, make_full, make_member

urlpatterns = [*real, path("demo/", include("cop.demo.urls"))]


@pytest.mark.django_db
def test_a_real_site_has_no_such_doors(client):
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/newcomer/").status_code == 404


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_one_press_signs_in_as_somebody_of_the_cast(client):
    amara = make_member(handle="amara-okoye", name="Amara Okoye")
    make_full(domain=make_domain(slug="river-watch"), member=amara)

    page = client.get("/demo/")
    response = client.post("/demo/veteran/")

    assertContains(page, "Sign in as newcomer")
    assertContains(page, "Sign in as veteran")
    assertContains(page, "Sign in as organizer")
    assertRedirects(response, "/c/river-watch/")
    assert client.session["_auth_user_id"] == str(amara.pk)


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_nobody_else_can_be_signed_in_as(client):
    make_member(handle="somebody-real")

    assert client.post("/demo/somebody-real/").status_code == 404
    assert client.get("/demo/veteran/").status_code == 405


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_another_site_cannot_press_the_button():
    make_member(handle="amara-okoye")

    response = Client(enforce_csrf_checks=True).post("/demo/veteran/")

    assert response.status_code == 403


def test_the_calendar_lets_things_happen_in_the_order_of_their_times():
    calendar, happened = Calendar(), []
    calendar.plan(NOON + timedelta(hours=2), lambda at: happened.append("later"))
    calendar.plan(
        NOON,
        lambda at: calendar.plan(
            at + timedelta(hours=1), lambda at: happened.append("between")
        ),
    )
    calendar.plan(NOON + timedelta(days=9), lambda at: happened.append("never"))

    calendar.live_until(NOON + timedelta(days=1), passed=lambda at: None)

    assert happened == ["between", "later"]
