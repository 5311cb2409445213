"""Every page in every language: whether it fits, what a screen reader is told, and (by `visiting`) whom it asks."""

import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.browser.demonstration import Demonstration
from tests.browser.pages import FAULTS, LANGUAGES, OVERFLOW, paths
from tests.browser.visit import PHONE, Visit, visiting

NARROW = 320
"""CSS pixels: the width at which nothing may need two directions of scrolling (WCAG 2.2, 1.4.10)."""
ORDINARY = 16
LARGE = 32
"""CSS pixels of ordinary text, as a reader sets it who wants all text at 200 % (WCAG 2.2, 1.4.4)."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_page_scrolls_sideways_nor_with_text_twice_as_large(
    chromium: Browser, demonstration: Demonstration, language: str
) -> None:
    with visiting(chromium, demonstration.address) as visit:
        for path in paths(demonstration, language):
            page = visit.open(path)
            for text in (ORDINARY, LARGE):
                set_text(visit, text)
                for width in (NARROW, PHONE):
                    page.set_viewport_size({"width": width, "height": 740})
                    for frame in frames(page):
                        where = (path, frame.name, width, text)
                        assert frame.evaluate(OVERFLOW) == [], where
                        assert frame.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), where


def test_every_page_says_what_it_is_to_a_screen_reader(
    chromium: Browser, demonstration: Demonstration, language: str
) -> None:
    with visiting(chromium, demonstration.address) as visit:
        for path in paths(demonstration, language):
            page = visit.open(path)
            for frame in frames(page):
                root = frame.locator("html")
                assert root.get_attribute("lang") == language, path
                assert root.get_attribute("dir") == LANGUAGES[language], path
                assert frame.evaluate(FAULTS) == [], path


def frames(page: Page) -> list[Frame]:
    """The page and the mail in it, both loaded."""
    for frame in page.frames:
        frame.wait_for_load_state()
    return page.frames


def set_text(visit: Visit, pixels: int) -> None:
    """Set the size of text in the browser, as its settings do."""
    session = visit.context.new_cdp_session(visit.page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels - 3}})
    session.detach()
    size = visit.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size >= pixels, "the page fixes its own size of text"
