"""`nashra ingest` as a journalist runs it."""

import json

import pytest

from publisher.feeds import files
from publisher.model.reason import reason
from tests.cli.conftest import Desk

ARTICLE = """---
title: {title}
date: 2026-11-20T09:00:00+03:00
language: en
---

One paragraph. An invented sample.
"""


def test_what_came_in_is_counted_and_published(desk: Desk) -> None:
    desk.write("articles/a.md", ARTICLE.format(title="Alpha"))
    ended = desk.call("ingest")
    assert (ended.code, ended.out, ended.err) == (0, "1 new, 0 revised, 1 unchanged, 0 duplicate\n", "")
    assert "Alpha" in (desk.folder / "var/public/feeds/index.json").read_text(encoding="utf-8")


def test_running_it_again_changes_nothing(desk: Desk) -> None:
    assert desk.call("ingest").out == "0 new, 0 revised, 1 unchanged, 0 duplicate\n"


def test_what_is_held_back_is_listed_with_its_reason_in_the_sites_language(desk: Desk) -> None:
    desk.write("articles/undated.md", "---\ntitle: x\nlanguage: en\n---\n\nText.\n")
    ended = desk.call("ingest")
    assert ended.code == 0
    counted, held = ended.out.splitlines()
    assert counted.startswith("0 new")
    assert held.startswith("held back: articles/undated.md: ")
    assert any("\u0600" < letter < "\u06ff" for letter in held)
    desk.set('language = "ar" ', 'language = "en" ')
    assert not any("\u0600" < letter < "\u06ff" for letter in desk.call("ingest").out)


def test_json_for_scripts(desk: Desk) -> None:
    desk.write("articles/empty.txt", "")
    ended = desk.call("ingest", "--json")
    found = json.loads(ended.out)
    assert found["articles"] == {"unchanged": 1}
    assert [item["source"] for item in found["quarantined"]] == ["articles/empty.txt"]
    assert found["feeds"] > 0


def test_a_source_that_is_gone_is_told(desk: Desk) -> None:
    (desk.folder / "articles").rename(desk.folder / "elsewhere")
    ended = desk.call("ingest")
    assert ended.code == 0
    assert "held back: articles/" in ended.out


def test_a_feed_that_cannot_be_brought_up_ends_with_1(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write("articles/a.md", ARTICLE.format(title="Alpha"))
    monkeypatch.setattr(files, "check_document", lambda _: reason("feeds.document.damaged"))
    ended = desk.call("ingest")
    assert ended.code == 1
    assert ended.out.startswith("1 new")
    assert "keep their last good file" in ended.err
