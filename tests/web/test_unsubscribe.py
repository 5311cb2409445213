"""publisher.web.unsubscribe"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.store import schema
from tests.web.reader_app import ReaderApp, build_reader_app, with_context

SARA = "sara@example.net"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[ReaderApp]:
    """With a reader who gets both newsletters."""
    app = build_reader_app(tmp_path)
    app.subscribe(SARA, "daily", "weekly")
    app.press()
    yield app
    app.database.close()


def consents(reader: ReaderApp) -> list[str]:
    with reader.database.read() as tx:
        return list(tx.execute(sa.select(schema.consent.c.kind).order_by(schema.consent.c.id)).scalars())


@pytest.mark.parametrize("how", ["urlencoded", "multipart"])
def test_one_click_acts_without_cookie_and_without_redirect(reader: ReaderApp, how: str) -> None:
    """RFC 8058 section 3.1 and 3.2, in both encodings a mail program may use."""
    body = (
        {"data": {"List-Unsubscribe": "One-Click"}}
        if how == "urlencoded"
        else {"files": {"List-Unsubscribe": (None, "One-Click")}}
    )
    answer = reader.client.post(reader.leave_path("daily"), **body)
    assert (answer.status_code, answer.history) == (200, [])
    assert answer.headers["content-type"].startswith("text/plain")
    assert "set-cookie" not in answer.headers
    assert reader.statuses(SARA) == {"daily": "unsubscribed", "weekly": "confirmed"}
    assert consents(reader)[-1] == "one-click"


def test_a_person_is_asked_first_and_then_told(reader: ReaderApp) -> None:
    path = reader.leave_path("daily")
    question = reader.client.get(path + "?lang=en")
    assert question.status_code == 200
    for shown in ("نشرة المساء", "s•••@example.net", "The week in Iraq"):
        assert shown in question.text
    assert reader.statuses(SARA)["daily"] == "confirmed"
    answer = reader.client.post(path + "?lang=en")
    assert "You are unsubscribed" in answer.text
    assert "newsletter=daily" in answer.text, "a way back for who pressed by mistake"
    assert consents(reader)[-1] == "unsubscribed"


def test_leaving_twice_is_answered_alike_and_recorded_once(reader: ReaderApp) -> None:
    path = reader.leave_path("daily")
    first, second, look = reader.client.post(path), reader.client.post(path), reader.client.get(path)
    assert first.text == second.text == look.text
    assert consents(reader).count("unsubscribed") == 1


def test_the_link_of_a_mail_that_is_years_old_still_works(reader: ReaderApp) -> None:
    path = reader.leave_path("daily")
    reader.wait(timedelta(days=3650))
    assert reader.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert reader.statuses(SARA)["daily"] == "unsubscribed"


def test_the_link_of_a_welcome_leaves_everything(reader: ReaderApp) -> None:
    path = reader.leave_path(None)
    assert "The week in Iraq" in reader.client.get(path).text
    reader.client.post(path)
    assert set(reader.statuses(SARA).values()) == {"unsubscribed"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"a":1}'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--y\r\nbroken"),
        (
            "multipart/form-data; boundary=x; charset=rot13",
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb",
        ),
        ("application/x-www-form-urlencoded", b"%zz&&&=\xff\x00"),
        ("text/plain", b""),
    ],
)
def test_whoever_says_no_oddly_has_said_no(reader: ReaderApp, content_type: str, body: bytes) -> None:
    answer = reader.client.post(
        reader.leave_path("daily"), content=body, headers={"Content-Type": content_type}
    )
    assert answer.status_code == 200
    assert reader.statuses(SARA)["daily"] == "unsubscribed"


def test_a_confirmation_token_does_not_unsubscribe(reader: ReaderApp) -> None:
    path = reader.confirm_path().replace("/confirm/", "/u/")
    for answer in (reader.client.get(path), reader.client.post(path, data={"List-Unsubscribe": "One-Click"})):
        assert answer.status_code == 404
    assert set(reader.statuses(SARA).values()) == {"confirmed"}


def test_who_was_erased_meets_the_page_for_dead_links(reader: ReaderApp) -> None:
    assert reader.client.get(reader.leave_path("daily", subscriber=99)).status_code == 404
    assert reader.client.post(reader.leave_path("daily", subscriber=99)).status_code == 404


def test_one_click_of_who_was_erased_is_done_already(reader: ReaderApp) -> None:
    answer = reader.client.post(
        reader.leave_path("daily", subscriber=99), data={"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200


def test_nothing_is_acknowledged_that_is_not_on_disk(reader: ReaderApp) -> None:
    """A database that cannot be written gives 500, and the mail program tries again."""
    path = reader.leave_path("daily")
    client = with_context(reader, database=reader.database)
    reader.database.engine.dispose()
    with reader.database.engine.connect() as holder:
        holder.exec_driver_sql("DROP TABLE consent")
        holder.commit()
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 500
    assert reader.statuses(SARA)["daily"] == "confirmed"
