"""What feedgen cannot write in RSS, or writes wrongly, as an extension of it (docs/notes/feeds.md lists what and why).

An extension is any object with `extend_` methods. feedgen's elements have no namespace in memory, so tags are bare;
it makes extensions without arguments, so ours is told what it is about by `describe` before rendering.
"""

from lxml import etree

from publisher.feeds.document_links import document_links
from publisher.feeds.namespaces import ATOM, DC, HISTORY, MEDIA, XML_LANG
from publisher.feeds.stylesheet import add_stylesheet
from publisher.feeds.timestamps import rfc822_date
from publisher.model.feed import Feed

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
