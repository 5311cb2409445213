"""The pages of an application in a real browser, without a server: every request is answered from memory.

Promise: a request to another house fails the test, as does what the browser complains of.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route
from starlette.testclient import TestClient

HOME = "https://news.example"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_AUDIT = """async (levels) => {
  const found = await axe.run({runOnly: {type: 'tag', values: levels}, resultTypes: ['violations', 'incomplete']});
  return [...found.violations, ...found.incomplete].flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}: ${node.any.map(check => check.message)}`));
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One tab of a browser."""

    page: Page

    def open(self, path: str) -> Page:
        """Go to a page, however it answers."""
        self.page.goto(HOME + path)
        return self.page

    def audit(self) -> list[str]:
        """What axe-core objects to on the open page, or cannot decide (WCAG 2.2 A and AA, and its best practice)."""
        self.page.evaluate(_AXE)
        found: list[str] = self.page.evaluate(_AUDIT, list(_LEVELS))
        return found


@contextmanager
def looking(
    browser: Browser, client: TestClient, *, scheme: Scheme = "light", width: int = 360, script: bool = True
) -> Iterator[Look]:
    """A fresh context whose requests `client` answers. `script`: whether pages may run any."""
    foreign: list[str] = []
    complaints: list[str] = []

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        if f"{url.scheme}://{url.netloc}" != HOME:
            foreign.append(route.request.url)
            route.abort()
            return
        found = client.get(f"{url.path}?{url.query}")
        headers = {name: value for name, value in found.headers.items() if name != "content-encoding"}
        route.fulfill(status=found.status_code, headers=headers, body=found.content)

    options: dict[str, Any] = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme}
    with browser.new_context(java_script_enabled=script, **options) as context:
        context.route("**/*", answer)
        page = context.new_page()
        page.on(
            "console", lambda said: complaints.append(said.text) if "status of 4" not in said.text else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield Look(page=page)
    assert foreign == []
    assert complaints == []
