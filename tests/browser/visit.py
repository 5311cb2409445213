"""A visit: a browser context that remembers what its pages asked for and complained of.

Promise: whatever a test looks at, a cookie, a request to another origin and a complaint of the browser (an error on
the console, a refused resource, a defect in a page) fail it. A page that answers 4xx on purpose is no complaint.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebError

PHONE = 360
"""CSS pixels: the width of most phones that our readers hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`context` is fresh: no cookie, no cache. `elsewhere` and `complaints` must be empty at the end."""

    context: BrowserContext
    address: str
    page: Page
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to one of our pages in the visit's own tab."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path} answers {answer.status}"
        return self.page


@contextmanager
def visiting(browser: Browser, address: str, *, script: bool = True) -> Iterator[Visit]:
    """Visit the demonstration at `address`; `script` says whether the browser runs JavaScript at all."""
    context = browser.new_context(
        viewport={"width": PHONE, "height": 740}, java_script_enabled=script, locale="ar-IQ"
    )
    try:
        visit = Visit(context=context, address=address, page=context.new_page())
        _listen(visit)
        yield visit
        assert not context.cookies(), "a page set a cookie"
    finally:
        context.close()
    assert not visit.elsewhere, f"asked of another origin: {visit.elsewhere}"
    assert not visit.complaints, f"the browser complains: {visit.complaints}"


def _listen(visit: Visit) -> None:
    def on_request(request: Request) -> None:
        if not request.url.startswith(f"{visit.address}/"):
            visit.elsewhere.append(request.url)

    def on_answer(answer: Response) -> None:
        if answer.status >= 500:
            visit.complaints.append(f"{answer.url} answers {answer.status}")

    def on_console(message: ConsoleMessage) -> None:
        tells_its_status = message.page is not None and message.location["url"] == message.page.url
        if message.type in ("error", "warning") and not tells_its_status:
            visit.complaints.append(message.text)

    def on_error(error: WebError) -> None:
        visit.complaints.append(str(error.error))

    visit.context.on("request", on_request)
    visit.context.on("response", on_answer)
    visit.context.on("console", on_console)
    visit.context.on("weberror", on_error)
