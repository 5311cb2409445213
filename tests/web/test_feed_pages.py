"""The pages of feeds as people meet them in a browser: by keyboard, in both schemes, in both directions (checklist 39).

What axe-core can judge it judges; what it cannot is looked at here: focus, sizes of text and targets, copying, and the
contrast of Arabic, which axe-core takes for an icon's letters and passes over.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from publisher.feeds.opml import OPML_FILE, render_opml
from publisher.model.article import Block, BlockKind
from publisher.model.correction import Correction
from publisher.model.direction import Direction
from tests.feeds.samples import NOW, PICTURE, SECOND_PICTURE, all_words, make_article
from tests.feeds.whole import publish_whole
from tests.web.looking import HOME, SCHEMES, Look, looking
from tests.web.reader_app import SITE, ReaderApp, build_reader_app

pytestmark = pytest.mark.browser

PATHS = ("/feeds", "/feeds/index")
"""The page of all feeds, and that of one with stories of both directions."""
STOPS = 40
FINGER = 44
"""CSS pixels: a target that a finger meets."""
MIN_TEXT = 14
"""CSS pixels: no text of ours is smaller."""
TEXTS = """() => [...document.querySelectorAll('body *')].filter(e =>
  [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length
).map(e => {
  const style = getComputedStyle(e), grounds = [];
  for (let p = e; p; p = p.parentElement) grounds.push(getComputedStyle(p).backgroundColor);
  const ground = grounds.find(c => !c.endsWith(', 0)')) ?? 'rgb(255, 255, 255)';
  return [e.outerHTML.slice(0, 100), style.color, ground, parseFloat(style.fontSize)];
})"""
"""Every element with text of its own: its colour, what it stands on, its size."""
APART = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
SET_STYLE = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
FOCUSED = """async () => {
  for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return [e.outerHTML.slice(0, 100), style.outlineStyle, parseFloat(style.outlineWidth), style.outlineColor,
    getComputedStyle(document.documentElement).backgroundColor,
    box.top >= 5 && box.bottom <= innerHeight - 5 && box.left >= 5 && box.right <= innerWidth - 5];
}"""
"""What has the focus, its outline, what that stands on, and whether it is in the window with all of its outline."""

CHANGES = """() => {
  window.changes = [];
  const said = document.querySelector('.copy [role=status]');
  new MutationObserver(() => changes.push(said.textContent)).observe(said, {childList: true});
}"""
"""Writes down what the first status says, each time it changes: what a screen reader hears of."""

EDGES = """() => [...document.querySelectorAll('.entries > li')].map(li => {
  const box = li.getBoundingClientRect();
  const edge = e => {
    const range = document.createRange();
    range.selectNodeContents(e);
    const boxes = [...range.getClientRects()].filter(b => b.width);
    const left = Math.min(...boxes.map(b => b.left)) - box.left;
    return left < box.right - Math.max(...boxes.map(b => b.right)) ? 'left' : 'right';
  };
  return [li.dir, ...[...li.querySelectorAll('h3 a, .meta, summary')].map(edge)];
})"""
"""Of each story its direction, and at which side its headline, its line of facts and the line that opens it stand."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> ReaderApp:
    """Feeds of Arabic, English and mixed articles, with all that a preview may have to show."""
    app = build_reader_app(tmp_path_factory.mktemp("pages"))
    text = "اقرأ البيان على الموقع"
    blocks = (
        Block(kind=BlockKind.HEADING, text="ماذا يتغير"),
        Block(kind=BlockKind.LIST, text="الأول\nالثاني", items=("الأول", "الثاني")),
        Block(kind=BlockKind.QUOTE, text="قال المتحدث"),
        Block(
            kind=BlockKind.PARAGRAPH,
            text=text,
            html='اقرأ <a href="https://x.example/1">البيان</a> على الموقع',
        ),
    )
    made = make_article(
        3, title="رفع الأسعار ابتداءً من Monday", blocks=blocks, image=PICTURE, images=(SECOND_PICTURE,),
        section="اقتصاد", authors=("سارة", "Omar"),
    )  # fmt: skip
    english = {"language": "en", "direction": Direction.LTR, "section": "Economy"}
    articles = [
        make_article(1, title="iPhone 17 يصل قبل موعده"),
        make_article(2, title="Dollar climbs", image=PICTURE, authors=("Lena",), **english),
        replace(made, corrections=(Correction(number=1, at=NOW, note="كان الرقم 650", announce=True),)),
    ]
    folder = app.context.feeds_folder
    site = replace(SITE, languages=("ar", "en", "ckb"))
    found = publish_whole(site=site, specs=(), articles=articles, words=all_words(), folder=folder, now=NOW)
    (folder / OPML_FILE).write_bytes(render_opml(site.title, site.home, found.listings))
    assert not found.failed
    return app


@pytest.fixture(params=SCHEMES)
def look(request: pytest.FixtureRequest, chromium: Browser, app: ReaderApp) -> Iterator[Look]:
    """A phone in each scheme."""
    with looking(chromium, app.client, scheme=request.param) as look:
        yield look


def open_whole(look: Look, path: str, language: str) -> Page:
    """The page with everything open that a reader can open."""
    page = look.open(f"{path}?lang={language}")
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    return page


@pytest.mark.parametrize("path", [*PATHS, "/feeds/lang/en", "/feeds/none"])
def test_nothing_stands_against_wcag_on_any_page_of_feeds(look: Look, path: str) -> None:
    """Checklist 39: A and AA: names of controls, contrast, languages, headings, sizes of targets."""
    for language in ("ar", "en"):
        open_whole(look, path, language)
        assert look.audit() == [], language


def test_an_objection_would_be_heard(look: Look) -> None:
    """Else silence would mean nothing."""
    page = look.open("/feeds?lang=en")
    page.evaluate("""() => {
      const [title, field] = ['h1', '.copy input'].map(s => document.querySelector(s));
      Object.assign(title.style, {color: '#888', background: '#777'});
      field.closest('label').replaceWith(field);
      for (let n = 0; n < 2; n++) {
        const button = document.createElement('button');
        Object.assign(button.style, {width: '9px', height: '9px', padding: 0, minHeight: 0});
        document.querySelector('main').append(button);
      }
    }""")
    heard = {line.split(":")[0] for line in look.audit()}
    assert heard >= {"color-contrast", "label", "button-name", "target-size"}


@pytest.mark.parametrize("path", PATHS)
def test_every_text_can_be_read(look: Look, path: str) -> None:
    """Checklist 39: contrast of 4.5 by the computed colours, by the formula of WCAG 2.2; and none too small."""
    for language in ("ar", "en"):
        texts = open_whole(look, path, language).evaluate(TEXTS)
        assert len(texts) > 5
        for element, ink, paper, size in texts:
            assert contrast(ink, paper) >= 4.5, (element, ink, paper)
            assert size >= MIN_TEXT - 0.01, (element, size)


@pytest.mark.parametrize("path", PATHS)
def test_whatever_has_the_focus_is_seen_to_have_it(look: Look, path: str) -> None:
    """Checklist 39: WCAG 2.2, 2.4.7, 2.4.11 and 1.4.11: every stop is in sight, within a line that contrasts by 3."""
    page = look.open(f"{path}?lang=ar")
    seen = set()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        element, style, width, line, paper, is_in_sight = page.evaluate(FOCUSED)
        if element.startswith("<body"):
            break
        seen.add(element)
        assert (style, width >= 2, contrast(line, paper) >= 3, is_in_sight) == ("solid", True, True, True), (
            element
        )
    assert len(seen) >= page.locator("main :is(a, input, button, summary)").count() or len(seen) == STOPS


@pytest.mark.parametrize("path", PATHS)
def test_the_address_of_a_feed_is_copied_by_keyboard_and_pasted(
    chromium: Browser, app: ReaderApp, path: str
) -> None:
    """Checklist 39: Tab selects all of it, Ctrl+C takes it; no script has to, and Enter does no harm."""
    with looking(chromium, app.client, script=False) as look:
        page = look.open(path)
        tab_to(page, ".copy input")
        page.keyboard.press("Enter")
        assert page.url == HOME + path
        page.keyboard.press("Control+C")
        page = look.open("/subscribe")
        tab_to(page, "#email")
        page.keyboard.press("Control+V")
        assert page.locator("#email").input_value() == f"{HOME}/feeds/index.rss"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("language", "said"), [("ar", "نُسخ الرابط"), ("en", "Link copied"), ("ckb", "بەستەرەکە کۆپی کرا")]
)
def test_a_button_copies_the_address_and_says_so(
    chromium: Browser, app: ReaderApp, path: str, language: str, said: str
) -> None:
    """Checklist 39: by keyboard, as by a finger; what is said is said again when it is done again."""
    with looking(chromium, app.client) as look:
        look.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=HOME)
        page = look.open(f"{path}?lang={language}")
        assert page.evaluate("document.hasFocus()")
        tab_to(page, ".copy button")
        page.evaluate(CHANGES)
        for _ in range(2):
            page.keyboard.press("Enter")
            expect(page.get_by_role("status").filter(has_text=said)).to_have_count(1)
            page.wait_for_function("said => changes.at(-1) === said", arg=said)
        assert page.evaluate("changes") == [said, "", said]
        assert page.evaluate("navigator.clipboard.readText()") == f"{HOME}/feeds/index.rss"
        expect(page.locator(".copy button").first).to_be_focused()


