"""The whole of it, as a reader does it: subscribe, confirm from the mail, get the digest, leave. Without JavaScript."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from publisher.text.words import load_words
from tests.browser.demonstration import BEAT, Demonstration, wait_until
from tests.browser.visit import Visit

READER = "noor@readers.example"
STAYING = "layla@readers.example"
"""A sample reader of the demonstration, who does not leave."""

ARABIC = load_words("ar")
PATIENCE = BEAT + timedelta(seconds=30)
"""A slot comes within a beat; reading the folder, composing and sending take seconds."""


def test_a_reader_subscribes_confirms_gets_the_digest_and_leaves(
    visit: Visit, demonstration: Demonstration
) -> None:
    """Once she has left, the next digest goes to those who stayed and not to her."""
    subscribe(visit)
    confirm(visit, demonstration)
    publish(demonstration, "one", "جسر جديد يربط ضفتي النهر")
    await_mail(demonstration, READER, "جسر جديد")
    leave(visit)
    before = len(demonstration.mails_to(READER))
    publish(demonstration, "two", "افتتاح حديقة في وسط المدينة")
    await_mail(demonstration, STAYING, "افتتاح حديقة")
    assert len(demonstration.mails_to(READER)) == before


def subscribe(visit: Visit) -> None:
    page = visit.open("/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_label(ARABIC.say("web.subscribe.address")).fill(READER)
    page.get_by_role("button", name=ARABIC.say("web.subscribe.button")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ARABIC.say("web.check.title"))
    expect(page.get_by_text(READER)).to_be_visible()


def confirm(visit: Visit, demonstration: Demonstration) -> None:
    wait_until(lambda: bool(demonstration.mails_to(READER)), timedelta(seconds=15), "the confirmation mail")
    page = follow(open_newest_mail(visit), ARABIC.say("mail.confirm_button"))
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ARABIC.say("web.welcome.title"))
    page.close()


def leave(visit: Visit) -> None:
    mail = open_newest_mail(visit)
    expect(mail.get_by_role("heading", level=1)).to_contain_text("جسر جديد")
    page = follow(mail, ARABIC.say("digest.leave"))
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ARABIC.say("web.left.title"))
    page.close()


def open_newest_mail(visit: Visit) -> Page:
    """From the mailbox, the newest mail to her: its HTML stands in a frame that can do nothing."""
    page = visit.open("/mailbox")
    page.get_by_role("listitem").filter(has_text=READER).first.get_by_role("link").click()
    expect(page.locator("iframe")).to_have_attribute(
        "sandbox", re.compile("^(?!.*allow-(scripts|same-origin))")
    )
    return page


def follow(mail: Page, label: str) -> Page:
    """Follow a link inside the mail; it opens beside it."""
    with mail.expect_popup() as opened:
        mail.frame_locator("iframe").get_by_role("link", name=label).click()
    opened.value.wait_for_load_state()
    return opened.value


def publish(demonstration: Demonstration, name: str, title: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    demonstration.add_article(
        name,
        f"---\ntitle: {title}\ndate: {now}\nlanguage: ar\nsection: محليات\nsample: true\n---\n\n"
        "خبر مختلق للتجربة، فيه جملة واحدة تكفي.\n",
    )


def await_mail(demonstration: Demonstration, address: str, words: str) -> None:
    """Wait for a digest that leads with `words`."""
    wait_until(
        lambda: any(words in mail.subject for mail in demonstration.mails_to(address)), PATIENCE, words
    )
