"""What people get when something beneath the pages fails."""

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from cop import faults, healthz

LOST = {
    "database": OperationalError,
    "connection": InterfaceError,
    "bug": ZeroDivisionError,
}
handler500 = "cop.faults.server_error"


def lose(request, what):
    raise LOST[what]("lost")


urlpatterns = [
    path("lose/<what>/", lose),
    path("api/lose/<what>/", lose),
    path("healthz", healthz.healthz),
]


@pytest.fixture
def browser(settings):
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False, headers={"accept": "text/html"})


@pytest.mark.parametrize("what", ["database", "connection"])
def test_a_lost_database_gives_a_plain_page_and_when_to_come_back(browser, what):
    response = browser.get(f"/lose/{what}/")

    assert response.status_code == 503
    assert response["Retry-After"] == faults.RETRY_AFTER
    assert "Back in a moment" in response.text
    assert "<script" not in response.text


def test_a_program_is_told_in_its_own_language(browser):
    response = browser.get("/api/lose/database/")

    assert response.status_code == 503
    assert response.json()["code"] == "unavailable"


def test_a_lost_database_outside_of_views_gives_the_same_page(browser, monkeypatch):
    def lost(self, request):
        raise OperationalError("lost")

    monkeypatch.setattr(
        "django.contrib.auth.middleware.AuthenticationMiddleware.process_request", lost
    )

    response = browser.get("/healthz")

    assert response.status_code == 503
    assert "Back in a moment" in response.text


def test_a_bug_gives_a_page_even_when_its_template_is_broken(browser, monkeypatch):
    def broken(request):
        raise OSError

    monkeypatch.setattr(faults.defaults, "server_error", broken)

    response = browser.get("/lose/bug/")

    assert response.status_code == 500
    assert response.text == "Something broke on our side. Nothing you wrote was lost."


@pytest.mark.django_db
def test_a_process_that_can_work_says_so(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.text == "database: ok\nbroker: ok\n"


@pytest.mark.django_db
def test_without_the_broker_pages_are_still_served(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.text == "database: ok\nbroker: lost\n"


def test_without_the_database_the_process_is_not_healthy(client, monkeypatch):
    monkeypatch.setattr(healthz, "_database", lambda: "lost")

    response = client.get("/healthz")

    assert isinstance(response, HttpResponse)
    assert response.status_code == 503
