"""A browser window that is watched: whatever its pages complain of is kept."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

CHROMIUM = os.environ.get("E2E_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
#: Nothing but our own pages goes over the wire, and root needs no sandbox of Chromium's.
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
)

NARROWEST, PHONE, DESK = 320, 390, 1280
HEIGHTS = {NARROWEST: 640, PHONE: 844, DESK: 900}
Look = tuple[int, str]
LOOKS: tuple[Look, ...] = tuple(
    (width, theme) for width in (DESK, PHONE) for theme in ("light", "dark")
)

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
STANDARDS = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]
#: Between one theme and the other nothing but colours changes.
OF_COLOURS = ["color-contrast", "link-in-text-block"]

#: Said as an error of the page, which fails the test: see ``Window``.
WATCH_FOCUS = """
addEventListener('htmx:afterSettle', event => setTimeout(() => {
  if (document.activeElement === document.body)
    console.error('focus was lost after a swap of #' + event.target.id);
}));
"""


@dataclass(eq=False)
class Window:
    """One person's window onto the site at ``base``."""

    browser: Browser
    base: str
    width: int = DESK
    theme: str = "light"
    scripts: bool = True
    #: Whether it is used with a finger.
    touched: bool = False
    #: The session of whoever is signed in from the start.
    session: str = ""
    #: Answers of 400 and above that the test asks for on purpose.
    expected: tuple[int, ...] = ()
    complaints: list[str] = field(default_factory=list)
    clicks: int = 0
    typed: int = 0

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport={"width": self.width, "height": HEIGHTS[self.width]},
            color_scheme=self.theme,
            reduced_motion="reduce",
            java_script_enabled=self.scripts,
            has_touch=self.touched,
        )
        self.context.set_default_timeout(15_000)
        if self.session:
            self.context.add_cookies(
                [{"name": "sessionid", "value": self.session, "url": self.base}]
            )
        self.context.add_init_script(WATCH_FOCUS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._complain(f"script: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    # What people do

    def visit(self, path: str) -> None:
        self.page.goto(self.base + path if path.startswith("/") else path)

    def press(
        self, role: str, name: str | re.Pattern[str], *, within: Locator | None = None
    ) -> None:
        """Press what has this role and exactly this name, or one of this pattern."""
        self.clicks += 1
        found = (within or self.page).get_by_role(role, name=name, exact=True)
        found.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, text: str) -> None:
        self.typed += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def sees(self, text: str) -> bool:
        return self.page.get_by_text(text).first.is_visible()

    def wait_for(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()

    def focused(self) -> str:
        """What the element in focus says: its text, or else its name."""
        return self.page.evaluate(
            "(e => e === document.body ? '' : e.innerText || e.id)(document.activeElement)"
        )

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    # What is wrong

    def look_over(self, looks: tuple[Look, ...] = LOOKS) -> None:
        """Hold the page against the rules in each of these looks, and on a small phone."""
        assert self.scripts, "The rules are a script, and would never be done."
        whole: set[int] = set()
        for width, theme in looks:
            self._resize(width)
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            for fault in self._faults(OF_COLOURS if width in whole else STANDARDS):
                self._complain(f"axe at {width}, {theme}: {fault}")
            whole.add(width)
        self.measure(NARROWEST, *sorted(whole))
        self.page.emulate_media(color_scheme=self.theme, reduced_motion="reduce")

    def measure(self, *widths: int) -> None:
        """Nothing may stand out at the side, however narrow the window."""
        for width in widths:
            self._resize(width)
            if (over := self._overflow()) > 0:
                self._complain(f"{over} px too wide at {width}: {self._widest()}")
        self._resize(self.width)

    def close(self) -> None:
        self.context.close()

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def _faults(self, rules: list[str]) -> list[str]:
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE)
        found = self.page.evaluate(
            "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})",
            rules,
        )
        return [
            f"{fault['id']} {node['target']} {node.get('failureSummary', '')[:300]}"
            for fault in found["violations"]
            for node in fault["nodes"][:3]
        ]

    def _overflow(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    def _widest(self) -> str:
        return self.page.evaluate(
            """() => [...document.querySelectorAll('body *')]
              .filter(e => !e.childElementCount && e.checkVisibility() && !e.closest('.tbl-scroll,pre')
                && e.getBoundingClientRect().right > innerWidth + 0.5)
              .slice(0, 4).map(e => e.outerHTML.slice(0, 120)).join(' ')"""
        )

    def _complain(self, what: str) -> None:
        self.complaints.append(f"{self.path}: {what}")

    def _heard(self, message: ConsoleMessage) -> None:
        # Answers of 400 and above are judged by their status, in ``_answered``.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._complain(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "about:", "blob:")):
            self._complain(f"a foreign host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._complain(f"{response.status} from {response.url}")
