"""The promise of publisher.web.app: GET, HEAD and OPTIONS never change anything."""

from pathlib import Path

import pytest

from publisher.mail.mailbox import Mailbox
from tests.web.reader_app import ReaderApp, build_reader_app

SARA = "sara@example.net"
SCANNER = {
    "User-Agent": "Mozilla/5.0 (compatible; link scanner)",
    "Purpose": "prefetch",
    "Sec-Purpose": "prefetch;prerender",
    "X-Moz": "prefetch",
}


def every_path(app: ReaderApp) -> list[str]:
    """Every route, with the links of real mails in the places of tokens."""
    return [
        "/",
        "/subscribe",
        f"/subscribe?email={SARA}&newsletter=weekly&language=ar",
        app.confirm_path(0),
        app.confirm_path(1),
        app.leave_path("daily"),
        app.leave_path("daily") + "?List-Unsubscribe=One-Click",
        app.leave_path(None),
        "/newsletters/daily",
        "/newsletters/daily/1",
        "/newsletters/none",
        "/feeds",
        "/feeds/index.rss",
        "/feeds/index",
        "/feeds/feed.css",
        "/news-sitemap.xml",
        "/reader.css",
        "/copy.js",
        "/icon.svg",
        "/favicon.ico",
        "/robots.txt",
        "/mailbox",
        "/mailbox/x",
        "/mailbox/x/html",
        "/mailbox/x/raw.eml",
        "/nothing",
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH"])
def test_only_a_post_changes_anything(tmp_path: Path, method: str) -> None:
    """Mail scanners open every link, with every header they can think of."""
    app = build_reader_app(tmp_path, mailbox=Mailbox(tmp_path / "mailbox"))
    app.subscribe(SARA)
    app.press()
    app.subscribe("omar@example.net")
    app.add_issue("daily", 1, {"ar": "عنوان"})
    before, works = app.fingerprint(), list(app.works)
    for path in every_path(app):
        answer = app.client.request(method, path, headers=SCANNER)
        assert answer.status_code < 500, path
        if method in ("OPTIONS", "PUT", "DELETE", "PATCH"):
            allowed = (404, 405, 204) if method == "OPTIONS" and path.startswith("/feeds/") else (404, 405)
            assert answer.status_code in allowed, path
    assert app.fingerprint() == before
    assert app.works == works
    app.database.close()


def test_the_list_of_paths_above_is_complete(tmp_path: Path) -> None:
    app = build_reader_app(tmp_path, mailbox=Mailbox(tmp_path / "mailbox"))
    app.subscribe(SARA)
    app.subscribe("omar@example.net")
    tried = {path.split("/")[1].split("?")[0] for path in every_path(app)}
    routes = {route.path.split("/")[1] for route in app.client.app.routes}  # type: ignore[attr-defined]
    assert routes <= tried
    app.database.close()
