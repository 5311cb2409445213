"""What feedgen cannot write in Atom, or writes wrongly, as an extension of it (docs/notes/feeds.md lists what and why).

An extension is any object with `extend_` methods. feedgen's elements have no namespace in memory, so tags are bare;
it makes extensions without arguments, so ours is told what it is about by `describe` before rendering.
"""

from lxml import etree

from publisher.feeds.atom_id import atom_id
from publisher.feeds.document_links import document_links
from publisher.feeds.namespaces import ATOM_PREFIXES, HISTORY, TOMBSTONES
from publisher.feeds.stylesheet import add_stylesheet
from publisher.feeds.timestamps import rfc3339_date
from publisher.model.feed import Feed

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
                root,
                f"{{{TOMBSTONES}}}deleted-entry",
                ref=atom_id(tombstone.id),
                when=rfc3339_date(tombstone.at),
            )
        add_stylesheet(root, feed)
        return root
