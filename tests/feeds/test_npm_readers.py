"""The readers of npm find in every format what the article says, as those of Python do (checklist 4)."""

import json
from dataclasses import replace
from pathlib import Path

from publisher.model.article import Block, BlockKind
from publisher.model.feed import Feed
from tests.feeds.npm_readers import needs_npm, read_all
from tests.feeds.read_back import as_written
from tests.feeds.samples import build_index, make_article, make_entry, make_feed, seed_article
from tests.feeds.whole import render_documents

LOCK = Path(__file__).parents[1] / "npm" / "package-lock.json"
SUMMARISED = make_article(7, summary="خلاصة <b>غير</b> الموسومة &amp; «قصيرة»")
SPOKEN = make_article(
    8,
    title="می‌خواهم 👩🏽‍🚒 «OPEC+» & ]]> <![CDATA[x]]> &amp;amp; &nbsp;",
    blocks=(
        Block(
            kind=BlockKind.PARAGRAPH, text="نامه‌های 👨‍👩‍👧‍👦 ]]> <![CDATA[ &amp;lt; <p> &#8204; \u2028 سطر"
        ),
    ),
)
FEEDS = {
    "seed": build_index(seed_article()),
    "sixty": build_index(*map(make_article, range(60))),
    "summary and text": build_index(SUMMARISED, SPOKEN),
    "every field": make_feed(make_entry(), replace(make_entry(), id="tag:x,2025:2", source=None)),
    "one": build_index(make_article(1)),
    "empty": build_index(),
}


def documents_of(name: str, feed: Feed) -> dict[str, bytes]:
    """The feed in each format, by a file's name."""
    return {
        f"{name}{document.format.ending}": document.data for document in render_documents([feed]).documents
    }


@needs_npm
def test_readers_of_npm_find_the_same_as_was_written(tmp_path: Path) -> None:
    documents = {
        name: data for label, feed in FEEDS.items() for name, data in documents_of(label, feed).items()
    }
    found = read_all(tmp_path, documents)
    assert len(documents) == 3 * len(FEEDS)
    for name in documents:
        label, _, format_name = name.partition(".")
        expected = [as_written(entry) for entry in FEEDS[label].entries]
        assert found["feedsmith"][name] == expected, name
        if format_name != "json":
            assert found["rss-parser"][name] == expected, name


def test_the_lock_holds_every_package_to_its_hash_and_names_no_host() -> None:
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert {"node_modules/feedsmith", "node_modules/rss-parser"} <= {*installed}
    for name, package in installed.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
