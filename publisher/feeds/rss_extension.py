"""What feedgen cannot write in RSS, or writes wrongly, as an extension of it (docs/notes/feeds.md lists what and why).

An extension is any object with `extend_` methods. feedgen's elements have no namespace in memory, so tags are bare;
it makes extensions without arguments, so each is told what it is about by `describe` before rendering.
"""

from lxml import etree

from publisher.feeds.media import add_media
from publisher.feeds.namespaces import ATOM, DC, MEDIA, XML_LANG
from publisher.feeds.timestamps import rfc822_date, rfc3339_date
from publisher.model.feed import Entry, Feed

TTL_MINUTES = 5
"""How long a reader may keep the feed: the same as the server's Cache-Control."""


class RssChannelExtension:
    """Language on the root, the self link, the date of the last change."""

    def describe(self, feed: Feed, address: str) -> None:
        """Name the feed, and the absolute address it is served under."""
        self.feed = feed
        self.address = address

    def extend_ns(self) -> dict[str, str]:
        """The prefixes feedgen does not declare itself."""
        return {"dc": DC, "media": MEDIA}

    def extend_rss(self, rss: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the channel's own fields and before the items."""
        rss.set(XML_LANG, self.feed.language)
        channel = rss[0]
        etree.SubElement(channel, "lastBuildDate").text = rfc822_date(self.feed.updated_at)
        etree.SubElement(channel, "ttl").text = str(TTL_MINUTES)
        etree.SubElement(
            channel, f"{{{ATOM}}}link", href=self.address, rel="self", type="application/rss+xml"
        )
        return rss


class RssItemExtension:
    """Dates without the locale, authors without an address, language, correction, rights and picture."""

    def describe(self, entry: Entry) -> None:
        """Name the entry."""
        self.entry = entry

    def extend_rss(self, item: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the item's own fields."""
        item.set(XML_LANG, self.entry.language)
        etree.SubElement(item, "pubDate").text = rfc822_date(self.entry.published_at)
        for author in self.entry.authors:
            etree.SubElement(item, f"{{{DC}}}creator").text = author
        if self.entry.is_corrected:
            etree.SubElement(item, f"{{{ATOM}}}updated").text = rfc3339_date(self.entry.updated_at)
        if self.entry.rights:
            etree.SubElement(item, f"{{{DC}}}rights").text = self.entry.rights
        add_media(item, self.entry.image)
        return item
