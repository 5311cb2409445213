"""Atom 1.0 (RFC 4287), through feedgen with the extension of `atom_extension`.

An entry is written once and stitched into each feed that holds it; the result is byte for byte what feedgen writes
for the whole feed (a test keeps it so).
"""

from collections.abc import Sequence

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.feeds.atom_extension import AtomEntryExtension, AtomFeedExtension
from publisher.feeds.namespaces import ATOM_PREFIXES
from publisher.model.feed import Entry, Feed

ENDING = ".atom"
_TAIL = b"</feed>"


def render_atom(feed: Feed, entries: Sequence[bytes] | None = None) -> bytes:
    """The document, UTF-8. `entries` are as `render_atom_entry` wrote them; None: write them now."""
    if entries is None:
        entries = [render_atom_entry(entry) for entry in feed.entries]
    shell: bytes = atom_generator(feed).atom_str()
    return shell.removesuffix(_TAIL) + b"".join(entries) + _TAIL


def render_atom_entry(entry: Entry) -> bytes:
    """One `entry`, UTF-8, with its namespaces left to the document. Raises ValueError for text XML cannot carry,
    and for an entry with neither address nor content (RFC 4287 section 4.1.1).
    """
    root = etree.Element("feed", nsmap=ATOM_PREFIXES)
    root.append(atom_entry(entry).atom_entry())
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    return data[data.index(b"<entry") : data.rindex(_TAIL)]


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
    generator.register_extension("nashra", AtomFeedExtension, AtomEntryExtension, atom=True, rss=False)
    generator.nashra.describe(feed, ENDING)
    return generator


def atom_entry(entry: Entry) -> FeedEntry:
    """One entry."""
    item = FeedEntry()
    item.id(entry.id)
    item.title(entry.title)
    item.updated(entry.updated_at)
    item.published(entry.published_at)
    for author in entry.authors:
        item.author(name=author)
    if entry.url:
        item.link(href=entry.url, rel="alternate")
    if entry.summary:
        item.summary(entry.summary, type="text")
    if entry.content_html:
        item.content(entry.content_html, type="html")
    for category in entry.categories:
        item.category(term=category.term, scheme=category.scheme)
    if entry.rights:
        item.rights(entry.rights)
    item.register_extension("nashra", AtomEntryExtension, atom=True, rss=False)
    item.nashra.describe(entry)
    return item
