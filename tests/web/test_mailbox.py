"""publisher.web.mailbox"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.mail.mailbox import Mailbox
from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp, build_reader_app

NAME = "20261122T093000.000000Z-0000001-0000001"
RAW = (
    b"From: =?utf-8?B?2KfZhNis2KjYp9mE?= <newsletter@aljeebal.example>\r\n"
    b"To: sara@example.net\r\n"
    b"Subject: =?utf-8?B?2KPZg9ivINin2LTYqtix2KfZg9mD?=\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n'
    b"\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOpen https://news.example/confirm/abc <now>\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<html><head><title>x</title></head><body><script>x</script><a href="https://news.example/confirm/abc">ok</a></body></html>\r\n'
    b"--b--\r\n"
)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ReaderApp]:
    """With a mailbox that holds one message."""
    folder = tmp_path / "mailbox"
    folder.mkdir()
    (folder / f"{NAME}.eml").write_bytes(RAW)
    (folder / f"{NAME}.json").write_text(
        json.dumps({"from": "bounce@aljeebal.example", "to": ["sara@example.net"]})
    )
    app = build_reader_app(tmp_path, mailbox=Mailbox(folder))
    yield app
    app.database.close()


def test_the_list_shows_what_came_and_when(reader: ReaderApp) -> None:
    page = parse_page(reader.client.get("/mailbox?lang=en").text)
    assert page.xpath("//ol//a/@href") == [f"/mailbox/{NAME}?lang=en"]
    text = page.text_content()
    for shown in ("أكد اشتراكك", "sara@example.net", "Sunday 22 November 2026, 12:30"):
        assert shown in text


def test_the_html_is_shown_in_a_frame_that_can_do_nothing(reader: ReaderApp) -> None:
    shown = reader.client.get(f"/mailbox/{NAME}")
    (frame,) = parse_page(shown.text).xpath("//iframe")
    assert frame.get("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    inside = reader.client.get(frame.get("src"))
    policy = inside.headers["Content-Security-Policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert inside.text.count('<base target="_blank">') == 1
    assert inside.text.replace('<base target="_blank">', "") in RAW.decode().replace("\r\n", "\n")


def test_the_text_shows_its_links_and_escapes_the_rest(reader: ReaderApp) -> None:
    text = reader.client.get(f"/mailbox/{NAME}?view=text").text
    assert 'href="https://news.example/confirm/abc"' in text
    assert "&lt;now&gt;" in text


def test_headers_and_raw_bytes_are_those_delivered(reader: ReaderApp) -> None:
    shown = parse_page(reader.client.get(f"/mailbox/{NAME}?view=headers").text)
    assert "=?utf-8?B?2KPZg9ivINin2LTYqtix2KfZg9mD?=" in shown.xpath("string(//pre)")
    raw = reader.client.get(f"/mailbox/{NAME}/raw.eml")
    assert raw.content == RAW
    assert raw.headers["content-type"] == "message/rfc822"
    assert "attachment" in raw.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["x", "..%2f..%2fnashra", NAME[:-1] + "9", NAME + ".eml", "%00"])
def test_nothing_else_can_be_read(reader: ReaderApp, name: str) -> None:
    for ending in ("", "/html", "/raw.eml"):
        assert reader.client.get(f"/mailbox/{name}{ending}").status_code == 404


def test_an_empty_mailbox_says_what_to_do(tmp_path: Path) -> None:
    app = build_reader_app(tmp_path, mailbox=Mailbox(tmp_path / "none"))
    assert "Subscribe, and the mail to confirm arrives here" in app.client.get("/mailbox?lang=en").text
    app.database.close()


def test_without_a_mailbox_there_is_no_such_page(tmp_path: Path) -> None:
    app = build_reader_app(tmp_path)
    assert app.client.get("/mailbox").status_code == 404
    app.database.close()
