"""publisher.web.confirm"""

from datetime import timedelta

import pytest

from publisher.mail.token import Purpose
from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp, with_context

SARA = "sara@example.net"


def test_looking_shows_what_waits_for_whom_and_confirms_nothing(reader: ReaderApp) -> None:
    reader.subscribe(SARA, "daily", "weekly")
    page = reader.client.get(reader.confirm_path() + "?lang=en")
    assert page.status_code == 200
    for shown in ("نشرة المساء", "The week in Iraq", "s•••@example.net"):
        assert shown in page.text
    assert SARA not in page.text
    assert set(reader.statuses(SARA).values()) == {"pending"}


def test_the_page_speaks_the_language_that_was_chosen_whatever_the_browser_says(reader: ReaderApp) -> None:
    reader.subscribe(SARA, language="ckb")
    page = reader.client.get(reader.confirm_path(), headers={"Accept-Language": "en"})
    assert '<html lang="ckb" dir="rtl">' in page.text


def test_the_welcome_says_when_the_next_issue_comes(reader: ReaderApp) -> None:
    reader.subscribe(SARA, "daily", "weekly", language="en")
    page = reader.press()
    assert "Sunday 22 November 2026, 18:00" in page.text
    assert "Thursday 26 November 2026, 17:00" in page.text
    assert page.status_code == 200


def test_pressing_twice_and_looking_afterwards_show_the_welcome(reader: ReaderApp) -> None:
    reader.subscribe(SARA)
    path = reader.confirm_path()
    first, second, third = reader.press(path), reader.press(path), reader.client.get(path)
    assert first.text == second.text == third.text
    assert [work.key for work in reader.works] == ["1", "2"]


def test_consent_reaches_no_further_than_the_page(reader: ReaderApp) -> None:
    """She looks, somebody else posts the form for her address and another newsletter, she presses."""
    reader.subscribe(SARA, "daily", language="en")
    path = reader.confirm_path() + "?lang=en"
    form = parse_page(reader.client.get(path).text).forms[0]
    reader.subscribe(SARA, "weekly", language="en")
    page = reader.client.post(path, data=dict(form.form_values()))
    assert reader.statuses(SARA) == {"daily": "confirmed", "weekly": "pending"}
    assert page.status_code == 200
    question = parse_page(page.text)
    assert question.xpath("//input[@type='hidden']/@value") == ["weekly"]
    assert question.xpath("//ul[@class='titles']/li/bdi/text()") == ["The week in Iraq"]
    assert reader.client.get(path).text == page.text
    reader.press(path)
    assert reader.statuses(SARA) == {"daily": "confirmed", "weekly": "confirmed"}


@pytest.mark.parametrize("named", [[], ["nonsense"], ["", "weekly", "a\0b"]])
def test_a_post_that_names_nothing_that_waits_confirms_nothing_and_asks(
    reader: ReaderApp, named: list[str]
) -> None:
    reader.subscribe(SARA)
    path = reader.confirm_path()
    page = reader.client.post(path, data={"newsletter": named})
    assert page.status_code == 200
    assert page.text == reader.client.get(path).text
    assert parse_page(page.text).xpath("//input[@type='hidden']/@value") == ["daily"]
    assert reader.statuses(SARA) == {"daily": "pending"}


def test_a_body_that_is_no_form_confirms_nothing(reader: ReaderApp) -> None:
    reader.subscribe(SARA)
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = reader.client.post(reader.confirm_path(), content=b"newsletter=daily", headers=headers)
    assert answer.status_code == 400
    assert reader.statuses(SARA) == {"daily": "pending"}


def test_a_week_later_the_link_is_dead_and_says_what_to_do(reader: ReaderApp) -> None:
    reader.subscribe(SARA)
    path = reader.confirm_path()
    reader.wait(timedelta(days=7, minutes=1))
    for answer in (reader.client.get(path), reader.client.post(path, data={"newsletter": "daily"})):
        assert answer.status_code == 404
        assert "/subscribe" in answer.text
    assert reader.statuses(SARA) == {"daily": "pending"}


def test_only_a_confirmation_token_confirms(reader: ReaderApp) -> None:
    """Purposes are bound: the token of another link, a bent one, none at all."""
    reader.subscribe(SARA)
    path = reader.confirm_path()
    others = [
        reader.leave_path("daily").replace("/u/", "/confirm/"),
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        path[:-5],
        "/confirm/x",
        "/confirm/" + "é" * 48,
    ]
    for other in others:
        assert reader.client.post(other, data={"newsletter": "daily"}).status_code == 404, other
    assert reader.statuses(SARA) == {"daily": "pending"}


def test_a_token_of_a_reader_or_notice_that_is_gone_is_a_dead_link(reader: ReaderApp) -> None:
    reader.subscribe(SARA)
    for subscriber, notice in ((99, 1), (1, 99), (2**62, 1), (1, 2**47)):
        token = reader.context.signer.mint(
            Purpose.CONFIRM, subscriber=subscriber, subject=notice, issued_at=reader.clock[0]
        )
        assert reader.client.get(f"/confirm/{token}").status_code == 404
        assert reader.client.post(f"/confirm/{token}").status_code == 404


def test_after_leaving_the_old_link_offers_to_ask_again(reader: ReaderApp) -> None:
    reader.subscribe(SARA)
    path = reader.confirm_path()
    reader.press(path)
    reader.client.post(reader.leave_path("daily"))
    page = reader.client.post(path + "?lang=en")
    assert page.status_code == 200
    assert "Nothing waits for confirmation" in page.text
    assert reader.statuses(SARA) == {"daily": "unsubscribed"}


def test_a_newsletter_that_left_the_settings_is_still_named(reader: ReaderApp) -> None:
    reader.subscribe(SARA, "weekly")
    client = with_context(reader, newsletters=reader.context.newsletters[:1])
    assert "weekly" in reader.press(client=client).text


def test_token_pages_are_kept_by_no_cache_and_listed_by_no_search_engine(reader: ReaderApp) -> None:
    reader.subscribe(SARA)
    for path in (reader.confirm_path(), reader.leave_path("daily"), "/confirm/x", "/u/x"):
        page = reader.client.get(path)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert 'name="robots" content="noindex"' in page.text
