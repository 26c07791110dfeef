"""Chromium on the live site. Every window that a test opens has to stay without complaint."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from members.models import Member
from tests.browser.windows import CHROMIUM, QUIETLY, Window

# Playwright's loop runs in this thread, which Django takes for being asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

Open = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def without_files() -> None:
    """Here pages are looked at, and come with their files."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium: apt-get install chromium, or set E2E_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(QUIETLY)
        )
        yield browser
        browser.close()


@pytest.fixture
def open_window(chromium: Browser, live_server) -> Iterator[Open]:
    """Open a window, signed in as somebody if a member is named."""
    windows: list[Window] = []
    # Limits counted for the test before are none of this one's business.
    cache.clear()

    def open_(member: Member | None = None, **wanted) -> Window:
        window = Window(chromium, live_server.url, session=_session(member), **wanted)
        windows.append(window)
        return window

    yield open_
    for window in windows:
        window.close()
    complaints = dict.fromkeys(c for window in windows for c in window.complaints)
    assert not complaints, "\n".join(complaints)


def _session(member: Member | None) -> str:
    if member is None:
        return ""
    client = Client()
    client.force_login(member)
    return client.cookies["sessionid"].value
