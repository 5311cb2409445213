"""What feedgen cannot write in RSS, or writes wrongly, as an extension of it (docs/notes/feeds.md lists what and why).

An extension is any object with `extend_` methods. feedgen's elements have no namespace in memory, so tags are bare;
it makes extensions without arguments, so each is told what it is about by `describe` before rendering.
"""

from lxml import etree

from publisher.feeds.document_links import document_links
from publisher.feeds.media import add_media, first_measured
from publisher.feeds.namespaces import ATOM, DC, HISTORY, MEDIA, XML_LANG
from publisher.feeds.stylesheet import add_stylesheet
from publisher.feeds.timestamps import rfc822_date, rfc3339_date
from publisher.model.feed import Entry, Feed
from publisher.model.media import Wire

MEDIA_TYPE = "application/rss+xml"
TTL_MINUTES = 5
"""How long a reader may keep the feed: the same as the server's Cache-Control."""


class RssChannelExtension:
    """Language on the root, links to itself and its neighbours, the date of the last change, the icon."""

    def describe(self, feed: Feed, ending: str) -> None:
        """Name the feed, and the ending of the format."""
        self.feed = feed
        self.ending = ending

    def extend_ns(self) -> dict[str, str]:
        """The prefixes feedgen does not declare itself."""
        return {"dc": DC, "media": MEDIA, **({"fh": HISTORY} if self.feed.is_archive else {})}

    def extend_rss(self, rss: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the channel's own fields and before the items."""
        rss.set(XML_LANG, self.feed.language)
        channel = rss[0]
        etree.SubElement(channel, "lastBuildDate").text = rfc822_date(self.feed.updated_at)
        if not self.feed.is_archive:
            etree.SubElement(channel, "ttl").text = str(TTL_MINUTES)
        if self.feed.icon:
            self._add_image(channel, self.feed.icon)
        for link in document_links(self.feed, ending=self.ending, media_type=MEDIA_TYPE):
            etree.SubElement(channel, f"{{{ATOM}}}link", link)
        if self.feed.is_archive:
            etree.SubElement(channel, f"{{{HISTORY}}}archive")
        add_stylesheet(rss, self.feed)
        return rss

    def _add_image(self, channel: etree._Element, icon: str) -> None:
        """RSS 2.0 wants title and link of an image to be the channel's."""
        image = etree.SubElement(channel, "image")
        for name, text in (("url", icon), ("title", self.feed.title), ("link", self.feed.home)):
            etree.SubElement(image, name).text = text


class RssItemExtension:
    """Dates without the locale, authors without an address, language, correction, rights, source, media."""

    def describe(self, entry: Entry) -> None:
        """Name the entry."""
        self.entry = entry

    def extend_rss(self, item: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the item's own fields."""
        entry = self.entry
        item.set(XML_LANG, entry.language)
        etree.SubElement(item, "pubDate").text = rfc822_date(entry.published_at)
        for author in entry.authors:
            etree.SubElement(item, f"{{{DC}}}creator").text = author
        if entry.is_corrected:
            etree.SubElement(item, f"{{{ATOM}}}updated").text = rfc3339_date(entry.updated_at)
        if entry.rights:
            etree.SubElement(item, f"{{{DC}}}rights").text = entry.rights
        if entry.source:
            _add_source(item, entry.source)
        if enclosure := first_measured(entry.enclosures):
            etree.SubElement(
                item,
                "enclosure",
                url=enclosure.url,
                length=str(enclosure.size_bytes),
                type=enclosure.media_type,
            )
        add_media(item, entry)
        return item


def _add_source(item: etree._Element, wire: Wire) -> None:
    """RSS's `source` must have the address of a feed; a house known otherwise is named by Dublin Core."""
    if wire.feed:
        etree.SubElement(item, "source", url=wire.feed).text = wire.name
    else:
        etree.SubElement(item, f"{{{DC}}}source").text = wire.url or wire.name