def test_each_button_copies_its_own_address_and_one_at_a_time_is_said(
    chromium: Browser, app: ReaderApp
) -> None:
    """Checklist 39: each is named after its feed, and large enough for a finger (44 px, WCAG 2.2, 2.5.5)."""
    with looking(chromium, app.client) as look:
        look.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=HOME)
        page = look.open("/feeds?lang=en")
        lines = page.locator(".copy").all()
        assert len(lines) > 3
        names = {str(line.get_by_role("button").get_attribute("aria-label")) for line in lines}
        assert len(names) == len(lines)
        assert all(name.startswith("Copy: ") for name in names)
        for line in lines:
            button = line.get_by_role("button")
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= FINGER
            button.click()
            expect(line.get_by_role("status")).to_have_text("Link copied")
            expect(page.get_by_role("status").filter(has_text=re.compile("."))).to_have_count(1)
            assert page.evaluate("navigator.clipboard.readText()") == line.locator("input").input_value()


def test_without_a_clipboard_the_address_is_copied_or_selected_and_that_is_said(
    chromium: Browser, app: ReaderApp
) -> None:
    """Checklist 39: as over plain http, and where a browser refuses every way."""
    with looking(chromium, app.client) as look:
        look.page.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined})"
        )
        page = look.open("/feeds/index?lang=en")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("status")).to_have_text("Link copied")
        page.evaluate("document.execCommand = () => false")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("status")).to_have_text(
            "Not copied. The address is selected: copy it yourself."
        )
        assert page.evaluate("getSelection().toString()") == f"{HOME}/feeds/index.rss"
        page.evaluate("delete document.execCommand")
        look.open("/subscribe").locator("#email").press("Control+V")
        assert page.locator("#email").input_value() == f"{HOME}/feeds/index.rss"


