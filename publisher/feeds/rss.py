"""RSS 2.0 (RSS Advisory Board, version 2.0.11), through feedgen with the extension of `rss_extension`.

An entry is written once and stitched into each feed that holds it; the result is byte for byte what feedgen writes
for the whole feed (a test keeps it so).
"""

from collections.abc import Sequence
from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.feeds.namespaces import RSS_PREFIXES
from publisher.feeds.rss_extension import RssChannelExtension, RssItemExtension
from publisher.model.feed import Entry, Feed

ENDING = ".rss"
_TAIL = b"</channel></rss>"


def render_rss(feed: Feed, items: Sequence[bytes] | None = None) -> bytes:
    """The document, UTF-8. `items` are the entries as `render_rss_item` wrote them; None: write them now."""
    if items is None:
        items = [render_rss_item(entry) for entry in feed.entries]
    shell: bytes = rss_generator(feed).rss_str()
    return shell.removesuffix(_TAIL) + b"".join(items) + _TAIL


def render_rss_item(entry: Entry) -> bytes:
    """One `item`, UTF-8, with its namespaces left to the document. Raises ValueError for text XML cannot carry."""
    root = etree.Element("rss", nsmap=RSS_PREFIXES)
    etree.SubElement(root, "channel").append(rss_entry(entry).rss_entry())
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return data[data.index(b"<item") : data.rindex(_TAIL)]


def rss_generator(feed: Feed) -> FeedGenerator:
    """The channel without items."""
    generator = FeedGenerator()
    # feedgen writes this date through locale.setlocale, which switches the whole process while other threads format
    # dates. It skips the field when there is nothing in it, and has no public way to say so; the extension writes it.
    generator._FeedGenerator__rss_lastBuildDate = None
    generator.title(feed.title)
    generator.link(href=feed.home, rel="alternate")
    generator.description(feed.description)
    generator.language(feed.language)
    generator.generator("Nashra")
    if feed.rights:
        generator.copyright(feed.rights)
    generator.register_extension("nashra", RssChannelExtension, RssItemExtension, atom=False, rss=True)
    generator.nashra.describe(feed, ENDING)
    return generator


def rss_entry(entry: Entry) -> FeedEntry:
    """One item."""
    item = FeedEntry()
    item.title(entry.title)
    item.guid(entry.id, permalink=False)
    if entry.url:
        item.link(href=entry.url)
    if entry.summary:
        # Readers take a description for HTML, so plain text is escaped as HTML first; then XML escapes it again.
        item.description(escape(entry.summary, quote=False))
    if entry.content_html:
        item.content(entry.content_html, type="html")
    for category in entry.categories:
        item.category(term=category.term, scheme=category.scheme)
    item.register_extension("nashra", RssItemExtension, atom=False, rss=True)
    item.nashra.describe(entry)
    return item
