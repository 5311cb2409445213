"""The machine's own Chromium, driven by Playwright: nothing is downloaded, and it calls nobody by itself."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",  # as root, in a container, on our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of the browser; None where the machine has none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def launched(executable: str, extra: Sequence[str] = ()) -> Iterator[Browser]:
    """The browser, until the block ends. `extra` are switches beyond the quiet ones."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*_QUIET, *extra])
        try:
            yield browser
        finally:
            browser.close()
