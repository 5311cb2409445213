"""The list of all feeds as a file that readers import (OPML 2.0, http://opml.org/spec2.opml)."""

from collections.abc import Iterable

from lxml import etree

from publisher.feeds.formats import RSS
from publisher.feeds.served import OPML_ENDING
from publisher.feeds.xml_text import drop_illegal
from publisher.model.feed import FeedListing

OPML_FILE = f"index{OPML_ENDING}"
"""Below the feeds folder."""


def render_opml(title: str, home: str, listings: Iterable[FeedListing]) -> bytes:
    """The document, UTF-8, without a date: equal lists are equal bytes. Feeds in their order, in the format that every
    reader knows; `htmlUrl` is the page for people. `title` is the site's, `home` its address.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    for tag, text in (("title", title), ("ownerName", title), ("ownerId", home)):
        etree.SubElement(head, tag).text = drop_illegal(text)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for listing in listings:
        etree.SubElement(
            body,
            "outline",
            type="rss",
            text=listing.title,
            title=listing.title,
            xmlUrl=listing.url(RSS.ending),
            htmlUrl=listing.url(""),
            language=listing.language,
        )
    document = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return bytes(document)
