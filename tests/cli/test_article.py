"""`nashra article` as an editor uses it."""

import json

from tests.cli.conftest import Desk


def test_an_article_is_listed_withdrawn_and_restored(desk: Desk) -> None:
    (first,) = json.loads(desk.call("article", "list", "--json").out)
    assert first["state"] == "live"
    assert first["id"] in desk.call("article", "list").out
    for _ in range(2):
        ended = desk.call("article", "withdraw", first["document"])
        assert ended.code == 0
        assert "withdrawn" in ended.err
    assert desk.call("article", "list").out.startswith("withdrawn")
    index = next(desk.folder.rglob("index.json"))
    assert json.loads(index.read_text(encoding="utf-8"))["items"] == []
    assert "lives again" in desk.call("article", "restore", first["id"]).err
    assert len(json.loads(index.read_text(encoding="utf-8"))["items"]) == 1


def test_an_unknown_article_is_a_usage_error(desk: Desk) -> None:
    for verb in ("withdraw", "restore"):
        ended = desk.call("article", verb, "desk/nothing.md")
        assert ended.code == 2
        assert "nashra article list" in ended.err


def test_a_correction_is_told_in_the_feed_with_its_date(desk: Desk) -> None:
    """Feed checklist 13."""
    done = desk.call("article", "correct", "articles/welcome.md", "--note", "كان العنوان خطأ", "--announce")
    assert done.code == 0
    items = json.loads((desk.folder / "var/public/feeds/index.json").read_bytes())["items"]
    own, article = items
    assert own["id"] == article["id"] + ";correction=1"
    assert "كان العنوان خطأ" in article["content_html"]
    assert article["date_modified"] == own["date_published"] > article["date_published"]
    again = desk.call("article", "correct", "articles/welcome.md", "--note", "كان العنوان خطأ")
    assert "made before" in again.err


def test_a_correction_says_something_of_an_article_there_is(desk: Desk) -> None:
    assert desk.call("article", "correct", "articles/welcome.md", "--note", " ").code == 2
    assert desk.call("article", "correct", "articles/none.md", "--note", "x").code == 2
