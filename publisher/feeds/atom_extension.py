"""What feedgen cannot write in Atom, or writes wrongly, as an extension of it (docs/notes/feeds.md lists what and why).

An extension is any object with `extend_` methods. feedgen's elements have no namespace in memory, so tags are bare;
it makes extensions without arguments, so each entry is named by `describe` before rendering.
"""

from lxml import etree

from publisher.feeds.media import add_media
from publisher.feeds.namespaces import ATOM_PREFIXES, XML_LANG
from publisher.model.feed import Entry


class AtomFeedExtension:
    """Declares the prefixes on the root; entries cannot."""

    def extend_ns(self) -> dict[str, str]:
        """The prefixes of what the entries may hold."""
        return dict(ATOM_PREFIXES)

    def extend_atom(self, root: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the feed's own fields, which are right as they are."""
        return root


class AtomEntryExtension:
    """Links with their attributes (feedgen 1.0.0 loses them), language and picture."""

    def describe(self, entry: Entry) -> None:
        """Name the entry."""
        self.entry = entry

    def extend_atom(self, element: etree._Element) -> etree._Element:
        """Runs after feedgen wrote the entry's own fields."""
        element.set(XML_LANG, self.entry.language)
        for bare in element.findall("link"):
            element.remove(bare)
        if self.entry.url:
            etree.SubElement(
                element,
                "link",
                href=self.entry.url,
                rel="alternate",
                type="text/html",
                hreflang=self.entry.language,
            )
        add_media(element, self.entry.image)
        return element
