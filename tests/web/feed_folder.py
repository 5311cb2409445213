"""A feeds folder with feeds of invented entries, for the pages that show them."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from publisher.feeds.formats import FORMATS
from publisher.feeds.manifest import MANIFEST
from publisher.model.direction import Direction
from publisher.model.feed import Entry, Feed, FeedListing
from tests.feeds.samples import make_entry, make_feed

BASE_URL = "https://news.example/feeds"


def listing(path: str, title: str = "خلاصة", language: str = "ar") -> FeedListing:
    """A feed by its path."""
    direction = Direction.LTR if language == "en" else Direction.RTL
    return FeedListing(path=path, title=title, language=language, direction=direction, base_url=BASE_URL)


def write_folder(folder: Path, listings: Iterable[FeedListing], *entries: Entry) -> None:
    """Every format of each feed, with these entries or a sample one, and the list of them."""
    found = list(listings)
    for item in found:
        feed = make_feed(
            *(entries or (make_entry(),)),
            path=item.path,
            title=item.title,
            base_url=BASE_URL,
            language=item.language,
        )
        write_feed(folder, feed)
    document = {"files": [], "feeds": [asdict(item) for item in found]}
    (folder / MANIFEST).write_text(json.dumps(document), encoding="utf-8")


def write_feed(folder: Path, feed: Feed) -> None:
    """One feed in every format."""
    for format_ in FORMATS:
        path = folder / f"{feed.path}{format_.ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(format_.render(feed, [format_.render_entry(entry) for entry in feed.entries]))
