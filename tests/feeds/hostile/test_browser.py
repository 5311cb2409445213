"""The same corpus in a browser: what a reader shows as a page raises no alert, whatever its user touches.

This judges by what Chromium does, so it knows nothing of any parser of ours.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.feeds.hostile.corpus import (
    Hostile,
    as_articles,
    every_hostile,
    read_documents,
    smuggled,
    straight,
    write_documents,
)
from tests.feeds.hostile.test_hostile import publish
from tests.feeds.hostile.texts import WRITTEN

pytestmark = pytest.mark.browser
SHOW = """
async (contents) => {
  window.alerts = [];
  window.alert = (text) => window.alerts.push(String(text));
  const found = [];
  for (const content of contents) {
    const before = window.alerts.length;
    const box = document.createElement("div");
    document.body.replaceChildren(box);
    box.innerHTML = content;
    const parsed = new DOMParser().parseFromString(content, "text/html");
    for (const root of [box, parsed]) {
      for (const element of root.querySelectorAll("*")) {
        const handlers = [...element.attributes].filter((a) => /^on|^srcdoc$/i.test(a.name));
        const programs = ["href", "src", "action", "formaction", "data", "xlink:href"].filter(
          (name) => /^\\s*(javascript|data|vbscript|blob):/i.test(element.getAttribute(name) ?? ""));
        const active = /^(script|object|embed|base|meta|link)$/i.test(element.localName);
        if (handlers.length || programs.length || active) found.push([element.localName, content.slice(0, 200)]);
      }
    }
    for (const element of box.querySelectorAll("*"))
      for (const type of ["mouseover", "focus", "click", "error", "load", "toggle"])
        element.dispatchEvent(new Event(type, {bubbles: false, cancelable: true}));
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (window.alerts.length > before) found.push(["alert", content.slice(0, 200)]);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {found, alerts: window.alerts.length};
}
"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page that cannot reach anything, and stays where it is when a link is clicked."""
    with chromium.new_context() as context:
        context.route("**/*", lambda route: route.abort())
        page = context.new_page()
        page.set_content("<!DOCTYPE html><title>reader</title>")
        page.evaluate("addEventListener('click', (event) => event.preventDefault(), true)")
        yield page


def show(page: Page, contents: Sequence[str]) -> tuple[list[list[str]], int]:
    """What can act in these, and how many alerts were raised."""
    found: list[list[str]] = []
    alerts = 0
    for start in range(0, len(contents), 100):
        result = page.evaluate(SHOW, list(contents[start : start + 100]))
        found += result["found"]
        alerts += result["alerts"]
    return found, alerts


def test_the_hook_hears_an_attack(page: Page) -> None:
    """Else silence would mean nothing."""
    found, alerts = show(page, ["<img src=x onerror=alert(1)>", "<p onclick=alert(1)>x", "<p>harmless"])
    assert alerts >= 2
    assert {name for name, _ in found} == {"alert", "img", "p"}
    assert not any("harmless" in content for _, content in found)


def test_nothing_acts_in_a_browser(page: Page, tmp_path: Path) -> None:
    """Both what came through a source and what the last door let through."""
    markup = [hostile for hostile in every_hostile() if hostile.markup]
    write_documents(tmp_path, markup)
    parsed, _ = read_documents(tmp_path)
    ingested = publish(as_articles(parsed))
    let_through = publish([smuggled(n, hostile) for n, hostile in enumerate(markup) if hostile.markup])
    contents = [entry.content_html or "" for entry in (*ingested.entries, *let_through.entries)]
    assert len(contents) > 400
    found, alerts = show(page, contents)
    assert found == []
    assert alerts == 0


WIDTH = 600
"""CSS pixels; no text of the test is longer than half of it."""
INK = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const {data} = context.getImageData(0, 0, image.width, image.height);
  const columns = Array(image.width).fill(0);
  for (let at = 0; at < data.length; at += 4)
    if (data[at] + data[at + 1] + data[at + 2] < 720) columns[(at / 4) % image.width]++;
  return columns;
}"""
"""How many pixels of each column are not paper. The letters are black on white, so grey at their edges counts too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How far from the left and the right edge the first ink is, in pixels."""

    left: int
    right: int


NAMES = ("latin first", "sign first", "number first", "hebrew", "persian")


@pytest.mark.parametrize("name", NAMES)
def test_a_body_whose_dir_was_stripped_is_still_laid_out_right_to_left(page: Page, name: str) -> None:
    """As Miniflux does it: no div, no dir, and an article with dir=auto round what is left."""
    (entry,) = publish([straight(1, Hostile(name=name, text=WRITTEN[name]))]).entries
    stripped = re.sub(r' (?:dir|lang)="[^"]*"|</?div[^>]*>', "", entry.content_html or "")
    assert "dir=" not in stripped
    page.evaluate("(html) => { document.body.innerHTML = `<article dir=auto>${html}</article>` }", stripped)
    assert page.evaluate("getComputedStyle(document.querySelector('article')).direction") == "rtl"
    page.evaluate(
        "(text) => { document.body.innerHTML = '<h2 dir=auto></h2>'; document.querySelector('h2').append(text) }",
        entry.title,
    )
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).direction") == "rtl"


@pytest.mark.parametrize("name", NAMES)
def test_a_body_whose_dir_was_stripped_is_drawn_from_the_right(page: Page, name: str) -> None:
    """Feed checklist 17, by the pixels: where a reader keeps nothing of ours but the text, in `dir=auto` (Miniflux),
    and where it drops the wrapper's alone and lays out its own page from left to right.
    """
    (entry,) = publish([straight(1, Hostile(name=name, text=WRITTEN[name]))]).entries
    content, language = entry.content_html or "", entry.language
    assert content.startswith('<div dir="rtl"')
    bare = re.sub(r' dir="[^"]*"|</?div[^>]*>', "", content)
    whole = draw(page, content)
    for body in (
        f"<article dir=auto lang={language}>{bare}</article>",
        content.replace(' dir="rtl"', "", 1),
    ):
        ink = draw(page, body)
        assert ink.right <= 1, "the first letter stands at the right edge"
        assert ink.left > WIDTH / 2, "and nothing at the left"
        assert abs(ink.left - whole.left) <= 1, "and it ends where ours ends: nothing stands in another order"


def test_the_pixels_tell_left_from_right(page: Page) -> None:
    """Else the right edge would mean nothing: English stands at the left, and Arabic that is laid out wrongly too."""
    for body in (
        "<article dir=auto><p>Dollar climbs</article>",
        f"<article dir=ltr><p>{WRITTEN['latin first']}</article>",
    ):
        ink = draw(page, body)
        assert (ink.left <= 1, ink.right > WIDTH / 2) == (True, True)
    assert draw(page, f"<article dir=rtl><p>{WRITTEN['latin first']}</article>").right <= 1


def draw(page: Page, body: str) -> Ink:
    """What a picture of this body's first block looks like, across a window of `WIDTH`."""
    page.set_viewport_size({"width": WIDTH, "height": 300})
    page.evaluate("(html) => { document.body.innerHTML = html; document.body.style.margin = 0; }", body)
    picture = page.locator("p, h1, h2, li").first.screenshot()
    columns = page.evaluate(INK, base64.b64encode(picture).decode())
    assert len(columns) == WIDTH
    inked = [place for place, count in enumerate(columns) if count]
    return Ink(left=inked[0], right=WIDTH - 1 - inked[-1])
