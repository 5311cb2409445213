"""The look, measured in a browser: nothing overflows, everything can be tapped and read, sides are right."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from publisher.model.colour import MIN_CONTRAST, contrast
from tests.digest.samples import LANGUAGES, a_mixed_draft, render

pytestmark = pytest.mark.browser

TEXTS = """() => [...document.querySelectorAll('td h1, td h2, td h3, td p, td a')].map(element => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const cell = getComputedStyle(element.closest('td'));
  let ground = element;
  while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  return {tag: element.tagName, text: element.textContent.trim(), size: parseFloat(style.fontSize),
    leading: parseFloat(style.lineHeight) / parseFloat(style.fontSize), ink: style.color,
    paper: getComputedStyle(ground).backgroundColor, rtl: cell.direction === 'rtl', own: style.direction,
    aligned: style.textAlign, height: box.height, left: box.left, right: box.right};
})"""


def show(
    browser: Browser, html: str, *, width: int = 360, scheme: Literal["light", "dark"] = "light"
) -> tuple[Page, list[str]]:
    """The mail in a window of `width` pixels, and every request it made."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.set_content(html)
    return page, requests


def hexed(colour: str) -> str:
    red, green, blue = re.findall(r"\d+", colour)[:3]
    return f"#{int(red):02x}{int(green):02x}{int(blue):02x}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stripped", [False, True], ids=["whole", "style stripped"])
def test_on_the_narrowest_phone_nothing_overflows_and_nothing_is_fetched(
    chromium: Browser, language: str, stripped: bool
) -> None:
    html = render(a_mixed_draft(language), language).html
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL) if stripped else html
    page, requests = show(chromium, html, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for text in page.evaluate(TEXTS):
        assert text["left"] >= 16, text["text"]
        assert text["right"] <= 304, text["text"]
    assert requests == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_is_large_dark_and_open_enough_to_read(
    chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    page, _ = show(chromium, render(a_mixed_draft("ar")).html, scheme=scheme)
    for text in page.evaluate(TEXTS):
        assert text["size"] >= 14, text["text"]
        assert contrast(hexed(text["ink"]), hexed(text["paper"])) >= MIN_CONTRAST, text["text"]
        if text["tag"] == "P":
            assert text["leading"] == pytest.approx(1.75 if text["rtl"] else 1.5, abs=0.01)
    papers = {hexed(text["paper"]) for text in page.evaluate(TEXTS)}
    assert papers == {"#16181b" if scheme == "dark" else "#ffffff"}
    page.close()


def test_every_link_is_tall_enough_for_a_thumb(chromium: Browser) -> None:
    page, _ = show(chromium, render(a_mixed_draft("en"), "en").html)
    links = [text for text in page.evaluate(TEXTS) if text["tag"] == "A"]
    assert len(links) > 10
    assert {link["text"]: link["height"] for link in links if link["height"] < 44} == {}
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_story_begins_on_the_side_where_its_language_begins(chromium: Browser, language: str) -> None:
    page, _ = show(chromium, render(a_mixed_draft(language), language).html, width=800)
    for text in page.evaluate(TEXTS):
        if text["tag"] in {"H1", "H2", "H3"}:
            assert text["aligned"] == {"rtl": "right", "ltr": "left"}[text["own"]], text["text"]
    assert page.evaluate("document.querySelector('table').getBoundingClientRect().width") == 600
    page.close()
