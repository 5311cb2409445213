"""How long what is below `/feeds/` may be kept: point 32 of the feeds' checklist."""

import pytest

from publisher.feeds.served import FOR_EVER, SHORT, cache_control, is_served, media_type
from publisher.model.archive import archive_path, recent_path


@pytest.mark.parametrize("feed", ["index", "section/sport", "section/archive"])
def test_archives_are_immutable_for_a_day_and_feeds_and_what_just_left_them_are_not(feed: str) -> None:
    """Checklist 32 R and 42 G."""
    assert FOR_EVER == "max-age=86400, immutable"
    assert cache_control(f"{archive_path(feed, 12)}.rss") == FOR_EVER
    assert cache_control(f"{recent_path(feed)}.rss") == SHORT
    assert cache_control(f"{feed}.rss") == SHORT
    assert cache_control("archive.rss") == SHORT, "a feed of that name is a feed"


def test_documents_of_the_past_are_served() -> None:
    for page in (archive_path("section/s-abcdefgh", 1), recent_path("index")):
        assert is_served(f"{page}.json")
    assert media_type("index.rss") == "application/rss+xml"
    assert media_type("news-sitemap.xml") == "application/xml"
