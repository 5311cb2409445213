"""Well-kept feeds of others: not one false error, and no warning that is not written down here."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.feeds.validate.document import validate

FOLDER = Path(__file__).parents[2] / "data" / "feeds"
NOW = datetime(2025, 11, 2, 9, tzinfo=UTC)
GOOD = {
    "aljazeera.rss": ("rss", 1, []),
    "archive.atom": ("atom", 1, []),
    "bbc.rss": ("rss", 1, ["rss.item.guid-counter"]),
    "blogger.atom": ("atom", 1, ["date.fraction"] * 3),
    "django.atom": ("atom", 1, []),
    "django.rss": ("rss", 1, []),
    "eleventy.atom": ("atom", 1, []),
    "eleventy.json": ("json", 1, []),
    "ghost.rss": ("rss", 1, ["rss.language"]),
    "github.atom": ("atom", 1, []),
    "guardian.rss": ("rss", 1, ["rss.self-missing"]),
    "hugo.rss": ("rss", 1, []),
    "jekyll.atom": ("atom", 1, []),
    "microblog.json": ("json", 1, ["json.old-version", "json.language", "json.author"]),
    "news_sitemap.xml": ("sitemap", 2, []),
    "nyt.rss": ("rss", 1, ["rss.description"]),
    "podcast.json": ("json", 1, []),
    "podcast.rss": ("rss", 1, []),
    "subscriptions.opml": ("opml", 2, []),
    "substack.rss": ("rss", 1, ["enclosure.length-zero"]),
    "wordpress.atom": ("atom", 1, []),
    "wordpress.rss": ("rss", 2, ["content.frame", "text.empty-title"]),
    "wordpress_arabic.rss": ("rss", 1, ["content.direction"] * 2),
    "youtube.atom": ("atom", 1, ["atom.language"]),
}


def test_the_table_names_every_sample() -> None:
    assert sorted(GOOD) == sorted(path.name for path in FOLDER.iterdir() if path.suffix != ".md")


@pytest.mark.parametrize("name", GOOD)
def test_a_well_kept_feed_has_no_error(name: str) -> None:
    kind, entries, warnings = GOOD[name]
    report = validate((FOLDER / name).read_bytes(), now=NOW)
    assert report.errors == ()
    assert (report.kind, len(report.ids)) == (kind, entries)
    assert [finding.code for finding in report.warnings] == warnings