@pytest.mark.parametrize("path", PATHS)
def test_a_button_that_would_do_nothing_is_not_shown(chromium: Browser, app: ReaderApp, path: str) -> None:
    with looking(chromium, app.client, script=False) as look:
        page = look.open(path)
        assert page.locator(".copy input").count() > 0
        assert page.locator("button").count() == 0


@pytest.mark.parametrize("width", [320, 360])
def test_no_preview_scrolls_sideways_with_every_text_open(
    chromium: Browser, app: ReaderApp, width: int
) -> None:
    """Checklist 39: WCAG 2.2, 1.4.10; also with letters and words set as far apart as 1.4.12 lets a reader set them."""
    with looking(chromium, app.client, width=width) as look:
        for language in ("ar", "en"):
            page = open_whole(look, "/feeds/index", language)
            for style in ("", APART):
                page.evaluate(SET_STYLE, style)
                assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (language, style)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_is_said_of_a_story_stands_at_the_side_where_its_lines_begin(
    chromium: Browser, app: ReaderApp, language: str
) -> None:
    """A line of ours in another language does not stand across the page from the story it belongs to."""
    with looking(chromium, app.client) as look:
        edges = open_whole(look, "/feeds/index", language).evaluate(EDGES)
    assert {entry[0] for entry in edges} == {"rtl", "ltr"}
    for direction, *sides in edges:
        assert set(sides) == {"right" if direction == "rtl" else "left"}, edges


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} cannot be reached")


def contrast(one: str, other: str) -> float:
    """Of two computed colours, `rgb(27, 27, 27)` (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((luminance(parts(one)), luminance(parts(other))))
    return (light + 0.05) / (dark + 0.05)


def parts(colour: str) -> list[int]:
    """Red, green, blue; an opaque one."""
    numbers = colour.removeprefix("rgb(").removesuffix(")").split(",")
    assert len(numbers) == 3, colour
    return [int(number) for number in numbers]


def luminance(colour: Sequence[int]) -> float:
    """WCAG 2.2, "relative luminance"."""
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
