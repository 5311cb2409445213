"""Links by which readers find the feeds."""

from publisher.feeds.autodiscovery import FeedLink, autodiscovery_links, format_links
from tests.feeds.samples import make_feed


def test_one_link_for_each_feed_the_main_one_first() -> None:
    listings = [make_feed().listing, make_feed(path="lang/ar", title="الجبال: العربية").listing]
    base = "https://nashra.aljeebal.com/feeds"
    assert autodiscovery_links(listings) == (
        FeedLink(title="الجبال: كل المقالات", href=f"{base}/index.rss", type="application/rss+xml"),
        FeedLink(title="الجبال: العربية", href=f"{base}/lang/ar.rss", type="application/rss+xml"),
    )


def test_the_page_of_feeds_links_every_format() -> None:
    found = format_links(make_feed().listing)
    assert [(name, link.href.rpartition(".")[2], link.type) for name, link in found] == [
        ("rss", "rss", "application/rss+xml"),
        ("atom", "atom", "application/atom+xml"),
        ("json", "json", "application/feed+json"),
    ]
