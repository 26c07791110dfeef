"""The pictures of the README, taken of the demo.

    python -m tests.browser.pictures [ADDRESS OF A RUNNING DEMO]

Without an address it runs a demo of its own for as long as it takes.
"""

import argparse
import io
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser import demo_site
from tests.browser.windows import CHROMIUM, DESK, PHONE, QUIETLY, Window

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LOOKS = ((DESK, "light"), (PHONE, "dark"))
HERE = "/c/river-watch/"

#: Pages have few colours, and a README is read over slow lines too.
COLOURS, LARGEST = 128, 200_000


def visit(path: str) -> Callable[[Window], None]:
    return lambda window: window.visit(HERE + path)


def first(path: str, links: str) -> Callable[[Window], None]:
    """Follow the first of these links of a page, to the top of where it leads."""

    def go(window: Window) -> None:
        window.visit(HERE + path)
        address = window.page.locator(links).first.get_attribute("href") or ""
        window.visit(address.split("#")[0])

    return go


def read(window: Window) -> None:
    """Open the first piece of work that waits, unless one is open already."""
    window.visit(f"{HERE}review/")
    rows = window.page.locator("#main .rows .act")
    rows.locator("a:has-text('Go on'), button:has-text('Review')").first.click()
    window.page.wait_for_load_state()


PICTURES = {
    "start": ("newcomer", visit("start/")),
    "board": ("newcomer", visit("tasks/")),
    "task": ("newcomer", first("start/", "[aria-labelledby=watch_title] a")),
    "desk": ("veteran", visit("review/")),
    "review": ("veteran", read),
    "map": ("veteran", visit("people/?member=noor-haddad")),
    "profile": ("veteran", visit("people/noor-haddad/")),
    "entry": ("veteran", visit("repertoire/vocabulary/field-blank/")),
    "tending": ("veteran", visit("repertoire/tending/")),
    "health": ("organizer", visit("health/")),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the README's pictures.")
    parser.add_argument("address", nargs="?", help="of a running demo")
    address = parser.parse_args().address
    FOLDER.mkdir(exist_ok=True)
    with (
        nullcontext(address.rstrip("/")) if address else demo_site.running() as base,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(QUIETLY)
        )
        for persona in dict.fromkeys(who for who, _go in PICTURES.values()):
            for width, theme in LOOKS:
                take(browser, base, persona, width, theme)
        browser.close()


def take(browser: Browser, base: str, persona: str, width: int, theme: str) -> None:
    window = Window(browser, base, width=width, theme=theme)
    window.visit("/demo/")
    window.press("button", f"Sign in as {persona}")
    for name, (who, go) in PICTURES.items():
        if who == persona:
            go(window)
            window.page.evaluate("document.fonts.ready")
            keep(window.page.screenshot(), FOLDER / f"{name}-{width}-{theme}.png")
    window.close()


def keep(shot: bytes, path: Path) -> None:
    """Store a picture small: flat colours need no more than a palette."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST, f"{path.name} is too large"


if __name__ == "__main__":
    main()
