"""Publish the list of all feeds."""

from publisher.feeds.manifest import load_listings
from publisher.feeds.opml import OPML_FILE, render_opml
from publisher.feeds.side_file import put_side_file
from publisher.jobs.newsroom import Newsroom


def publish_opml(room: Newsroom) -> bool:
    """Bring the list up to the published feeds; whether it changed."""
    data = render_opml(room.site.title, room.site.home, load_listings(room.feeds_folder))
    return put_side_file(room.feeds_folder, OPML_FILE, data, now=room.now())
