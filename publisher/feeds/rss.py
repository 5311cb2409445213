"""RSS 2.0 (RSS Advisory Board, version 2.0.11): the channel through feedgen with `rss_extension`, the items by hand.

An item is written once and stitched into each feed that holds it. The result is byte for byte what feedgen writes for
the whole feed with the same extension, and element for element what an independent writer writes; tests keep it so.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape as escape_html

from feedgen.feed import FeedGenerator

from publisher.feeds.markup import attributes, element, escape, words
from publisher.feeds.media import first_measured, write_media
from publisher.feeds.rss_extension import RssChannelExtension
from publisher.feeds.timestamps import rfc822_date, rfc3339_date
from publisher.model.feed import Category, Entry, Feed
from publisher.model.media import Wire

ENDING = ".rss"
_TAIL = b"</channel></rss>"


def render_rss(feed: Feed, items: Sequence[bytes] | None = None) -> bytes:
    """The document, UTF-8. `items` are the entries as `render_rss_item` wrote them; None: write them now."""
    if items is None:
        items = [render_rss_item(entry) for entry in feed.entries]
    return b"".join(stream_rss(feed, items))


def stream_rss(feed: Feed, items: Iterable[bytes]) -> Iterator[bytes]:
    """The document piece by piece, for a feed that need not be in memory at once. `items` as for `render_rss`."""
    shell: bytes = rss_generator(feed).rss_str()
    yield shell.removesuffix(_TAIL)
    yield from items
    yield _TAIL


def render_rss_item(entry: Entry) -> bytes:
    """One `item`, UTF-8, with its namespaces left to the document. Raises ValueError for text XML cannot carry.

    Readers take a description for HTML, so a plain summary is escaped as HTML first; then XML escapes it again.
    """
    parts = [words(b"title", entry.title)]
    if entry.url:
        parts.append(words(b"link", entry.url))
    if entry.summary:
        parts.append(words(b"description", escape_html(entry.summary, quote=False)))
    if entry.content_html:
        parts.append(words(b"content:encoded" if entry.summary else b"description", entry.content_html))
    parts.append(b'<guid isPermaLink="false">%s</guid>' % escape(entry.id))
    parts += map(_write_category, entry.categories)
    parts.append(words(b"pubDate", rfc822_date(entry.published_at)))
    parts += [words(b"dc:creator", author) for author in entry.authors]
    if entry.is_corrected:
        parts.append(words(b"atom:updated", rfc3339_date(entry.updated_at)))
    if entry.rights:
        parts.append(words(b"dc:rights", entry.rights))
    if entry.source:
        parts.append(_write_source(entry.source))
    if enclosure := first_measured(entry.enclosures):
        known = ((b"url", enclosure.url), (b"length", enclosure.size_bytes), (b"type", enclosure.media_type))
        parts.append(element(b"enclosure", b"", attributes(known)))
    parts.append(write_media(entry))
    return element(b"item", b"".join(parts), attributes(((b"xml:lang", entry.language),)))


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
    generator.register_extension("nashra", RssChannelExtension, atom=False, rss=True)
    generator.nashra.describe(feed, ENDING)
    return generator


def _write_category(category: Category) -> bytes:
    return element(b"category", escape(category.term), attributes(((b"domain", category.scheme),)))


def _write_source(wire: Wire) -> bytes:
    """RSS's `source` must have the address of a feed; a house known otherwise is named by Dublin Core."""
    if wire.feed:
        return element(b"source", escape(wire.name), attributes(((b"url", wire.feed),)))
    return words(b"dc:source", wire.url or wire.name)
