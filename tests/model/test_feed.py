"""Feeds and entries as values."""

from dataclasses import replace
from datetime import timedelta

from publisher.model.feed import BEGINNING
from tests.feeds.samples import make_entry, make_feed


def test_the_date_of_an_empty_feed_is_of_no_time_zone() -> None:
    assert BEGINNING.utcoffset() == timedelta(0)


def test_an_entry_is_corrected_when_it_was_updated_after_publication() -> None:
    entry = make_entry()
    assert entry.is_corrected
    assert not replace(entry, updated_at=entry.published_at).is_corrected


def test_each_format_of_a_feed_has_its_own_address() -> None:
    feed = make_feed(path="lang/ar")
    assert feed.url(".rss") == "https://nashra.aljeebal.com/feeds/lang/ar.rss"
    assert feed.listing.url(".json") == "https://nashra.aljeebal.com/feeds/lang/ar.json"


def test_a_listing_is_the_feed_without_its_entries() -> None:
    feed = make_feed(make_entry())
    listing = feed.listing
    assert (listing.path, listing.title, listing.language, listing.direction, listing.base_url) == (
        feed.path,
        feed.title,
        feed.language,
        feed.direction,
        feed.base_url,
    )
