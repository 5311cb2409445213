"""What feedgen cannot write in Atom, or writes wrongly, as an extension of it (docs/notes/feeds.md lists what and why).

An extension is any object with `extend_` methods. feedgen's elements have no namespace in memory, so tags are bare;
it makes extensions without arguments, so each is told what it is about by `describe` before rendering.
"""

from lxml import etree

from publisher.feeds.document_links import document_links
from publisher.feeds.media import add_media
from publisher.feeds.namespaces import ATOM_PREFIXES, HISTORY, TOMBSTONES, XML_LANG
from publisher.feeds.stylesheet import add_stylesheet
from publisher.feeds.timestamps import rfc3339_date
from publisher.model.feed import Entry, Feed
from publisher.model.media import Enclosure, Wire

MEDIA_TYPE = "application/atom+xml"


class AtomFeedExtension:
    """Declares the prefixes on the root (entries cannot); links, icon, archive mark, tombstones."""

    def describe(self, feed: Feed, ending: str) -> None:
        """Name the feed, and the ending of the format."""
        self.feed = feed
        self.ending = ending

    def extend_ns(self) -> dict[str, str]:
        """The prefixes of what the feed and its entries may hold."""
        return {
            **ATOM_PREFIXES,
            **({"fh": HISTORY} if self.feed.is_archive else {}),
            **({"at": TOMBSTONES} if self.feed.tombstones else {}),
        }

    def extend_atom(self, root: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the feed's own fields and before the entries."""
        feed = self.feed
        if feed.icon:
            etree.SubElement(root, "icon").text = feed.icon
        for link in document_links(feed, ending=self.ending, media_type=MEDIA_TYPE):
            etree.SubElement(root, "link", link)
        if feed.is_archive:
            etree.SubElement(root, f"{{{HISTORY}}}archive")
        for tombstone in feed.tombstones:
            etree.SubElement(
                root, f"{{{TOMBSTONES}}}deleted-entry", ref=tombstone.id, when=rfc3339_date(tombstone.at)
            )
        add_stylesheet(root, feed)
        return root


class AtomEntryExtension:
    """Links with their attributes (feedgen 1.0.0 loses them), language, source and media."""

    def describe(self, entry: Entry) -> None:
        """Name the entry."""
        self.entry = entry

    def extend_atom(self, element: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the entry's own fields."""
        entry = self.entry
        element.set(XML_LANG, entry.language)
        for bare in element.findall("link"):
            element.remove(bare)
        if entry.url:
            etree.SubElement(
                element, "link", href=entry.url, rel="alternate", type="text/html", hreflang=entry.language
            )
        for enclosure in entry.enclosures:
            etree.SubElement(element, "link", _enclosure_link(enclosure))
        if entry.source:
            _add_source(element, entry.source, entry)
        add_media(element, entry)
        return element


def _enclosure_link(enclosure: Enclosure) -> dict[str, str]:
    """RFC 4287 section 4.2.7; the length only where it is known."""
    link = {"href": enclosure.url, "rel": "enclosure", "type": enclosure.media_type}
    if enclosure.size_bytes:
        link["length"] = str(enclosure.size_bytes)
    if enclosure.title:
        link["title"] = enclosure.title
    return link


def _add_source(element: etree._Element, wire: Wire, entry: Entry) -> None:
    """The feed the entry was taken from (RFC 4287 section 4.2.11). It has an id only where their feed is known; its
    `updated` is the moment of their copy, or of ours, which cannot be before it.
    """
    source = etree.SubElement(element, "source")
    if where := wire.id or wire.feed:
        etree.SubElement(source, "id").text = where
    etree.SubElement(source, "title").text = wire.name
    etree.SubElement(source, "updated").text = rfc3339_date(wire.updated_at or entry.published_at)
    for rel, href in (("self", wire.feed), ("alternate", wire.url)):
        if href:
            etree.SubElement(source, "link", href=href, rel=rel)
