"""`nashra feeds`."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from publisher.feeds import files
from publisher.model.reason import reason
from publisher.store.articles import save_parsed
from publisher.store.database import open_database
from publisher.store.schema import article
from tests.cli.conftest import Desk
from tests.store import rows


def test_every_feed_is_listed_with_what_became_of_it_and_where_it_is(desk: Desk) -> None:
    (desk.folder / "var/public/feeds/index.rss").unlink()
    ended = desk.call("feeds", "publish")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].split() == ["written", "1", "http://127.0.0.1:8000/feeds/index.rss"]
    assert {line.split()[0] for line in lines[1:]} == {"unchanged"}
    assert str(desk.folder / "var/public/feeds") in ended.err


def test_json_for_scripts(desk: Desk) -> None:
    found = json.loads(desk.call("feeds", "publish", "--json").out)
    assert found["folder"] == str(desk.folder / "var/public/feeds")
    assert {"path", "url", "format", "entries", "state"} <= found["feeds"][0].keys()


def test_feeds_that_keep_their_last_good_file_are_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "check_document", lambda _: reason("feeds.document.damaged"))
    for file in (desk.folder / "var/public/feeds").rglob("index.*"):
        file.unlink()
    ended = desk.call("feeds", "publish")
    assert ended.code == 1
    assert "index.rss" in ended.err
    assert "next:" in ended.err


def test_articles_that_could_not_be_written_are_named(desk: Desk) -> None:
    with closing(open_database(desk.folder / "var/nashra.db")) as database, database.write() as tx:
        bad = rows.parsed(url="ftp://news.example/1", title="خبر")
        save_parsed(tx, bad, home="https://news.example", present=(), now=datetime.now(UTC))
        (number,) = tx.execute(sa.select(article.c.id).where(article.c.url == bad.url)).one()
    ended = desk.call("feeds", "publish")
    assert ended.code == 1
    assert f"1 articles could not be written into a feed: {number}" in ended.err
