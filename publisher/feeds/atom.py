"""Atom 1.0 (RFC 4287): the feed through feedgen with `atom_extension`, the entries by hand.

An entry is written once and stitched into each feed that holds it. The result is byte for byte what feedgen writes for
the whole feed with the same extension, and element for element what an independent writer writes; tests keep it so.
"""

from collections.abc import Iterable, Iterator, Sequence

from feedgen.feed import FeedGenerator

from publisher.feeds.atom_extension import AtomFeedExtension
from publisher.feeds.atom_id import atom_id
from publisher.feeds.markup import attributes, element, escape, words
from publisher.feeds.media import write_media
from publisher.feeds.timestamps import rfc3339_date
from publisher.model.feed import Entry, Feed
from publisher.model.media import Enclosure, Wire

ENDING = ".atom"
_TAIL = b"</feed>"


def render_atom(feed: Feed, entries: Sequence[bytes] | None = None) -> bytes:
    """The document, UTF-8. `entries` are as `render_atom_entry` wrote them; None: write them now."""
    if entries is None:
        entries = [render_atom_entry(entry) for entry in feed.entries]
    return b"".join(stream_atom(feed, entries))


def stream_atom(feed: Feed, entries: Iterable[bytes]) -> Iterator[bytes]:
    """The document piece by piece, for a feed that need not be in memory at once. `entries` as for `render_atom`."""
    shell: bytes = atom_generator(feed).atom_str()
    yield shell.removesuffix(_TAIL)
    yield from entries
    yield _TAIL


def render_atom_entry(entry: Entry) -> bytes:
    """One `entry`, UTF-8, with its namespaces left to the document. Raises ValueError for text XML cannot carry,
    and for an entry with neither address nor content (RFC 4287 section 4.1.1).
    """
    if not entry.url and not entry.content_html:
        raise ValueError("an entry must have an alternate link or content")
    parts = [words(b"id", atom_id(entry.id)), words(b"title", entry.title)]
    parts.append(words(b"updated", rfc3339_date(entry.updated_at)))
    parts += [element(b"author", words(b"name", author)) for author in entry.authors]
    if entry.content_html:
        parts.append(b'<content type="html">%s</content>' % escape(entry.content_html))
    if entry.summary:
        parts.append(b'<summary type="text">%s</summary>' % escape(entry.summary))
    for category in entry.categories:
        known = ((b"term", category.term), (b"scheme", category.scheme))
        parts.append(element(b"category", b"", attributes(known)))
    parts.append(words(b"published", rfc3339_date(entry.published_at)))
    if entry.rights:
        parts.append(words(b"rights", entry.rights))
    if entry.url:
        page = (
            (b"href", entry.url),
            (b"rel", "alternate"),
            (b"type", "text/html"),
            (b"hreflang", entry.language),
        )
        parts.append(element(b"link", b"", attributes(page)))
    parts += map(_write_enclosure, entry.enclosures)
    if entry.source:
        parts.append(_write_source(entry.source, entry))
    parts.append(write_media(entry))
    return element(b"entry", b"".join(parts), attributes(((b"xml:lang", entry.language),)))


def atom_generator(feed: Feed) -> FeedGenerator:
    """The feed without entries. Its author stands for every entry that names none (RFC 4287 section 4.1.1)."""
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.description)
    generator.updated(feed.updated_at)
    generator.language(feed.language)
    generator.author(name=feed.author or feed.title)
    generator.link(href=feed.home, rel="alternate", type="text/html")
    generator.generator("Nashra")
    if feed.rights:
        generator.rights(feed.rights)
    generator.register_extension("nashra", AtomFeedExtension, atom=True, rss=False)
    generator.nashra.describe(feed, ENDING)
    return generator


def _write_enclosure(enclosure: Enclosure) -> bytes:
    """RFC 4287 section 4.2.7; the length only where it is known."""
    known = (
        (b"href", enclosure.url),
        (b"rel", "enclosure"),
        (b"type", enclosure.media_type),
        (b"length", enclosure.size_bytes),
        (b"title", enclosure.title),
    )
    return element(b"link", b"", attributes(known))


def _write_source(wire: Wire, entry: Entry) -> bytes:
    """The feed the entry was taken from (RFC 4287 section 4.2.11). It has an id only where their feed is known; its
    `updated` is the moment of their copy, or of ours, which cannot be before it.
    """
    where = wire.id or wire.feed
    inside = words(b"id", where) if where else b""
    inside += words(b"title", wire.name)
    inside += words(b"updated", rfc3339_date(wire.updated_at or entry.published_at))
    for rel, href in (("self", wire.feed), ("alternate", wire.url)):
        if href:
            inside += element(b"link", b"", attributes(((b"href", href), (b"rel", rel))))
    return element(b"source", inside)
