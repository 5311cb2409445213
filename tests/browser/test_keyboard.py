"""The form by keyboard alone, without JavaScript."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from publisher.text.words import load_words
from tests.browser.demonstration import Demonstration, wait_until
from tests.browser.visit import Visit

ARABIC = load_words("ar")
STOPS = 12
"""More stops than there are before the field."""
OUTLINE = "element => getComputedStyle(element).outlineStyle"


def test_a_reader_subscribes_by_keyboard(visit: Visit, demonstration: Demonstration) -> None:
    reader = "keys@readers.example"
    page = visit.open("/subscribe")
    tab_to(page, "#email")
    page.keyboard.type(reader)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(ARABIC.say("web.check.title"))
    wait_until(lambda: bool(demonstration.mails_to(reader)), timedelta(seconds=15), "the confirmation mail")


def test_the_first_stop_leads_past_the_masthead(visit: Visit) -> None:
    page = visit.open("/subscribe")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main *:focus")).to_have_count(1)


def test_the_address_of_a_feed_is_copied_by_keyboard(visit: Visit) -> None:
    """Checklist 39: arriving in the field selects all of it; no script has to."""
    page = visit.open("/feeds/index")
    tab_to(page, ".copy input")
    selected = page.evaluate(
        "() => { const f = document.activeElement; return [f.selectionStart, f.selectionEnd]; }"
    )
    assert selected == [0, len(f"{visit.address}/feeds/index.rss")]


def test_the_field_that_no_person_sees_is_no_stop(visit: Visit) -> None:
    page = visit.open("/subscribe")
    for _ in range(2 * STOPS):
        page.keyboard.press("Tab")
        expect(page.locator("#note")).not_to_be_focused()


def test_a_mistyped_address_is_told_and_the_field_is_at_hand(visit: Visit) -> None:
    """What was typed is still there, and typing goes on in the field."""
    page = visit.open("/subscribe")
    tab_to(page, "#email")
    page.keyboard.type("noor@readers")
    page.keyboard.press("Enter")
    field = page.locator("#email")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("noor@readers")
    expect(field).to_be_focused()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; every stop on the way can be seen."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        assert page.locator("*:focus").evaluate(OUTLINE) != "none"
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} cannot be reached")
