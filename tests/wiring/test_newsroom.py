"""publisher.wiring.newsroom"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.engine.rows_only import RowsOnly
from publisher.mail.dkim import DkimSigner
from publisher.mail.dkim_folder import save_new_key, switch_keys
from publisher.mail.dkim_key import Algorithm
from publisher.model.errors import NashraError
from publisher.settings import load_settings
from publisher.store.issues import load_watermark
from publisher.store.schema import newsletter
from publisher.wiring.folder import DataFolder
from publisher.wiring.newsroom import House, open_house

TEXT = """
[site]
title = "الجبال"
home = "https://news.example"
languages = ["ar", "en"]
[[source]]
kind = "folder"
path = "articles"
[[newsletter]]
slug = "daily"
title = "نشرة المساء"
[mail]
host = "127.0.0.1"
lanes = 5
"""
BEGUN = datetime(2026, 11, 1, tzinfo=UTC)


@contextmanager
def opened(path: Path, *, more: str = "", begun_at: datetime | None = BEGUN) -> Iterator[House]:
    (path / "nashra.toml").write_text(TEXT + more, encoding="utf-8")
    settings = load_settings(path / "nashra.toml", {})
    with (
        DataFolder(path / "data", lock=False) as folder,
        open_house(settings, folder=folder, dispatcher=RowsOnly(), begun_at=begun_at) as house,
    ):
        yield house


def test_the_newsroom_has_what_the_settings_say(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        room = house.room
        assert [source.path for source in room.sources] == [tmp_path / "articles"]
        assert room.newsletter_ids.keys() == {"daily"}
        assert room.words.keys() == room.templates.keys() == {"ar", "en"}
        assert room.feeds_folder == tmp_path / "data" / "public" / "feeds"
        assert abs(room.now() - datetime.now(UTC)) < timedelta(seconds=5)
        assert room.now().tzinfo is UTC


def test_a_notice_has_a_connection_that_no_issue_can_take(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        assert (house.room.relay.lanes, house.room.notice_relay.lanes) == (5, 2)


def test_mail_is_signed_beside_the_sender_and_no_process_waits_for_it_before(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        assert house.room.dkim is None
    with DataFolder(tmp_path / "data", lock=False) as folder:
        save_new_key(folder.dkim, Algorithm.RSA, now=BEGUN)
        switch_keys(folder.dkim, Algorithm.RSA, now=BEGUN)
    with opened(tmp_path) as house:
        assert isinstance(house.room.dkim, DkimSigner)
        assert house.room.dkim.beside == house.signers.sign
        assert house.signers.pids == ()


def test_the_switch_ends_the_lanes(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        assert not house.room.is_stopping()
        house.stopping.set()
        assert house.room.is_stopping()


def test_a_new_newsletter_begins_when_told_and_an_old_one_keeps_its_beginning(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    weekly = '[[newsletter]]\nslug = "weekly"\ntitle = "أسبوع"\n'
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    with opened(tmp_path, more=weekly, begun_at=None) as house, house.room.database.read() as tx:
        ids = house.room.newsletter_ids
        assert load_watermark(tx, ids["daily"]) == BEGUN
        assert before <= load_watermark(tx, ids["weekly"]) <= datetime.now(UTC)


def test_a_second_opening_finds_the_same_rows_and_keys(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        keys, ids = first.keys, first.room.newsletter_ids
    with opened(tmp_path) as second:
        assert second.keys.suppression == keys.suppression
        assert second.room.newsletter_ids == ids
        with second.room.database.read() as tx:
            assert tx.scalar(sa.select(sa.func.count()).select_from(newsletter)) == 1


def test_what_is_unusable_is_told_in_a_sentence_and_everything_is_closed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nashra.db").write_text("no database at all, and long enough to be read as one" * 40)
    with pytest.raises(NashraError, match="file is not a database") as refused, opened(tmp_path):
        pass
    assert refused.value.next_step


def test_the_database_is_closed_whatever_happens_inside(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), opened(tmp_path):
        raise ZeroDivisionError
    assert not (tmp_path / "data" / "nashra.db-wal").exists(), "the last connection takes the log away"
    sqlite3.connect(tmp_path / "data" / "nashra.db").close()
