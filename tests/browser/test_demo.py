"""The demo as `make demo` runs it, walked through by each of its three people."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser import demo_site
from tests.browser.windows import DESK, PHONE, Window

#: Both widths and both themes: in all four looks pages are held elsewhere.
DIAGONAL = ((DESK, "light"), (PHONE, "dark"))

#: Files, and the doors of operators and of the demo itself.
NO_PAGES = ("/static/", "/media/", "/admin/", "/demo/")

LINKS = """links => links.map(a => new URL(a.getAttribute('href'), location).href)
  .filter(address => address.startsWith(location.origin))
  .map(address => address.slice(location.origin.length).split('#')[0])"""


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with demo_site.running() as address:
        yield address


def test_every_page_stands_for_everybody(demo, chromium):
    known: set[str] = set()
    complaints: list[str] = []
    for persona in ("newcomer", "veteran", "organizer"):
        window = Window(chromium, demo)
        window.visit("/demo/")
        window.press("button", f"Sign in as {persona}")
        walk(window, known)
        complaints += [f"{persona} at {what}" for what in window.complaints]
        window.close()

    assert len(known) > 45
    assert not complaints, "\n".join(complaints)


def walk(window: Window, known: set[str]) -> None:
    """Follow the links to a page of every kind; look over those that nobody met yet."""
    waiting = [window.path]
    met = {window.path}
    seen: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen:
            continue
        seen.add(kind)
        window.visit(path)
        if kind in known:
            window.measure(PHONE)
        else:
            known.add(kind)
            window.look_over(DIAGONAL)
        for link in window.page.eval_on_selector_all("a[href]:not([download])", LINKS):
            if link in met:
                continue
            met.add(link)
            try:
                if kind_of(link):
                    waiting.append(link)
            except Resolver404:
                window.complaints.append(f"{path}: leads nowhere: {link}")


def kind_of(address: str) -> str:
    """The page's name, with the names of what it is asked for; nothing to walk: ""."""
    parts = urlsplit(address)
    if parts.path.startswith(NO_PAGES) or parts.path.endswith(".csv"):
        return ""
    name = resolve(parts.path).view_name
    asked = "&".join(sorted(pair.split("=")[0] for pair in parts.query.split("&")))
    return f"{name}?{asked}"
